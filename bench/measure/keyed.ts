// Measures what an `Idempotency-Key` costs, as client libraries send it with every event.
//
// One system with one webhook, whose receiver answers at once. Slices with keys and without take
// turns, and each round gives one ratio.

import { createWebhooks } from "../api.ts";
import { figure, type Figure } from "../figures.ts";
import { isWanted, type Measured, type Plan } from "../plan.ts";
import {
  flaw, paired, plainLoad, repeated, slice, typical, type Rig, type Slice, type SliceOptions,
} from "../slice.ts";
import { product, System } from "../system.ts";

const WARM_EVENTS = 3_000;
/** The outcome of a key may be written after the answer. Its CPU time belongs to the slice. */
const SETTLE_MS = 300;
/** The most time for the rounds of one number of publishers. */
const BUDGET_MS = 40_000;

interface Turns {
  keyed: Slice[];
  plain: Slice[];
}

export async function keyed(rig: Rig, plan: Plan): Promise<Measured> {
  const system = await System.start(product, { storage: "disk" });
  try {
    await createWebhooks(system, [{ fields: { target_url: rig.receiver.url("ok", 0) } }]);
    for (const keyed of [false, true]) {
      await slice(rig, system, { publishers: 16, count: plan.isQuick ? 300 : WARM_EVENTS, keyed });
    }
    const details: Record<string, unknown> = {};
    const measure = async (publishers: number): Promise<Turns> => {
      const turns = await takeTurns(rig, plan, system, { publishers, ms: plan.sliceMs });
      details[plainLoad(publishers)] = {
        "each event with a key": typical(turns.keyed),
        "without keys": typical(turns.plain),
      };
      return turns;
    };
    const figures: Figure[] = [];
    if (isWanted(plan, "keyed_throughput_16", "keyed_cpu")) {
      const { keyed, plain } = await measure(16);
      figures.push(
        figure("keyed_throughput_16", paired(keyed, plain, (one) => one.acceptedPerSecond),
          flaw(keyed)),
        figure("keyed_cpu", paired(keyed, plain, (one) => one.cpuPerDelivery), flaw(keyed)),
      );
    }
    if (isWanted(plan, "keyed_throughput_64")) {
      const { keyed, plain } = await measure(64);
      figures.push(
        figure("keyed_throughput_64", paired(keyed, plain, (one) => one.acceptedPerSecond),
          flaw(keyed)),
      );
    }
    if (isWanted(plan)) await measure(1);
    return { figures, details };
  } finally {
    await system.stop();
  }
}

async function takeTurns(
  rig: Rig,
  plan: Plan,
  system: System,
  options: SliceOptions,
): Promise<Turns> {
  const turns: Turns = { keyed: [], plain: [] };
  await repeated(plan.rounds, BUDGET_MS, async (round) => {
    for (const keyed of round % 2 === 0 ? [true, false] : [false, true]) {
      const one = await slice(rig, system, { ...options, keyed, settleMs: SETTLE_MS });
      turns[keyed ? "keyed" : "plain"].push(one);
    }
  });
  return turns;
}
