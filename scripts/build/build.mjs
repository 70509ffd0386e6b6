// npm run build: builds the Worker's bundle and the static assets. wrangler also runs it, before a
// deployment and after a change.

import { main } from "../lib/main.mjs";
import { say } from "../lib/say.mjs";
import { ready } from "../setup/ready.mjs";
import { assets } from "./assets.mjs";
import { bundle } from "./bundle.mjs";

await main(async () => {
  await ready();
  if (await assets()) say("dist/ is ready");
  if (await bundle()) say("build/ is ready");
});
