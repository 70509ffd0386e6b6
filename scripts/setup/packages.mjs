// Installs the npm packages, at first and after each change of the lock file.

import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "../lib/lock.mjs";
import { CACHE, ROOT, SYSTEM_PATH } from "../lib/paths.mjs";
import { must } from "../lib/run.mjs";
import { CommandError, step } from "../lib/say.mjs";
import { atLeast, NODE_MIN } from "./versions.mjs";

const MARK = join(ROOT, "node_modules", ".installed");

export async function needPackages() {
  if (!atLeast(process.versions.node, NODE_MIN)) {
    throw new CommandError(`Node is ${process.versions.node}; at least ${NODE_MIN} is needed.`);
  }
  const lockFile = await readFile(join(ROOT, "package-lock.json"));
  const wanted = createHash("sha256").update(lockFile).digest("hex");
  const isInstalled = async () => await readFile(MARK, "utf8").catch(() => "") === wanted;
  if (await isInstalled()) return;
  const checkout = createHash("sha256").update(ROOT).digest("hex").slice(0, 16);
  await withLock(join(CACHE, `npm-${checkout}.lock`), async () => {
    if (await isInstalled()) return;
    await step("npm packages: npm ci", "half a minute", () => must(
      "npm",
      ["ci", "--no-audit", "--no-fund"],
      {
        environment: {
          // Without the Node in node_modules, because npm ci empties that folder.
          PATH: SYSTEM_PATH,
          // npm 11 sets this for scripts, but npm ci rejects it together with `allowScripts`.
          npm_config_allow_scripts: undefined,
        },
        hint: "npm ci failed. It needs the npm registry.",
      },
    ));
    await writeFile(MARK, wanted);
  });
}
