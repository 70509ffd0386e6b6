// The two pings: of the API, and of a webhook. The latter sends one POST with an event of type PING
// and does not change the webhook.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture, type Subscription } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import {
  breakOff,
  closedPort,
  drip,
  flood,
  hang,
  jsonBody,
  disconnect,
  reply,
  values,
  type Step,
} from "../support/receiver.ts";
import { noMore, until } from "../support/wait.ts";

const timeoutMs = 2_000;
const { dispatcher, subscribe } = await fixture({
  vars: {
    DELIVERY_TIMEOUT_MS: timeoutMs,
    LEASE_MARGIN_MS: 500,
    RETRY_BASE_MS: 50,
    RETRY_MAX_MS: 50,
  },
});

/** Creates an account with one webhook. `ping` pings the webhook and returns the result. */
async function subscribeForPing(subscription?: Subscription) {
  const subscriber = await subscribe(subscription);
  const { account, path } = subscriber;
  const ping = async () => must(200, await account.api.post(`${path}/ping`)).json;
  return { ...subscriber, ping };
}

test("a ping of the API answers 200 to a valid key", async () => {
  const { api } = await dispatcher.account();
  must(200, await api.get("/v1/ping"));
  must(200, await api.get("/v1/ping/"));
});

describe("a ping of a webhook", { concurrency: 8 }, () => {
  test("is one POST like that of a delivery, with an event of type PING", async () => {
    const { mailbox, ping } = await subscribeForPing({
      answers: [reply(200, {}, "ok")],
      webhook: {
        basic_auth_username: "u",
        basic_auth_password: "p",
        additional_headers: { "x-a": "1" },
        event_type: "QUIZ_COMPLETION",
      },
    });
    const result = await ping();
    assert.deepEqual(Object.keys(result), [
      "succeeded", "event_id", "duration_ms", "http_status_code", "fault", "answer", "message",
    ]);
    assert.equal(result.succeeded, true);
    assert.equal(result.http_status_code, 200);
    assert.equal(result.fault, null);
    assert.equal(result.answer, "ok");
    assert.ok(Number.isInteger(result.duration_ms) && result.duration_ms < 2_000);
    assert.equal(typeof result.message, "string");
    assert.equal(mailbox.count, 1);
    const [request] = mailbox.received;
    assert.deepEqual(values(request!, "webhook-id"), [result.event_id]);
    assert.equal(request!.method, "POST");
    assert.deepEqual(values(request!, "content-type"), ["application/json"]);
    assert.deepEqual(values(request!, "user-agent"), ["skilljar"]);
    assert.deepEqual(values(request!, "authorization"), [`Basic ${btoa("u:p")}`]);
    assert.deepEqual(values(request!, "x-a"), ["1"]);
    assert.equal(jsonBody(request!).event_type, "PING");
  });

  const answers: [what: string, step: Step, status: number | null, fault: string | null][] = [
    ["201", 201, 201, null],
    ["204", 204, 204, null],
    ["301, which is not followed", reply(301, { location: "/elsewhere" }), 301, "redirect"],
    ["400", 400, 400, "http_status"],
    ["404", 404, 404, "http_status"],
    ["410", 410, 410, "http_status"],
    ["500", 500, 500, "http_status"],
    ["503 with a Retry-After", reply(503, { "retry-after": "1" }), 503, "http_status"],
    ["200 with 50 MB", flood(200, 50_000_000), 200, null],
    ["200 with an endless body", drip(200), 200, null],
    ["200 whose body breaks off", breakOff(200), 200, null],
    ["no answer", hang, null, "timeout_answer"],
    ["a closed connection", disconnect, null, "reset"],
  ];
  for (const [what, step, status, fault] of answers) {
    test(`that gets ${what} reports it, and does not change the webhook`, async () => {
      const { account, mailbox, webhook, ping } = await subscribeForPing({ answers: [step] });
      const result = await ping();
      assert.deepEqual(
        [result.succeeded, result.http_status_code, result.fault],
        [fault === null, status, fault],
        JSON.stringify(result),
      );
      assert.match(result.message, fault === null ? /^/ : /\S/);
      const { state } = await account.read(webhook.id);
      assert.equal(state, "untried", "a ping says nothing about deliveries");
      assert.equal(mailbox.count, 1);
      mailbox.answer(200);
      await account.publish(event("and then"));
      await mailbox.got(2);
      await noMore("requests", () => mailbox.count, 300);
      assert.deepEqual(await account.read(webhook.id), { ...webhook, state: "healthy" });
    });
  }

  test("to a closed port reports the error", async () => {
    const account = await dispatcher.account();
    const { id } = await account.create({ target_url: `http://127.0.0.1:${await closedPort()}/` });
    const result = must(200, await account.api.post(`/v1/webhooks/${id}/ping`)).json;
    assert.deepEqual([result.succeeded, result.http_status_code, result.fault],
      [false, null, "refused"]);
    assert.equal(result.answer, null);
    assert.match(result.message, /connect|refused|reach/i);
    assert.equal((await account.read(id)).active, true);
  });

  test("without an answer reports the timeout and closes the connection", async () => {
    const { mailbox, ping } = await subscribeForPing({ answers: [hang] });
    const result = await ping();
    assert.match(result.message, /time/i);
    await until("the connection to be closed", () => mailbox.received[0]!.cutOff);
  });

  test("is allowed for an inactive webhook, which stays inactive", async () => {
    const inactive = { active: false };
    const { account, mailbox, webhook, ping } = await subscribeForPing({ webhook: inactive });
    assert.equal((await ping()).succeeded, true);
    assert.equal(mailbox.count, 1);
    assert.equal((await account.read(webhook.id)).active, false);
    assert.equal(await account.publish(event("a")), 0);
  });

  test("that fails reveals no secrets", async () => {
    const { ping } = await subscribeForPing({
      webhook: {
        basic_auth_username: "u",
        basic_auth_password: "hunter2-ping",
        additional_headers: { "x-a": "hunter3-ping" },
      },
      answers: [disconnect],
    });
    assert.doesNotMatch(JSON.stringify(await ping()), /hunter/);
    assert.doesNotMatch(dispatcher.log, /hunter\d-ping/);
  });

  test("ignores its body", async () => {
    const { account, mailbox, path } = await subscribe();
    for (const [body, type] of [
      ["{", "application/json"],
      ["x", "text/plain"],
      ["a=b", "application/x-www-form-urlencoded"],
    ]) {
      must(200, await account.api.call("POST", `${path}/ping`, body, { "content-type": type! }));
    }
    assert.equal(mailbox.count, 3);
  });

  test("of an unknown webhook is 404", async () => {
    const account = await dispatcher.account();
    const answer = await account.api.post("/v1/webhooks/0000nothere/ping");
    assert.equal(answer.status, 404);
    assert.deepEqual(Object.keys(answer.json), ["detail"]);
  });
});
