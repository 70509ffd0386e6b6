// What the dashboard makes of the API's answers, without a browser.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { duration, eventName, percent, splitUrl } from "../../dashboard/src/format.ts";
import { missedText, stateOf } from "../../dashboard/src/health.ts";
import { Recent } from "../../dashboard/src/recent.ts";
import { link, parse, type Place } from "../../dashboard/src/route.ts";
import { jsonFault, sampleOf, withType } from "../../dashboard/src/pages/sample.ts";
import { median, ranges, series, startOf, totals } from "../../dashboard/src/series.ts";
import { canBeKey, openSession, type Tab } from "../../dashboard/src/session.ts";
import type { Delivery, Stats, Webhook } from "../../contract/types.ts";

function tabAt(hash: string, stored: string | null = null) {
  const tab = {
    value: stored,
    shown: hash,
    hash,
    replaceHash(next: string) {
      tab.shown = next;
    },
    storage: {
      getItem: () => tab.value,
      setItem: (_: string, value: string) => void (tab.value = value),
      removeItem: () => void (tab.value = null),
    },
  };
  return tab satisfies Tab;
}

test("a portal token is taken out of the address at once", () => {
  for (const [hash, stored, key, shown] of [
    ["", null, undefined, ""],
    ["", "old", "old", ""],
    ["#token=whp_a-b_c", null, "whp_a-b_c", ""],
    ["#token=new", "old", "new", ""],
    ["#token=", "old", "old", ""],
    ["#/webhooks/token=x", null, undefined, "#/webhooks/token=x"],
    ["#/events?token=x", null, undefined, "#/events?token=x"],
  ] as const) {
    const tab = tabAt(hash, stored);
    assert.equal(openSession(tab), key, hash);
    assert.equal(tab.shown, shown, hash);
  }
});

test("what cannot stand in a header is no key", () => {
  for (const text of ["", "a b", "schlüssel", "a\nb", "\u0000"]) assert.ok(!canBeKey(text), text);
  for (const text of ["whk_Ab-9", "a:b", "!~"]) assert.ok(canBeKey(text), text);
});

test("every place has an address that leads back to it", () => {
  const places: Place[] = [
    { page: "webhooks" },
    { page: "webhook", id: "a1", tab: "deliveries" },
    { page: "webhook", id: "a1", tab: "settings" },
    { page: "webhook", id: "a1", tab: "deliveries", event: "e1" },
    { page: "events" },
    { page: "events", id: "e1" },
  ];
  for (const place of places) assert.deepEqual(parse(link(place)).place, place);
  const query = new URLSearchParams({ status: "held", type: "A&B" });
  assert.deepEqual([...parse(link(places[1]!, query)).query], [...query]);
  for (const hash of ["#/nowhere", "#/webhooks/a/b/c/d", "#/webhooks/a/deliveries"]) {
    assert.equal(parse(hash).place.page, "nowhere", hash);
  }
});

test("a list that lags behind shows what was made here, and not what was deleted", () => {
  const [old, made, gone] = ["old", "made", "gone"].map((id) => ({ id }) as Webhook);
  const ids = (list: Webhook[]) => recent.applyTo(list).map(({ id }) => id);
  const recent = new Recent();
  recent.made(made!);
  recent.deleted("gone");
  assert.deepEqual(ids([old!, gone!]), ["made", "old"]);
  assert.deepEqual(ids([old!, made!]), ["old", "made"]);
  // It has caught up, so from now on what it says counts.
  assert.deepEqual(ids([old!]), ["old"]);
  recent.made(made!);
  recent.deleted("made");
  assert.deepEqual(ids([old!, made!]), ["old"]);
});

describe("the state of a webhook", () => {
  const webhook = { active: true, deactivate_reason: null } as Webhook;
  const stats = {
    waiting: 0,
    in_flight: 0,
    tries: 1,
    last_success_at: null,
    last_failure_at: null,
  } as Stats;
  const [early, late] = ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z"];
  const check = (state: string, change: Partial<Webhook>, numbers: Partial<Stats> | undefined) => {
    const told = numbers === undefined ? undefined : { ...stats, ...numbers };
    assert.equal(stateOf({ ...webhook, ...change }, told), state);
  };
  test("is told by what came last and what still waits", () => {
    check("unknown", {}, undefined);
    check("quiet", {}, { tries: 0 });
    check("healthy", {}, { last_success_at: late, last_failure_at: early, waiting: 1 });
    check("failing", {}, { last_success_at: early, last_failure_at: late, waiting: 1 });
    check("failing", {}, { last_failure_at: late, in_flight: 1 });
    // The one that failed was skipped or recovered: nothing is failing now.
    check("healthy", {}, { last_success_at: early, last_failure_at: late });
    check("off", { active: false, deactivate_reason: "RETRY_COUNT" }, { waiting: 1 });
    check("paused", { active: false }, undefined);
  });
  test("tells what did not arrive, and what was refused only where there is some", () => {
    const told = (held: number, undelivered: number, refused: number) =>
      missedText({ ...stats, held, undelivered, refused });
    assert.equal(told(0, 0, 0), "nothing to recover");
    assert.equal(told(1, 2_000, 0), "1 held, 2,000 undelivered");
    assert.equal(told(0, 0, 3), "nothing to recover; 3 refused, as too much waited");
    assert.equal(told(1, 0, 3), "1 held, 0 undelivered; 3 refused, as too much waited");
  });
});

