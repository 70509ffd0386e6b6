// The functions of the dashboard, without a browser.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { duration, eventName, percent, splitUrl } from "../../dashboard/src/format.ts";
import { missedText, roomText, stateOf } from "../../dashboard/src/health.ts";
import { Recent } from "../../dashboard/src/recent.ts";
import { link, parse, type Place } from "../../dashboard/src/route.ts";
import { jsonError, sampleOf, withType } from "../../dashboard/src/pages/sample.ts";
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

test("a portal token is removed from the address at once", () => {
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

test("a text that cannot be sent in a header is no key", () => {
  for (const text of ["", "a b", "schlüssel", "a\nb", "\u0000"]) assert.ok(!canBeKey(text), text);
  for (const text of ["whk_Ab-9", "a:b", "!~"]) assert.ok(canBeKey(text), text);
});

test("the address of every place parses to that place", () => {
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
    assert.equal(parse(hash).place.page, "not-found", hash);
  }
});

test("a list that lags shows what was created here, and not what was deleted", () => {
  const [old, created, deleted] = ["old", "created", "deleted"].map((id) => ({ id }) as Webhook);
  const ids = (list: Webhook[]) => recent.applyTo(list).map(({ id }) => id);
  const recent = new Recent();
  recent.created(created!);
  recent.deleted("deleted");
  assert.deepEqual(ids([old!, deleted!]), ["created", "old"]);
  assert.deepEqual(ids([old!, created!]), ["old", "created"]);
  // The list has caught up, so a webhook that it lacks now was deleted elsewhere.
  assert.deepEqual(ids([old!]), ["old"]);
  recent.created(created!);
  recent.deleted("created");
  assert.deepEqual(ids([old!, created!]), ["old"]);
});

describe("the health of a webhook", () => {
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
    const merged = numbers === undefined ? undefined : { ...stats, ...numbers };
    assert.equal(stateOf({ ...webhook, ...change }, merged), state);
  };
  test("follows from the latest success and failure, and from what waits", () => {
    check("unknown", {}, undefined);
    check("quiet", {}, { tries: 0 });
    check("healthy", {}, { last_success_at: late, last_failure_at: early, waiting: 1 });
    check("failing", {}, { last_success_at: early, last_failure_at: late, waiting: 1 });
    check("failing", {}, { last_failure_at: late, in_flight: 1 });
    // The failed delivery was skipped or recovered, so nothing is failing now.
    check("healthy", {}, { last_success_at: early, last_failure_at: late });
    check("off", { active: false, deactivate_reason: "RETRY_COUNT" }, { waiting: 1 });
    check("paused", { active: false }, undefined);
  });
  test("says what did not arrive, and what was refused if there is any", () => {
    const text = (held: number, undelivered: number, refused: number) =>
      missedText({ ...stats, held, undelivered, refused });
    assert.equal(text(0, 0, 0), "nothing to recover");
    assert.equal(text(1, 2_000, 0), "1 held, 2,000 undelivered");
    assert.equal(text(0, 0, 3), "nothing to recover; 3 refused for lack of room");
    assert.equal(text(1, 0, 3), "1 held, 0 undelivered; 3 refused for lack of room");
  });
  test("says what of the history is gone, if anything is", () => {
    const text = (bodies_since: string | null, history_since: string | null) =>
      roomText({ ...stats, bodies_since, history_since }, (time) => `<${time}>`);
    assert.equal(text(null, null), "");
    assert.equal(roomText(undefined, String), "");
    assert.equal(
      text("b", null),
      "There was no room for more. The bodies of events that came before <b> are gone once " +
        "delivered, so those events cannot be sent again.",
    );
    assert.match(text("b", "h"), /sent again\. Delivered events that came before <h> have left/);
  });
});

describe("the series of deliveries", () => {
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
    const buckets = series(deliveries, day, nowMs);
    assert.equal(buckets.length, day.buckets);
    assert.deepEqual(totals(buckets), { direct: 1, retried: 1, open: 2, missed: 2 });
    assert.deepEqual([buckets.at(-1)!.direct, buckets.at(-1)!.retried], [1, 1]);
  });

  test("keeps its buckets while time passes, and the last one contains the present", () => {
    const size = day.lengthMs / day.buckets;
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
    assert.equal(median(deliveries), 5);
    const newest = series(deliveries, day, nowMs).at(-1)!;
    assert.deepEqual([newest.medianMs, newest.longestMs], [5, 9]);
    assert.equal(median([]), null);
  });
});

test("numbers, event types and URLs are formatted for reading", () => {
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

test("an example is an event marked as a test, and replaces no text of the user", () => {
  for (const type of ["COURSE_COMPLETION", "DOMAIN_ENROLLMENT", "ORDER_PAID"]) {
    const event = JSON.parse(sampleOf(type));
    assert.equal(event.event_type, type);
    assert.equal(event.test, true);
    assert.equal(jsonError(sampleOf(type)), undefined);
  }
  assert.equal(withType(sampleOf("A"), "B"), undefined);
  assert.deepEqual(JSON.parse(withType('{"event_type":"A","mine":1}', "B")!), {
    event_type: "B",
    mine: 1,
  });
  assert.equal(withType("{ not yet", "B"), "{ not yet");
  for (const text of ["{", "[]", "1", "null"]) assert.ok(jsonError(text));
});
