// npm run torture: see options.ts for what it does, and README.md for the files.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDisk } from "./disk.ts";
import { panicsIn, Workerd } from "./dispatcher.ts";
import { optionsFrom, USAGE, UsageError } from "./options.ts";
import { details, report } from "./report.ts";
import { torture, VARS } from "./torture.ts";

const PANICS_SHOWN = 5;

// What was started ends with this process, however it ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 1;
}

async function main(args: string[]): Promise<number> {
  const options = optionsFrom(args);
  if (options === undefined) {
    console.log(USAGE);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), "torture-"));
  const disk = createDisk(folder);
  const dispatcher = await Workerd.create(folder, disk, VARS);
  const { kills, seed, webhooks, minutes } = options;
  console.log(`${kills} kills, ${webhooks} webhooks, seed ${seed}, at most ${minutes} minutes`);
  if (disk.skipped !== undefined) console.log(`disk phase skipped, because ${disk.skipped}`);
  const outcome = await torture(options, { dispatcher, disk, say: console.log });
  const { lines, hasFailed } = report(outcome);
  const more = await details(outcome, dispatcher.url);
  await dispatcher.kill();
  const panics = panicsIn(dispatcher.log, PANICS_SHOWN);
  console.log(["", ...more, ...panics, ...lines].join("\n"));
  if (!hasFailed && panics.length === 0) {
    disk.remove();
    rmSync(folder, { recursive: true });
    return 0;
  }
  disk.remove(join(folder, "kept"));
  console.log(`The state and the log are kept in ${folder}`);
  return 1;
}
