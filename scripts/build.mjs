// npm run build: the Worker's bundle. wrangler calls it too, before a deploy and on a change.

import { bundle } from "./bundle.mjs";
import { main } from "./main.mjs";
import { needPackages } from "./packages.mjs";
import { say } from "./say.mjs";
import { needRust } from "./toolchain.mjs";

await main(async () => {
  await needPackages();
  await needRust();
  if (await bundle()) say("build/ is ready");
});
