// npm run bench: measures the product against peers in the same run, prints a table, and writes
// bench/results.json and the numbers of docs/COST.md.
//
//   --quick        shorter, one round, without the dead endpoint; prints only
//   --long         however long it takes: every size and every cell
//   --only NAME    one measurement; prints only. Also several, with commas.
//   --against DIR  only throughput and CPU, beside the build in DIR; prints ratios.

import { execFileSync } from "node:child_process";
import { closeSync, fdatasyncSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table, TARGETS, type Figure } from "./figures.ts";
import { against } from "./measure/against.ts";
import { backlog } from "./measure/backlog.ts";
import { billed } from "./measure/bill.ts";
import { bottleneck } from "./measure/bottleneck.ts";
import { growth } from "./measure/growth.ts";
import { isolation } from "./measure/isolation.ts";
import { retries } from "./measure/retries.ts";
import { size } from "./measure/size.ts";
import { throughput } from "./measure/throughput.ts";
import { FULL, LONG, QUICK, type Measured, type Plan } from "./plan.ts";
import { Load, Receiver } from "./process.ts";
import { writeCosts } from "./report.ts";
import type { Rig } from "./slice.ts";
import { median, rounded } from "./stats.ts";
import { stateRoot, workerdVersion } from "./system.ts";

type Measurement = (rig: Rig, plan: Plan) => Promise<Measured>;

const MEASUREMENTS: Record<string, Measurement> = {
  size, bottleneck, throughput, growth, backlog, retries, isolation, bill: billed,
};

const root = join(import.meta.dirname, "..");

const { values: args } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    long: { type: "boolean", default: false },
    only: { type: "string" },
    against: { type: "string" },
  },
});
// What was started ends with this process, however it ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));
const plan = args.quick ? QUICK : args.long ? LONG : FULL;
const names = args.only?.split(",") ?? Object.keys(MEASUREMENTS);
// What is measured is what is here now.
const measuredCommit = commit();
const loadBefore = rounded(loadavg()[0] ?? 0);
const rig = { load: await Load.start(), receiver: await Receiver.start() };
if (args.against !== undefined) {
  console.log(JSON.stringify(await against(rig, plan, args.against), null, 2));
  process.exit(0);
}
const figures: Figure[] = [];
const details: Record<string, unknown> = {};
for (const name of names) {
  const measurement = MEASUREMENTS[name];
  if (measurement === undefined) {
    const known = Object.keys(MEASUREMENTS).join(", ");
    throw new Error(`there is no measurement "${name}"; there are ${known}`);
  }
  process.stderr.write(`- ${name} ...\n`);
  const start = performance.now();
  const measured = await measurement(rig, plan);
  figures.push(...measured.figures);
  details[name] = measured.details;
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`\n## ${name} (${seconds} s)\n`);
  if (measured.figures.length > 0) console.log(`${table(measured.figures)}\n`);
  console.log(JSON.stringify(measured.details, null, 2).replaceAll(/["{},]/g, "").trimEnd());
}
rig.load.end();
rig.receiver.end();
figures.sort((a, b) => place(a) - place(b));
console.log(`\n## Targets\n\n${table(figures)}\n`);
const missing = Object.keys(TARGETS).filter((name) => figures.every((one) => one.name !== name));
if (missing.length === 0 && !plan.isQuick) {
  const results = {
    machine: machine(), versions: versions(), commit: measuredCommit, figures, details,
  };
  writeFileSync(join(root, "bench", "results.json"), `${JSON.stringify(results, null, 2)}\n`);
  writeCosts(results);
  console.log("bench/results.json and the tables of docs/COST.md are written");
} else {
  console.log("bench/results.json is left as it is: this was not a whole run");
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
