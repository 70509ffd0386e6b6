// Time series of deliveries, for the charts: counts and durations by buckets of equal length.
//
// The API has no time series, so they are calculated from the list of deliveries.

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

/** The deliveries that were accepted in one span of time. */
export interface Bucket {
  startMs: number;
  /** Number of deliveries that arrived at the first attempt. */
  direct: number;
  /** Number of deliveries that arrived at a retry. */
  retried: number;
  /** Number of deliveries that are waiting or in flight. */
  open: number;
  /** Number of deliveries that are held or undelivered. */
  missed: number;
  /** Median of the time from acceptance to arrival. */
  medianMs: number | null;
  /** Longest time from acceptance to arrival. */
  longestMs: number | null;
}

/** Returns the start of the first bucket: a multiple of its length, so that buckets do not move. */
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
    const durations = times[index] ?? [];
    bucket.medianMs = medianOf(durations);
    bucket.longestMs =
      durations.length === 0 ? null : durations.reduce((one, other) => Math.max(one, other));
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

/** Returns the median of the time from acceptance to arrival, or null if nothing arrived. */
export function median(deliveries: Delivery[]): number | null {
  const times = deliveries.flatMap(({ accepted_at: from, delivered_at: to }) =>
    to === null ? [] : [Math.max(0, Date.parse(to) - Date.parse(from))],
  );
  return medianOf(times);
}

function medianOf(values: number[]): number | null {
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
