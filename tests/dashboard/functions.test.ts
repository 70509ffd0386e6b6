// The functions of the dashboard, without a browser.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accessOf, allows } from "../../dashboard/src/access.ts";
import { missedText, nextAttempt, roomText, stateOf } from "../../dashboard/src/health.ts";
import { ApiError } from "../../dashboard/src/http.ts";
import { accentsOf, luminance } from "../../dashboard/src/look.ts";
import { Recent } from "../../dashboard/src/recent.ts";
import { link, parse, type Place } from "../../dashboard/src/route.ts";
import { canBeKey, openSession, type Tab } from "../../dashboard/src/session.ts";
import type { KeyInfo, Webhook, WebhookStats } from "../../dashboard/src/types.ts";

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

const kept = JSON.stringify({ key: "old", kind: "key" });

test("a portal token is removed from the address at once", () => {
  for (const [hash, stored, key, kind, shown] of [
    ["", null, undefined, undefined, ""],
    ["", kept, "old", "key", ""],
    ["#token=whp_a-b_c", null, "whp_a-b_c", "link", ""],
    ["#token=new", kept, "new", "link", ""],
    ["#token=", kept, "old", "key", ""],
    ["#/webhooks/token=x", null, undefined, undefined, "#/webhooks/token=x"],
    ["#/events?token=x", null, undefined, undefined, "#/events?token=x"],
    ["", "not JSON", undefined, undefined, ""],
    ["", "null", undefined, undefined, ""],
    ["", '"a text"', undefined, undefined, ""],
  ] as const) {
    const tab = tabAt(hash, stored);
    const session = openSession(tab);
    assert.deepEqual([session?.key, session?.kind], [key, kind], hash);
    assert.equal(tab.shown, shown, hash);
  }
});

test("a portal link may lead back to a page of the web, and to nothing else", () => {
  const returnUrl = (url: string) =>
    openSession(tabAt(`#token=t&return_url=${encodeURIComponent(url)}`))?.returnUrl;
  for (const url of ["https://a.example/settings?tab=1#x", "http://localhost:3000/"]) {
    assert.equal(returnUrl(url), url);
  }
  for (const url of ["javascript:alert(1)", "data:text/html,x", "/settings", "", "file:///x"]) {
    assert.equal(returnUrl(url), undefined, url);
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
    { page: "catalogue" },
    { page: "account" },
    { page: "accounts" },
    { page: "account-of", account: "Acme.EU" },
    { page: "account-of", account: "a/b?c#d%" },
    { page: "keys" },
    { page: "links" },
  ];
  for (const place of places) assert.deepEqual(parse(link(place)).place, place);
  const query = new URLSearchParams({ status: "held", type: "A&B" });
  assert.deepEqual([...parse(link(places[1]!, query)).query], [...query]);
  for (const hash of [
    "#/nowhere", "#/webhooks/a/b/c/d", "#/webhooks/a/deliveries", "#/keys/a", "#/events/a/b",
  ]) {
    assert.equal(parse(hash).place.page, "not-found", hash);
  }
});

test("a list that lags shows what was created here, and not what was deleted", () => {
  const [old, created, deleted] = ["old", "created", "deleted"].map((id) => ({ id }) as Webhook);
  let nowMs = 0;
  const recent = new Recent(() => nowMs);
  const ids = (list: Webhook[]) => recent.applyTo(list).map(({ id }) => id);
  recent.created(created!);
  recent.deleted("deleted");
  assert.deepEqual(ids([old!, deleted!]), ["created", "old"]);
  assert.deepEqual(ids([old!, created!]), ["old", "created"]);
  // The list has caught up, so a webhook that it lacks now was deleted elsewhere.
  assert.deepEqual(ids([old!]), ["old"]);
  recent.created(created!);
  recent.deleted("created");
  assert.deepEqual(ids([old!, created!]), ["old"]);
  // A page that never has it shows it as long as the list may lag.
  recent.created({ id: "on another page" } as Webhook);
  assert.deepEqual(ids([old!]), ["on another page", "old"]);
  nowMs = 60_001;
  assert.deepEqual(ids([old!]), ["old"]);
});

