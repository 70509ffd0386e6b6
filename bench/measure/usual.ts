// Measures many webhooks with receivers that take 100 or 500 ms, which is the usual case: how long
// it takes from the publish until the receiver has the event.
//
// Events come at a fixed rate (open loop), so a system that does not keep up shows it as latency.

import { createWebhooks } from "../api.ts";
import { figure, type Figure } from "../figures.ts";
import { isWanted, type Measured, type Plan } from "../plan.ts";
import {
  flaw, repeated, slice, typical, type Rig, type Slice, type SliceOptions,
} from "../slice.ts";
import { median, quantile, rounded } from "../stats.ts";
import { product, System } from "../system.ts";

interface Load {
  webhooks: number;
  path: "ok" | "slow" | "slower";
  options: SliceOptions;
  /** Seconds of load before the first round, and in each round. */
  warm: number;
  seconds: number;
  rounds: number;
}

/** The most time for the rounds of one load. */
const BUDGET_MS = 30_000;
/** The most time to wait for the last delivery of a round. */
const TIMEOUT_MS = 15_000;

const EIGHT: Load = {
  webhooks: 8, path: "slow", options: { publishers: 1, perSecond: 60 }, warm: 6, seconds: 3,
  rounds: 5,
};
const HUNDRED: Load = {
  webhooks: 100, path: "slow", options: { publishers: 1, perSecond: 5 }, warm: 4, seconds: 24,
  rounds: 1,
};

/** The loads without a target. */
const SHOWN: Record<string, Load> = {
  "8 webhooks, receivers of 100 ms, 60 events/s, each with a key": {
    ...EIGHT, options: { ...EIGHT.options, keyed: true }, rounds: 2,
  },
  "8 webhooks, receivers of 500 ms, 60 events/s": { ...EIGHT, path: "slower", rounds: 1 },
  "1 webhook, receiver of 500 ms, 100 events/s": {
    ...EIGHT, webhooks: 1, path: "slower", options: { publishers: 1, perSecond: 100 }, rounds: 2,
  },
  "100 webhooks that answer at once, 4 publishers": {
    ...HUNDRED, path: "ok", options: { publishers: 4 }, seconds: 2, rounds: 2,
  },
};

export async function usual(rig: Rig, plan: Plan): Promise<Measured> {
  const figures: Figure[] = [];
  const details: Record<string, unknown> = {};
  if (isWanted(plan, "many_webhooks_p99")) {
    const slices = await measure(rig, plan, EIGHT);
    details["8 webhooks, receivers of 100 ms, 60 events/s"] = typical(slices);
    figures.push(
      figure("many_webhooks_p99", median(slices.map((one) => one.p99)), flaw(slices)),
    );
  }
  if (isWanted(plan, "fifth_webhook")) {
    const slices = await measure(rig, plan, HUNDRED);
    const last = HUNDRED.webhooks - 1;
    details["100 webhooks, receivers of 100 ms, 5 events/s"] = {
      ...typical(slices),
      ...Object.fromEntries([0, 4, 31, last].map((at) => [`webhook ${at + 1}`, of(slices, at)])),
    };
    const p99 = (webhook: number): number => quantile(latencies(slices, webhook), 0.99);
    figures.push(figure("fifth_webhook", p99(last) / p99(0), flaw(slices)));
  }
  if (!isWanted(plan)) return { figures, details };
  const end = performance.now() + plan.shownMs;
  for (const [name, load] of Object.entries(SHOWN)) {
    if (performance.now() < end) details[name] = typical(await measure(rig, plan, load));
    else details[name] = "not measured: the time was over";
  }
  return { figures, details };
}

async function measure(rig: Rig, plan: Plan, load: Load): Promise<Slice[]> {
  // The disk of this machine is not what a hundred objects in production share.
  const system = await System.start(product, { storage: load.webhooks > 8 ? "memory" : "disk" });
  try {
    await createWebhooks(system, Array.from({ length: load.webhooks }, (_, webhook) =>
      ({ fields: { target_url: rig.receiver.url(load.path, webhook) } })));
    const options = { ...load.options, webhooks: load.webhooks, timeoutMs: TIMEOUT_MS };
    const share = plan.isQuick ? 0.25 : 1;
    await slice(rig, system, { ...options, ms: 1_000 * load.warm * share });
    return await repeated(Math.min(load.rounds, plan.rounds), BUDGET_MS, () =>
      slice(rig, system, { ...options, ms: 1_000 * load.seconds * share }));
  } finally {
    await system.stop();
  }
}

function latencies(slices: Slice[], webhook: number): number[] {
  return slices.flatMap((one) => one.latencies.filter((_, index) =>
    one.webhooks[index] === webhook));
}

function of(slices: Slice[], webhook: number): Record<string, number> {
  const all = latencies(slices, webhook);
  const ms = (share: number): number => rounded(quantile(all, share));
  return { deliveries: all.length, receive_p50_ms: ms(0.5), receive_p99_ms: ms(0.99) };
}
