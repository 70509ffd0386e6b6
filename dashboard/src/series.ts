// Deliveries over time: counted into equal stretches, for the charts.
//
// The API has no time series, so they are made here from the list of deliveries.

import type { Delivery } from "../../contract/types.ts";

export interface Range {
  name: string;
  label: string;
  lengthMs: number;
  buckets: number;
}

const hourMs = 3_600_000;

export const ranges: Range[] = [
  { name: "1h", label: "Hour", lengthMs: hourMs, buckets: 30 },
  { name: "24h", label: "Day", lengthMs: 24 * hourMs, buckets: 48 },
  { name: "7d", label: "Week", lengthMs: 168 * hourMs, buckets: 42 },
];

/** One stretch of time, by when its deliveries were accepted. */
export interface Bucket {
  startMs: number;
  /** Arrived at the first try. */
  direct: number;
  /** Arrived after retries. */
  retried: number;
  /** On the way, or waiting for a try. */
  open: number;
  /** Held or undelivered. */
  missed: number;
  /** From acceptance to arrival: half of them took at most so long, and the longest. */
  medianMs: number | null;
  longestMs: number | null;
}

/** When the first bucket begins, so that buckets stay where they are while time passes. */
export function startOf(range: Range, nowMs: number): number {
  const size = range.lengthMs / range.buckets;
  return Math.floor(nowMs / size) * size - range.lengthMs + size;
}

export function series(deliveries: Delivery[], range: Range, nowMs: number): Bucket[] {
  const size = range.lengthMs / range.buckets;
  const start = startOf(range, nowMs);
  const times: number[][] = [];
  const buckets: Bucket[] = [];
  for (let index = 0; index < range.buckets; index++) {
    times.push([]);
    buckets.push({
      startMs: start + index * size,
      direct: 0,
      retried: 0,
      open: 0,
      missed: 0,
      medianMs: null,
      longestMs: null,
    });
  }
  for (const delivery of deliveries) {
    const acceptedMs = Date.parse(delivery.accepted_at);
    const index = Math.floor((acceptedMs - start) / size);
    const bucket = buckets[index];
    if (bucket === undefined) continue;
    bucket[kindOf(delivery)] += 1;
    if (delivery.delivered_at !== null) {
      times[index]?.push(Math.max(0, Date.parse(delivery.delivered_at) - acceptedMs));
    }
  }
  for (const [index, bucket] of buckets.entries()) {
    const taken = times[index] ?? [];
    bucket.medianMs = middle(taken);
    bucket.longestMs =
      taken.length === 0 ? null : taken.reduce((one, other) => Math.max(one, other));
  }
  return buckets;
}

function kindOf(delivery: Delivery): "direct" | "retried" | "open" | "missed" {
  switch (delivery.status) {
    case "delivered":
      return delivery.try_count > 1 ? "retried" : "direct";
    case "waiting":
    case "in_flight":
      return "open";
    case "held":
    case "undelivered":
      return "missed";
  }
}

export interface Totals {
  direct: number;
  retried: number;
  open: number;
  missed: number;
}

/** The median of all that arrived, whenever they did. */
export function median(deliveries: Delivery[]): number | null {
  const times = deliveries.flatMap(({ accepted_at: from, delivered_at: to }) =>
    to === null ? [] : [Math.max(0, Date.parse(to) - Date.parse(from))],
  );
  return middle(times);
}

function middle(values: number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? null;
}

export function totals(buckets: Bucket[]): Totals {
  const sum = { direct: 0, retried: 0, open: 0, missed: 0 };
  for (const bucket of buckets) {
    sum.direct += bucket.direct;
    sum.retried += bucket.retried;
    sum.open += bucket.open;
    sum.missed += bucket.missed;
  }
  return sum;
}
