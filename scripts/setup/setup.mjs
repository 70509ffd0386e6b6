// npm run setup: everything that is fetched or compiled once, and nothing else.

import { main } from "../lib/main.mjs";
import { ready } from "./ready.mjs";
import { say } from "../lib/say.mjs";

await main(async () => {
  await ready();
  say("all tools are ready");
});
