// Measures how 50 hanging webhooks of another account affect the latency of a healthy webhook.
//
// Two dispatchers run at once, one with the hanging webhooks, one without. They take turns with the
// same load, so a slow moment of the machine affects both. The samples of all turns are pooled,
// since the p99 of a single turn would be its slowest sample.

import { createWebhooks, mintKey, basic } from "../api.ts";
import { figure } from "../figures.ts";
import type { Measured, Plan } from "../plan.ts";
import { slice, takeNumbers, type Rig } from "../slice.ts";
import { quantile, rounded } from "../stats.ts";
import { product, System } from "../system.ts";

const HANGING = 50;
const EVENTS_EACH = 12;
const PER_SECOND = 50;
/** The POSTs of each that hang at least: as many as one invocation makes at a time. */
const POSTS_EACH = 5;
/**
 * Longer than the measurement, so the webhooks hang during all of it. Shorter than 30 s, when the
 * platform ends what an invocation still does after its answer.
 */
const TIMEOUT_MS = "27000";

export async function isolation(rig: Rig, plan: Plan): Promise<Measured> {
  const options = { vars: { DELIVERY_TIMEOUT_MS: TIMEOUT_MS } };
  const alone = await System.start(product, options);
  const beside = await System.start(product, options);
  try {
    for (const system of [alone, beside]) {
      await createWebhooks(system, [{ fields: { target_url: rig.receiver.url("ok", 0) } }]);
      await slice(rig, system, { publishers: 1, count: 50 });
    }
    const key = await mintKey(beside, "noisy");
    await createWebhooks(beside, Array.from({ length: HANGING }, (_, index) =>
      ({ key, fields: { target_url: rig.receiver.url("hang", index + 1) } })));
    await rig.load.run({
      port: beside.port, path: "/v1/events", authorization: basic(key),
      eventType: "COURSE_COMPLETION", bytes: 1_000, first: takeNumbers(EVENTS_EACH),
      publishers: 1, count: EVENTS_EACH,
    });
    await rig.receiver.reached(HANGING * POSTS_EACH, 10_000);
    const samples: { alone: number[]; beside: number[] } = { alone: [], beside: [] };
    const load = { publishers: 1, perSecond: PER_SECOND, ms: 2_000 };
    let hanging = Infinity;
    for (let round = 0; round < (plan.isQuick ? 1 : 5); round++) {
      samples.alone.push(...(await slice(rig, alone, load)).latencies);
      samples.beside.push(...(await slice(rig, beside, load)).latencies);
      hanging = Math.min(hanging, await rig.receiver.hanging());
    }
    const of = (share: number, from: number[]): number => rounded(quantile(from, share));
    const ratio = quantile(samples.beside, 0.99) / quantile(samples.alone, 0.99);
    const flaw = hanging < HANGING * POSTS_EACH ? `only ${hanging} POSTs hung` : undefined;
    return {
      figures: [figure("healthy_p99_beside_hung", ratio, flaw)],
      details: {
        hanging_posts_at_least: hanging,
        samples: samples.alone.length,
        alone: { p50_ms: of(0.5, samples.alone), p99_ms: of(0.99, samples.alone) },
        beside_50_hung: { p50_ms: of(0.5, samples.beside), p99_ms: of(0.99, samples.beside) },
      },
    };
  } finally {
    await alone.stop();
    await beside.stop();
  }
}
