// Measures the size of the wasm module, and the time from a cold start to the first response.
//
// Most of that time is workerd's own. So the peer `forward`, which does nearly nothing, is started
// in turns with the product for comparison.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { figure } from "../figures.ts";
import type { Measured, Plan } from "../plan.ts";
import type { Rig } from "../slice.ts";
import { median, rounded } from "../stats.ts";
import { forward, product, System } from "../system.ts";

export async function size(_rig: Rig, plan: Plan): Promise<Measured> {
  const build = join(import.meta.dirname, "..", "..", "build");
  const wasm = readFileSync(join(build, "index_bg.wasm"));
  const gzipped = gzipSync(wasm, { level: 9 }).length;
  const starts: Record<string, number[]> = { product: [], forward: [] };
  for (let round = 0; round < (plan.isQuick ? 1 : 7); round++) {
    for (const kind of [product, forward]) {
      const system = await System.start(kind, { limits: false });
      starts[kind.name]?.push(system.startMs);
      await system.stop();
    }
  }
  const [ours, bare] = [median(starts["product"] ?? []), median(starts["forward"] ?? [])];
  return {
    figures: [figure("wasm_gzipped", gzipped / 1_000)],
    details: {
      wasm_bytes: wasm.length,
      wasm_gzipped_bytes: gzipped,
      start_to_first_answer_ms: rounded(ours),
      same_of_the_bare_forwarder_ms: rounded(bare),
      of_which_the_product_ms: rounded(ours - bare),
    },
  };
}
