// npm run bench: measures the product against peers in the same run, prints a table, and writes
// bench/results.json and the numbers of docs/COST.md and README.md.
//
//   --quick        shorter, one round, without the dead endpoint; prints only
//   --long         however long it takes: every size and every cell
//   --only NAME    one measurement, or what one figure needs; prints only. Several: with commas
//   --against DIR  only throughput and CPU, beside the build in DIR; prints ratios.
//   --svix BINARY  the usual load beside the Svix server; writes bench/results_svix.json and the
//                  numbers of docs/COMPARISON.md.

import { execFileSync } from "node:child_process";
import { closeSync, fdatasyncSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table, TARGETS, type Figure, type Name } from "./figures.ts";
import { against } from "./measure/against.ts";
import { beside, BESIDE, BESIDE_QUICK } from "./measure/beside.ts";
import { check, chosen, type Measurement } from "./measurements.ts";
import { FULL, LONG, QUICK, type Measured, type Plan } from "./plan.ts";
import { Load, Receiver } from "./process.ts";
import { writeDocuments } from "./report.ts";
import { writeComparison } from "./report_svix.ts";
import { productSide } from "./sides.ts";
import type { Rig } from "./slice.ts";
import { median, rounded } from "./stats.ts";
import { killAll, stateRoot, workerdVersion } from "./system.ts";
import { svixSide, svixVersions } from "./svix.ts";

/** The most time of a measurement, several times what it takes. `--long` has no limit. */
const LIMIT_MS = 8 * 60_000;

const root = join(import.meta.dirname, "..");

const { values: args } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    long: { type: "boolean", default: false },
    only: { type: "string" },
    against: { type: "string" },
    svix: { type: "string" },
  },
});
// What was started ends with this process, however it ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));
const plan = args.quick ? QUICK : args.long ? LONG : FULL;
const words = args.only?.split(",");
check(words ?? []);
// What is measured is what is here now.
const measuredCommit = commit();
const loadBefore = rounded(loadavg()[0] ?? 0);
let rig = await newRig();
if (args.against !== undefined) {
  console.log(JSON.stringify(await against(rig, plan, args.against), null, 2));
  process.exit(0);
}
if (args.svix !== undefined) {
  await besideSvix(args.svix);
  process.exit(0);
}
const figures: Figure[] = [];
const details: Record<string, unknown> = {};
const failed: string[] = [];
for (const [name, measurement, itsPlan] of chosen(plan, words)) {
  process.stderr.write(`- ${name} ...\n`);
  const start = performance.now();
  try {
    const measured = await limited(measurement, itsPlan);
    figures.push(...measured.figures);
    details[name] = measured.details;
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`\n## ${name} (${seconds} s)\n`);
    if (measured.figures.length > 0) console.log(`${table(measured.figures)}\n`);
    console.log(JSON.stringify(measured.details, null, 2).replaceAll(/["{},]/g, "").trimEnd());
  } catch (error) {
    failed.push(name);
    console.log(`\n## ${name} failed\n\n${error instanceof Error ? error.stack : String(error)}`);
    // What it left running would disturb the next.
    killAll();
    rig.load.end();
    rig.receiver.end();
    rig = await newRig();
  }
}
rig.load.end();
rig.receiver.end();
figures.sort((a, b) => place(a) - place(b));
if (figures.length > 0) console.log(`\n## Targets\n\n${table(figures)}\n`);
const missing = (Object.keys(TARGETS) as Name[]).filter((name) =>
  figures.every((one) => one.name !== name));
if (missing.length === 0 && failed.length === 0 && !plan.isQuick) {
  const results = {
    machine: machine(), versions: versions(), commit: measuredCommit, figures, details,
  };
  writeFileSync(join(root, "bench", "results.json"), `${JSON.stringify(results, null, 2)}\n`);
  writeDocuments(results);
  console.log("bench/results.json and the tables of docs/COST.md and README.md are written");
} else {
  console.log("bench/results.json is left as it is: this was not a whole run");
}
if (failed.length > 0) console.log(`failed: ${failed.join(", ")}`);
process.exit(failed.length > 0 ? 1 : 0);

/** Compares with the Svix server. A quick run only prints. */
async function besideSvix(binary: string): Promise<void> {
  const kinds = [productSide, svixSide(binary)];
  const loads = await beside(rig, args.quick ? BESIDE_QUICK : BESIDE, kinds);
  const results = {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    versions: { ...versions(), ...svixVersions(binary) },
    commit: measuredCommit,
    loads,
  };
  const text = JSON.stringify(results, null, 2);
  console.log(text);
  if (args.quick) return;
  writeFileSync(join(root, "bench", "results_svix.json"), `${text}\n`);
  writeComparison(results);
}

async function newRig(): Promise<Rig> {
  return { load: await Load.start(), receiver: await Receiver.start() };
}

/** Runs a measurement. Throws if it takes longer than `LIMIT_MS`. */
async function limited(measurement: Measurement, itsPlan: Plan): Promise<Measured> {
  const running = measurement.run(rig, itsPlan);
  // When the time is over, what it still does fails.
  running.catch(() => undefined);
  if (plan === LONG) return running;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    const error = new Error(`it did not end in ${LIMIT_MS / 60_000} minutes`);
    timer = setTimeout(() => reject(error), LIMIT_MS);
  });
  try {
    return await Promise.race([running, over]);
  } finally {
    clearTimeout(timer);
  }
}

function place(figure: Figure): number {
  return Object.keys(TARGETS).indexOf(figure.name);
}

function machine(): Record<string, unknown> {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    disk_flush_ms: rounded(flushMs()),
    load_average_before: loadBefore,
  };
}

/** How long the disk takes to make 4 kB durable, which every commit waits for. */
function flushMs(): number {
  const path = join(stateRoot("disk"), `bench-flush-${process.pid}`);
  const file = openSync(path, "w");
  const samples = Array.from({ length: 50 }, () => {
    const start = performance.now();
    writeSync(file, Buffer.alloc(4_096));
    fdatasyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  rmSync(path);
  return median(samples);
}

function versions(): Record<string, string> {
  return { node: process.version, workerd: workerdVersion() };
}

function commit(): string {
  const git = (...words: string[]): string =>
    execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();
  const measured = ["src", "crates", "Cargo.toml", "Cargo.lock", "wrangler.toml", "bench/*.ts"];
  const changed = git("status", "--porcelain", "--", ...measured);
  return git("rev-parse", "HEAD") + (changed === "" ? "" : " and uncommitted changes");
}
