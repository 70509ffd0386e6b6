// What every command does around its work: failures become a message, and no child outlives it.

import { endAll } from "./run.mjs";
import { Trouble } from "./say.mjs";

/** Runs a command's work. It ends with 0, with the number that the work answers, or with 1. */
export async function main(work) {
  try {
    endAll((await work()) ?? 0);
  } catch (error) {
    process.stderr.write(`\n${error instanceof Trouble ? error.message : error.stack}\n`);
    endAll(1);
  }
}
