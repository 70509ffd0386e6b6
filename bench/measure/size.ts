// Measures the size of the wasm module, and the time from a cold start to the first response.
//
// Most of that time is workerd's own. So the peer `forward`, which does nearly nothing, is started
// in turns with the product. The difference within a round is the product's share, and the median
// of the rounds counts.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { figure } from "../figures.ts";
import type { Measured, Plan } from "../plan.ts";
import type { Rig } from "../slice.ts";
import { median, rounded } from "../stats.ts";
import { forward, product, System, type Kind } from "../system.ts";

const ROUNDS = 11;

export async function size(_rig: Rig, plan: Plan): Promise<Measured> {
  const build = join(import.meta.dirname, "..", "..", "build");
  const wasm = readFileSync(join(build, "index_bg.wasm"));
  const gzipped = gzipSync(wasm, { level: 9 }).length;
  // The first start reads the files from the disk.
  for (const kind of [forward, product]) await startMs(kind);
  const rounds: { bare: number; ours: number }[] = [];
  for (let round = 0; round < (plan.isQuick ? 3 : ROUNDS); round++) {
    rounds.push({ bare: await startMs(forward), ours: await startMs(product) });
  }
  const share = median(rounds.map(({ bare, ours }) => ours - bare));
  return {
    figures: [
      figure("first_answer_share", share), figure("wasm_gzipped", gzipped / 1_000),
    ],
    details: {
      wasm_bytes: wasm.length,
      wasm_gzipped_bytes: gzipped,
      start_to_first_answer_ms: rounded(median(rounds.map(({ ours }) => ours))),
      same_of_the_bare_forwarder_ms: rounded(median(rounds.map(({ bare }) => bare))),
      of_which_the_product_ms: rounded(share),
    },
  };
}

/** Milliseconds from the start of a process to its first answer. */
async function startMs(kind: Kind): Promise<number> {
  // The layer of the platform's limits would be compiled too.
  const system = await System.start(kind, { limits: false });
  await system.stop();
  return system.startMs;
}
