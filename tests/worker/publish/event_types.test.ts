// The catalogue of event types: what the operator defines, and what is in force.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client } from "../support/api.ts";
import { event, eventTypes } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Dispatcher } from "../support/harness.ts";
import { jsonBody, nowhere } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

// Each test has a dispatcher of its own, because a catalogue holds for all accounts.
const { startDispatcher, subscribe } = await fixture();

const at = (name: string) => `/v1/admin/event-types/${name}`;

async function names(api: Client): Promise<string[]> {
  return must(200, await api.get("/v1/event-types")).json.map(({ name }: any) => name);
}

async function define(dispatcher: Dispatcher, ...types: string[]): Promise<void> {
  for (const type of types) must(201, await dispatcher.admin.put(at(type), {}));
}

test("the built-in types are in force while none is defined, before and after", async () => {
  const dispatcher = await startDispatcher();
  const { admin } = dispatcher;
  const { api, publish, create } = await dispatcher.account();
  assert.deepEqual((await names(api)).toSorted(), eventTypes.toSorted());
  assert.deepEqual(must(200, await admin.get("/v1/event-types")).json,
    must(200, await api.get("/v1/event-types")).json);
  must(404, await admin.get(at("COURSE_ENROLLMENT")));
  await define(dispatcher, "ORDER_PAID");
  assert.deepEqual(await names(api), ["ORDER_PAID"]);
  assert.equal(await publish({ event_type: "ORDER_PAID" }), 0);
  const refused = { event_type: ['"COURSE_ENROLLMENT" is not a valid choice.'] };
  assert.deepEqual(must(400, await api.post("/v1/events", event("a"))).json, refused);
  const webhook = { target_url: nowhere, event_type: "COURSE_ENROLLMENT" };
  assert.deepEqual(must(400, await api.post("/v1/webhooks", webhook)).json, refused);
  const batch = must(200, await api.post("/v1/events/batch", [
    { event_type: "ORDER_PAID" }, { event_type: "COURSE_ENROLLMENT" },
  ])).json;
  assert.deepEqual(batch.map(({ status }: any) => status), [202, 400]);
  must(204, await admin.delete(at("ORDER_PAID")));
  assert.deepEqual((await names(api)).toSorted(), eventTypes.toSorted());
  must(400, await api.post("/v1/events", { event_type: "ORDER_PAID" }));
  must(202, await api.post("/v1/events", event("a")));
  must(404, await admin.delete(at("ORDER_PAID")));
  await create(webhook);
});

test("a definition is shown, changed field by field, and sampled with every digit", async () => {
  const dispatcher = await startDispatcher();
  const { admin } = dispatcher;
  const { account, path, mailbox } = await subscribe({ dispatcher });
  const { api } = account;
  const put = (status: number, body: string) =>
    admin.text("PUT", at("ORDER_PAID"), body).then((answer) => must(status, answer));
  const created = await put(201, `{"description": "An order is paid.", "schema": {"type": "object"},
    "example": {"event_type": "ORDER_PAID", "total": 10.50, "id": 12345678901234567890}}`);
  assert.match(created.text, /"total": 10\.50, "id": 12345678901234567890/);
  const view = {
    event_type: "ORDER_PAID", triggered_when: "An order is paid.",
    name: "ORDER_PAID", description: "An order is paid.",
    example: { event_type: "ORDER_PAID", total: 10.5, id: 12345678901234567890 },
    schema: { type: "object" }, deprecated: false,
  };
  assert.deepEqual(created.json, view);
  for (const answer of [await admin.get(at("ORDER_PAID")), await put(200, "{}"),
    await admin.put(at("ORDER_PAID"), undefined)])
    assert.deepEqual(must(200, answer).json, view);
  assert.deepEqual(must(200, await api.get("/v1/event-types")).json, [view]);
  const sample = must(200, await api.get("/v1/webhooks/sample-order-paid"));
  assert.match(sample.text, /"total":10\.50,"id":12345678901234567890/);
  must(404, await api.get("/v1/webhooks/sample-course-completion"));
  must(200, await api.post(`${path}/ping?event_type=ORDER_PAID`));
  const pinged = mailbox.received[0]!;
  assert.match(pinged.body.toString(), /"total":10\.50,"id":12345678901234567890/);
  const { timestamp, ...rest } = jsonBody(pinged);
  assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000);
  assert.deepEqual(rest, { ...view.example, test: true });
  must(400, await api.post(`${path}/ping?event_type=COURSE_COMPLETION`));

  const cleared = await put(200, '{"example": null, "schema": null, "description": null}');
  assert.deepEqual(cleared.json,
    { ...view, triggered_when: "", description: "", example: null, schema: null });
  const bare = must(200, await api.get("/v1/webhooks/sample-order-paid")).json.results;
  assert.deepEqual(bare, [{ event_type: "ORDER_PAID" }]);
  await dispatcher.kill();
  await dispatcher.restart();
  assert.deepEqual(must(200, await admin.get(at("ORDER_PAID"))).json, cleared.json);
});

