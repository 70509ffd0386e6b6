// Flow control: outages, a maximum rate, strict order, and retries of 4xx answers.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { OpenRequests, reply, type Responder } from "../support/receiver.ts";
import { noMore, until } from "../support/wait.ts";

const { subscribe } = await fixture({
  vars: { RETRY_BASE_MS: 100, RETRY_MAX_MS: 300, RETRY_LIMIT: 60, DELIVERY_TIMEOUT_MS: 3_000 },
});

describe("an outage", { concurrency: 4 }, () => {
  test("retries only the oldest event, and delivers all others when it ends", async () => {
    const { account, mailbox } = await subscribe({ answers: [503] });
    const names = Array.from({ length: 30 }, (_, n) => `${n}`);
    for (const name of names) await account.publish(event(name));
    // Five attempts were in flight when the outage began. After them only one event is retried.
    await mailbox.got(40);
    const late = marks(mailbox.texts).slice(20);
    assert.deepEqual(new Set(late), new Set(["0"]), `${late}`);
    mailbox.answer(200);
    await until("all to arrive", () => new Set(marks(mailbox.texts)).size === names.length);
    const fresh = marks(mailbox.texts).slice(40).filter((mark) => Number(mark) >= 10);
    assert.equal(new Set(fresh).size, fresh.length, "each arrived once");
    const webhook = await account.read((await account.api.get("/v1/webhooks")).json.results[0].id);
    assert.equal(webhook.active, true);
  });

  test("does not change the schedule of a single event", async () => {
    const { account, mailbox, id } = await subscribe({ answers: [503] });
    await account.publish(event("a"));
    await account.deactivated(id, 40_000);
    assert.equal(mailbox.count, 61);
  });
});

describe("max_per_second", { concurrency: 4 }, () => {
  test("limits the rate at the receiver", async () => {
    const { account, mailbox } = await subscribe({
      webhook: { max_per_second: 5 },
      answers: [200],
    });
    for (let n = 0; n < 16; n++) await account.publish(event(`${n}`));
    await mailbox.got(16);
    const times = mailbox.received.map((request) => request.arrivedMs);
    for (let n = 5; n < times.length; n++) {
      const tookMs = times[n]! - times[n - 5]!;
      // Attempts that began a second apart may arrive within slightly less.
      assert.ok(tookMs >= 900, `6 requests within ${tookMs} ms`);
    }
  });

  test("can be read and removed, and is refused if it is invalid", async () => {
    const { account, path } = await subscribe({ webhook: { max_per_second: 5 }, answers: [200] });
    assert.equal(must(200, await account.api.get(path)).json.max_per_second, 5);
    for (const bad of [0, -1, 1_001, 1.5, "x", true, []]) {
      const answer = must(400, await account.api.patch(path, { max_per_second: bad }));
      assert.deepEqual(Object.keys(answer.json), ["max_per_second"]);
    }
    must(200, await account.api.patch(path, { max_per_second: null }));
    assert.ok(!("max_per_second" in must(200, await account.api.get(path)).json));
  });
});

describe("ordered", { concurrency: 4 }, () => {
  test("sends one event at a time, and a failing event delays the later ones", async () => {
    const open = new OpenRequests();
    const { account, mailbox } = await subscribe({
      webhook: { ordered: true },
      answers: [500, 500, open.step, 200],
    });
    for (const name of ["a", "b", "c", "d"]) await account.publish(event(name));
    await mailbox.got(3);
    await noMore("requests during the one in flight", () => mailbox.count, 700);
    await open.answer(200);
    await mailbox.got(6);
    assert.deepEqual(marks(mailbox.texts), ["a", "a", "a", "b", "c", "d"]);
  });
});

describe("skip", { concurrency: 4 }, () => {
  test("ends a failing event, which is undelivered and can be resent", async () => {
    const byEvent: Responder = (request, response) => {
      const status = request.body.includes("failing") ? 500 : 200;
      response.writeHead(status, { "content-length": "0" }).end();
    };
    const { account, mailbox, path, publish } = await subscribe({
      webhook: { ordered: true },
      answers: [byEvent],
    });
    const failing = await publish("failing");
    await account.publish(event("b"));
    await mailbox.got(2);
    assert.deepEqual(new Set(marks(mailbox.texts)), new Set(["failing"]));
    must(200, await account.api.post(`${path}/deliveries/${failing}/skip`));
    await until("the next event to arrive", () => marks(mailbox.texts).includes("b"));
    const found = must(200, await account.api.get(`${path}/deliveries/${failing}`)).json;
    assert.equal(found.status, "undelivered");
    must(409, await account.api.post(`${path}/deliveries/${failing}/skip`));
    must(404, await account.api.post(`${path}/deliveries/nosuchevent/skip`));
    mailbox.answer(200);
    must(202, await account.api.post(`${path}/deliveries/${failing}/resend`));
    await until("the resent event to be delivered", async () => {
      const again = must(200, await account.api.get(`${path}/deliveries/${failing}`)).json;
      return again.status === "delivered";
    });
  });
});

describe("retry_4xx", { concurrency: 4 }, () => {
  for (const status of [408, 425, 429]) {
    test(`retries a ${status} after its Retry-After`, async () => {
      const retryLater = reply(status, { "retry-after": "1" });
      const { account, mailbox, id } = await subscribe({
        webhook: { retry_4xx: true },
        answers: [retryLater, 200],
      });
      await account.publish(event("a"));
      await mailbox.got(2);
      assert.ok(mailbox.gapsMs()[0]! >= 990, `${mailbox.gapsMs()[0]}`);
      assert.equal((await account.read(id)).active, true);
    });
  }

  for (const status of [404, 410]) {
    test(`does not retry a ${status}`, async () => {
      const { account, mailbox, id } = await subscribe({
        webhook: { retry_4xx: true },
        answers: [status],
      });
      await account.publish(event("a"));
      const webhook = await account.deactivated(id);
      assert.equal(webhook.deactivate_reason, "HTTP_4XX_RESPONSE");
      assert.equal(mailbox.count, 1);
    });
  }
});
