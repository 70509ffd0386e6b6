// Operational events: what the dispatcher reports about a webhook, to other webhooks of the account
// with one of these event types.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { OpenRequests, jsonBody, values } from "../support/receiver.ts";
import type { Mailbox, Step } from "../support/receiver.ts";
import { noMore, until } from "../support/wait.ts";

const types = ["WEBHOOK_DEACTIVATED", "WEBHOOK_FAILING", "WEBHOOK_RECOVERED"];

const { receiver, startDispatcher, subscribe } = await fixture({
  vars: { RETRY_BASE_MS: 20, RETRY_MAX_MS: 40, RETRY_LIMIT: 10, EVENT_TYPES: "COURSE_ENROLLMENT" },
});

/** Creates a webhook, and one for each operational type. `operational` has their mailboxes. */
async function watched(...answers: Step[]) {
  const { account, mailbox, id } = await subscribe({ answers });
  const operational: Record<string, Mailbox> = {};
  for (const event_type of types) {
    operational[event_type] = receiver.mailbox();
    await account.create({ target_url: operational[event_type].url, event_type });
  }
  const counts = () => types.map((type) => operational[type]!.count);
  return { account, mailbox, id, operational, counts };
}

/** Publishes one more event, waits for it, and checks that no operational event follows. */
async function noMoreOperational(account: Account, counts: () => number[]): Promise<void> {
  const last = receiver.mailbox();
  const webhook = await account.create({ target_url: last.url });
  await account.publish(event("last"));
  await last.got(1);
  must(204, await account.api.delete(`/v1/webhooks/${webhook.id}`));
  await noMore("operational events", () => counts().reduce((sum, count) => sum + count, 0), 300);
}

describe("a webhook", { concurrency: 4 }, () => {
  test("that fails five times in a row and recovers causes one event for each", async () => {
    const open = new OpenRequests();
    const answers = [500, 503, 500, 500, 502, 500, open.step, 200];
    const { account, mailbox, id, operational, counts } = await watched(...answers);
    await account.publish(event("a"));
    const [failing] = await operational["WEBHOOK_FAILING"]!.got(1);
    const { timestamp, off_at, ...rest } = jsonBody(failing!);
    assert.deepEqual(rest, {
      event_type: "WEBHOOK_FAILING",
      webhook_id: id,
      target_url: mailbox.url,
      reason: "the receiver answered 502",
    });
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000, timestamp);
    // Five of the ten retries are left, after 40 ms each.
    assert.equal(Date.parse(off_at) - Date.parse(timestamp), 240);
    assert.match(values(failing!, "webhook-id")[0]!, /^[0-9a-z]{26}$/);
    assert.equal(values(failing!, "webhook-signature").length, 1);
    await open.answer(200);
    const [recovered] = await operational["WEBHOOK_RECOVERED"]!.got(1);
    assert.equal(jsonBody(recovered!).reason, null);
    assert.ok(!("off_at" in jsonBody(recovered!)));
    await account.publish(event("b"));
    await mailbox.got(8);
    await noMoreOperational(account, counts);
    assert.deepEqual(counts(), [0, 1, 1]);
    assert.deepEqual(new Set(marks(mailbox.texts)), new Set(["a", "b", "last"]));
  });

  test("that is deactivated causes one event, without the query of its URL", async () => {
    const { account, mailbox, id, operational, counts } = await watched(404);
    const target_url = `${mailbox.url}?key=swordfish`;
    receiver.mailboxAt(`${new URL(target_url).pathname}?key=swordfish`, 404);
    must(200, await account.api.patch(`/v1/webhooks/${id}`, { target_url }));
    await account.publish(event("a"));
    const [deactivated] = await operational["WEBHOOK_DEACTIVATED"]!.got(1);
    const { event_type, webhook_id, target_url: where, reason } = jsonBody(deactivated!);
    assert.deepEqual(
      [event_type, webhook_id, where, reason],
      ["WEBHOOK_DEACTIVATED", id, mailbox.url, "HTTP_4XX_RESPONSE"],
    );
    assert.equal((await account.read(id)).active, false);
    await noMoreOperational(account, counts);
    assert.deepEqual(counts(), [1, 0, 0]);
  });

  test("that its owner deactivates and re-activates causes no event", async () => {
    const { account, id, counts } = await watched(200);
    must(200, await account.api.patch(`/v1/webhooks/${id}`, { active: false }));
    must(200, await account.api.patch(`/v1/webhooks/${id}`, { active: true }));
    await noMoreOperational(account, counts);
    assert.deepEqual(counts(), [0, 0, 0]);
  });

  test("that refuses an operational event is deactivated without another event", async () => {
    const { account, counts } = await watched(404);
    const broken = receiver.mailbox(500, 500, 500, 500, 500, 500, 404);
    const { id } = await account.create({
      target_url: broken.url,
      event_type: "WEBHOOK_DEACTIVATED",
    });
    await account.publish(event("a"));
    const webhook = await account.deactivated(id);
    assert.equal(webhook.deactivate_reason, "HTTP_4XX_RESPONSE");
    assert.equal(broken.count, 7);
    await noMoreOperational(account, counts);
    assert.deepEqual(counts(), [1, 0, 0]);
  });

  test("with an operational type holds the event of its own deactivation", async () => {
    const open = new OpenRequests();
    const { account, mailbox, id, path } = await subscribe({ answers: [open.step, 200] });
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.patch(path, { event_type: "WEBHOOK_DEACTIVATED" }));
    // The answer to an old version of the webhook is ignored, so the next attempt counts.
    mailbox.answer(410, 200);
    await open.answer(500);
    await account.deactivated(id);
    await until("its own event to be held", async () => {
      const { json } = must(200, await account.api.get(`${path}/stats`));
      return json.held === 1;
    });
    must(200, await account.api.patch(path, { active: true }));
    must(202, await account.api.post(`${path}/recover`, { status: "held" }));
    await mailbox.got(3);
    assert.equal(jsonBody(mailbox.received[2]!).webhook_id, id);
  });
});

