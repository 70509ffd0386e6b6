// A Rust toolchain for wasm32: the user's own, or one made of Debian's packages.
//
// rust-toolchain.toml would do a part of this, but rustup then downloads on every call of cargo
// until the target is there, and cargo fails where it cannot.

import { existsSync } from "node:fs";
import { exists, must, run } from "../lib/run.mjs";
import { say, step, Trouble } from "../lib/say.mjs";
import { hasApt } from "./apt.mjs";
import { debianToolchain, debianToolchainIfMade } from "./debian.mjs";
import { atLeast, RUSTC_MIN, WASM_TARGET } from "./versions.mjs";

/** A download takes seconds. A firewall that drops packets would hold it for minutes. */
const RUSTUP_LIMIT_SECONDS = 120;

/** Fails unless the native tests can be built. */
export async function needRust() {
  if (!await exists("cargo")) {
    throw new Trouble("cargo was not found. Install Rust with rustup: https://rustup.rs");
  }
  const version = (await must("rustc", ["--version"])).split(" ")[1];
  if (!atLeast(version, RUSTC_MIN)) {
    throw new Trouble(
      `rustc is ${version}; at least ${RUSTC_MIN} is needed. Run: rustup update stable`,
    );
  }
  if (!await exists("cc")) {
    throw new Trouble("No C linker was found. Run as root: apt-get install build-essential");
  }
}

/** Answers the environment in which cargo builds for wasm32, and installs what it needs. */
export async function wasmToolchain() {
  if (await hasTarget()) return {};
  const made = debianToolchainIfMade();
  if (made !== undefined) return made;
  const rustupOutput = await addTarget();
  if (await hasTarget()) return {};
  if (await hasApt()) return debianToolchain();
  throw new Trouble(
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
