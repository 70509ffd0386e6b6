// What an answer does: 4xx deactivates the webhook, 2xx ends the delivery, everything else is
// retried.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import {
  OpenRequests,
  breakOff,
  disconnect,
  drip,
  flood,
  raw,
  reply,
  type Step,
} from "../support/receiver.ts";
import {
  assertNoMoreRequests, baseMs, retryVars, timeoutMs, toleranceMs,
} from "../support/retries.ts";
import { noMore, until } from "../support/wait.ts";
import { inList } from "../support/webhook_fields.ts";

const { receiver, subscribe } = await fixture({ vars: retryVars });

describe("a 4xx answer", { concurrency: 8 }, () => {
  const answers: [what: string, step: Step][] = [
    ...[400, 401, 403, 404, 405, 408, 409, 410, 418, 422, 425, 426, 451, 499].map(
      (status): [string, Step] => [`${status}`, status],
    ),
    ["429 with a Retry-After", reply(429, { "retry-after": "1" })],
    ["404 with a long body", reply(404, {}, "x".repeat(100_000))],
    ["404 with an endless body", drip(404)],
    ["404 whose body breaks off", breakOff(404)],
    [
      "400 with a body that only resembles Cloudflare's",
      reply(400, {}, "error code: 1003 and more"),
    ],
  ];
  for (const [what, step] of answers) {
    test(`deactivates the webhook at once: ${what}`, async () => {
      const { account, mailbox, id } = await subscribe({ answers: [step] });
      await account.publish(event("a"));
      const webhook = await account.deactivated(id);
      assert.equal(webhook.deactivate_reason, "HTTP_4XX_RESPONSE");
      assert.equal(mailbox.count, 1);
      assert.equal(await account.publish(event("b")), 0);
      await noMore("requests", () => mailbox.count, 3 * 2 * baseMs);
    });
  }

  test("deactivates the webhook in the list too", async () => {
    const { account, id } = await subscribe({ answers: [404] });
    await account.publish(event("a"));
    const webhook = await account.deactivated(id);
    await until("the list to show it", async () => {
      const [listed] = must(200, await account.api.get("/v1/webhooks")).json.results;
      return JSON.stringify(listed) === JSON.stringify(inList(webhook));
    });
  });

  test("to a retry ends the retries", async () => {
    const { account, mailbox, id } = await subscribe({ answers: [500, 500, 404] });
    await account.publish(event("a"));
    assert.equal((await account.deactivated(id)).deactivate_reason, "HTTP_4XX_RESPONSE");
    assert.equal(mailbox.count, 3);
    await noMore("requests", () => mailbox.count, 3 * 4 * baseMs);
  });

  test("ends the pending deliveries, which a re-activation does not send", async () => {
    const open = new OpenRequests();
    const { account, mailbox, id, path } = await subscribe({
      answers: [open.step],
      webhook: { max_in_flight: 5 },
    });
    const events = ["1", "2", "3", "4", "5", "6", "7"].map((mark) => event(mark));
    must(200, await account.api.post("/v1/events/batch", events));
    await until("five to be in flight", () => open.count === 5);
    await open.answer(404);
    await account.deactivated(id);
    for (let n = 0; n < 4; n += 1) await open.answer(n % 2 === 0 ? 500 : 200);
    await noMore("requests", () => mailbox.count, 3 * 2 * baseMs);
    assert.equal(mailbox.count, 5);
    must(200, await account.api.patch(path, { active: true }));
    await assertNoMoreRequests(account, mailbox);
    assert.equal((await account.read(id)).active, true);
  });

  for (const code of [1003, 1019, 1021, 1024, 1042]) {
    test(`from Cloudflare itself (error code: ${code}) is retried`, async () => {
      const { account, mailbox, id } = await subscribe({
        answers: [reply(403, {}, `error code: ${code}`), 200],
      });
      await account.publish(event("a"));
      await mailbox.got(2);
      assert.equal((await account.read(id)).active, true);
      await assertNoMoreRequests(account, mailbox);
    });
  }
});

describe("a 4xx answer without deactivate_on_4xx", { concurrency: 8 }, () => {
  const webhook = { deactivate_on_4xx: false };

  for (const status of [400, 401, 403, 404, 408, 409, 418, 422, 425, 429, 451, 499]) {
    test(`is retried until a success: ${status}`, async () => {
      const { account, mailbox, id, publish } = await subscribe({
        answers: [status, status, 200],
        webhook,
      });
      await publish("a");
      await mailbox.answered(3);
      await assertNoMoreRequests(account, mailbox);
      assert.equal((await account.read(id)).active, true);
    });
  }

  test("of 410 deactivates the webhook at once", async () => {
    const { account, mailbox, id, publish } = await subscribe({ answers: [404, 410], webhook });
    await publish("a");
    assert.equal((await account.deactivated(id)).deactivate_reason, "HTTP_4XX_RESPONSE");
    assert.equal(mailbox.count, 2);
  });

  test("deactivates the webhook when the retries are used up", async () => {
    const { account, mailbox, id, publish } = await subscribe({
      answers: [403],
      webhook: { ...webhook, retry: { limit: 3, base_ms: 10, max_ms: 10 } },
    });
    await publish("a");
    assert.equal((await account.deactivated(id)).deactivate_reason, "RETRY_COUNT");
    assert.equal(mailbox.count, 4);
  });

  test("may ask for a longer delay with Retry-After", async () => {
    const { mailbox, publish } = await subscribe({
      answers: [reply(403, { "retry-after": "1" }), 200],
      webhook,
    });
    await publish("a");
    await mailbox.answered(2);
    assert.ok(mailbox.gapsMs()[0]! >= 1_000 - toleranceMs, `${mailbox.gapsMs()}`);
  });

  test("deactivates the webhook again once the owner wants so", async () => {
    const { account, mailbox, id, path, publish } = await subscribe({ answers: [404], webhook });
    await publish("a");
    await mailbox.answered(2);
    must(200, await account.api.patch(path, { deactivate_on_4xx: true }));
    assert.equal((await account.deactivated(id)).deactivate_reason, "HTTP_4XX_RESPONSE");
  });
});

