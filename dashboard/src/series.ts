// Time series of deliveries, for the charts: counts and durations by steps of equal length.
//
// The API counts them. A dispatcher that does not is asked for its deliveries instead.

import type { Delivery, Series } from "./types.ts";

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

export const stepOf = (range: Range): number => range.lengthMs / range.buckets;

/** The deliveries that were accepted in one step of time. */
export interface Bucket extends Totals {
  startMs: number;
  /** Median of the time from acceptance to arrival. */
  medianMs: number | null;
  /** A time that few or none exceeded: see `highName`. */
  highMs: number | null;
}

export interface Totals {
  /** Number of deliveries that arrived at the first attempt. */
  direct: number;
  /** Number of deliveries that arrived at a retry. */
  retried: number;
  /** Number of deliveries that are waiting or in flight. */
  open: number;
  /** Number of deliveries that failed. */
  failed: number;
  /** Number of deliveries that are held. */
  held: number;
}

export interface Charted {
  buckets: Bucket[];
  /** Median over the whole range, or null if it is not known. */
  medianMs: number | null;
  /** What `highMs` is: 95 % of the deliveries arrived within it, or all did. */
  highName: "95 %" | "longest";
  /** Whether older deliveries were left out. */
  isTruncated: boolean;
}

/** Returns the start of the first bucket: a multiple of its length, so that buckets do not move. */
export function startOf(range: Range, nowMs: number): number {
  const size = stepOf(range);
  return Math.floor(nowMs / size) * size - range.lengthMs + size;
}

const nothing: Totals = { direct: 0, retried: 0, open: 0, failed: 0, held: 0 };

function emptyBuckets(range: Range, nowMs: number): Bucket[] {
  const [start, size] = [startOf(range, nowMs), stepOf(range)];
  return Array.from({ length: range.buckets }, (_, index) => ({
    startMs: start + index * size,
    ...nothing,
    medianMs: null,
    highMs: null,
  }));
}

/** Returns the buckets of what the API has counted. Steps without deliveries may be absent. */
export function countedSeries({ series }: Series, range: Range, nowMs: number): Charted {
  const buckets = emptyBuckets(range, nowMs);
  const start = startOf(range, nowMs);
  for (const point of series) {
    const bucket = buckets[Math.floor((Date.parse(point.at) - start) / stepOf(range))];
    if (bucket === undefined) continue;
    bucket.direct += point.delivered;
    bucket.retried += point.retried;
    bucket.failed += point.failed;
    bucket.held += point.held;
    bucket.medianMs = point.p50_ms;
    bucket.highMs = point.p95_ms;
  }
  return { buckets, medianMs: null, highName: "95 %", isTruncated: false };
}

/** Returns the buckets of deliveries. */
export function listedSeries(deliveries: Delivery[], range: Range, nowMs: number): Charted {
  const buckets = emptyBuckets(range, nowMs);
  const start = startOf(range, nowMs);
  const times: number[][] = buckets.map(() => []);
  for (const delivery of deliveries) {
    const acceptedMs = Date.parse(delivery.accepted_at);
    const index = Math.floor((acceptedMs - start) / stepOf(range));
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
    bucket.highMs =
      durations.length === 0 ? null : durations.reduce((one, other) => Math.max(one, other));
  }
  return { buckets, medianMs: medianOf(times.flat()), highName: "longest", isTruncated: false };
}

function kindOf(delivery: Delivery): keyof Totals {
  switch (delivery.status) {
    case "delivered":
      return delivery.try_count > 1 ? "retried" : "direct";
    case "waiting":
    case "in_flight":
      return "open";
    case "undelivered":
      return "failed";
    case "held":
      return "held";
  }
}

function medianOf(values: number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? null;
}

export function totals(buckets: Bucket[]): Totals {
  const sum = { ...nothing };
  for (const bucket of buckets) {
    for (const key of Object.keys(sum) as (keyof Totals)[]) sum[key] += bucket[key];
  }
  return sum;
}