describe("the health of a webhook", () => {
  const webhook = { active: true, deactivate_reason: null } as Webhook;
  const stats = {
    waiting: 0,
    in_flight: 0,
    tries: 1,
    last_success_at: null,
    last_failure_at: null,
  } as WebhookStats;
  const [early, late] = ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z"];
  const check = (
    state: string,
    change: Partial<Webhook>,
    numbers: Partial<WebhookStats> | undefined,
  ) => {
    const merged = numbers === undefined ? undefined : { ...stats, ...numbers };
    assert.equal(stateOf({ ...webhook, ...change }, merged), state);
  };
  test("is that of the API", () => {
    for (const state of ["untried", "healthy", "degraded", "failing"] as const) {
      check(state, { state }, undefined);
      check(state, { state }, { last_failure_at: late });
      // The list may lag; the statistics do not.
      check(state, { state: "healthy" }, { state });
    }
    check("off", { active: false, deactivate_reason: "RETRY_COUNT", state: "healthy" }, {});
    check("paused", { active: false, state: "healthy" }, {});
  });
  test("follows from the statistics where the API does not say it", () => {
    check("unknown", {}, undefined);
    check("untried", {}, { tries: 0 });
    check("healthy", {}, { last_success_at: late, last_failure_at: early, success_rate: 0.95 });
    check("degraded", {}, { last_success_at: late, last_failure_at: early, success_rate: 0.949 });
    check("failing", {}, { last_success_at: early, last_failure_at: late, waiting: 1 });
    // Also if nothing waits: the last attempt failed.
    check("failing", {}, { last_success_at: early, last_failure_at: late });
    check("failing", {}, { last_failure_at: late, in_flight: 1 });
    check("off", { active: false, deactivate_reason: "RETRY_COUNT" }, { waiting: 1 });
    check("paused", { active: false }, undefined);
  });
  test("has no next attempt in the past", () => {
    const now = Date.parse(late);
    for (const at of [null, undefined, early, late]) assert.equal(nextAttempt(at, now), undefined);
    assert.equal(nextAttempt(late, Date.parse(early)), now);
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

test("a key may do what its scopes say, and all if the API does not say them", () => {
  const ping: KeyInfo = {
    account: "acme", key_id: "k", scopes: ["webhooks:read"], expires_at: null,
  };
  assert.ok(allows(accessOf(ping), "webhooks:read"));
  assert.ok(!allows(accessOf(ping), "webhooks:write"));
  assert.ok(allows(accessOf(undefined), "webhooks:write"));
  const ending = accessOf({ ...ping, expires_at: "2026-01-01T00:00:00.000+00:00" });
  assert.equal(ending.endsMs, Date.parse("2026-01-01T00:00:00Z"));
});

test("an error response names its fields, and parts of them", () => {
  const error = ApiError.of(400, {
    code: "invalid",
    request_id: "r1",
    "retry.limit": ["Too many."],
    name: ["Too long.", "Not text."],
    code_of_a_field: "one text",
  });
  assert.deepEqual(Object.keys(error.fields), ["retry.limit", "name", "code_of_a_field"]);
  assert.deepEqual(error.on("retry"), ["Too many."]);
  assert.deepEqual(error.on("name"), ["Too long.", "Not text."]);
  assert.equal(error.on("nam"), undefined);
  assert.equal(ApiError.of(404, { detail: "Not found.", code: "x" }).message, "Not found.");
  assert.equal(ApiError.of(502, undefined).message, "The dispatcher answered 502.");
});

test("the luminance of a colour is that of WCAG", () => {
  for (const [color, expected] of [
    ["#000000", 0],
    ["#ffffff", 1],
    ["#808080", 0.2159],
    ["#ff0000", 0.2126],
    ["#4b45c6", 0.0983],
  ] as const) {
    assert.ok(Math.abs(luminance(color) - expected) < 0.001, `${color}: ${luminance(color)}`);
  }
});

test("whatever colour a platform has, its texts and buttons can be read", () => {
  const contrast = (one: string, other: string) => {
    const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const parts = ["00", "33", "80", "cc", "ff"];
  const colors = parts.flatMap((red) =>
    parts.flatMap((green) => parts.map((blue) => `#${red}${green}${blue}`)));
  for (const color of colors) {
    const { light, dark } = accentsOf(color);
    assert.ok(contrast(light, "#ffffff") >= 4.5, `${color}: ${light}`);
    // The lightest surface of the dark theme.
    assert.ok(contrast(dark, "#1c1f25") >= 4.5, `${color}: ${dark}`);
  }
  // A colour that is dark enough stays.
  assert.equal(accentsOf("#4b45c6").light, "#4b45c6");
});
