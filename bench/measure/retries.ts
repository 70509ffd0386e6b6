// Measurement 4: how late retries come, with many webhooks retrying at once.
//
// Every webhook gets one event, 50 a second, and fails its first two tries. A delay
// counts from when the failure is known; here it counts from when the failing try had arrived, so
// the answer's way back and the settle are held against the product too.

import { createWebhooks } from "../api.ts";
import { basic } from "../api.ts";
import { figure } from "../figures.ts";
import type { Measured, Plan } from "../plan.ts";
import { takeNumbers, type Rig } from "../slice.ts";
import { quantile, rounded } from "../stats.ts";
import { apiKey, product, System } from "../system.ts";

const DELAYS_MS = [2_000, 4_000];
const PER_SECOND = 50;

export async function retries(rig: Rig, plan: Plan): Promise<Measured> {
  const webhooks = plan.isQuick ? 20 : 1_000;
  const types = Array.from({ length: webhooks }, (_, at) => `T${String(at).padStart(4, "0")}`);
  const vars = { EVENT_TYPES: types.join(" "), MAX_WEBHOOKS: String(webhooks) };
  const system = await System.start(product, { vars });
  try {
    await createWebhooks(system, types.map((event_type, at) =>
      ({ fields: { target_url: rig.receiver.url("again", at), event_type } })));
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

/** How much later than its delay each retry came. */
function lateness(arrivals: { numbers: Uint32Array; times: Float64Array }): number[] {
  const tries = new Map<number, number[]>();
  for (const [place, number] of arrivals.numbers.entries()) {
    const times = tries.get(number) ?? [];
    times.push(arrivals.times[place] ?? 0);
    tries.set(number, times);
  }
  return [...tries.values()].flatMap((times) =>
    DELAYS_MS.flatMap((delay, at) => {
      const [before, after] = [times[at], times[at + 1]];
      return before === undefined || after === undefined ? [] : [after - before - delay];
    }));
}
