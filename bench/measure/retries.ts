// Measures how late retries arrive while many webhooks retry at once.
//
// Each webhook gets one event, at 50 events a second, and fails the first two attempts. The product
// counts a retry's delay from when it knows of the failure. This counts from when the failed
// attempt arrived, so the lateness includes the way of the response and the report of the attempt.

import { basic, createWebhooks } from "../api.ts";
import { figure } from "../figures.ts";
import type { Measured, Plan } from "../plan.ts";
import { takeNumbers, type Rig } from "../slice.ts";
import { quantile, rounded } from "../stats.ts";
import { apiKey, product, System } from "../system.ts";

const DELAYS_MS = [2_000, 4_000];
const PER_SECOND = 50;

export async function retries(rig: Rig, plan: Plan): Promise<Measured> {
  const webhooks = plan.isQuick ? 20 : 1_000;
  const types = Array.from({ length: webhooks }, (_, i) => `T${String(i).padStart(4, "0")}`);
  const vars = { EVENT_TYPES: types.join(" "), MAX_WEBHOOKS: String(webhooks) };
  const system = await System.start(product, { vars });
  try {
    await createWebhooks(system, types.map((event_type, webhook) =>
      ({ fields: { target_url: rig.receiver.url("again", webhook), event_type } })));
    await rig.receiver.collect();
    await rig.load.run({
      port: system.port, path: "/v1/events", authorization: basic(apiKey), eventType: "T#",
      types: webhooks, bytes: 1_000, first: takeNumbers(webhooks), publishers: 1,
      perSecond: PER_SECOND, count: webhooks,
    });
    const complete = await rig.receiver.reached(webhooks * (DELAYS_MS.length + 1), 60_000);
    const late = lateness(await rig.receiver.collect());
    return {
      figures: [figure("retry_lateness_p99", quantile(late, 0.99))],
      details: {
        webhooks, retries: late.length, complete,
        late_p50_ms: rounded(quantile(late, 0.5)),
        late_p99_ms: rounded(quantile(late, 0.99)),
        late_max_ms: rounded(quantile(late, 1)),
        earliest_ms: rounded(quantile(late, 0)),
      },
    };
  } finally {
    await system.stop();
  }
}

/** The lateness of each retry: the time since the attempt before, less the delay. */
function lateness(arrivals: { numbers: Uint32Array; times: Float64Array }): number[] {
  const attempts = new Map<number, number[]>();
  for (const [index, number] of arrivals.numbers.entries()) {
    const times = attempts.get(number) ?? [];
    times.push(arrivals.times[index] ?? 0);
    attempts.set(number, times);
  }
  return [...attempts.values()].flatMap((times) =>
    DELAYS_MS.flatMap((delay, index) => {
      const [before, after] = [times[index], times[index + 1]];
      return before === undefined || after === undefined ? [] : [after - before - delay];
    }));
}
