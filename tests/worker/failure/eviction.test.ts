// Evicted objects and lost alarms, which both happen in production: deliveries continue.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { nowhere, reply } from "../support/receiver.ts";
import { toleranceMs } from "../support/retries.ts";
import { noMore, until } from "../support/wait.ts";

const { dispatchers: [dispatcher, withoutAlarms], receiver, subscribe } = await fixture(
  {
    vars: {
      RETRY_BASE_MS: 300,
      RETRY_MAX_MS: 300,
      DELIVERY_TIMEOUT_MS: 2_000,
      LEASE_MARGIN_MS: 200,
    },
  },
  {
    vars: {
      RETRY_BASE_MS: 500,
      RETRY_MAX_MS: 500,
      DELIVERY_TIMEOUT_MS: 500,
      LEASE_MARGIN_MS: 100,
    },
  },
);

describe("an eviction", { concurrency: 4 }, () => {
  test("of both objects after every attempt does not change the schedule", async () => {
    const { account, mailbox, id } = await subscribe({ answers: [500, 500, 500, 500, 200] });
    await account.publish(event("a"));
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await mailbox.answered(attempt);
      await dispatcher.evictWebhook(account.name, id);
      await dispatcher.evictAccount(account.name);
    }
    await mailbox.got(5);
    for (const gapMs of mailbox.gapsMs())
      assert.ok(gapMs >= 300 - toleranceMs, `a retry came after ${gapMs} ms`);
    assert.deepEqual(mailbox.texts, Array(5).fill(JSON.stringify(event("a"))));
    await account.publish(event("b"));
    await mailbox.got(6);
    await noMore("requests", () => mailbox.count, 1_000);
  });

  test("keeps the fields of a webhook, also booleans and unset ones", async () => {
    const account = await dispatcher.account();
    const shapes = [
      { active: false },
      { active: true, event_type: "QUIZ_COMPLETION" },
      {
        basic_auth_username: "u",
        basic_auth_password: "p",
        additional_headers: { "x-a": "1", "x-b": "2" },
      },
    ];
    for (const [n, shape] of shapes.entries()) {
      const before = await account.create({ target_url: `${nowhere}${n}`, ...shape });
      await dispatcher.evictWebhook(account.name, before.id);
      await dispatcher.evictAccount(account.name);
      assert.deepEqual(await account.read(before.id), before);
    }
  });

  test("keeps a deactivated webhook inactive, and keeps a waiting event", async () => {
    const account = await dispatcher.account();
    const [gone, slow] = [
      receiver.mailbox(410),
      receiver.mailbox(reply(503, { "retry-after": "1" }), 200),
    ];
    const off = await account.create({ target_url: gone.url });
    const on = await account.create({ target_url: slow.url });
    await account.publish(event("a"));
    await account.deactivated(off.id);
    await slow.answered(1);
    for (const { id } of [off, on]) await dispatcher.evictWebhook(account.name, id);
    await dispatcher.evictAccount(account.name);
    assert.equal((await account.read(off.id)).deactivate_reason, "HTTP_4XX_RESPONSE");
    assert.equal(await account.publish(event("b")), 1);
    await slow.got(3);
    assert.deepEqual(marks(slow.texts).sort(), ["a", "a", "b"]);
    assert.equal(gone.count, 1);
  });
});

test("a lost alarm is set again by the cron trigger or the next event", async () => {
  const { account, mailbox, path } = await subscribe({
    dispatcher: withoutAlarms,
    answers: [500],
  });
  // A lost report would leave a lease, which only an alarm or the cron trigger ends.
  const settled = () => until("all outcomes to be reported", async () =>
    must(200, await account.api.get(`${path}/stats`)).json.in_flight === 0);
  await account.publish(event("a"));
  await mailbox.answered(1);
  await settled();

  // The alarm is deleted. Then the object reads either no alarm or one that is overdue.
  for (const known of [false, true]) {
    await withoutAlarms.kill();
    withoutAlarms.loseAlarms(known);
    await withoutAlarms.restart();
    await noMore("requests without an alarm", () => mailbox.count, 2_000);
    const before = mailbox.count;
    await until("a retry", async () => {
      await withoutAlarms.scheduled();
      return mailbox.count > before;
    });
    await mailbox.answered(mailbox.count);
    await settled();
  }

  await withoutAlarms.kill();
  withoutAlarms.loseAlarms(true);
  await withoutAlarms.restart();
  const before = mailbox.count;
  mailbox.answer(200);
  await account.publish(event("b"));
  await mailbox.got(before + 2);
  assert.deepEqual(marks(mailbox.texts).slice(before).sort(), ["a", "b"]);
});
