// Writes the numbers of a whole run into docs/COST.md and README.md, between two comments of each.
// The usual case comes first, the best one after it.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bound, SECTIONS, type Figure } from "./figures.ts";
import { PRICES, type Item } from "./prices.ts";
import { plainLoad } from "./slice.ts";

const root = join(import.meta.dirname, "..");
const BEGIN = "<!-- bench: begin -->";
const END = "<!-- bench: end -->";
const NOT_MEASURED = "not measured";

type Line = { per_event: number; dollars_per_million: number };
type Scenario = Record<Item, Line> & { dollars_per_million_events: number };

/** The numbers of a load, as `typical` makes them. */
interface Load {
  accepted_per_second: number;
  delivered_per_second: number;
  receive_p50_ms: number;
  receive_p99_ms: number;
  cpu_ms_per_delivery: number;
}

export interface Results {
  machine: Record<string, unknown>;
  commit: string;
  figures: Figure[];
  details: Record<string, unknown>;
}

/** Writes the numbers of a run into the documents. Throws if one has no place for them. */
export function writeDocuments(results: Results): void {
  write(join("docs", "COST.md"), costs(results));
  write("README.md", summary(results));
}

function write(file: string, lines: string[]): void {
  const path = join(root, file);
  const text = readFileSync(path, "utf8");
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${file} has no place for the numbers`);
  const before = text.slice(0, start + BEGIN.length);
  writeFileSync(path, `${before}\n\n${lines.join("\n")}\n\n${text.slice(end)}`);
}

function row(...cells: string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function head(...names: string[]): string[] {
  return [row(...names), `|${"---|".repeat(names.length)}`];
}

// docs/COST.md

function costs({ machine, commit, figures, details }: Results): string[] {
  const loads = loadsIn(details);
  const scenarios = details["bill"] as Record<string, Scenario>;
  return [
    `Measured at commit \`${commit.slice(0, 12)}\` on ${String(machine["cores"])} cores.`,
    ...Object.entries(SECTIONS).flatMap(([section, targets]) => [
      "", `### ${section}`, "",
      ...judged(figures.filter(({ name }) => name in targets)),
      ...speed(loads.filter((load) => load.section === section)),
      ...money(scenarios, section),
    ]),
  ];
}

/** Targets and what was measured. */
function judged(figures: Figure[]): string[] {
  return [
    ...head("target", "value", "wanted", "met"),
    ...figures.map(({ name, value, unit, target, met, because }) =>
      row(`\`${name}\`, ${unit}`, String(value), bound(target),
        met ? "yes" : because === undefined ? "no" : `no: ${because}`)),
  ];
}

interface Shown {
  section: keyof typeof SECTIONS;
  name: string;
  load: Load;
}

/** The product's loads among the details of a run, each with its section. */
function loadsIn(details: Record<string, unknown>): Shown[] {
  const found: Shown[] = [];
  const walk = (section: Shown["section"], name: string, value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("delivered_per_second" in value) {
      found.push({ section, name, load: value as unknown as Load });
      return;
    }
    for (const [inner, one] of Object.entries(value)) {
      walk(section, inner === "product" ? name : [name, inner].filter(Boolean).join(", "), one);
    }
  };
  for (const name of ["usual", "keyed", "batches"]) walk("The usual case", "", details[name]);
  const best = details["throughput"] as Record<string, Record<string, unknown>>;
  for (const [name, systems] of Object.entries(best)) {
    const isUsual = name.startsWith("receiver that takes");
    walk(isUsual ? "The usual case" : "The best case", name, { product: systems["product"] });
  }
  return found;
}

function speed(loads: Shown[]): string[] {
  if (loads.length === 0) return [];
  const number = (value: number): string => String(Number(value.toPrecision(3)));
  return [
    "",
    ...head("load", "accepted a second", "delivered a second", "received after: p50", "p99",
      "CPU of a delivery"),
    ...loads.map(({ name, load }) => row(name, number(load.accepted_per_second),
      number(load.delivered_per_second), `${number(load.receive_p50_ms)} ms`,
      `${number(load.receive_p99_ms)} ms`, `${number(load.cpu_ms_per_delivery)} ms`)),
  ];
}

