// OpenSSL's development files, which worker-build needs to compile.

import { cp } from "node:fs/promises";
import { join } from "node:path";
import { installOnce } from "../lib/cache.mjs";
import { exists } from "../lib/run.mjs";
import { CommandError } from "../lib/say.mjs";
import { hasApt, multiarch, unpack } from "./apt.mjs";

const HINT =
  "OpenSSL's development files were not found. Run as root: apt-get install libssl-dev pkg-config";

/** Returns the environment in which crates find OpenSSL. Unpacks Debian's if there is none. */
export async function openssl() {
  if (process.platform !== "linux") return {};
  if (process.env.OPENSSL_DIR || process.env.OPENSSL_LIB_DIR) return {};
  if (await exists("pkg-config", ["--exists", "openssl"])) return {};
  if (!await hasApt()) throw new CommandError(HINT);
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
    // Linked statically, so the tool needs neither an installed OpenSSL nor this folder.
    OPENSSL_STATIC: "1",
  };
}

async function install(home) {
  await unpack(["libssl-dev"], home, HINT);
  // The headers are in two folders, but the crates search only one.
  const include = join(home, "usr", "include");
  const architecture = await multiarch(include);
  await cp(join(include, architecture, "openssl"), join(include, "openssl"), { recursive: true });
}
