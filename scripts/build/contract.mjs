// The first part of npm run contract: writes contract/openapi.json.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contractText } from "../../contract/document.mjs";
import { main } from "../lib/main.mjs";
import { ROOT } from "../lib/paths.mjs";
import { say } from "../lib/say.mjs";

const FILE = join("contract", "openapi.json");

await main(async () => {
  await writeFile(join(ROOT, FILE), contractText());
  say(`${FILE} is written`);
});
