// How events flow to a receiver: an outage and its end, a rate, an order, and 4xx that are retried.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { must, start } from "../support/harness.ts";
import { Gate, Receiver, reply, type Step } from "../support/receiver.ts";
import { quiet, until } from "../support/wait.ts";

const dispatcher = await start({
  vars: { RETRY_BASE_MS: 100, RETRY_MAX_MS: 300, RETRY_LIMIT: 60, DELIVERY_TIMEOUT_MS: 3_000 },
});
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await dispatcher.stop();
});

async function subscribed(fields: Record<string, unknown>, ...steps: Step[]) {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(...steps);
  const webhook = await account.create({ target_url: mailbox.url, ...fields });
  return { account, mailbox, path: `/v1/webhooks/${webhook.id}`, id: webhook.id };
}

describe("an outage", { concurrency: 4 }, () => {
  test("lets only the oldest event try on its schedule, and drains in order when it ends", async () => {
    const { account, mailbox } = await subscribed({}, 503);
    const names = Array.from({ length: 30 }, (_, n) => `${n}`);
    for (const name of names) await account.publish(event(name));
    // Five sends were in flight when it began; from then on it is one event that comes.
    await mailbox.got(40);
    const late = marks(mailbox.texts).slice(20);
    assert.deepEqual(new Set(late), new Set(["0"]), `${late}`);
    mailbox.answer(200);
    await until("all have arrived", () => new Set(marks(mailbox.texts)).size === names.length);
    const fresh = marks(mailbox.texts).slice(40).filter((mark) => Number(mark) >= 10);
    assert.equal(new Set(fresh).size, fresh.length, "each came once");
    const webhook = await account.read((await account.api.get("/v1/webhooks")).json.results[0].id);
    assert.equal(webhook.active, true);
  });

  test("is no matter of a single event: the rest of the schedule is exact", async () => {
    const { account, mailbox, id } = await subscribed({}, 503);
    await account.publish(event("a"));
    await account.deactivated(id, 40_000);
    assert.equal(mailbox.count, 61);
  });
});

describe("a rate", { concurrency: 4 }, () => {
  test("is kept at the receiver", async () => {
    const { account, mailbox } = await subscribed({ max_per_second: 5 }, 200);
    for (let n = 0; n < 16; n++) await account.publish(event(`${n}`));
    await mailbox.got(16);
    const times = mailbox.received.map((request) => request.arrivedMs);
    for (let n = 5; n < times.length; n++) {
      const tookMs = times[n]! - times[n - 5]!;
      // What began a second apart may arrive a little closer.
      assert.ok(tookMs >= 900, `6 requests within ${tookMs} ms`);
    }
  });

  test("is read back, taken away, and refused when it is none", async () => {
    const { account, path } = await subscribed({ max_per_second: 5 }, 200);
    assert.equal(must(200, await account.api.get(path)).json.max_per_second, 5);
    for (const bad of [0, -1, 1_001, 1.5, "x", true, []]) {
      const answer = must(400, await account.api.patch(path, { max_per_second: bad }));
      assert.deepEqual(Object.keys(answer.json), ["max_per_second"]);
    }
    must(200, await account.api.patch(path, { max_per_second: null }));
    assert.ok(!("max_per_second" in must(200, await account.api.get(path)).json));
  });
});

describe("an order", { concurrency: 4 }, () => {
  test("is that of publication, one at a time, and a failing event holds back the later ones", async () => {
    const gate = new Gate();
    const { account, mailbox } = await subscribed({ ordered: true }, 500, 500, gate.step, 200);
    for (const name of ["a", "b", "c", "d"]) await account.publish(event(name));
    await mailbox.got(3);
    await quiet("requests beside the one in flight", () => mailbox.count, 700);
    await gate.release(200);
    await mailbox.got(6);
    assert.deepEqual(marks(mailbox.texts), ["a", "a", "a", "b", "c", "d"]);
  });
});

describe("skip", { concurrency: 4 }, () => {
  test("passes a poison event, which stays undelivered and can be sent again", async () => {
    const { account, mailbox, path } = await subscribed({ ordered: true }, (request, response) => {
      const status = request.body.includes("poison") ? 500 : 200;
      response.writeHead(status, { "content-length": "0" }).end();
    });
    const poison = must(202, await account.api.post("/v1/events", event("poison"))).json.id;
    await account.publish(event("b"));
    await mailbox.got(2);
    assert.deepEqual(new Set(marks(mailbox.texts)), new Set(["poison"]));
    must(200, await account.api.post(`${path}/deliveries/${poison}/skip`));
    await until("the next to arrive", () => marks(mailbox.texts).includes("b"));
    const found = must(200, await account.api.get(`${path}/deliveries/${poison}`)).json;
    assert.equal(found.status, "undelivered");
    must(409, await account.api.post(`${path}/deliveries/${poison}/skip`));
    must(404, await account.api.post(`${path}/deliveries/nosuchevent/skip`));
    mailbox.answer(200);
    must(202, await account.api.post(`${path}/deliveries/${poison}/resend`));
    await until("it to arrive after all", async () => {
      const again = must(200, await account.api.get(`${path}/deliveries/${poison}`)).json;
      return again.status === "delivered";
    });
  });
});

describe("retry_4xx", { concurrency: 4 }, () => {
  for (const status of [408, 425, 429]) {
    test(`retries a ${status}, as late as it asks for`, async () => {
      const asked = reply(status, { "retry-after": "1" });
      const { account, mailbox, id } = await subscribed({ retry_4xx: true }, asked, 200);
      await account.publish(event("a"));
      await mailbox.got(2);
      assert.ok(mailbox.gapsMs()[0]! >= 990, `${mailbox.gapsMs()[0]}`);
      assert.equal((await account.read(id)).active, true);
    });
  }

  for (const status of [404, 410]) {
    test(`does not retry a ${status}`, async () => {
      const { account, mailbox, id } = await subscribed({ retry_4xx: true }, status);
      await account.publish(event("a"));
      const webhook = await account.deactivated(id);
      assert.equal(webhook.deactivate_reason, "HTTP_4XX_RESPONSE");
      assert.equal(mailbox.count, 1);
    });
  }
});
