#!/usr/bin/env node
// The command `webhooks`: runs it, and ends with its exit code.

import { CommanderError } from "commander";
import { calledUrl } from "./context.ts";
import {
  EXIT_FAILED, EXIT_OK, EXIT_USAGE, FailedOutcome, UsageError, explanation,
} from "./failures.ts";
import { createProgram } from "./program.ts";

// The reader of the output may end before this process, as in `| head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? EXIT_OK : EXIT_FAILED);
});

process.exitCode = await run(process.argv);

async function run(words: string[]): Promise<number> {
  const program = createProgram();
  const strict = (command: typeof program) => {
    command.exitOverride();
    command.commands.forEach(strict);
  };
  strict(program);
  try {
    await program.parseAsync(words);
    return EXIT_OK;
  } catch (error) {
    return exitCodeOf(error);
  }
}

/** Tells what went wrong, and returns the exit code. */
function exitCodeOf(error: unknown): number {
  // The library has printed its help or error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
  if (error instanceof FailedOutcome) return EXIT_FAILED;
  const text = explanation(error, calledUrl);
  process.stderr.write(`${text ?? (error instanceof Error ? error.stack : String(error))}\n`);
  return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
}
