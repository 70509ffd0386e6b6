// What every command has: the client, the settings and the output.

import type { Command } from "commander";
import { WebhookDispatcher } from "../client.ts";
import type { Pages } from "../pages.ts";
import { VERSION } from "../version.ts";
import { Output } from "./output.ts";
import { settingsFrom, type GlobalOptions, type Settings } from "./settings.ts";

export interface Context<Options> {
  client: WebhookDispatcher;
  settings: Settings;
  out: Output;
  options: Options;
}

/** Fewer than a program makes: a person waits, and can run the command again. */
const RETRIES = 2;

/** The address of the dispatcher that the command calls, for its errors. */
export let calledUrl = "";

/**
 * Returns the action of a command: it finds the settings, then does `run` with the arguments of the
 * command line.
 */
export function act<Options, Arguments extends unknown[]>(
  run: (context: Context<Options>, ...args: Arguments) => Promise<void>,
): (...all: unknown[]) => Promise<void> {
  return async (...all) => {
    const command = all.at(-1) as Command;
    const options = command.optsWithGlobals() as GlobalOptions & Options;
    const out = new Output(options.json ?? false);
    const settings = await settingsFrom(options, (text) => out.note(text));
    calledUrl = settings.url;
    const client = new WebhookDispatcher({
      ...settings, retries: RETRIES, userAgent: `webhooks-cli/${VERSION}`,
    });
    await run({ client, settings, out, options }, ...(all.slice(0, -2) as Arguments));
  };
}

/**
 * Prints the items of a list, at most `limit`: as a table, or as one line of JSON each. Says so if
 * there are more.
 */
export async function printList<Item>(
  out: Output,
  pages: Pages<Item>,
  limit: number,
  heads: string[],
  row: (item: Item) => string[],
): Promise<void> {
  const items = await pages.take(limit + 1);
  const shown = items.slice(0, limit);
  if (out.isJson) for (const item of shown) out.line(JSON.stringify(item));
  else if (shown.length === 0) out.note("There are none.");
  else out.table(heads, shown.map(row));
  if (items.length > limit) out.note(`There are more than ${limit}: raise --limit.`);
}
