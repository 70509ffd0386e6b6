// The last step of a build: wasm-opt makes the module smaller and faster.

import { readFile, rename } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { must } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";

/**
 * The features that rustc and wasm-bindgen use and workerd supports. With `--all-features`,
 * binaryen would write encodings that workerd cannot read yet.
 */
const FEATURES = [
  "mutable-globals", "sign-ext", "nontrapping-float-to-int", "bulk-memory", "multivalue",
  "reference-types", "exception-handling",
].map((feature) => `--enable-${feature}`);

/** Names are a tenth of the gzipped module, so a deployed one has none. A profiler needs them. */
const NAMES = process.env.WASM_NAMES === "1" ? ["--debuginfo"] : [];

/**
 * For speed, with two exceptions that do not reduce it: a large function is not inlined into its
 * only caller, and similar functions stand side by side, which gzip compresses better.
 * docs/DECISIONS.md has the other ways to a smaller module, and their costs.
 */
const PASSES = [
  "-O3", "--one-caller-inline-max-function-size=20", "--reorder-functions-by-name",
  "--strip-producers", ...NAMES,
];

/** Optimises the module in place, and prints its size. */
export async function optimize(wasm, wasmOpt) {
  const made = `${wasm}.made`;
  await must(process.execPath, [wasmOpt, wasm, "-o", made, ...PASSES, ...FEATURES], {
    hint: "wasm-opt could not optimise the module.",
  });
  await rename(made, wasm);
  const bytes = await readFile(wasm);
  const kb = (count) => `${(count / 1000).toFixed(1)} kB`;
  say(`  ${kb(bytes.length)}, ${kb(gzipSync(bytes, { level: 9 }).length)} gzipped`);
}
