// The time series of the charts, without a browser.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chartedSeries, ranges, startOf, stepOf, totals } from "../../dashboard/src/series.ts";
import type { SeriesStep } from "../../dashboard/src/types.ts";

const none = { direct: 0, retried: 0, open: 0, failed: 0, held: 0 };
const day = ranges.find(({ name }) => name === "24h")!;
const nowMs = Date.parse("2026-03-01T12:34:56Z");

test("a range keeps its buckets while time passes, and the last one contains the present", () => {
  for (const range of ranges) {
    const size = stepOf(range);
    for (let laterMs = 0; laterMs < 2 * size; laterMs += size / 7) {
      const start = startOf(range, nowMs + laterMs);
      assert.equal(start % size, 0);
      const last = start + (range.buckets - 1) * size;
      assert.ok(last <= nowMs + laterMs && nowMs + laterMs < last + size);
    }
  }
});

describe("the series that the API counts", () => {
  const start = startOf(day, nowMs);
  const point = (index: number, change: Partial<SeriesStep> = {}): SeriesStep => ({
    at: new Date(start + index * stepOf(day)).toISOString(),
    delivered: 0,
    retried: 0,
    open: 0,
    failed: 0,
    held: 0,
    p50_ms: null,
    p95_ms: null,
    ...change,
  });
  const charted = (series: SeriesStep[], complete = true) =>
    chartedSeries({ step: stepOf(day) / 1000, complete, series }, day, nowMs);
  const counted = (series: SeriesStep[]) => charted(series).buckets;

  test("fills the steps that have a count, and leaves the others empty", () => {
    const buckets = counted([
      point(0, { delivered: 3, p50_ms: 40, p95_ms: 300 }),
      point(47, { retried: 2, open: 5, failed: 1, held: 4 }),
    ]);
    assert.equal(buckets.length, day.buckets);
    const expected = { ...none, direct: 3, retried: 2, open: 5, failed: 1, held: 4 };
    assert.deepEqual(totals(buckets), expected);
    assert.deepEqual(
      [buckets[0]!.medianMs, buckets[0]!.highMs, buckets[1]!.medianMs],
      [40, 300, null],
    );
    assert.equal(buckets[47]!.held, 4);
  });

  test("says whether deliveries are missing", () => {
    assert.equal(charted([]).isComplete, true);
    assert.equal(charted([], false).isComplete, false);
  });

  test("ignores steps beyond the range", () => {
    assert.deepEqual(totals(counted([point(-1, { delivered: 1 }), point(48, { held: 1 })])), none);
  });
});