test("clients cannot publish operational events, but webhooks can have their types", async () => {
  const { account, mailbox } = await subscribe();
  for (const event_type of types) {
    const sentence =
      `"${event_type}" events are published by the dispatcher itself, and by nobody else.`;
    const answer = must(400, await account.api.post("/v1/events", { event_type }));
    assert.deepEqual(answer.json, { event_type: [sentence] });
    const batch = must(200, await account.api.post("/v1/events/batch", [{ event_type }]));
    assert.deepEqual(batch.json, [{ status: 400, event_type: [sentence] }]);
    const webhook = await account.create({ target_url: mailbox.url, event_type });
    assert.equal(webhook.event_type, event_type);
    assert.equal((await account.read(webhook.id)).event_type, event_type);
  }
  assert.equal(await account.publish(event("a")), 1, "only the webhook without a type gets it");
});

test("operational events that a crash interrupts are delivered once after it", async () => {
  const crashing = await startDispatcher({
    vars: { RETRY_LIMIT: 0, DELIVERY_TIMEOUT_MS: 1000, LEASE_MARGIN_MS: 500 },
  });
  const { account, mailbox: operational } = await subscribe({
    dispatcher: crashing,
    webhook: { event_type: "WEBHOOK_DEACTIVATED" },
  });
  const mailboxes = Array.from({ length: 5 }, () => receiver.mailbox(404));
  for (const { url } of mailboxes) await account.create({ target_url: url });
  await account.publish(event("a"));
  await Promise.all(mailboxes.map((mailbox) => mailbox.answered(1)));
  await crashing.kill();
  await crashing.restart();
  // An attempt whose outcome was lost is repeated, and the events in the outbox are sent again.
  const { received } = operational;
  const ids = () => new Set(received.map((request) => values(request, "webhook-id")[0]));
  await until("all five events to arrive", () => ids().size === 5, 60_000);
  const { json } = must(200, await account.api.get("/v1/webhooks"));
  assert.equal(json.results.filter((webhook: any) => !webhook.active).length, 5);
  const named = new Set(received.map((request) => jsonBody(request).webhook_id));
  assert.equal(named.size, 5);
});
