// Measures the load generator and the receiver without a system between them. They are no
// bottleneck if their throughput is far above that of every system.

import type { Measured, Plan } from "../plan.ts";
import { takeNumbers, type Rig } from "../slice.ts";
import { rounded } from "../stats.ts";

export async function bottleneck(rig: Rig, plan: Plan): Promise<Measured> {
  const details: Record<string, unknown> = {};
  for (const [publishers, bytes] of [[1, 1_000], [16, 1_000], [64, 1_000], [64, 64_000]] as const) {
    const before = await rig.receiver.collect();
    const cpuBefore = (await rig.load.run(order(rig, { publishers: 1, count: 1, bytes }))).cpuMs;
    const result = await rig.load.run(order(rig, { publishers, ms: plan.sliceMs, bytes }));
    const after = await rig.receiver.collect();
    const received = after.numbers.length - 1;
    details[`${publishers} connections, ${bytes / 1_000} kB`] = {
      per_second: Math.round(result.accepted / result.seconds),
      load_cpu_ms_per_event: rounded((result.cpuMs - cpuBefore) / result.accepted),
      receiver_cpu_ms_per_event: rounded((after.cpuMs - before.cpuMs) / received),
    };
  }
  return { figures: [], details: { "load generator to receiver, nothing between": details } };
}

function order(rig: Rig, rest: { publishers: number; bytes: number; ms?: number; count?: number }) {
  return {
    port: rig.receiver.port,
    path: "/ok/0",
    authorization: "none",
    eventType: "COURSE_COMPLETION",
    first: takeNumbers(1_000_000),
    ...rest,
  };
}
