// npm run bench -- --svix BINARY: the product beside the Svix server, for the usual load. Both get
// the same events from the same load generator and send to the same receiver, by turns, in one run.
// A value is the median over the rounds; the order of the two changes from round to round.

import { setTimeout as sleep } from "node:timers/promises";
import { Receiver } from "../process.ts";
import type { Side, SideKind, Tenant } from "../sides.ts";
import {
  flaw, plainLoad, slice, takeNumbers, type Rig, type Slice, type SliceOptions,
} from "../slice.ts";
import { median, rounded } from "../stats.ts";

const WARM_EVENTS = 3_000;
/** The outcome of a key may be written after the answer. Its CPU time belongs to the slice. */
const SETTLE_MS = 300;
/** The most time to wait for the last delivery of a slice. */
const TIMEOUT_MS = 60_000;

/** Longer than the healthy load of `isolation`, so the receiver hangs during all of it. */
const HANG_MS = 20_000;
/** Svix makes about 500 attempts at a time (`worker_max_tasks`): fewer than that, and more. */
const HANGING_EVENTS = [300, 600];
/** Enough for the engine of the product, and quick enough for six starts of each. */
const ISOLATION_WARM_EVENTS = 1_500;
/** How long no more attempts begin to hang before the healthy load begins. */
const CALM_MS = 500;
const CALM_PATIENCE_MS = 10_000;

export interface BesidePlan {
  /** The rounds of throughput. */
  rounds: number;
  /** The rounds of the other loads, which take longer. */
  slowRounds: number;
  /** The duration of a slice of throughput, and of the healthy load of `isolation`. */
  sliceMs: number;
  healthyMs: number;
  /** The number of events to one slow receiver. */
  slowEvents: number;
}

export const BESIDE: BesidePlan = {
  rounds: 5, slowRounds: 3, sliceMs: 1_000, healthyMs: 3_000, slowEvents: 2_000,
};
export const BESIDE_QUICK: BesidePlan = {
  rounds: 1, slowRounds: 1, sliceMs: 500, healthyMs: 2_000, slowEvents: 300,
};

interface Cell {
  webhooks: number;
  path: "ok" | "slow";
  /** Before the first round. */
  warm: SliceOptions;
  rounds: number;
  loads: Record<string, SliceOptions>;
}

/** The numbers of a load, for each side by its name. */
export type Beside = Record<string, Record<string, Record<string, unknown>>>;

function cells(plan: BesidePlan): Cell[] {
  const throughput = [false, true].flatMap((keyed) => [1, 16, 64].map((publishers) => [
    plainLoad(publishers) + (keyed ? ", each event with a key" : ""),
    { publishers, keyed, ms: plan.sliceMs },
  ] as const));
  const eight = { publishers: 1, perSecond: 60 };
  return [{
    webhooks: 1,
    path: "ok",
    warm: { publishers: 16, count: WARM_EVENTS },
    rounds: plan.rounds,
    loads: Object.fromEntries(throughput),
  }, {
    webhooks: 1,
    path: "slow",
    warm: { publishers: 16, count: 300 },
    rounds: plan.slowRounds,
    loads: {
      [`${plan.slowEvents} events to a receiver of 100 ms, 16 publishers`]: {
        publishers: 16, count: plan.slowEvents,
      },
    },
  }, {
    webhooks: 8,
    path: "slow",
    warm: { ...eight, ms: 6_000 },
    rounds: plan.slowRounds,
    loads: { "8 webhooks, receivers of 100 ms, 60 events/s": { ...eight, ms: 3_000 } },
  }];
}

export async function beside(rig: Rig, plan: BesidePlan, kinds: SideKind[]): Promise<Beside> {
  const found: Beside = {};
  const sides: Side[] = [];
  try {
    for (const kind of kinds) sides.push(await kind.start());
    for (const [index, cell] of cells(plan).entries()) {
      Object.assign(found, await measure(rig, sides, cell, `cell${index}`));
    }
  } finally {
    for (const side of sides) await side.stop();
  }
  for (const events of HANGING_EVENTS) {
    const name = `1 webhook, 50 events/s, while another tenant's ${events} events hang`;
    found[name] = await isolation(rig, plan, kinds, events);
  }
  return found;
}