test("a deprecated type works as before; one that a webhook names is not deleted", async () => {
  const dispatcher = await startDispatcher();
  const { admin } = dispatcher;
  await define(dispatcher, "ORDER_PAID", "ORDER_SENT");
  const webhook = { event_type: "ORDER_PAID" };
  const { account, id, path, mailbox } = await subscribe({ dispatcher, webhook });
  assert.equal(must(200, await admin.put(at("ORDER_PAID"), { deprecated: true })).json.deprecated,
    true);
  assert.equal(await account.publish({ event_type: "ORDER_PAID" }), 1);
  await mailbox.got(1);
  const refused = must(409, await admin.delete(at("ORDER_PAID")));
  assert.equal(refused.code, "event_type_in_use");
  assert.deepEqual(Object.keys(refused.json), ["detail"]);
  assert.deepEqual((await names(account.api)).toSorted(), ["ORDER_PAID", "ORDER_SENT"]);
  must(204, await admin.delete(at("ORDER_SENT")));
  // The webhook reads and is changed as before, though its type is the only one left.
  must(200, await account.api.patch(path, { event_type: "" }));
  await until("the change to be listed", async () => {
    const answer = await admin.delete(at("ORDER_PAID"));
    return answer.status === 204;
  });
  assert.equal((await account.read(id)).event_type, null);
});

test("what cannot be a definition is refused, and nothing is stored", async () => {
  const dispatcher = await startDispatcher();
  const { admin } = dispatcher;
  const { api } = await dispatcher.account();
  for (const [body, json] of [
    ['{"description": 5}', { description: ["Not a valid string."] }],
    ['{"description": "a\\u0007"}', { description: ["Control characters are not allowed."] }],
    [JSON.stringify({ description: "x".repeat(1_001) }),
      { description: ["Ensure this field has no more than 1000 characters."] }],
    ['{"example": []}', { example: ['Expected a dictionary of items but got type "list".'] }],
    ['{"example": {"event_type": "ORDER_SENT"}}',
      { example: ['Its event_type must be "ORDER_PAID", or left out.'] }],
    ['{"schema": "x", "deprecated": 2}', {
      schema: ['Expected a dictionary of items but got type "str".'],
      deprecated: ["Must be a valid boolean."],
    }],
    ["[]", undefined], ["{", undefined], ['{"a": 1, "a": 2', undefined],
  ] as const) {
    const refused = must(400, await admin.text("PUT", at("ORDER_PAID"), body));
    if (json !== undefined) assert.deepEqual(refused.json, json, body);
  }
  const long = `{"example": {"a": "${"x".repeat(65_536)}"}}`;
  must(413, await admin.text("PUT", at("ORDER_PAID"), long));
  const longest = "A".repeat(64);
  for (const name of ["order_paid", "1A", "A-B", "PING", "WEBHOOK_FAILING", `${longest}A`, "%41%20"])
    for (const method of ["GET", "PUT", "DELETE"])
      must(404, await admin.call(method, at(name)));
  must(405, await admin.post(at("ORDER_PAID"), {}));
  must(401, await dispatcher.client().put(at("ORDER_PAID"), {}));
  for (const answer of [await api.put(at("ORDER_PAID"), {}), await api.get(at("ORDER_PAID")),
    await api.delete(at("ORDER_PAID"))])
    must(403, answer);
  assert.deepEqual(await dispatcher.records("event-type"), {});
  assert.equal((await names(api)).length, 10);
  must(201, await admin.put(at(longest), {}));
});

test("there can be 200 types", async () => {
  const dispatcher = await startDispatcher();
  await define(dispatcher, "T0");
  const record = (await dispatcher.records("event-type:"))["event-type:T0"]!;
  const more = Array.from({ length: 199 }, (_, n) => [`event-type:T${n + 1}`, record]);
  await dispatcher.putRecords(Object.fromEntries(more));
  const refused = must(403, await dispatcher.admin.put(at("T200"), {}));
  assert.match(refused.json.detail, /200 event types/);
  must(200, await dispatcher.admin.put(at("T199"), { description: "changed" }));
  must(204, await dispatcher.admin.delete(at("T7")));
  must(201, await dispatcher.admin.put(at("T200"), {}));
  const { api } = await dispatcher.account();
  assert.equal((await names(api)).length, 200);
});

test("an isolate reads the types once a minute, and another one learns of a change", async () => {
  const dispatcher = await startDispatcher();
  const { api } = await dispatcher.account();
  must(202, await api.post("/v1/events", event("a")));
  // As if the isolate of another machine had written them.
  await define(dispatcher, "ORDER_PAID");
  const written = await dispatcher.records("event-type");
  must(204, await dispatcher.admin.delete(at("ORDER_PAID")));
  await dispatcher.putRecords(written);
  must(202, await api.post("/v1/events", event("a")));
  await dispatcher.kill();
  await dispatcher.restart();
  must(202, await api.post("/v1/events", { event_type: "ORDER_PAID" }));
  must(400, await api.post("/v1/events", event("a")));
});

test("the types of EVENT_TYPES are in force until one is defined", async () => {
  const dispatcher = await startDispatcher({ vars: { EVENT_TYPES: "ORDER_PAID" } });
  const { api } = await dispatcher.account();
  assert.deepEqual(await names(api), ["ORDER_PAID"]);
  await define(dispatcher, "ORDER_SENT");
  assert.deepEqual(await names(api), ["ORDER_SENT"]);
});
