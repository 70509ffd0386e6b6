// Objects that leave memory and alarms that get lost, both of which the platform does: no delivery
// notices.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { start } from "../support/harness.ts";
import { Receiver, nowhere, reply } from "../support/receiver.ts";
import { quiet, until } from "../support/wait.ts";

const grainMs = 2;

const [dispatcher, forgetful] = await Promise.all([
  start({
    vars: {
      RETRY_BASE_MS: 300,
      RETRY_MAX_MS: 300,
      DELIVERY_TIMEOUT_MS: 2_000,
      LEASE_MARGIN_MS: 200,
    },
  }),
  start({
    vars: {
      RETRY_BASE_MS: 500,
      RETRY_MAX_MS: 500,
      DELIVERY_TIMEOUT_MS: 500,
      LEASE_MARGIN_MS: 100,
    },
  }),
]);
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await Promise.all([dispatcher.stop(), forgetful.stop()]);
});

describe("an eviction", { concurrency: 4 }, () => {
  test("of both objects after every try changes neither the schedule nor the count", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox(500, 500, 500, 500, 200);
    const { id } = await account.create({ target_url: mailbox.url });
    await account.publish(event("a"));
    for (let tries = 1; tries <= 4; tries += 1) {
      await mailbox.answered(tries);
      await dispatcher.evictWebhook(account.name, id);
      await dispatcher.evictAccount(account.name);
    }
    await mailbox.got(5);
    for (const gapMs of mailbox.gapsMs())
      assert.ok(gapMs >= 300 - grainMs, `a retry came after ${gapMs} ms`);
    assert.deepEqual(mailbox.texts, Array(5).fill(JSON.stringify(event("a"))));
    await account.publish(event("b"));
    await mailbox.got(6);
    await quiet("requests", () => mailbox.count, 1_000);
  });

  test("does not lose the configuration, booleans and absent values included", async () => {
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

  test("keeps a webhook off that was switched off, and an event that waits", async () => {
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
  const account = await forgetful.account();
  const mailbox = receiver.mailbox(500);
  await account.create({ target_url: mailbox.url });
  await account.publish(event("a"));
  await mailbox.answered(1);

  // The alarm is gone, and either the object knows nothing of one or it believes in one that is
  // overdue.
  for (const known of [false, true]) {
    await forgetful.kill();
    forgetful.loseAlarms(known);
    await forgetful.restart();
    await quiet("requests without an alarm", () => mailbox.count, 2_000);
    const before = mailbox.count;
    await until("a retry", async () => {
      await forgetful.scheduled();
      return mailbox.count > before;
    });
    await mailbox.answered(mailbox.count);
  }

  await forgetful.kill();
  forgetful.loseAlarms(true);
  await forgetful.restart();
  const before = mailbox.count;
  mailbox.answer(200);
  await account.publish(event("b"));
  await mailbox.got(before + 2);
  assert.deepEqual(marks(mailbox.texts).slice(before).sort(), ["a", "b"]);
});
