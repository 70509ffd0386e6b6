// Builds the Worker's bundle in build/ with worker-build, if an input has changed.

import { existsSync } from "node:fs";
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hashOf } from "../lib/hash.mjs";
import { ROOT } from "../lib/paths.mjs";
import { must } from "../lib/run.mjs";
import { CommandError, step } from "../lib/say.mjs";
import { needTools } from "../setup/tools.mjs";
import { WASM_BINDGEN, WORKER_BUILD } from "../setup/versions.mjs";
import { optimize } from "./optimize.mjs";

const WASM = join(ROOT, "build", "index_bg.wasm");
const MAIN = join(ROOT, "build", "main.js");
const OUTPUTS = [MAIN, join(ROOT, "build", "index.js"), WASM];
const MARK = join(ROOT, "build", ".inputs");
const INPUTS = [
  "src", "crates", "Cargo.toml", "Cargo.lock", ".cargo/config.toml",
  "scripts/build/optimize.mjs", "scripts/setup/versions.mjs",
];

/** Whether the bundle is up to date with the sources. */
export const isBundleCurrent = async () => isMadeFrom(await inputsNow());

const inputsNow = async () => `${process.env.WASM_NAMES ?? ""}${await hashOf(INPUTS)}`;

async function isMadeFrom(inputs) {
  const built = await readFile(MARK, "utf8").catch(() => "");
  return built === inputs && OUTPUTS.every(existsSync);
}

/** Builds the bundle unless it is up to date, and returns whether it built it. */
export async function bundle() {
  const inputs = await inputsNow();
  if (await isMadeFrom(inputs)) return false;
  await needEqualVersions();
  const { command, environment } = await needTools();
  // Without the mark, the bundle is built again. So a build that is interrupted is not used.
  await rm(MARK, { force: true });
  await step("the Worker: cargo and worker-build", "1 to 2 minutes, less after a change", () =>
    must(command, ["--release"], {
      environment: { ...environment, RUST_BACKTRACE: "0" },
      hint: "The Worker could not be built.",
    }));
  await step("the Worker: wasm-opt", "a minute", () => optimize(WASM, environment.WASM_OPT_BIN));
  await copyFile(join(ROOT, "src", "main.js"), MAIN);
  await writeFile(MARK, inputs);
  return true;
}

/** Fails if a version in Cargo.lock differs from that of the tool, which must be equal. */
async function needEqualVersions() {
  const lock = await readFile(join(ROOT, "Cargo.lock"), "utf8").catch(() => "");
  for (const [crate, wanted] of [["wasm-bindgen", WASM_BINDGEN], ["worker", WORKER_BUILD]]) {
    const found = lock.match(new RegExp(`name = "${crate}"\\nversion = "(.*)"`))?.[1];
    if (found !== undefined && found !== wanted) {
      throw new CommandError(
        `Cargo.lock has ${crate} ${found}, but scripts/setup/versions.mjs has ${wanted}. ` +
          "Make them equal.",
      );
    }
  }
}
