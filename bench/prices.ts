// Cloudflare's published prices for usage beyond what a plan includes, and the bill.

import type { Counts } from "./ledger.ts";
import { rounded } from "./stats.ts";

/** Dollars per million. Of object-seconds: per million seconds of an object with 128 MB. */
export const PRICES = {
  worker_requests: 0.3,
  worker_cpu_ms: 0.02,
  kv_reads: 0.5,
  kv_writes: 5,
  kv_deletes: 5,
  kv_lists: 5,
  object_requests: 0.15,
  object_seconds: 1.6,
  rows_read: 0.001,
  rows_written: 1,
};

export type Item = keyof typeof PRICES;
export type Amounts = Record<Item, number>;

/**
 * The additional duration of a commit in production, where a response waits until other machines
 * have confirmed the write, and the object is billed for that time. It is added once for each
 * request of an object, although concurrent requests share it.
 */
export const COMMIT_MS = 10;

/** The billable amounts of a run. All CPU time of the process is charged as the Worker's. */
export function amounts(counts: Counts, cpuMs: number): Amounts {
  return {
    worker_requests: counts.worker_requests,
    worker_cpu_ms: cpuMs,
    kv_reads: counts.kv_reads,
    kv_writes: counts.kv_writes,
    kv_deletes: counts.kv_deletes,
    kv_lists: counts.kv_lists,
    object_requests: counts.object_requests,
    object_seconds: (counts.object_ms + counts.object_requests * COMMIT_MS) / 1000,
    rows_read: counts.rows_read,
    rows_written: counts.rows_written,
  };
}

/** Multiplies every amount by a factor. */
export function times(of: Amounts, factor: number): Amounts {
  return map(of, (value) => value * factor);
}

/** Adds amounts up, item by item. */
export function sum(...all: Amounts[]): Amounts {
  const [first, ...rest] = all;
  if (first === undefined) throw new Error("nothing to add up");
  return rest.reduce((total, one) => map(total, (value, item) => value + one[item]), first);
}

/** The dollars per million events, item by item, from the amounts of one event. */
export function bill(ofOne: Amounts): Amounts {
  return map(ofOne, (value, item) => value * PRICES[item]);
}

export function total(of: Amounts): number {
  return Object.values(of).reduce((all, one) => all + one, 0);
}

/** The amount of each item per event, the dollars per million events, and their total. */
export function shown(perEvent: Amounts): Record<string, unknown> {
  const dollars = bill(perEvent);
  const line = (item: Item) => ({
    per_event: rounded(perEvent[item], 4),
    dollars_per_million: rounded(dollars[item], 4),
  });
  const items = Object.keys(perEvent).map((item) => [item, line(item as Item)]);
  return { dollars_per_million_events: rounded(total(dollars), 4), ...Object.fromEntries(items) };
}

function map(of: Amounts, change: (value: number, item: Item) => number): Amounts {
  const entries = Object.entries(of) as [Item, number][];
  return Object.fromEntries(entries.map(([item, value]) => [item, change(value, item)])) as Amounts;
}
