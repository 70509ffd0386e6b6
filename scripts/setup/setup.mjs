// npm run setup: installs what a build needs, without building.

import { main } from "../lib/main.mjs";
import { say } from "../lib/say.mjs";
import { ready } from "./ready.mjs";

await main(async () => {
  await ready();
  say("all tools are ready");
});
