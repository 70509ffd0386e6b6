// npm run client:python: makes the generated parts of clients/python anew (generate.py).

import { join } from "node:path";
import { main } from "../lib/main.mjs";
import { must } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { pythonForClient } from "../setup/python.mjs";

await main(async () => {
  await must(await pythonForClient(), [join("clients", "python", "generate.py")]);
  say("the generated parts of clients/python are written");
});
