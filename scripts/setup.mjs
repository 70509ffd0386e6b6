// npm run setup: everything that is fetched or compiled once, and nothing else.

import { main } from "./main.mjs";
import { needPackages } from "./packages.mjs";
import { say } from "./say.mjs";
import { needRust } from "./toolchain.mjs";
import { buildEnvironment, workerBuild } from "./tools.mjs";

await main(async () => {
  await needPackages();
  await needRust();
  await workerBuild();
  await buildEnvironment();
  say("all tools are ready");
});
