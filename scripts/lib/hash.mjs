// The hash of the inputs of a build. If it has changed, the build is repeated.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

/** Returns the hash of all files at or below these paths of the checkout. */
export async function hashOf(inputs) {
  const hash = createHash("sha256");
  for (const input of inputs) {
    for (const path of await filesOf(input)) {
      hash
        .update(`${path}\0`)
        .update(await readFile(join(ROOT, path)))
        .update("\0");
    }
  }
  return hash.digest("hex");
}

/** Returns the files at or below a path of the checkout, sorted; none if it does not exist. */
async function filesOf(path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) return [];
  try {
    const names = await readdir(full);
    return (await Promise.all(names.sort().map((name) => filesOf(join(path, name))))).flat();
  } catch (error) {
    if (error.code === "ENOTDIR") return [path];
    throw error;
  }
}
