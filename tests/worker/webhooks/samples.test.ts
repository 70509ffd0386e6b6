// Samples: what an event of each documented type looks like, asked for and sent by a ping.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { must, start } from "../support/harness.ts";
import { Receiver } from "../support/receiver.ts";

const dispatcher = await start();
const own = await start({ vars: { EVENT_TYPES: "ORDER_PAID COURSE_COMPLETION" } });
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await dispatcher.stop();
  await own.stop();
});

/** The vendor's name of a type's sample. */
const nameOf = (type: string) =>
  type === "VILT_EVENT_REGISTRATION"
    ? "vilt-registration"
    : type.toLowerCase().replaceAll("_", "-");

test("every documented type has a sample, and only one of them is no example", async () => {
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
  for (const name of ["", "course", "COURSE_COMPLETION", "vilt-event-registration"])
    must(404, await api.get(`/v1/webhooks/sample-${name}`));
  must(405, await api.post("/v1/webhooks/sample-course-completion"));
  must(401, await dispatcher.client().get("/v1/webhooks/sample-course-completion"));
  const publisher = await dispatcher.account("publisher", ["events:write"]);
  must(403, await publisher.api.get("/v1/webhooks/sample-course-completion"));
});

test("a ping sends the sample that is asked for, marked as a test", async () => {
  const { api, create } = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const { id } = await create({ target_url: mailbox.url, event_type: "QUIZ_COMPLETION" });
  const ping = (query: string) => api.post(`/v1/webhooks/${id}/ping${query}`);
  assert.ok(must(200, await ping("?event_type=COURSE_ENROLLMENT")).json.succeeded);
  must(200, await ping("?event_type="));
  const complaint = must(400, await ping("?event_type=ORDER_PAID")).json;
  assert.deepEqual(complaint, { event_type: ['"ORDER_PAID" is not a valid choice.'] });
  const [sample, plain, ...others] = mailbox.received.map(({ body }) => JSON.parse(`${body}`));
  assert.deepEqual(others, []);
  assert.equal(plain.event_type, "PING");
  const { results } = must(200, await api.get("/v1/webhooks/sample-course-enrollment")).json;
  assert.deepEqual(sample, { ...results[0], test: true, timestamp: sample.timestamp });
  assert.ok(Math.abs(Date.parse(sample.timestamp) - Date.now()) < 60_000);
});

test("an operator's own types are pinged too, and have no sample to show", async () => {
  const { api, create } = await own.account();
  const mailbox = receiver.mailbox();
  const { id } = await create({ target_url: mailbox.url });
  must(200, await api.post(`/v1/webhooks/${id}/ping?event_type=ORDER_PAID`));
  const { timestamp: _, ...event } = JSON.parse(`${mailbox.received[0]!.body}`);
  assert.deepEqual(event, { event_type: "ORDER_PAID", test: true });
  must(200, await api.get("/v1/webhooks/sample-course-completion"));
  must(404, await api.get("/v1/webhooks/sample-path-completion"));
});
