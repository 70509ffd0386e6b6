// A Rust toolchain for wasm32 from Debian's packages, for machines where rustup cannot download.
//
// Debian's rustc-web packages lack the standard library for wasm32, but have its sources, so it is
// compiled here. They conflict with an installed rustc, so they are unpacked into the cache and not
// installed.

import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, relative } from "node:path";
import { installOnce } from "../lib/cache.mjs";
import { CACHE, PATH } from "../lib/paths.mjs";
import { must } from "../lib/run.mjs";
import { CommandError } from "../lib/say.mjs";
import { unpack, writeCommand } from "./apt.mjs";
import { atLeast, RUSTC_MIN, WASM_TARGET } from "./versions.mjs";

/** Increase the number when `install` changes, so that an old toolchain is not used. */
const NAME = "debian-rust-wasm32-1";

const PACKAGES = ["rustc-web", "cargo-web", "rust-web-src", "libstd-rust-web-dev", "lld-22"];

const HINT =
  `apt could not download ${PACKAGES.join(", ")}, which replace the Rust target ` +
  `${WASM_TARGET} where rustup cannot download it. Debian 12 has them, with its security updates.`;

/** Returns the environment for the toolchain of an earlier run, or undefined without one. */
export function existingDebianToolchain() {
  const home = join(CACHE, NAME);
  return existsSync(home) ? environmentOf(home) : undefined;
}

/** Installs the toolchain unless it exists, and returns the environment for it. */
export async function debianToolchain() {
  return environmentOf(await installOnce({
    name: NAME,
    what: "Rust for wasm32 from Debian's packages, with its standard library compiled",
    usually: "1 to 2 minutes, once for this user",
    install,
  }));
}

function environmentOf(home) {
  const bin = join(home, "bin");
  return { PATH: bin + delimiter + PATH, RUSTC: join(bin, "rustc"), RUSTUP_TOOLCHAIN: undefined };
}

async function install(home) {
  await unpack(PACKAGES, home, HINT);
  await linkLinker(home);
  for (const command of ["cargo", "rustc"]) {
    await writeCommand(home, command, `"$home/usr/bin/${command}"`);
  }
  const version = (await must(join(home, "bin", "rustc"), ["--version"])).split(" ")[1];
  if (!atLeast(version, RUSTC_MIN)) {
    throw new CommandError(`Debian's rustc-web is ${version}; ${RUSTC_MIN} is needed.\n${HINT}`);
  }
  await buildStandardLibrary(home);
}

/** Links Debian's lld to the path where rustc looks for its own. */
async function linkLinker(home) {
  const rustlib = join(home, "usr", "lib", "rustlib");
  const host = (await readdir(rustlib)).find((name) => name.includes("-linux-"));
  const llvm = (await readdir(join(home, "usr", "lib"))).find((name) => name.startsWith("llvm-"));
  const link = join(rustlib, host, "bin", "rust-lld");
  await mkdir(dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(relative(dirname(link), join(home, "usr", "lib", llvm, "bin", "lld")), link);
}

/** Compiles the standard library for wasm32, as a part of an empty crate. */
async function buildStandardLibrary(home) {
  const crate = join(home, "empty");
  await mkdir(join(crate, "src"), { recursive: true });
  await writeFile(
    join(crate, "Cargo.toml"),
    '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n',
  );
  await writeFile(join(crate, "src", "lib.rs"), "#![no_std]\n");
  await must("cargo", [
    "build", "--release", "-Zbuild-std=std,panic_abort,test", "--target", WASM_TARGET,
  ], {
    cwd: crate,
    environment: {
      ...environmentOf(home),
      CARGO_TARGET_DIR: join(crate, "target"),
      RUSTC_BOOTSTRAP: "1",
      // Without bitcode, a crate with `lto = true` cannot be linked.
      RUSTFLAGS: "-Cembed-bitcode=yes",
    },
    hint: "Rust's standard library for wasm32 could not be compiled. It needs crates.io.",
  });
  const made = join(crate, "target", WASM_TARGET, "release", "deps");
  const library = join(home, "usr", "lib", "rustlib", WASM_TARGET, "lib");
  await mkdir(library, { recursive: true });
  for (const name of await readdir(made)) {
    const isPart = name.endsWith(".rlib") && !name.startsWith("libempty-");
    if (isPart) await copyFile(join(made, name), join(library, name));
  }
  await rm(crate, { recursive: true });
  await rm(join(home, "usr", "src"), { recursive: true });
  await rm(join(home, "usr", "share"), { recursive: true });
}
