// Writes the tables of docs/COST.md, between two comments, from the numbers of a whole run.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "./figures.ts";
import { PRICES, type Item } from "./prices.ts";

const FILE = join(import.meta.dirname, "..", "docs", "COST.md");
const BEGIN = "<!-- bench: begin -->";
const END = "<!-- bench: end -->";

type Line = { per_event: number; dollars_per_million: number };
type Scenario = Record<Item, Line> & { dollars_per_million_events: number };

export interface Results {
  machine: Record<string, unknown>;
  commit: string;
  figures: Figure[];
  details: Record<string, unknown>;
}

/** Writes the numbers of a run into the document. Throws if the two comments are missing. */
export function writeCosts(results: Results): void {
  const text = readFileSync(FILE, "utf8");
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error("docs/COST.md has no place for the numbers");
  const before = text.slice(0, start + BEGIN.length);
  writeFileSync(FILE, `${before}\n\n${block(results)}\n\n${text.slice(end)}`);
}

function block({ machine, commit, figures, details }: Results): string {
  const scenarios = details["bill"] as Record<string, Scenario>;
  const names = Object.keys(scenarios);
  const row = (name: string, cells: string[]): string => `| ${name} | ${cells.join(" | ")} |`;
  const lines = [
    `Measured at commit \`${commit.slice(0, 12)}\` on ${String(machine["cores"])} cores.`,
    "",
    "Amounts per event:",
    "",
    row("", names),
    `|${"---|".repeat(names.length + 1)}`,
    ...Object.keys(PRICES).map((item) =>
      row(label(item), names.map((name) => amount(scenarios[name]?.[item as Item]?.per_event)))),
    "",
    "Dollars per million events:",
    "",
    row("", names),
    `|${"---|".repeat(names.length + 1)}`,
    ...(Object.entries(PRICES) as [Item, number][]).map(([item, price]) =>
      row(`${label(item)}, $${price} a million`, names.map((name) =>
        money(scenarios[name]?.[item]?.dollars_per_million)))),
    row("**all**", names.map((name) =>
      `**${money(scenarios[name]?.dollars_per_million_events)}**`)),
    "",
    "| target | value | wanted | met |",
    "|---|---|---|---|",
    ...figures.map(({ name, value, unit, target, met }) => {
      const [[bound = "", limit]] = Object.entries(target) as [[string, number]];
      const cells = [String(value), `${bound.replace("_", " ")} ${limit}`, met ? "yes" : "no"];
      return row(`${name.replaceAll("_", " ")} (${unit})`, cells);
    }),
  ];
  return lines.join("\n");
}

function label(item: string): string {
  return item.replaceAll("_", " ").replace("kv", "KV").replace("cpu", "CPU");
}

function amount(value = 0): string {
  return String(Number(value.toPrecision(3)));
}

function money(value = 0): string {
  return value.toFixed(2);
}
