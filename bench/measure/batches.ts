// Measures batches of 100 events: to a receiver that takes 100 ms, and to one that answers at once
// beside single events.
//
// A rate is that of the deliveries, from the first publish until the last arrival, because a batch
// is accepted faster than it is delivered.

import { createWebhooks } from "../api.ts";
import { figure, type Figure } from "../figures.ts";
import { isWanted, type Measured, type Plan } from "../plan.ts";
import { flaw, paired, repeated, slice, typical, type Rig, type Slice } from "../slice.ts";
import { median } from "../stats.ts";
import { product, System } from "../system.ts";

/** The product's limit (`BATCH_EVENTS_MAX`). */
const BATCH = 100;
const WARM_EVENTS = 3_000;
const SLOW_EVENTS = 1_000;
const SLOW_ROUNDS = 3;
const SINGLE_PUBLISHERS = 64;
/** With fewer, the wait for an answer is time in which nothing is published. */
const BATCH_PUBLISHERS = 4;
/** The most time for the rounds of a figure. */
const BUDGET_MS = 30_000;

export async function batches(rig: Rig, plan: Plan): Promise<Measured> {
  const figures: Figure[] = [];
  const details: Record<string, unknown> = {};
  if (isWanted(plan, "batch_slow_receiver")) {
    const slices = await slowReceiver(rig, plan);
    details["batches of 100 to one receiver of 100 ms"] = typical(slices);
    figures.push(figure("batch_slow_receiver",
      median(slices.map((one) => one.deliveredPerSecond)), flaw(slices)));
  }
  if (isWanted(plan, "batch_throughput")) {
    const { batch, single } = await takeTurns(rig, plan);
    details["receiver that answers at once"] = {
      [`batches of 100, ${BATCH_PUBLISHERS} publishers`]: typical(batch),
      [`single events, ${SINGLE_PUBLISHERS} publishers`]: typical(single),
    };
    figures.push(figure("batch_throughput",
      paired(batch, single, (one) => one.deliveredPerSecond), flaw([...batch, ...single])));
  }
  return { figures, details };
}

async function slowReceiver(rig: Rig, plan: Plan): Promise<Slice[]> {
  const system = await System.start(product, { storage: "disk" });
  try {
    await createWebhooks(system, [{ fields: { target_url: rig.receiver.url("slow", 0) } }]);
    const options = { publishers: 1, batch: BATCH };
    await slice(rig, system, { ...options, count: plan.isQuick ? BATCH : 3 * BATCH });
    const count = plan.isQuick ? 3 * BATCH : SLOW_EVENTS;
    return await repeated(Math.min(SLOW_ROUNDS, plan.rounds), BUDGET_MS, () =>
      slice(rig, system, { ...options, count }));
  } finally {
    await system.stop();
  }
}

async function takeTurns(rig: Rig, plan: Plan): Promise<{ batch: Slice[]; single: Slice[] }> {
  const system = await System.start(product, { storage: "disk" });
  try {
    await createWebhooks(system, [{ fields: { target_url: rig.receiver.url("ok", 0) } }]);
    const count = plan.isQuick ? 500 : 3_000;
    const loads = {
      batch: { publishers: BATCH_PUBLISHERS, batch: BATCH, count },
      single: { publishers: SINGLE_PUBLISHERS, count },
    };
    for (const load of Object.values(loads)) {
      await slice(rig, system, { ...load, count: plan.isQuick ? count : WARM_EVENTS });
    }
    const slices: { batch: Slice[]; single: Slice[] } = { batch: [], single: [] };
    await repeated(plan.rounds, BUDGET_MS, async (round) => {
      const turns = ["batch", "single"] as const;
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) {
        slices[turn].push(await slice(rig, system, loads[turn]));
      }
    });
    return slices;
  } finally {
    await system.stop();
  }
}
