// Time series of deliveries, for the charts: counts and durations by steps of equal length.

import type { Api } from "./api.ts";
import type { WebhookSeries } from "./types.ts";

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
  /** Median of the durations of the attempts that succeeded. */
  medianMs: number | null;
  /** A duration that 95 % of them did not exceed. */
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
  /** Whether every delivery is counted. Otherwise the oldest are not. */
  isComplete: boolean;
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

/** Returns the buckets of what the API has counted. */
export function chartedSeries(
  { series, complete }: WebhookSeries,
  range: Range,
  nowMs: number,
): Charted {
  const buckets = emptyBuckets(range, nowMs);
  const start = startOf(range, nowMs);
  for (const point of series) {
    const bucket = buckets[Math.floor((Date.parse(point.at) - start) / stepOf(range))];
    if (bucket === undefined) continue;
    bucket.direct += point.delivered;
    bucket.retried += point.retried;
    bucket.open += point.open;
    bucket.failed += point.failed;
    bucket.held += point.held;
    bucket.medianMs = point.p50_ms;
    bucket.highMs = point.p95_ms;
  }
  return { buckets, isComplete: complete };
}

/** Reads the series of a range up to now. */
export async function readSeries(
  api: Api,
  id: string,
  range: Range,
  nowMs: number,
  signal: AbortSignal,
): Promise<Charted> {
  const start = startOf(range, nowMs);
  const query = {
    from: new Date(start).toISOString(),
    to: new Date(start + range.lengthMs).toISOString(),
    step: String(stepOf(range) / 1000),
  };
  return chartedSeries(await api.series(id, query, signal), range, nowMs);
}

export function totals(buckets: Bucket[]): Totals {
  const sum = { ...nothing };
  for (const bucket of buckets) {
    for (const key of Object.keys(sum) as (keyof Totals)[]) sum[key] += bucket[key];
  }
  return sum;
}
