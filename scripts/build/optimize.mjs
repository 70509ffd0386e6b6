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

/**
 * Keeps the names of functions, which a profiler needs. They are a tenth of the gzipped module, so
 * a deployed module has none.
 */
const NAMES = process.env.WASM_NAMES === "1" ? ["--debuginfo"] : [];

/**
 * Optimisation for speed, with two settings that make the module smaller without making it slower:
 * a large function is not inlined into its only caller, and functions are sorted by name, which
 * puts similar ones side by side for gzip. docs/DECISIONS.md has the settings that cost speed.
 */
const PASSES = [
  "-O3", "--one-caller-inline-max-function-size=20", "--reorder-functions-by-name",
  "--strip-producers", ...NAMES,
];

/** Optimises the module in place, and prints its size. */
export async function optimize(wasm, wasmOpt) {
  const optimized = `${wasm}.optimized`;
  await must(process.execPath, [wasmOpt, wasm, "-o", optimized, ...PASSES, ...FEATURES], {
    hint: "wasm-opt could not optimise the module.",
  });
  await rename(optimized, wasm);
  const bytes = await readFile(wasm);
  const kb = (count) => `${(count / 1000).toFixed(1)} kB`;
  say(`  ${kb(bytes.length)}, ${kb(gzipSync(bytes, { level: 9 }).length)} gzipped`);
}
