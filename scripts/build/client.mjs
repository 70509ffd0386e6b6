// Builds the npm package of the client: clients/typescript/dist/ from its sources.

import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { NPM_BIN, ROOT } from "../lib/paths.mjs";
import { main } from "../lib/main.mjs";
import { must } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";

const FOLDER = join(ROOT, "clients", "typescript");
const COMPILER = join(ROOT, "node_modules", "typescript-native", "bin", "tsc");

await main(async () => {
  await rm(join(FOLDER, "dist"), { recursive: true, force: true });
  await must(join(NPM_BIN, "node"), [COMPILER, "-p", FOLDER]);
  await cp(join(ROOT, "LICENSE"), join(FOLDER, "LICENSE"));
  say("clients/typescript/dist/ is ready");
});
