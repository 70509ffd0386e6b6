// The entry point of every command: prints errors, and ends all child processes.

import { endAll } from "./run.mjs";
import { CommandError } from "./say.mjs";

/** Runs a command. The exit code is what `work` returns, or 0 without it, or 1 after an error. */
export async function main(work) {
  try {
    endAll((await work()) ?? 0);
  } catch (error) {
    process.stderr.write(`\n${error instanceof CommandError ? error.message : error.stack}\n`);
    endAll(1);
  }
}
