// npm run torture. options.ts says what it does, README.md where things are.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDisk } from "./disk.ts";
import { badLines, Workerd } from "./dispatcher.ts";
import { optionsFrom, USAGE, UsageError, type Options } from "./options.ts";
import { details, report } from "./report.ts";
import { torture, VARS } from "./torture.ts";

const BAD_LINES_SHOWN = 5;

// What was started ends with this process, however it ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

try {
  const options = optionsFrom(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else process.exit(await run(options));
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error(isUsage ? `${error.message}\n\n${USAGE}` : (error as Error).stack);
  process.exit(1);
}

/** Runs the torture and prints what it found. Returns the exit code. */
async function run(options: Options): Promise<number> {
  const { kills, seed, webhooks, minutes } = options;
  const folder = mkdtempSync(join(tmpdir(), "torture-"));
  const disk = createDisk(folder, options.disk);
  let isKept = false;
  process.on("exit", () => {
    if (!isKept) rmSync(folder, { recursive: true, force: true });
  });
  const keep = () => {
    isKept = true;
    disk.remove(join(folder, "kept"));
    console.log(`The state and the log are kept in ${folder}`);
  };
  console.log(`${kills} kills, ${webhooks} webhooks, seed ${seed}, at most ${minutes} minutes`);
  if (disk.skipped !== undefined) console.log(`disk phase skipped, because ${disk.skipped}`);
  const dispatcher = await Workerd.create(folder, disk, VARS);
  try {
    const outcome = await torture(options, { dispatcher, disk, say: console.log });
    const { lines, hasFailed } = report(outcome);
    const more = await details(outcome, dispatcher.url);
    await dispatcher.kill();
    const bad = await badLines(dispatcher.log, BAD_LINES_SHOWN);
    const logged = bad.map((line) => `The log has: ${line}`);
    for (const part of [more, lines, logged]) {
      if (part.length > 0) console.log(`\n${part.join("\n")}`);
    }
    const isGood = !hasFailed && bad.length === 0;
    if (!isGood || options.keeps) keep();
    return isGood ? 0 : 1;
  } catch (error) {
    await dispatcher.kill();
    keep();
    throw error;
  }
}
