// The Worker's bundle in build/: made by worker-build, and made again only when an input changed.

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hashOf } from "./hash.mjs";
import { ROOT } from "./paths.mjs";
import { must } from "./run.mjs";
import { step, Trouble } from "./say.mjs";
import { needTools } from "./tools.mjs";
import { WASM_BINDGEN, WORKER_BUILD } from "./versions.mjs";

const OUTPUTS = ["index.js", "index_bg.wasm"].map((name) => join(ROOT, "build", name));
const MARK = join(ROOT, "build", ".inputs");
const INPUTS = ["src", "Cargo.toml", "Cargo.lock", ".cargo/config.toml", "scripts/versions.mjs"];

/** Builds the bundle unless it is current; answers whether it had to. */
export async function bundle() {
  const inputs = await hashOf(INPUTS);
  const built = await readFile(MARK, "utf8").catch(() => "");
  if (built === inputs && OUTPUTS.every(existsSync)) return false;
  await needEqualVersions();
  const { command, environment } = await needTools();
  await step("the Worker: cargo and worker-build", "1 to 2 minutes, less after a change", () =>
    must(command, ["--release"], {
      environment: { ...environment, RUST_BACKTRACE: "0" },
      hint: "The Worker could not be built.",
    }));
  await writeFile(MARK, inputs);
  return true;
}

/** Fails if Cargo.lock has other versions than the tools: they would not fit together. */
async function needEqualVersions() {
  const lock = await readFile(join(ROOT, "Cargo.lock"), "utf8").catch(() => "");
  for (const [crate, wanted] of [["wasm-bindgen", WASM_BINDGEN], ["worker", WORKER_BUILD]]) {
    const found = lock.match(new RegExp(`name = "${crate}"\\nversion = "(.*)"`))?.[1];
    if (found !== undefined && found !== wanted) {
      throw new Trouble(
        `Cargo.lock has ${crate} ${found}, but scripts/versions.mjs ${wanted}: make them equal.`,
      );
    }
  }
}
