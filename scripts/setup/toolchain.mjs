// A Rust toolchain for wasm32: that of the user, or one from Debian's packages.
//
// rust-toolchain.toml could do a part of this. But then rustup tries to download the target on each
// call of cargo, and cargo fails if it cannot.

import { existsSync } from "node:fs";
import { exists, must, run } from "../lib/run.mjs";
import { CommandError, say, step } from "../lib/say.mjs";
import { hasApt } from "./apt.mjs";
import { debianToolchain, existingDebianToolchain } from "./debian.mjs";
import { atLeast, RUSTC_MIN, WASM_TARGET } from "./versions.mjs";

/** A download takes seconds. Behind a firewall that drops packets, it would hang for minutes. */
const RUSTUP_LIMIT_SECONDS = 120;

/** Fails if something is missing that a build of the native tests needs. */
export async function needRust() {
  if (!await exists("cargo")) {
    throw new CommandError("cargo was not found. Install Rust with rustup: https://rustup.rs");
  }
  const version = (await must("rustc", ["--version"])).split(" ")[1];
  if (!atLeast(version, RUSTC_MIN)) {
    throw new CommandError(
      `rustc is ${version}; at least ${RUSTC_MIN} is needed. Run: rustup update stable`,
    );
  }
  if (!await exists("cc")) {
    throw new CommandError("No C linker was found. Run as root: apt-get install build-essential");
  }
}

/** Installs what cargo needs to build for wasm32, and returns the environment for it. */
export async function wasmToolchain() {
  if (await hasTarget()) return {};
  const existing = existingDebianToolchain();
  if (existing !== undefined) return existing;
  const rustupOutput = await addTarget();
  if (await hasTarget()) return {};
  if (await hasApt()) return debianToolchain();
  throw new CommandError(
    `${rustupOutput}\n\nThe Rust target ${WASM_TARGET} is missing and could not be added.\n` +
      `Run: rustup target add ${WASM_TARGET}\n` +
      "(or use a system whose apt offers the packages rustc-web and rust-web-src).",
  );
}

async function hasTarget() {
  const { code, output } = await run(
    "rustc", ["--print", "target-libdir", "--target", WASM_TARGET],
  );
  return code === 0 && existsSync(output.trim());
}

async function addTarget() {
  if (!await exists("rustup")) return "rustup was not found.";
  const what = `Rust target ${WASM_TARGET}: rustup adds it`;
  const { code, output } = await step(what, "under a minute, once", () =>
    run("rustup", ["target", "add", WASM_TARGET], { limitSeconds: RUSTUP_LIMIT_SECONDS }));
  if (code !== 0) say("  rustup could not download it");
  return output.trim();
}