describe("deliveries over time", () => {
  const day = ranges.find(({ name }) => name === "24h")!;
  const nowMs = Date.parse("2026-03-01T12:34:56Z");
  const at = (agoMs: number, change: Partial<Delivery> = {}): Delivery => ({
    event_id: "e",
    event_type: "A",
    status: "delivered",
    try_count: 1,
    next_try_at: null,
    accepted_at: new Date(nowMs - agoMs).toISOString(),
    delivered_at: new Date(nowMs - agoMs + 40).toISOString(),
    ...change,
  });
  const open = { delivered_at: null } as const;

  test("are counted where they were accepted, each once, and none beyond", () => {
    const deliveries = [
      at(0),
      at(60_000, { try_count: 3 }),
      at(120_000, { status: "waiting", ...open }),
      at(180_000, { status: "in_flight", ...open }),
      at(3_600_000, { status: "held", ...open }),
      at(7_200_000, { status: "undelivered", ...open }),
      at(25 * 3_600_000),
    ];
    const buckets = series(deliveries, day, nowMs);
    assert.equal(buckets.length, day.buckets);
    assert.deepEqual(totals(buckets), { direct: 1, retried: 1, open: 2, missed: 2 });
    assert.deepEqual([buckets.at(-1)!.direct, buckets.at(-1)!.retried], [1, 1]);
  });

  test("stay in their buckets while time passes, and the newest holds now", () => {
    const size = day.lengthMs / day.buckets;
    for (let laterMs = 0; laterMs < 2 * size; laterMs += size / 7) {
      const start = startOf(day, nowMs + laterMs);
      assert.equal(start % size, 0);
      const last = start + (day.buckets - 1) * size;
      assert.ok(last <= nowMs + laterMs && nowMs + laterMs < last + size);
    }
  });

  test("have a median that was measured", () => {
    const took = (ms: number) => at(0, { delivered_at: new Date(nowMs + ms).toISOString() });
    const deliveries = [took(5), took(1), took(9), took(7), at(0, { status: "held", ...open })];
    assert.equal(median(deliveries), 5);
    const newest = series(deliveries, day, nowMs).at(-1)!;
    assert.deepEqual([newest.medianMs, newest.longestMs], [5, 9]);
    assert.equal(median([]), null);
  });
});

test("numbers read as a person reads them", () => {
  for (const [ms, text] of [
    [0, "0 ms"],
    [999, "999 ms"],
    [1_000, "1 s"],
    [1_249, "1.2 s"],
    [59_400, "59 s"],
    [60_000, "1 min"],
    [185_000, "3 min 5 s"],
    [7_800_000, "2 h 10 min"],
    [180_494_000, "2 d 2 h"],
  ] as const)
    assert.equal(duration(ms), text);
  for (const [share, text] of [
    [1, "100 %"],
    [0.9996, "99.9 %"],
    [0, "0 %"],
    [0.5, "50 %"],
  ] as const) {
    assert.equal(percent(share), text);
  }
  assert.equal(eventName("VILT_EVENT_REGISTRATION"), "VILT event registration");
  assert.deepEqual(splitUrl("https://a.example/x?y"), {
    host: "a.example",
    path: "/x?y",
    isSecure: true,
  });
});

test("an example is an event, says that it is a test, and gives way to what was written", () => {
  for (const type of ["COURSE_COMPLETION", "DOMAIN_ENROLLMENT", "ORDER_PAID"]) {
    const event = JSON.parse(sampleOf(type));
    assert.equal(event.event_type, type);
    assert.equal(event.test, true);
    assert.equal(jsonFault(sampleOf(type)), undefined);
  }
  assert.equal(withType(sampleOf("A"), "B"), undefined);
  assert.deepEqual(JSON.parse(withType('{"event_type":"A","mine":1}', "B")!), {
    event_type: "B",
    mine: 1,
  });
  assert.equal(withType("{ not yet", "B"), "{ not yet");
  for (const text of ["{", "[]", "1", "null"]) assert.ok(jsonFault(text));
});