/** The bills of a section: dollars per million events, item by item, and the amounts. */
function money(scenarios: Record<string, Scenario>, section: string): string[] {
  const isBest = (name: string): boolean => name.includes("healthy");
  const wanted = { "The usual case": false, "The best case": true }[section];
  const names = Object.keys(scenarios).filter((name) => isBest(name) === wanted);
  if (names.length === 0) return [];
  const items = (Object.keys(PRICES) as Item[]).filter((item) =>
    Object.values(scenarios).some((one) => one[item].per_event > 0));
  return [
    "", "Dollars per million events:", "",
    ...head("", "**all**", ...items.map((item) => `${label(item)}, $${PRICES[item]} a million`)),
    ...names.map((name) => row(name, `**${dollars(scenarios[name]?.dollars_per_million_events)}**`,
      ...items.map((item) => dollars(scenarios[name]?.[item].dollars_per_million)))),
    "", "Amounts per event:", "",
    ...head("", ...items.map(label)),
    ...names.map((name) =>
      row(name, ...items.map((item) => amount(scenarios[name]?.[item].per_event)))),
  ];
}

function label(item: string): string {
  return item.replaceAll("_", " ").replace("kv", "KV").replace("cpu", "CPU");
}

function amount(value = 0): string {
  return String(Number(value.toPrecision(3)));
}

function dollars(value = 0): string {
  return value.toFixed(2);
}

// README.md

/** What README says: a few numbers of the usual case, then of the best, and the missed targets. */
function summary({ machine, figures, details }: Results): string[] {
  const loads = loadsIn(details);
  const bill = details["bill"] as Record<string, Scenario>;
  const number = (value: number | undefined): string =>
    value === undefined ? NOT_MEASURED : Math.round(value).toLocaleString("en");
  const load = (name: string): Load | undefined => loads.find((one) => one.name === name)?.load;
  const rate = (name: Figure["name"]): string =>
    number(figures.find((one) => one.name === name)?.value);
  const cost = (name: string): string => {
    const dollarsOfAll = bill[name]?.dollars_per_million_events;
    return dollarsOfAll === undefined ? NOT_MEASURED : `$${dollars(dollarsOfAll)}`;
  };
  const accepted = (publishers: number, keys = ""): string =>
    number(load(plainLoad(publishers) + keys)?.accepted_per_second);
  const keyed = ", each event with a key";
  const eight = load("8 webhooks, receivers of 100 ms, 60 events/s, each with a key");
  const missed = figures.filter(({ met }) => !met).map(({ name }) => `\`${name}\``);
  return [
    ...head("load", "measured"),
    row("8 webhooks with receivers of 100 ms, 60 events a second, a key with each: milliseconds " +
      "from publish to receive, 99 of 100", number(eight?.receive_p99_ms)),
    row("a key with each event, 16 publishers: accepted a second", accepted(16, keyed)),
    row("a key with each event, 64 publishers: accepted a second", accepted(64, keyed)),
    row("batches to one receiver of 100 ms: deliveries a second", rate("batch_slow_receiver")),
    row("a backlog after an outage, to one receiver of 100 ms: deliveries a second",
      rate("drain_slow_receiver")),
    row("a million events with keys, 100 a second", cost("with keys, 100 a second")),
    row("a million events for a receiver that is dead for two days",
      cost("endpoint dead for two days")),
    row("the best case, no keys and a receiver that answers at once, 16 publishers: accepted a " +
      "second", accepted(16)),
    row("the best case, 64 publishers: accepted a second", accepted(64)),
    row("the best case, a million events at 100 a second",
      cost("healthy, 100 a second to one webhook")),
    "",
    `Measured in plain workerd on ${String(machine["cores"])} cores, under the platform's limits ` +
      "but not in production.",
    `${figures.length - missed.length} of ${figures.length} targets are met ` +
      "([docs/COST.md](docs/COST.md)).",
    ...(missed.length > 0 ? [`Missed: ${missed.join(", ")}.`] : []),
  ];
}
