// The frame of every command: it prints failures as messages, and ends all children.

import { endAll } from "./run.mjs";
import { Trouble } from "./say.mjs";

/** Runs a command. The exit code is the number that `work` answers, 0 without one, 1 on failure. */
export async function main(work) {
  try {
    endAll((await work()) ?? 0);
  } catch (error) {
    process.stderr.write(`\n${error instanceof Trouble ? error.message : error.stack}\n`);
    endAll(1);
  }
}