async function measure(
  rig: Rig,
  sides: Side[],
  cell: Cell,
  tenantName: string,
): Promise<Beside> {
  const { webhooks } = cell;
  const urls = Array.from({ length: webhooks }, (_, at) => rig.receiver.url(cell.path, at));
  const tenants: Tenant[] = [];
  for (const side of sides) {
    const tenant = await side.tenant(tenantName);
    await tenant.add(urls);
    await slice(rig, tenant, { ...cell.warm, webhooks });
    tenants.push(tenant);
  }
  const found: Beside = {};
  for (const [name, load] of Object.entries(cell.loads)) {
    process.stderr.write(`- ${name} ...\n`);
    const slices: Record<string, Slice[]> = {};
    for (let round = 0; round < cell.rounds; round++) {
      for (const tenant of round % 2 === 0 ? tenants : tenants.toReversed()) {
        const options = { ...load, webhooks, timeoutMs: TIMEOUT_MS, settleMs: SETTLE_MS };
        (slices[tenant.name] ??= []).push(await slice(rig, tenant, options));
      }
    }
    found[name] = Object.fromEntries(
      Object.entries(slices).map(([side, of]) => [side, numbers(of)]));
  }
  return found;
}

function numbers(slices: Slice[]): Record<string, unknown> {
  const of = (pick: (slice: Slice) => number): number => rounded(median(slices.map(pick)));
  const reason = flaw(slices);
  return {
    accepted_per_second: of((one) => one.acceptedPerSecond),
    delivered_per_second: of((one) => one.deliveredPerSecond),
    // The rate at each round, to show how much it differs.
    delivered_per_second_of_rounds: slices.map((one) => rounded(one.deliveredPerSecond)),
    kept_up: of((one) => one.keptUp),
    receive_p50_ms: of((one) => one.p50),
    receive_p99_ms: of((one) => one.p99),
    receive_p99_ms_of_rounds: slices.map((one) => rounded(one.p99)),
    answer_p50_ms: of((one) => one.answerP50),
    cpu_ms_per_delivery: of((one) => one.cpuPerDelivery),
    ...(reason === undefined ? {} : { flaw: reason }),
  };
}

interface Isolation {
  alone: Slice;
  beside: Slice;
  hanging: number;
}

/** Each round starts each side anew, since what hung in one would be retried in the next. */
async function isolation(
  rig: Rig,
  plan: BesidePlan,
  kinds: SideKind[],
  events: number,
): Promise<Record<string, Record<string, unknown>>> {
  const rounds: Record<string, Isolation[]> = {};
  for (let round = 0; round < plan.slowRounds; round++) {
    for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) {
      process.stderr.write(`- isolation, ${events} events, ${kind.name} ...\n`);
      (rounds[kind.name] ??= []).push(await isolated(rig, plan, kind, events));
    }
  }
  return Object.fromEntries(Object.entries(rounds).map(([name, of]) => {
    const reason = flaw(of.flatMap((one) => [one.alone, one.beside]));
    const ms = (pick: (one: Isolation) => number): number => rounded(median(of.map(pick)));
    return [name, {
      alone_p50_ms: ms((one) => one.alone.p50),
      alone_p99_ms: ms((one) => one.alone.p99),
      beside_p50_ms: ms((one) => one.beside.p50),
      beside_p99_ms: ms((one) => one.beside.p99),
      beside_p99_ms_of_rounds: of.map((one) => rounded(one.beside.p99)),
      attempts_that_hung: of.map((one) => one.hanging),
      ...(reason === undefined ? {} : { flaw: reason }),
    }];
  }));
}

async function isolated(
  rig: Rig,
  plan: BesidePlan,
  kind: SideKind,
  events: number,
): Promise<Isolation> {
  const side = await kind.start({ timeoutMs: HANG_MS });
  // Of its own, so that the other one counts only what the healthy webhook gets.
  const hung = await Receiver.start();
  try {
    const healthy = await side.tenant("healthy");
    const noisy = await side.tenant("noisy");
    await healthy.add([rig.receiver.url("ok", 0)]);
    await noisy.add([hung.url("hang", 0)]);
    await slice(rig, healthy, { publishers: 16, count: ISOLATION_WARM_EVENTS });
    const load = {
      publishers: 1, perSecond: 50, ms: plan.healthyMs, timeoutMs: TIMEOUT_MS,
    };
    const alone = await slice(rig, healthy, load);
    const { accepted } = await rig.load.run({
      port: noisy.port, path: "/v1/events", authorization: "", eventType: "COURSE_COMPLETION",
      bytes: 1_000, publishers: 16, ...noisy.publishing, first: takeNumbers(events),
      count: events,
    });
    if (accepted < events) throw new Error(`${kind.name} accepted ${accepted} that hang`);
    const hanging = await calm(hung);
    return { alone, beside: await slice(rig, healthy, load), hanging };
  } finally {
    hung.end();
    await side.stop();
  }
}

/** Waits until no more attempts begin to hang, and returns how many do. */
async function calm(receiver: Receiver): Promise<number> {
  const end = performance.now() + CALM_PATIENCE_MS;
  let hanging = -1;
  for (;;) {
    const now = await receiver.hanging();
    if ((now === hanging && now > 0) || performance.now() > end) return now;
    hanging = now;
    await sleep(CALM_MS);
  }
}
