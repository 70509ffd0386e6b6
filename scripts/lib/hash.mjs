// The hash of a build's inputs, which tells whether it must be built again.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

/** The hash of all files at or below these paths of the checkout. */
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

/** The files at or below a path of the checkout, in a fixed order; none if it does not exist. */
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
