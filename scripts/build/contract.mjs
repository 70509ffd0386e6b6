// npm run contract: writes contract/openapi.json anew from its parts.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contractText } from "../contract/document.mjs";
import { main } from "./main.mjs";
import { ROOT } from "./paths.mjs";
import { say } from "./say.mjs";

const FILE = join("contract", "openapi.json");

await main(async () => {
  await writeFile(join(ROOT, FILE), contractText());
  say(`${FILE} is written`);
});
