// The first part of npm run contract: writes contract/openapi.json and openapi.client.json.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clientContract } from "../../contract/client.mjs";
import { contract, textOf } from "../../contract/document.mjs";
import { main } from "../lib/main.mjs";
import { ROOT } from "../lib/paths.mjs";
import { say } from "../lib/say.mjs";

const FILES = [["openapi.json", contract], ["openapi.client.json", clientContract]];

await main(async () => {
  for (const [name, document] of FILES) {
    const file = join("contract", name);
    await writeFile(join(ROOT, file), textOf(document()));
    say(`${file} is written`);
  }
});
