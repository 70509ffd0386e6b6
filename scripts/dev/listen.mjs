// npm run listen: the command `webhooks listen` for the dispatcher of this checkout.
//
// The key is that of .dev.vars and the address that of `npm start`, unless options or the variables
// of the command give others.

import { join } from "node:path";
import { main } from "../lib/main.mjs";
import { endWithNpm } from "../lib/npm.mjs";
import { NPM_BIN, ROOT } from "../lib/paths.mjs";
import { start } from "../lib/run.mjs";
import { CommandError } from "../lib/say.mjs";
import { needPackages } from "../setup/packages.mjs";
import { existingSecrets } from "./secrets.mjs";

const COMMAND = join(ROOT, "clients", "typescript", "src", "cli", "main.ts");

endWithNpm();

await main(async () => {
  const args = process.argv.slice(2);
  const environment = await settings(args);
  await needPackages();
  const child = start(join(NPM_BIN, "node"), [COMMAND, "listen", ...args], {
    // By the channel the command notices when this process is killed.
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    environment,
  });
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
});

/** Returns the variables of the command, which its options override. */
async function settings(args) {
  const has = (option) => args.some((word) => word === option || word.startsWith(`${option}=`));
  if (has("--config") || has("--help")) return {};
  const key = process.env.WEBHOOKS_API_KEY || (await existingSecrets()).API_KEY;
  if (!key && !has("--key")) {
    throw new CommandError(
      "There is no API key: give one with --key, or run `npm start`, which makes one in .dev.vars.",
    );
  }
  const url = process.env.WEBHOOKS_URL || `http://127.0.0.1:${process.env.PORT || 8787}`;
  return { WEBHOOKS_URL: url, WEBHOOKS_API_KEY: key };
}
