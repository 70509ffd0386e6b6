// The promise as a whole: 20 publishers, 4,000 events, and a receiver that fails in every way it can.
// What was acknowledged arrives, byte for byte; what was not is not invented.
//
// How often and how an event fails follows from its number, so every run has the same failures.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { must, start } from "./harness.ts";
import { Receiver, hang, hangUp, reply, type Step } from "./receiver.ts";
import { header } from "./signatures.ts";
import { until } from "./wait.ts";

const publishers = 20;
const eventsEach = 200;
/** Patience for all of it. */
const wholeMs = 120_000;

const dispatcher = await start({
  vars: {
    RETRY_BASE_MS: 20,
    RETRY_MAX_MS: 200,
    DELIVERY_TIMEOUT_MS: 600,
    LEASE_MARGIN_MS: 500,
    MAX_EVENT_BYTES: 8_000,
  },
});
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await dispatcher.stop();
});

/** Of every 100 events 80 arrive at once; the others fail once, twice or three times, each so. */
const fates: Step[][] = [
  ...Array<Step[]>(6).fill([500]),
  ...Array<Step[]>(5).fill([hangUp]),
  [hang],
  [reply(503, { "retry-after": "1" })],
  [reply(503, { "retry-after": "1" }), 500],
  [500, hangUp, 502],
  [hangUp, 500],
  [302, 500],
  [500, hang],
  [hangUp, hangUp, hangUp],
  [500, reply(503, { "retry-after": "1" }), hangUp],
];

/** What happens at a try of an event; tries count from 0. */
function fate(n: number, tried: number): Step {
  // Steps of 37 spread the failures, so that they do not come in a row.
  return fates[(n * 37) % 100]?.[tried] ?? 200;
}

/** An event of this number in a text of its own, which parsing and printing again would change. */
function textOf(n: number): string {
  const padding = "é\\u00e9 ".repeat(n % 97);
  return ` {"n" : ${n}.0,\t"event_type":"QUIZ_COMPLETION", "padding":"${padding}" }\n`;
}

/** Ways to publish that are refused; each body is marked. */
const refused = `{"event_type":"QUIZ_COMPLETION","n":-1}`;
const refusals: [status: number, body: string, headers: Record<string, string>][] = [
  [400, refused.replace("QUIZ", "NO"), {}],
  [400, refused.slice(0, -1), {}],
  [400, refused, { "webhook-id": "x" }],
  [401, refused, { authorization: "Bearer nobody" }],
  [413, refused.padEnd(8_001), {}],
  [415, refused, { "content-type": "text/plain" }],
];

test("4,000 events by 20 publishers reach a flaky receiver, each at least once", async () => {
  const account = await dispatcher.account();
  const arrived = new Map<string, { body: Buffer; tried: number; isTaken: boolean }>();
  const changed: string[] = [];
  const mailbox = receiver.mailbox(async (request, response) => {
    const id = header(request, "webhook-id");
    const { body } = request;
    const seen = arrived.get(id) ?? { body, tried: 0, isTaken: false };
    arrived.set(id, seen);
    if (!seen.body.equals(body)) changed.push(id);
    const step = fate(JSON.parse(body.toString("utf8")).n, seen.tried);
    seen.tried += 1;
    seen.isTaken ||= step === 200;
    if (typeof step === "number") reply(step)(request, response);
    else await step(request, response);
  });
  const { id: webhook } = await account.create({ target_url: mailbox.url });

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

  const path = `/v1/webhooks/${webhook}`;
  const read = async () => must(200, await account.api.get(`${path}/stats`)).json;
  const missing = () => [...acknowledged.keys()].filter((id) => !arrived.get(id)?.isTaken);
  await until(() => `missing: ${missing()}`, () => missing().length === 0, wholeMs);
  await until("all to be recorded", async () => (await read()).delivered === acknowledged.size);

  assert.deepEqual(new Set(arrived.keys()), new Set(acknowledged.keys()), "none is invented");
  assert.deepEqual(changed, [], "every try has the same body");
  let failures = 0;
  for (const [id, { body, tried }] of arrived) {
    const n = acknowledged.get(id)!;
    assert.equal(body.toString("utf8"), textOf(n));
    const planned = fates[(n * 37) % 100]?.length ?? 0;
    assert.ok(tried > planned, `event ${n} was tried ${tried} times`);
    failures += planned;
  }
  assert.ok(failures > 1_000, `${failures} planned failures`);
  const { waiting, in_flight, undelivered, held } = await read();
  assert.deepEqual([waiting, in_flight, undelivered, held], [0, 0, 0, 0]);
  assert.equal((await account.read(webhook)).active, true);
});
