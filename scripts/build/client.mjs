// Builds the npm package of the client: clients/typescript/dist/ from its sources. `npm pack` runs it.

import { cp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { main } from "../lib/main.mjs";
import { NPM_BIN, ROOT } from "../lib/paths.mjs";
import { must } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { needPackages } from "../setup/packages.mjs";

const FOLDER = join(ROOT, "clients", "typescript");
const COMPILER = join(ROOT, "node_modules", "typescript-native", "bin", "tsc");

await main(async () => {
  await needPackages();
  const dist = join(FOLDER, "dist");
  await rm(dist, { recursive: true, force: true });
  await must(join(NPM_BIN, "node"), [COMPILER, "-p", FOLDER]);
  for (const file of await readdir(dist, { recursive: true })) {
    if (file.endsWith(".d.ts")) await nameJavaScript(join(dist, file));
  }
  await cp(join(ROOT, "LICENSE"), join(FOLDER, "LICENSE"));
  say("clients/typescript/dist/ is ready");
});

/** The compiler writes the names of other files as .js into JavaScript, but not into types. */
async function nameJavaScript(file) {
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replaceAll(/((?:from|import\() ?"\.[^"]*)\.ts"/g, '$1.js"'));
}
