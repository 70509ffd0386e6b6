// npm run bench -- --against DIR: throughput and CPU of this build beside another one, whose files
// (main.js, index.js, index_bg.wasm) are in DIR. The two take turns in one run; a ratio is the
// median over the rounds.

import { createWebhooks } from "../api.ts";
import type { Plan } from "../plan.ts";
import { paired, slice, type Rig, type Slice, type SliceOptions } from "../slice.ts";
import { product, System, type Kind } from "../system.ts";

const WARM_EVENTS = 3_000;
const ROUNDS = 21;

/** The loads to compare. One webhook gets each event, and its receiver answers at once. */
const CELLS: Record<string, SliceOptions> = {
  "1 publisher": { publishers: 1 },
  "16 publishers": { publishers: 16 },
  "64 publishers": { publishers: 64 },
  "1 publisher, keys": { publishers: 1, keyed: true },
  "16 publishers, keys": { publishers: 16, keyed: true },
  "64 publishers, keys": { publishers: 64, keyed: true },
};

/** Ratios of this build to the other, by what was measured: above 1 is more. */
export async function against(
  rig: Rig,
  plan: Plan,
  build: string,
): Promise<Record<string, Record<string, number>>> {
  const kinds: Kind[] = [product, { ...product, name: "other", build }];
  const systems = await Promise.all(kinds.map((kind) => System.start(kind, { storage: "disk" })));
  try {
    for (const system of systems) {
      await createWebhooks(system, [{ fields: { target_url: rig.receiver.url("ok", 0) } }]);
      await slice(rig, system, { publishers: 16, count: WARM_EVENTS });
    }
    const ratios: Record<string, Record<string, number>> = {};
    for (const [name, options] of Object.entries(CELLS)) {
      const [ours, other] = await takeTurns(rig, systems, { ...options, ms: plan.sliceMs });
      const ratio = (pick: (one: Slice) => number): number =>
        Number(paired(ours, other, pick).toPrecision(4));
      ratios[name] = {
        accepted_per_second: ratio((one) => one.acceptedPerSecond),
        receive_p50: ratio((one) => one.p50),
        cpu_per_delivery: ratio((one) => one.cpuPerDelivery),
      };
    }
    return ratios;
  } finally {
    for (const system of systems) await system.stop();
  }
}

async function takeTurns(
  rig: Rig,
  systems: System[],
  options: SliceOptions,
): Promise<[Slice[], Slice[]]> {
  const slices: [Slice[], Slice[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const turns = [...systems.entries()];
    for (const [index, system] of round % 2 === 0 ? turns : turns.toReversed()) {
      slices[index]?.push(await slice(rig, system, options));
    }
  }
  return slices;
}
