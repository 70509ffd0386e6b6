// The last step of a build: wasm-opt, and how large the module has become.

import { readFile, rename } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { must } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";

/**
 * What rustc 1.91 and wasm-bindgen emit, and workerd reads. Not `--all-features`: binaryen would
 * then write encodings that workerd does not know yet.
 */
const FEATURES = [
  "mutable-globals", "sign-ext", "nontrapping-float-to-int", "bulk-memory", "multivalue",
  "reference-types", "exception-handling",
].map((feature) => `--enable-${feature}`);

/** Names take a tenth of the module, gzipped, so a deployed one has none; a profiler wants them. */
const NAMES = process.env.WASM_NAMES === "1" ? ["--debuginfo"] : [];

/**
 * For speed, but for two things that cost none: a large function is not put into its one caller,
 * and functions of one kind stand side by side, where gzip finds them alike. What else would make
 * the module smaller, and what that would cost, is in docs/DECISIONS.md.
 */
const PASSES = [
  "-O3", "--one-caller-inline-max-function-size=20", "--reorder-functions-by-name",
  "--strip-producers", ...NAMES,
];

/** Optimises the module in its place, and says how large it is. */
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
