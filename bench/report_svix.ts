// Writes the numbers of a run of `--svix` into docs/COMPARISON.md, between two comments.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = join(import.meta.dirname, "..", "docs", "COMPARISON.md");
const BEGIN = "<!-- bench --svix: begin -->";
const END = "<!-- bench --svix: end -->";

export interface SvixResults {
  date: string;
  machine: Record<string, unknown>;
  versions: Record<string, string>;
  commit: string;
  /** The numbers of each load, by side. */
  loads: Record<string, Record<string, Record<string, unknown>>>;
}

/** Which numbers the table shows. */
const COLUMNS: [name: string, key: string, unit: string][] = [
  ["accepted a second", "accepted_per_second", ""],
  ["delivered a second", "delivered_per_second", ""],
  ["received after: p50", "receive_p50_ms", " ms"],
  ["p99", "receive_p99_ms", " ms"],
  ["CPU of a delivery", "cpu_ms_per_delivery", " ms"],
];
const ISOLATION_COLUMNS: [name: string, key: string, unit: string][] = [
  ["p99 alone", "alone_p99_ms", " ms"],
  ["p50 beside", "beside_p50_ms", " ms"],
  ["p99 beside", "beside_p99_ms", " ms"],
];

/** Writes the tables. Throws if the document has no place for them. */
export function writeComparison(results: SvixResults): void {
  const text = readFileSync(FILE, "utf8");
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${FILE} has no place for the numbers`);
  const before = text.slice(0, start + BEGIN.length);
  writeFileSync(FILE, `${before}\n\n${lines(results).join("\n")}\n\n${text.slice(end)}`);
}

function lines({ date, machine, versions, commit, loads }: SvixResults): string[] {
  const isIsolation = (name: string): boolean => "beside_p99_ms" in (loads[name]?.["svix"] ?? {});
  const names = Object.keys(loads);
  return [
    `Measured on ${date}, on ${String(machine["cores"])} cores that also made the load: commit ` +
      `\`${commit.slice(0, 12)}\` in ${versions["workerd"]}; ${versions["svix"]}, ` +
      `${versions["postgres"]}, ${shortened(versions["redis"])}. A cell is *this one / Svix*.`,
    "",
    ...table(loads, names.filter((name) => !isIsolation(name)), COLUMNS),
    "",
    ...table(loads, names.filter(isIsolation), ISOLATION_COLUMNS),
  ];
}

/** `Redis server v=7.0.15 sha=… build=…` without the build. */
function shortened(redis = ""): string {
  return redis.replace(/ sha=.*$/, "");
}

function table(loads: SvixResults["loads"], names: string[], columns: typeof COLUMNS): string[] {
  const row = (cells: string[]): string => `| ${cells.join(" | ")} |`;
  return [
    row(["load", ...columns.map(([name]) => name)]),
    `|${"---|".repeat(columns.length + 1)}`,
    ...names.map((name) => row([name + flaws(loads[name]), ...columns.map(([, key, unit]) => {
      const [ours, theirs] = ["product", "svix"].map((side) => loads[name]?.[side]?.[key]);
      return `${shown(ours)} / ${shown(theirs)}${unit}`;
    })])),
  ];
}

function shown(value: unknown): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : "–";
}

/** Why numbers of a load do not count, if they do not. */
function flaws(load: SvixResults["loads"][string] = {}): string {
  return Object.entries(load).flatMap(([side, { flaw }]) =>
    flaw === undefined ? [] : [`; ${side}: ${String(flaw)}`]).join("");
}
