// All commands with their options.

import { Command } from "commander";
import { VERSION } from "../version.ts";
import { addCompletion } from "./commands/completion.ts";
import { addDeliveries, addRecover, addResend } from "./commands/deliveries.ts";
import { addKeys, addPortal } from "./commands/operator.ts";
import { addMcp } from "./commands/mcp.ts";
import { addPing } from "./commands/ping.ts";
import { addPublish } from "./commands/publish.ts";
import { addWebhooks } from "./commands/webhooks.ts";
import { addListen } from "./listen/command.ts";
import { defaultConfig } from "./settings.ts";

const AFTER_HELP = `
The address and the key are those of --url and --key, else of WEBHOOKS_URL and WEBHOOKS_API_KEY,
else of the configuration file: {"url": "https://hooks.example.com", "key": "…"}.

Exit codes: 0 done, 1 failed, 2 wrong command line or settings.`;

export function createProgram(): Command {
  const program = new Command("webhooks")
    .description("Publishes events and manages webhooks of a webhook dispatcher.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this")
    .option("--url <url>", "the address of the dispatcher")
    .option("--key <key>", "the API key")
    .option("--config <file>", `the configuration file (default: ${shortened(defaultConfig())})`)
    .option("--json", "print JSON: one value a line")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", AFTER_HELP)
    .showSuggestionAfterError()
    .showHelpAfterError("(add --help to see what can be given)");
  for (const add of [
    addListen, addPublish, addPing, addWebhooks, addDeliveries, addResend, addRecover, addKeys,
    addPortal, addMcp, addCompletion,
  ]) add(program);
  return program;
}

/** Returns a path with `~` for the home directory. */
function shortened(path: string): string {
  const home = process.env["HOME"];
  return home && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