describe("a 2xx answer", { concurrency: 8 }, () => {
  const answers: [what: string, step: Step][] = [
    ...[200, 201, 202, 204, 205, 206, 226, 299].map((status): [string, Step] => [
      `${status}`,
      status,
    ]),
    ["200 with a Retry-After", reply(200, { "retry-after": "0" })],
    ["200 whose body is an error", reply(200, {}, "error code: 1003")],
    ["200 whose body breaks off", breakOff(200)],
  ];
  for (const [what, step] of answers) {
    test(`ends the delivery: ${what}`, async () => {
      const { account, mailbox, id } = await subscribe({ answers: [step] });
      await account.publish(event("a"));
      await mailbox.got(1);
      await assertNoMoreRequests(account, mailbox);
      assert.equal((await account.read(id)).active, true);
    });
  }

  test("with an endless body ends the delivery, and the connection is closed", async () => {
    const { account, mailbox } = await subscribe({ answers: [drip(200)] });
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    await until("the connection to be closed", () => request!.cutOff);
    await assertNoMoreRequests(account, mailbox);
  });

  test("with 50 MB ends the delivery, and the body is not read", async () => {
    let sent = 0;
    const large: Step = async (request, response) => {
      const { socket } = response;
      await flood(200, 50_000_000)(request, response);
      sent = socket?.bytesWritten ?? 0;
    };
    const { account, mailbox } = await subscribe({ answers: [large] });
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    await until("the connection to be closed", () => request!.endedMs !== undefined);
    assert.equal(request!.cutOff, true);
    assert.ok(
      request!.endedMs! - request!.arrivedMs < timeoutMs,
      "the body was read until the timeout",
    );
    await until("the receiver to stop sending", () => sent > 0);
    assert.ok(sent < 25_000_000, `${sent} bytes were read`);
    await assertNoMoreRequests(account, mailbox);
  });
});

describe("any other outcome", { concurrency: 8 }, () => {
  const failures: [what: string, step: Step][] = [
    ...[500, 501, 502, 503, 504, 507, 511, 520, 522, 524, 530, 599].map(
      (status): [string, Step] => [`${status}`, status],
    ),
    ["300", 300],
    ["304", 304],
    ["302 without a Location", 302],
    ["302 to an invalid URL", reply(302, { location: "http://[" })],
    ["a connection closed without an answer", disconnect],
    ["500 whose body breaks off", breakOff(500)],
    ["500 with a long body", reply(500, {}, "x".repeat(1_000_000))],
    ["an answer that is not HTTP", raw("SSH-2.0-OpenSSH_9.2\r\n")],
    ["half a status line", raw("HTTP/1.1 2")],
    ["status 600", raw("HTTP/1.1 600 No\r\ncontent-length: 0\r\n\r\n")],
    ["status 999", raw("HTTP/1.1 999 No\r\ncontent-length: 0\r\n\r\n")],
    ["status 99", raw("HTTP/1.1 099 No\r\ncontent-length: 0\r\n\r\n")],
    ["headers of 300 kB", raw(`HTTP/1.1 500 No\r\n${"x: ".padEnd(300_000, "y")}\r\n\r\n`)],
  ];
  for (const [what, step] of failures) {
    test(`is retried: ${what}`, async () => {
      const { account, mailbox, id } = await subscribe({ answers: [step, step, 200] });
      await account.publish(event("a"));
      await mailbox.got(3);
      assert.deepEqual(mailbox.texts, Array(3).fill(JSON.stringify(event("a"))));
      await assertNoMoreRequests(account, mailbox);
      assert.equal((await account.read(id)).active, true);
    });
  }

  for (const status of [301, 302, 303, 307, 308]) {
    test(`is retried and not followed: ${status}`, async () => {
      const elsewhere = receiver.mailbox();
      const away = reply(status, { location: elsewhere.url });
      const { account, mailbox } = await subscribe({ answers: [away, away, 200] });
      await account.publish(event("a"));
      await mailbox.got(3);
      await assertNoMoreRequests(account, mailbox);
      assert.equal(elsewhere.count, 0);
    });
  }

  test("with an endless body is retried, and the connection is closed", async () => {
    const { account, mailbox } = await subscribe({ answers: [drip(500), 200] });
    await account.publish(event("a"));
    const [request] = await mailbox.got(2);
    await until("the connection to be closed", () => request!.cutOff);
    await assertNoMoreRequests(account, mailbox);
  });

  test("of one event does not delay the next one", async () => {
    const byEvent: Step = (request, response) => {
      const isGood = request.body.includes('"good"');
      reply(isGood ? 200 : 503, isGood ? {} : { "retry-after": "1" })(request, response);
    };
    const { account, mailbox } = await subscribe({ answers: [byEvent] });
    await account.publish(event("bad"));
    await mailbox.got(1);
    await account.publish(event("good"));
    await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts), ["bad", "good"]);
    await mailbox.got(3);
    assert.deepEqual(marks(mailbox.texts), ["bad", "good", "bad"]);
  });
});
