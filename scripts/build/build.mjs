// npm run build: the Worker's bundle and the static assets. wrangler calls it too, before a deploy
// and on a change.

import { assets } from "./assets.mjs";
import { bundle } from "./bundle.mjs";
import { main } from "../lib/main.mjs";
import { ready } from "../setup/ready.mjs";
import { say } from "../lib/say.mjs";

await main(async () => {
  await ready();
  if (await assets()) say("dist/ is ready");
  if (await bundle()) say("build/ is ready");
});
