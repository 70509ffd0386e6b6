// Installs a tool into the per-user cache once, whole or not at all.

import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { CACHE } from "./paths.mjs";
import { step } from "./say.mjs";

/**
 * Answers the folder of the tool `name` (its version is part of the name). `install` is handed an
 * empty sibling folder to fill, which takes the tool's name only when it returned.
 */
export async function installOnce({ name, what, usually, install }) {
  const home = join(CACHE, name);
  if (existsSync(home)) return home;
  return withLock(`${home}.lock`, async () => {
    if (existsSync(home)) return home;
    const partial = `${home}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await step(what, usually, () => install(partial));
    await rename(partial, home);
    return home;
  });
}
