// npm run torture: installs what is missing, builds, and runs tests/torture/main.ts.

import { join } from "node:path";
import { bundle } from "../build/bundle.mjs";
import { main } from "../lib/main.mjs";
import { NPM_BIN } from "../lib/paths.mjs";
import { start } from "../lib/run.mjs";
import { ready } from "../setup/ready.mjs";

await main(async () => {
  await ready();
  await bundle();
  const args = [join("tests", "torture", "main.ts"), ...process.argv.slice(2)];
  const child = start(join(NPM_BIN, "node"), args, { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
});
