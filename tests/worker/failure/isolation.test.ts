// Many webhooks of one account: what fails or hangs at some of them is no matter of the others, or
// of those who publish.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { must, start } from "../support/harness.ts";
import { Gate, Receiver, hang, hangUp, reply, type Step } from "../support/receiver.ts";
import { header } from "../support/signatures.ts";
import { until } from "../support/wait.ts";

/** Patience for what 200 webhooks do. */
const wholeMs = 60_000;

const dispatcher = await start({
  // No hang ends by itself while these tests run.
  vars: { RETRY_BASE_MS: 200, RETRY_MAX_MS: 200, DELIVERY_TIMEOUT_MS: 60_000 },
});
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await dispatcher.stop();
});

/** Runs `act` for every number below `count`, a few at a time, and answers in order. */
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
  test("has 200 webhooks fail at the same instant: all retry, and it goes on publishing", async () => {
    const account = await dispatcher.account();
    const gate = new Gate();
    const mailboxes = await each(200, async () => {
      const mailbox = receiver.mailbox(gate.step, 200);
      await account.create({ target_url: mailbox.url, event_type: "COURSE_ENROLLMENT" });
      return mailbox;
    });
    const other = receiver.mailbox();
    await account.create({ target_url: other.url, event_type: "QUIZ_COMPLETION" });

    const { id, webhooks } = must(202, await account.api.post("/v1/events", event("a"))).json;
    assert.equal(webhooks, 200);
    await until("all to be in flight at once", () => gate.held === 200, wholeMs);
    const failures: Step[] = [500, 503, 302, hangUp, reply(500, {}, "x".repeat(5_000))];
    const failing = mailboxes.map((_, n) => gate.release(failures[n % failures.length]!));
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
      wholeMs,
    );
    await other.got(18, wholeMs);
    const expected = ["a", "a", "b0", "b10"];
    for (const mailbox of mailboxes) {
      assert.deepEqual(marks(mailbox.texts).sort(), expected);
      const retried = mailbox.received.filter((request) => header(request, "webhook-id") === id);
      assert.equal(retried.length, 2, "the retry keeps the id");
    }
    const { results } = must(200, await account.api.get("/v1/webhooks?page_size=1000")).json;
    assert.equal(results.filter((webhook: any) => webhook.active).length, 201);
  });

  test("has a webhook that hangs: the one beside it gets 50 events meanwhile, each at once", async () => {
    const account = await dispatcher.account();
    const [hung, healthy] = [receiver.mailbox(hang), receiver.mailbox()];
    await account.create({ target_url: hung.url });
    await account.create({ target_url: healthy.url });
    // Each is published when the one before has arrived, so one that waited for the other
    // webhook's answer would hold up all that come after it.
    for (let n = 1; n <= 50; n += 1) {
      assert.equal(await account.publish(event(`${n}`)), 2);
      await healthy.got(n);
    }
    assert.deepEqual(marks(healthy.texts), Array.from({ length: 50 }, (_, n) => `${n + 1}`));
    assert.equal(hung.count, 50, "each Worker makes its first try");
    for (const request of hung.received)
      assert.equal(request.endedMs, undefined, "they have hung all the time");
  });
});
