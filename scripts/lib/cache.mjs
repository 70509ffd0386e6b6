// Installs a tool into the cache of this user, once. After a failure, the cache has no such tool.

import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { CACHE } from "./paths.mjs";
import { step } from "./say.mjs";

/**
 * Returns the folder of the tool `name`, which includes the version. If it does not exist,
 * `install` fills an empty folder, which is renamed to it afterwards.
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
