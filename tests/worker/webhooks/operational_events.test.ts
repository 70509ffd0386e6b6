// Operational events: what the dispatcher tells of a webhook, to those webhooks of the account that
// ask for it by name.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { must, start, type Account } from "../support/harness.ts";
import { Gate, Receiver, values, type Mailbox, type Received, type Step } from "../support/receiver.ts";
import { quiet, until } from "../support/wait.ts";

const types = ["WEBHOOK_DEACTIVATED", "WEBHOOK_FAILING", "WEBHOOK_RECOVERED"];

const dispatcher = await start({
  vars: { RETRY_BASE_MS: 20, RETRY_MAX_MS: 40, RETRY_LIMIT: 10, EVENT_TYPES: "COURSE_ENROLLMENT" },
});
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await dispatcher.stop();
});

/** A webhook with these answers, and for each operational type one that listens. */
async function watched(...steps: Step[]) {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(...steps);
  const webhook = await account.create({ target_url: `${mailbox.url}` });
  const told: Record<string, Mailbox> = {};
  for (const event_type of types) {
    told[event_type] = receiver.mailbox();
    await account.create({ target_url: told[event_type].url, event_type });
  }
  const counts = () => types.map((type) => told[type]!.count);
  return { account, mailbox, id: webhook.id, told, counts };
}

function said(request: Received): any {
  return JSON.parse(request.body.toString("utf8"));
}

/** Publishes one more event, waits for it, and watches that nothing more is told. */
async function settled(account: Account, counts: () => number[]): Promise<void> {
  const last = receiver.mailbox();
  const webhook = await account.create({ target_url: last.url });
  await account.publish(event("last"));
  await last.got(1);
  must(204, await account.api.delete(`/v1/webhooks/${webhook.id}`));
  await quiet("operational events", () => counts().reduce((sum, count) => sum + count, 0), 300);
}

describe("a webhook", { concurrency: 4 }, () => {
  test("that fails five times in a row, and answers again, is told of once each", async () => {
    const gate = new Gate();
    const steps = [500, 503, 500, 500, 502, 500, gate.step, 200];
    const { account, mailbox, id, told, counts } = await watched(...steps);
    await account.publish(event("a"));
    const [failing] = await told["WEBHOOK_FAILING"]!.got(1);
    const { timestamp, ...rest } = said(failing!);
    assert.deepEqual(rest, {
      event_type: "WEBHOOK_FAILING",
      webhook_id: id,
      target_url: mailbox.url,
      reason: "the receiver answered 502",
    });
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000, timestamp);
    assert.match(values(failing!, "webhook-id")[0]!, /^[0-9a-z]{26}$/);
    assert.equal(values(failing!, "webhook-signature").length, 1);
    await gate.release(200);
    const [recovered] = await told["WEBHOOK_RECOVERED"]!.got(1);
    assert.equal(said(recovered!).reason, null);
    await account.publish(event("b"));
    await mailbox.got(8);
    await settled(account, counts);
    assert.deepEqual(counts(), [0, 1, 1]);
    assert.deepEqual(new Set(marks(mailbox.texts)), new Set(["a", "b", "last"]));
  });

  test("that is switched off is told of once, without the query of its URL", async () => {
    const { account, mailbox, id, told, counts } = await watched(404);
    const target_url = `${mailbox.url}?key=swordfish`;
    receiver.mailboxAt(`${new URL(target_url).pathname}?key=swordfish`, 404);
    must(200, await account.api.patch(`/v1/webhooks/${id}`, { target_url }));
    await account.publish(event("a"));
    const [deactivated] = await told["WEBHOOK_DEACTIVATED"]!.got(1);
    const { event_type, webhook_id, target_url: where, reason } = said(deactivated!);
    assert.deepEqual(
      [event_type, webhook_id, where, reason],
      ["WEBHOOK_DEACTIVATED", id, mailbox.url, "HTTP_4XX_RESPONSE"],
    );
    assert.equal((await account.read(id)).active, false);
    await settled(account, counts);
    assert.deepEqual(counts(), [1, 0, 0]);
  });

  test("that its owner switches off and on is told of to nobody", async () => {
    const { account, id, counts } = await watched(200);
    must(200, await account.api.patch(`/v1/webhooks/${id}`, { active: false }));
    must(200, await account.api.patch(`/v1/webhooks/${id}`, { active: true }));
    await settled(account, counts);
    assert.deepEqual(counts(), [0, 0, 0]);
  });

  test("that fails at an operational event is switched off, and that is told nobody", async () => {
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
    await settled(account, counts);
    assert.deepEqual(counts(), [1, 0, 0]);
  });

  test("that asked for what happens to itself holds it until it is recovered", async () => {
    const gate = new Gate();
    const mailbox = receiver.mailbox(gate.step, 200);
    const account = await dispatcher.account();
    const { id } = await account.create({ target_url: mailbox.url });
    const path = `/v1/webhooks/${id}`;
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.patch(path, { event_type: "WEBHOOK_DEACTIVATED" }));
    // What an old version of the webhook met judges nothing, so the next try is what counts.
    mailbox.answer(410, 200);
    await gate.release(500);
    await account.deactivated(id);
    await until("its own event to be held", async () => {
      const { json } = must(200, await account.api.get(`${path}/stats`));
      return json.held === 1;
    });
    must(200, await account.api.patch(path, { active: true }));
    must(202, await account.api.post(`${path}/recover`, { status: "held" }));
    await mailbox.got(3);
    assert.equal(said(mailbox.received[2]!).webhook_id, id);
  });
});

test("operational events are published by nobody else, and can be asked for", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  await account.create({ target_url: mailbox.url });
  for (const event_type of types) {
    const sentence = `"${event_type}" events are published by the dispatcher itself, and by nobody else.`;
    const answer = must(400, await account.api.post("/v1/events", { event_type }));
    assert.deepEqual(answer.json, { event_type: [sentence] });
    const batch = must(200, await account.api.post("/v1/events/batch", [{ event_type }]));
    assert.deepEqual(batch.json, [{ status: 400, event_type: [sentence] }]);
    const webhook = await account.create({ target_url: mailbox.url, event_type });
    assert.equal(webhook.event_type, event_type);
    assert.equal((await account.read(webhook.id)).event_type, event_type);
  }
  assert.equal(await account.publish(event("a")), 1, "those that ask for them get nothing else");
});

test("what was not told when the dispatcher was killed is told once after", async () => {
  const own = await start({
    vars: { RETRY_LIMIT: 0, DELIVERY_TIMEOUT_MS: 1000, LEASE_MARGIN_MS: 500 },
  });
  try {
    const account = await own.account();
    const told = receiver.mailbox();
    await account.create({ target_url: told.url, event_type: "WEBHOOK_DEACTIVATED" });
    const mailboxes = Array.from({ length: 5 }, () => receiver.mailbox(404));
    for (const { url } of mailboxes) await account.create({ target_url: url });
    await account.publish(event("a"));
    await Promise.all(mailboxes.map((mailbox) => mailbox.answered(1)));
    await own.kill();
    await own.restart();
    // A try whose outcome was lost is repeated, and what was put in the outbox is told again.
    const ids = () => new Set(told.received.map((request) => values(request, "webhook-id")[0]));
    await until("all five to be told", () => ids().size === 5, 60_000);
    const { json } = must(200, await account.api.get("/v1/webhooks"));
    assert.equal(json.results.filter((webhook: any) => !webhook.active).length, 5);
    const named = new Set(told.received.map((request) => said(request).webhook_id));
    assert.equal(named.size, 5);
  } finally {
    await own.stop();
  }
});
