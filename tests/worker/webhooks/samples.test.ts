// Samples: an example event of each documented type, in an answer and in a ping.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { jsonBody } from "../support/receiver.ts";

const { dispatchers: [dispatcher, ownTypes], subscribe } = await fixture(
  {},
  { vars: { EVENT_TYPES: "ORDER_PAID COURSE_COMPLETION" } },
);

/** Returns the vendor's name for the sample of a type. */
const nameOf = (type: string) =>
  type === "VILT_EVENT_REGISTRATION"
    ? "vilt-registration"
    : type.toLowerCase().replaceAll("_", "-");

test("every documented type has a sample, and all but the vendor's own have a note", async () => {
  const { api } = await dispatcher.account();
  const types = must(200, await api.get("/v1/event-types")).json;
  assert.equal(types.length, 10);
  for (const { event_type } of types) {
    const sample = must(200, await api.get(`/v1/webhooks/sample-${nameOf(event_type)}`)).json;
    assert.equal(sample.results.length, 1);
    assert.equal(sample.results[0].event_type, event_type);
    assert.equal("note" in sample, event_type !== "COURSE_ENROLLMENT");
    must(202, await api.post("/v1/events", sample.results[0]));
  }
  // The vendor's name of one sample does not follow from its type; the one that does is taken too.
  assert.deepEqual(must(200, await api.get("/v1/webhooks/sample-vilt-event-registration")).json,
    must(200, await api.get("/v1/webhooks/sample-vilt-registration")).json);
  for (const name of ["", "course", "COURSE_COMPLETION", "vilt", "vilt_registration"])
    must(404, await api.get(`/v1/webhooks/sample-${name}`));
  must(405, await api.post("/v1/webhooks/sample-course-completion"));
  must(401, await dispatcher.client().get("/v1/webhooks/sample-course-completion"));
  const publisher = await dispatcher.account("publisher", ["events:write"]);
  must(403, await publisher.api.get("/v1/webhooks/sample-course-completion"));
});

test("a ping sends the requested sample, marked as a test", async () => {
  const webhook = { event_type: "QUIZ_COMPLETION" };
  const { account, mailbox, path } = await subscribe({ webhook });
  const { api } = account;
  const ping = (query: string) => api.post(`${path}/ping${query}`);
  assert.ok(must(200, await ping("?event_type=COURSE_ENROLLMENT")).json.succeeded);
  must(200, await ping("?event_type="));
  const refused = must(400, await ping("?event_type=ORDER_PAID")).json;
  assert.deepEqual(refused, { event_type: ['"ORDER_PAID" is not a valid choice.'] });
  const [sample, plain, ...others] = mailbox.received.map(jsonBody);
  assert.deepEqual(others, []);
  assert.equal(plain.event_type, "PING");
  const { results } = must(200, await api.get("/v1/webhooks/sample-course-enrollment")).json;
  assert.deepEqual(sample, { ...results[0], test: true, timestamp: sample.timestamp });
  assert.ok(Math.abs(Date.parse(sample.timestamp) - Date.now()) < 60_000);
});

test("a ping can have one of the operator's own types, which have no sample", async () => {
  const { account, mailbox, path } = await subscribe({ dispatcher: ownTypes });
  const { api } = account;
  must(200, await api.post(`${path}/ping?event_type=ORDER_PAID`));
  const { timestamp: _, ...event } = jsonBody(mailbox.received[0]!);
  assert.deepEqual(event, { event_type: "ORDER_PAID", test: true });
  must(200, await api.get("/v1/webhooks/sample-course-completion"));
  must(404, await api.get("/v1/webhooks/sample-path-completion"));
});
