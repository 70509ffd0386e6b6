// 20 publishers, 4,000 events, and a receiver that fails in every way: each accepted event arrives
// byte for byte, and no other event does.
//
// The failures of an event follow from its number, so each run has the same failures.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventTypes } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { disconnect, hang, reply, type Step } from "../support/receiver.ts";
import { header } from "../support/signatures.ts";
import { until } from "../support/wait.ts";

const publishers = 20;
const eventsEach = 200;
/** The event types. There is a webhook for each. */
const types = eventTypes.slice(0, 4);
/** The time limit for all deliveries. */
const limitMs = 120_000;

const { dispatcher, receiver } = await fixture({
  vars: {
    RETRY_BASE_MS: 20,
    RETRY_MAX_MS: 200,
    DELIVERY_TIMEOUT_MS: 600,
    LEASE_MARGIN_MS: 500,
    MAX_EVENT_BYTES: 8_000,
  },
});

/** The failures of 20 of 100 events, attempt by attempt. The other 80 do not fail. */
const failures: Step[][] = [
  ...Array<Step[]>(6).fill([500]),
  ...Array<Step[]>(5).fill([disconnect]),
  [hang],
  [reply(503, { "retry-after": "1" })],
  [reply(503, { "retry-after": "1" }), 500],
  [500, disconnect, 502],
  [disconnect, 500],
  [302, 500],
  [500, hang],
  [disconnect, disconnect, disconnect],
  [500, reply(503, { "retry-after": "1" }), disconnect],
];

/** Returns the answers to an event before it is accepted. */
function failuresOf(n: number): Step[] {
  // The numbers are scattered, because consecutive failures would be an outage.
  return failures[(Math.imul(n, 0x9e3779b1) >>> 7) % 100] ?? [];
}

/** Returns the body of an event, which parsing and serializing would change. */
function textOf(n: number): string {
  const padding = "é\\u00e9 ".repeat(n % 97);
  const type = types[n % types.length];
  return ` {"n" : ${n}.0,\t"event_type":"${type}", "padding":"${padding}" }\n`;
}

/** Publishes that are refused. Their bodies have the number -1. */
const refused = `{"event_type":"${types[0]}","n":-1}`;
const refusals: [status: number, body: string, headers: Record<string, string>][] = [
  [400, refused.replace("_", "-"), {}],
  [400, refused.slice(0, -1), {}],
  [400, refused, { "webhook-id": "x" }],
  [401, refused, { authorization: "Bearer nobody" }],
  [413, refused.padEnd(8_001), {}],
  [415, refused, { "content-type": "text/plain" }],
];

test("4,000 events by 20 publishers reach a flaky receiver, each at least once", async () => {
  const account = await dispatcher.account();
  const arrived = new Map<string, { body: Buffer; tried: number; isAccepted: boolean }>();
  const changed: string[] = [];
  const mailbox = receiver.mailbox(async (request, response) => {
    const id = header(request, "webhook-id");
    const { body } = request;
    const seen = arrived.get(id) ?? { body, tried: 0, isAccepted: false };
    arrived.set(id, seen);
    if (!seen.body.equals(body)) changed.push(id);
    const step = failuresOf(JSON.parse(body.toString("utf8")).n)[seen.tried] ?? 200;
    seen.tried += 1;
    seen.isAccepted ||= step === 200;
    if (typeof step === "number") reply(step)(request, response);
    else await step(request, response);
  });
  const webhooks = await Promise.all(
    types.map((event_type) => account.create({ target_url: mailbox.url, event_type })),
  );

  const acknowledged = new Map<string, number>();
  const publish = async (publisher: number) => {
    for (let k = 0; k < eventsEach; k += 1) {
      const n = publisher * eventsEach + k;
      const { json } = must(202, await account.api.text("POST", "/v1/events", textOf(n)));
      assert.equal(json.webhooks, 1);
      acknowledged.set(json.id, n);
      if (k % 20 !== 0) continue;
      const [status, body, headers] = refusals[(n / 20) % refusals.length]!;
      const sent = { "content-type": "application/json", ...headers };
      must(status, await account.api.call("POST", "/v1/events", body, sent));
    }
  };
  await Promise.all(Array.from({ length: publishers }, (_, n) => publish(n)));
  assert.equal(acknowledged.size, publishers * eventsEach);

  /** Returns the sum of a statistic over all webhooks. */
  const sum = async (name: string) => {
    const found = webhooks.map(({ id }) => account.api.get(`/v1/webhooks/${id}/stats`));
    const numbers = (await Promise.all(found)).map((answer) => must(200, answer).json[name]);
    return numbers.reduce((total: number, number: number) => total + number, 0);
  };
  const missing = () => [...acknowledged.keys()].filter((id) => !arrived.get(id)?.isAccepted);
  await until(() => `missing: ${missing()}`, () => missing().length === 0, limitMs);
  await until("all to be recorded", async () => (await sum("delivered")) === acknowledged.size);

  assert.deepEqual(new Set(arrived.keys()), new Set(acknowledged.keys()), "no other event arrives");
  assert.deepEqual(changed, [], "every attempt has the same body");
  let failureCount = 0;
  for (const [id, { body, tried }] of arrived) {
    const n = acknowledged.get(id)!;
    assert.equal(body.toString("utf8"), textOf(n));
    const planned = failuresOf(n).length;
    assert.ok(tried > planned, `event ${n} was tried ${tried} times`);
    failureCount += planned;
  }
  assert.ok(failureCount > 1_000, `${failureCount} planned failures`);
  for (const name of ["waiting", "in_flight", "undelivered", "held"])
    assert.equal(await sum(name), 0, name);
  for (const { id } of webhooks) assert.equal((await account.read(id)).active, true);
});
