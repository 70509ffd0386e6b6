// Measures throughput, latency and CPU time of the product beside the peers.
//
// Files are on the disk, where each commit waits for a flush: group commit exists to share that
// wait.
//
// All systems run at once, but only one has load at a time. In a round, each has a slice with the
// same load. Every other round has the reverse order, because writes of one slice may still reach
// the disk in the next. Ratios are taken within a round, and the median over the rounds counts.

import { createWebhooks } from "../api.ts";
import { figure, type Figure, type Name } from "../figures.ts";
import { isWanted, type Measured, type Plan } from "../plan.ts";
import {
  paired, plainLoad, slice, typical, type Rig, type Slice, type SliceOptions,
} from "../slice.ts";
import { each, forward, group, product, System, type Kind } from "../system.ts";

interface Cell {
  name: string;
  webhooks: number;
  options: SliceOptions;
  kinds: Kind[];
  rounds: number;
  storage?: "disk" | "memory";
}

/** The first events of a system, which are reported apart and have no target. */
const FIRST_EVENTS = 200;
/**
 * Deliveries before the first slice. The engine optimises a function after it has run for a while,
 * so the CPU time per event falls over the first thousands of deliveries, most in WebAssembly.
 */
const WARM_DELIVERIES = 3_000;

/** The running systems, by kind, number of webhooks that receive each event, and storage. */
class Systems {
  /** The slice of the first events of each system, by its name. */
  readonly first: Record<string, Slice> = {};
  readonly #rig: Rig;
  readonly #running = new Map<string, System>();

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  async get(kind: Kind, { webhooks, storage = "disk" }: Cell): Promise<System> {
    const name = `${kind.name} ${webhooks} ${storage}`;
    const known = this.#running.get(name);
    if (known !== undefined) return known;
    const system = await System.start(kind, { storage });
    this.#running.set(name, system);
    const all = Array.from({ length: webhooks }, (_, webhook) =>
      ({ fields: { target_url: this.#rig.receiver.url("ok", webhook) } }));
    await createWebhooks(system, all);
    const load = { publishers: 16, webhooks };
    this.first[name] = await slice(this.#rig, system, { ...load, count: FIRST_EVENTS });
    const count = Math.ceil(WARM_DELIVERIES / webhooks);
    await slice(this.#rig, system, { ...load, count });
    return system;
  }

  async stop(): Promise<void> {
    for (const system of this.#running.values()) await system.stop();
  }
}

async function measure(rig: Rig, systems: Systems, cell: Cell): Promise<Record<string, Slice[]>> {
  const slices: Record<string, Slice[]> = {};
  for (let round = 0; round < cell.rounds; round++) {
    for (const kind of round % 2 === 0 ? cell.kinds : cell.kinds.toReversed()) {
      const system = await systems.get(kind, cell);
      const one = await slice(rig, system, { ...cell.options, webhooks: cell.webhooks });
      (slices[kind.name] ??= []).push(one);
    }
  }
  return slices;
}

export async function throughput(rig: Rig, plan: Plan): Promise<Measured> {
  const systems = new Systems(rig);
  const all = [forward, each, group, product];
  const details: Record<string, unknown> = {};
  const figures: Figure[] = [];
  const show = (name: string, slices: Record<string, Slice[]>): void => {
    details[name] = Object.fromEntries(
      Object.entries(slices).map(([system, of]) => [system, typical(of)]),
    );
  };
  try {
    for (const [publishers, names] of JUDGED) {
      if (!isWanted(plan, ...names)) continue;
      const name = plainLoad(publishers);
      const options = { publishers, ms: plan.sliceMs };
      const cell = { name, webhooks: 1, options, kinds: all, rounds: plan.rounds };
      const slices = await measure(rig, systems, cell);
      show(name, slices);
      figures.push(...judge(publishers, slices));
    }
    if (isWanted(plan, "sends_keep_up_slow_receiver")) {
      figures.push(await slowReceiver(rig, details));
    }
    if (!isWanted(plan)) return { figures, details };
    details[`the first ${FIRST_EVENTS} events of a new system`] = Object.fromEntries(
      Object.entries(systems.first).map(([name, one]) => [name, typical([one])]),
    );
    const end = performance.now() + plan.shownMs;
    for (const cell of cellsWithoutTarget(plan)) {
      if (performance.now() < end) show(cell.name, await measure(rig, systems, cell));
      else details[cell.name] = "not measured: the time was over";
    }
  } finally {
    await systems.stop();
  }
  return { figures, details };
}

/** The numbers of publishers that are judged, and the figures of each. */
const JUDGED: [publishers: number, figures: Name[]][] = [
  [1, ["throughput_1_publisher", "receive_p50_1_publisher"]],
  [16, [
    "throughput_16_publishers", "receive_p50_16_publishers", "sends_keep_up_16_publishers",
    "cpu_per_delivery",
  ]],
  [64, ["throughput_64_publishers", "sends_keep_up_64_publishers"]],
];

function judge(publishers: number, slices: Record<string, Slice[]>): Figure[] {
  const { product: ours = [], each: single = [], group: peer = [] } = slices;
  const throughput = paired(ours, single, (one) => one.acceptedPerSecond);
  const p50 = paired(ours, peer, (one) => one.p50);
  const keptUp = paired(ours, ours.map((one) => ({ ...one, keptUp: 1 })), (one) => one.keptUp);
  switch (publishers) {
    case 1:
      return [figure("throughput_1_publisher", throughput), figure("receive_p50_1_publisher", p50)];
    case 16:
      return [
        figure("throughput_16_publishers", throughput),
        figure("receive_p50_16_publishers", p50),
        figure("sends_keep_up_16_publishers", keptUp),
        figure("cpu_per_delivery", paired(ours, peer, (one) => one.cpuPerDelivery)),
      ];
    default:
      return [
        figure("throughput_64_publishers", throughput),
        figure("sends_keep_up_64_publishers", keptUp),
      ];
  }
}

/** The cells without targets. */
function cellsWithoutTarget(plan: Plan): Cell[] {
  const cells: Cell[] = [{
    name: "4 webhooks, 1 kB, 16 publishers",
    webhooks: 4,
    options: { publishers: 16, ms: plan.sliceMs },
    kinds: [forward, each, group, product],
    rounds: Math.min(2, plan.rounds),
  }, {
    name: "1 webhook, 1 kB, 16 publishers, files in memory",
    webhooks: 1,
    options: { publishers: 16, ms: plan.sliceMs },
    kinds: [forward, each, group, product],
    rounds: Math.min(2, plan.rounds),
    storage: "memory",
  }];
  for (const webhooks of plan.isQuick ? [1] : [1, 4, 16]) {
    for (const bytes of [1_000, 64_000]) {
      for (const publishers of plan.isQuick ? [16] : [1, 16, 64]) {
        const isSmall = bytes === 1_000;
        if (isSmall && (webhooks === 1 || (webhooks === 4 && publishers === 16))) continue;
        const name = `${webhooks} webhooks, ${bytes / 1_000} kB, ${publishers} publishers`;
        const options = { publishers, bytes, ms: plan.sliceMs };
        cells.push({ name, webhooks, options, kinds: [product], rounds: 1 });
      }
    }
  }
  return cells;
}

const SLOW_PER_SECOND = 200;

/**
 * Measures a receiver that takes 100 ms. 200 events a second need 20 POSTs at a time, more than the
 * 6 connections of one object. The events are sent at a fixed rate (open loop).
 */
async function slowReceiver(
  rig: Rig,
  details: Record<string, unknown>,
): Promise<Figure> {
  const system = await System.start(product, { storage: "disk" });
  try {
    await createWebhooks(system, [{ fields: { target_url: rig.receiver.url("slow", 0) } }]);
    const options = { publishers: 1, perSecond: SLOW_PER_SECOND, ms: 1_500 };
    const one = await slice(rig, system, { ...options, timeoutMs: 30_000 });
    details["receiver that takes 100 ms, 200 events/s"] = { product: typical([one]) };
    return figure("sends_keep_up_slow_receiver", one.keptUp);
  } finally {
    await system.stop();
  }
}
