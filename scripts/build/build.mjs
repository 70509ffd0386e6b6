// npm run build: the Worker's bundle and the static assets. wrangler calls it too, before a deploy
// and on a change.

import { assets } from "./assets.mjs";
import { bundle } from "./bundle.mjs";
import { main } from "./main.mjs";
import { ready } from "./ready.mjs";
import { say } from "./say.mjs";

await main(async () => {
  await ready();
  if (await assets()) say("dist/ is ready");
  if (await bundle()) say("build/ is ready");
});
