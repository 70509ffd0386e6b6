// OpenSSL's development files, which worker-build and wasm-bindgen-cli are compiled against.

import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { hasApt, unpack } from "./apt.mjs";
import { installOnce } from "../lib/cache.mjs";
import { exists } from "../lib/run.mjs";
import { Trouble } from "../lib/say.mjs";

const HINT =
  "OpenSSL's development files were not found. Run as root: apt-get install libssl-dev pkg-config";

/** Answers the environment in which crates find OpenSSL, unpacking Debian's if there is none. */
export async function openssl() {
  if (process.platform !== "linux") return {};
  if (process.env.OPENSSL_DIR || process.env.OPENSSL_LIB_DIR) return {};
  if (await exists("pkg-config", ["--exists", "openssl"])) return {};
  if (!await hasApt()) throw new Trouble(HINT);
  const home = await installOnce({
    name: "debian-openssl-1",
    what: "OpenSSL's development files from Debian's packages",
    usually: "10 seconds, once for this user",
    install,
  });
  const library = await multiarch(join(home, "usr", "lib"));
  return {
    OPENSSL_INCLUDE_DIR: join(home, "usr", "include"),
    OPENSSL_LIB_DIR: join(home, "usr", "lib", library),
    // The tool then runs where no OpenSSL is installed, and outlives this folder.
    OPENSSL_STATIC: "1",
  };
}

async function install(home) {
  await unpack(["libssl-dev"], home, HINT);
  // The headers lie in two folders, and the crates take one.
  const include = join(home, "usr", "include");
  const special = await multiarch(include);
  await cp(join(include, special, "openssl"), join(include, "openssl"), { recursive: true });
}

/** The folder that Debian names after the architecture, like x86_64-linux-gnu. */
async function multiarch(folder) {
  return (await readdir(folder)).find((name) => name.endsWith("-linux-gnu"));
}
