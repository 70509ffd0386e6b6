// worker-build and the programs that it calls. Missing ones are compiled once, into the cache.

import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { installOnce } from "../lib/cache.mjs";
import { CACHE, ROOT } from "../lib/paths.mjs";
import { must } from "../lib/run.mjs";
import { CommandError } from "../lib/say.mjs";
import { openssl } from "./openssl.mjs";
import { wasmToolchain } from "./toolchain.mjs";
import { WASM_BINDGEN, WORKER_BUILD } from "./versions.mjs";

/** Installs one version of a crate with `cargo install`, and returns the path of its command. */
async function cargoTool({ crate, version, command, usually, flags = [] }) {
  const home = await installOnce({
    name: `${crate}-${version}`,
    what: `${crate} ${version}: compiling it from crates.io, once for this user`,
    usually,
    install: async (folder) => {
      const environment = await openssl();
      const target = join(folder, "target");
      const args = ["install", `${crate}@${version}`, "--bin", command, "--root", folder];
      await must("cargo", [...args, "--no-track", ...flags], {
        environment: {
          ...environment,
          CARGO_TARGET_DIR: target,
          // Compiles in a third of the time, but makes each build a second longer.
          CARGO_PROFILE_RELEASE_OPT_LEVEL: "0",
        },
        cwd: folder,
        hint: `cargo could not install ${crate} ${version}. It needs crates.io and a C linker.`,
      });
      await rm(target, { recursive: true, force: true });
    },
  });
  return join(home, "bin", command);
}

/** Returns whether an earlier run has compiled the tools. */
export const hasTools = () => existsSync(join(CACHE, `worker-build-${WORKER_BUILD}`));

/** Returns the path of worker-build, and the environment in which it downloads nothing. */
export async function needTools() {
  return { command: await workerBuild(), environment: await buildEnvironment() };
}

const workerBuild = () => cargoTool({
  crate: "worker-build",
  version: WORKER_BUILD,
  command: "worker-build",
  usually: "2 minutes",
  flags: ["--locked"],
});

const wasmBindgen = () => cargoTool({
  crate: "wasm-bindgen-cli",
  version: WASM_BINDGEN,
  command: "wasm-bindgen",
  usually: "1 to 2 minutes",
});

/** esbuild's own binary. The command in .bin is a script, which worker-build does not accept. */
function esbuildBinary() {
  const path = join(
    ROOT, "node_modules", "@esbuild", `${process.platform}-${process.arch}`, "bin", "esbuild",
  );
  if (!existsSync(path)) throw new CommandError(`esbuild is not at ${path}: run npm ci.`);
  return path;
}

/** Returns the environment with the wasm toolchain and the paths of the programs. */
async function buildEnvironment() {
  return {
    ...await wasmToolchain(),
    WASM_BINDGEN_BIN: await wasmBindgen(),
    WASM_OPT_BIN: join(ROOT, "node_modules", "binaryen", "bin", "wasm-opt"),
    ESBUILD_BIN: esbuildBinary(),
  };
}
