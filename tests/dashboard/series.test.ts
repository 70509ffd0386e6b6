// The time series of the charts, without a browser.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  countedSeries, listedSeries, ranges, startOf, stepOf, totals,
} from "../../dashboard/src/series.ts";
import type { Delivery, SeriesPoint } from "../../dashboard/src/types.ts";

const none = { direct: 0, retried: 0, open: 0, failed: 0, held: 0 };
const day = ranges.find(({ name }) => name === "24h")!;
const nowMs = Date.parse("2026-03-01T12:34:56Z");

describe("the series of deliveries", () => {
  const at = (agoMs: number, change: Partial<Delivery> = {}): Delivery => ({
    event_id: "e",
    event_type: "A",
    status: "delivered",
    try_count: 1,
    next_try_at: null,
    waits_for: null,
    http_status_code: null,
    fault: null,
    accepted_at: new Date(nowMs - agoMs).toISOString(),
    delivered_at: new Date(nowMs - agoMs + 40).toISOString(),
    ...change,
  });
  const open = { delivered_at: null } as const;

  test("counts each delivery once, by its acceptance, and none before the range", () => {
    const deliveries = [
      at(0),
      at(60_000, { try_count: 3 }),
      at(120_000, { status: "waiting", ...open }),
      at(180_000, { status: "in_flight", ...open }),
      at(3_600_000, { status: "held", ...open }),
      at(7_200_000, { status: "undelivered", ...open }),
      at(25 * 3_600_000),
    ];
    const { buckets } = listedSeries(deliveries, day, nowMs);
    assert.equal(buckets.length, day.buckets);
    assert.deepEqual(totals(buckets), { direct: 1, retried: 1, open: 2, failed: 1, held: 1 });
    assert.deepEqual([buckets.at(-1)!.direct, buckets.at(-1)!.retried], [1, 1]);
  });

  test("keeps its buckets while time passes, and the last one contains the present", () => {
    const size = stepOf(day);
    for (let laterMs = 0; laterMs < 2 * size; laterMs += size / 7) {
      const start = startOf(day, nowMs + laterMs);
      assert.equal(start % size, 0);
      const last = start + (day.buckets - 1) * size;
      assert.ok(last <= nowMs + laterMs && nowMs + laterMs < last + size);
    }
  });

  test("has a median that is one of the values", () => {
    const took = (ms: number) => at(0, { delivered_at: new Date(nowMs + ms).toISOString() });
    const deliveries = [took(5), took(1), took(9), took(7), at(0, { status: "held", ...open })];
    const { buckets, medianMs } = listedSeries(deliveries, day, nowMs);
    assert.equal(medianMs, 5);
    assert.deepEqual([buckets.at(-1)!.medianMs, buckets.at(-1)!.highMs], [5, 9]);
    assert.equal(listedSeries([], day, nowMs).medianMs, null);
  });
});

describe("the series that the API counts", () => {
  const start = startOf(day, nowMs);
  const point = (index: number, change: Partial<SeriesPoint> = {}): SeriesPoint => ({
    at: new Date(start + index * stepOf(day)).toISOString(),
    delivered: 0,
    retried: 0,
    failed: 0,
    held: 0,
    p50_ms: null,
    p95_ms: null,
    ...change,
  });
  const counted = (series: SeriesPoint[]) =>
    countedSeries({ step: stepOf(day) / 1000, series }, day, nowMs).buckets;

  test("fills the steps that have a count, and leaves the others empty", () => {
    const buckets = counted([
      point(0, { delivered: 3, p50_ms: 40, p95_ms: 300 }),
      point(47, { retried: 2, failed: 1, held: 4 }),
    ]);
    assert.equal(buckets.length, day.buckets);
    assert.deepEqual(totals(buckets), { ...none, direct: 3, retried: 2, failed: 1, held: 4 });
    assert.deepEqual(
      [buckets[0]!.medianMs, buckets[0]!.highMs, buckets[1]!.medianMs],
      [40, 300, null],
    );
    assert.equal(buckets[47]!.held, 4);
  });

  test("ignores steps beyond the range", () => {
    assert.deepEqual(totals(counted([point(-1, { delivered: 1 }), point(48, { held: 1 })])), none);
  });
});
