// Isolation: a failing or hanging receiver does not affect other webhooks of the account, or
// publishes.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { OpenRequests, disconnect, hang, reply, type Step } from "../support/receiver.ts";
import { header } from "../support/signatures.ts";
import { until } from "../support/wait.ts";

/** The time limit for the deliveries of 200 webhooks. */
const limitMs = 60_000;

const { dispatcher, receiver } = await fixture({
  vars: { RETRY_BASE_MS: 200, RETRY_MAX_MS: 200, DELIVERY_TIMEOUT_MS: 28_000 },
});

/** Runs `act` for every number below `count`, ten at a time. Returns the results in order. */
async function each<T>(count: number, act: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const workers = Array.from({ length: 10 }, async () => {
    for (let n = next++; n < count; n = next++) results[n] = await act(n);
  });
  await Promise.all(workers);
  return results;
}

describe("an account", { concurrency: 2 }, () => {
  test("with 200 failing webhooks retries all of them, and accepts publishes", async () => {
    const account = await dispatcher.account();
    const open = new OpenRequests();
    const mailboxes = await each(200, async () => {
      const mailbox = receiver.mailbox(open.step, 200);
      await account.create({ target_url: mailbox.url, event_type: "COURSE_ENROLLMENT" });
      return mailbox;
    });
    const other = receiver.mailbox();
    await account.create({ target_url: other.url, event_type: "QUIZ_COMPLETION" });

    const { id, webhooks } = must(202, await account.api.post("/v1/events", event("a"))).json;
    assert.equal(webhooks, 200);
    await until("all to be in flight at once", () => open.count === 200, limitMs);
    const failures: Step[] = [500, 503, 302, disconnect, reply(500, {}, "x".repeat(5_000))];
    const failing = mailboxes.map((_, n) => open.answer(failures[n % failures.length]!));
    // While all of them fail, the account publishes to the same webhooks and to another one.
    const publishing = each(20, async (n) => {
      const type = n % 10 === 0 ? "COURSE_ENROLLMENT" : "QUIZ_COMPLETION";
      const { json } = must(202, await account.api.post("/v1/events", event(`b${n}`, type)));
      assert.equal(json.webhooks, type === "COURSE_ENROLLMENT" ? 200 : 1);
    });
    await Promise.all([...failing, publishing]);

    await until(
      () => `${mailboxes.filter((mailbox) => mailbox.count < 4).length} lack a request`,
      () => mailboxes.every((mailbox) => mailbox.count >= 4),
      limitMs,
    );
    await other.got(18, limitMs);
    const expected = ["a", "a", "b0", "b10"];
    for (const mailbox of mailboxes) {
      assert.deepEqual(marks(mailbox.texts).sort(), expected);
      const retried = mailbox.received.filter((request) => header(request, "webhook-id") === id);
      assert.equal(retried.length, 2, "the retry keeps the id");
    }
    const { results } = must(200, await account.api.get("/v1/webhooks?page_size=1000")).json;
    assert.equal(results.filter((webhook: any) => webhook.active).length, 201);
  });

  test("with a hanging webhook delivers 50 events to another one without delay", async () => {
    const account = await dispatcher.account();
    const [hung, healthy] = [receiver.mailbox(hang), receiver.mailbox()];
    await account.create({ target_url: hung.url });
    await account.create({ target_url: healthy.url });
    // Each event is published after the arrival of the one before. If one waited for the hanging
    // webhook, all later ones would be late.
    for (let n = 1; n <= 50; n += 1) {
      assert.equal(await account.publish(event(`${n}`)), 2);
      await healthy.got(n);
    }
    assert.deepEqual(marks(healthy.texts), Array.from({ length: 50 }, (_, n) => `${n + 1}`));
    assert.equal(hung.count, 50, "each publish makes the first attempt");
    for (const request of hung.received)
      assert.equal(request.endedMs, undefined, "the request is still open");
  });
});
