// POST /v1/events: which events are accepted, which are refused, and what the answers say.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, eventTypes } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { noMore, until } from "../support/wait.ts";

const { dispatcher, receiver, subscribe } = await fixture({
  vars: { MAX_EVENT_BYTES: 262_144 },
});

const required = { event_type: ["This field is required."] };

describe("an event", { concurrency: 8 }, () => {
  for (const eventType of eventTypes) {
    test(`of type ${eventType} is accepted with its id and its number of webhooks`, async () => {
      const account = await dispatcher.account();
      const [one, other, inactive] = [receiver.mailbox(), receiver.mailbox(), receiver.mailbox()];
      await account.create({ target_url: one.url });
      await account.create({ target_url: other.url, event_type: eventType });
      await account.create({ target_url: inactive.url, active: false });
      const { json } = must(202, await account.api.post("/v1/events", event("a", eventType)));
      assert.deepEqual(Object.keys(json), ["id", "event_type", "webhooks"]);
      assert.match(json.id, /^[0-9a-z]+$/);
      assert.equal(json.event_type, eventType);
      assert.equal(json.webhooks, 2);
      await Promise.all([one.got(1), other.got(1)]);
      assert.equal(inactive.count, 0);
    });
  }

  test("is accepted without a webhook", async () => {
    const account = await dispatcher.account();
    assert.equal(await account.publish(event("a")), 0);
  });

  test("gets a new id at each publish, and ids sort by time", async () => {
    const account = await dispatcher.account();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.push(must(202, await account.api.post("/v1/events", event("same"))).json.id);
      const answeredAt = Date.now();
      await until("the next millisecond", () => Date.now() > answeredAt + 1);
    }
    assert.equal(new Set(ids).size, 5);
    assert.deepEqual(ids, [...ids].sort());
  });

  test("may have a charset in its content type", async () => {
    const account = await dispatcher.account();
    const body = JSON.stringify(event("a"));
    must(
      202,
      await account.api.call("POST", "/v1/events", body, {
        "content-type": "application/json; charset=utf-8",
      }),
    );
    must(
      202,
      await account.api.call("POST", "/v1/events/", body, { "content-type": "APPLICATION/JSON" }),
    );
  });
});

describe("a body that is not an event", { concurrency: 8 }, () => {
  const choice = (name: string) => ({ event_type: [`"${name}" is not a valid choice.`] });
  const dictionary = (kind: string) => ({
    non_field_errors: [`Invalid data. Expected a dictionary, but got ${kind}.`],
  });
  const bodies: [body: string, messages: Record<string, string[]>][] = [
    ["{}", required],
    ["", required],
    [`{"type":"COURSE_ENROLLMENT"}`, required],
    [`{"data":{"event_type":"COURSE_ENROLLMENT"}}`, required],
    [`{"Event_Type":"COURSE_ENROLLMENT"}`, required],
    [`{"event_type":null}`, { event_type: ["This field may not be null."] }],
    [`{"event_type":"NOPE"}`, choice("NOPE")],
    [`{"event_type":"course_enrollment"}`, choice("course_enrollment")],
    [`{"event_type":" COURSE_ENROLLMENT"}`, choice(" COURSE_ENROLLMENT")],
    [`{"event_type":"PING"}`, choice("PING")],
    ["[]", dictionary("list")],
    [`[{"event_type":"COURSE_ENROLLMENT"}]`, dictionary("list")],
    [`"COURSE_ENROLLMENT"`, dictionary("str")],
    ["", { event_type: ["This field is required."] }],
    ["5", dictionary("int")],
    ["true", dictionary("bool")],
    ["null", { non_field_errors: ["No data provided"] }],
  ];
  for (const [body, messages] of bodies) {
    test(`is refused: ${body || "empty"}: ${Object.values(messages).flat()}`, async () => {
      const { account, mailbox } = await subscribe();
      const answer = await account.api.text("POST", "/v1/events", body);
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(answer.json, messages);
      await account.publish(event("good"));
      await mailbox.got(1);
      await noMore("requests", () => mailbox.count, 100);
    });
  }

  for (const value of ["true", "5", "[]", "{}", `["COURSE_ENROLLMENT"]`, `""`, "1.5"]) {
    test(`is refused with the type ${value}`, async () => {
      const { api } = await dispatcher.account();
      const answer = await api.text("POST", "/v1/events", `{"event_type":${value}}`);
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(Object.keys(answer.json), ["event_type"]);
    });
  }

  for (const body of [
    "{",
    "nope",
    `{"event_type":"COURSE_ENROLLMENT"`,
    `{"event_type":"COURSE_ENROLLMENT"} {}`,
    `{'a':1}`,
    `\ufeff{}`,
    `{"event_type":"COURSE_ENROLLMENT","a":NaN}`,
    `{"event_type":"COURSE_ENROLLMENT","a":1e309}`,
    `{"event_type":"COURSE_ENROLLMENT",}`,
    `{"event_type":"COURSE_ENROLLMENT","a":"\n"}`,
  ]) {
    test(`is refused as malformed JSON: ${JSON.stringify(body)}`, async () => {
      const { api } = await dispatcher.account();
      const answer = await api.text("POST", "/v1/events", body);
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(Object.keys(answer.json), ["detail"]);
      assert.match(answer.json.detail, /^JSON parse error - /);
    });
  }

  test("is refused in another content type than JSON", async () => {
    const { api } = await dispatcher.account();
    const body = JSON.stringify(event("a"));
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/xml",
    ]) {
      const answer = await api.call("POST", "/v1/events", body, { "content-type": type });
      assert.equal(answer.status, 415, `${type}: ${answer.text}`);
      assert.deepEqual(answer.json, { detail: `Unsupported media type "${type}" in request.` });
    }
  });

  test("is refused with webhook-id, a header of deliveries, which prevents loops", async () => {
    const { account, mailbox } = await subscribe();
    const answer = await account.api.call("POST", "/v1/events", JSON.stringify(event("looped")), {
      "content-type": "application/json",
      "webhook-id": "x",
    });
    assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.text}`);
    assert.deepEqual(Object.keys(answer.json), ["detail"]);
    await account.publish(event("good"));
    await mailbox.got(1);
    await noMore("requests", () => mailbox.count, 100);
    assert.doesNotMatch(mailbox.texts.join(), /looped/);
  });
});
