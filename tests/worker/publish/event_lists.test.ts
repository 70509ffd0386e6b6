// Webhooks with a list of event types: which events they get, also after a change, a restart and an
// upgrade.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, eventTypes, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { jsonBody, values } from "../support/receiver.ts";

const { dispatcher, receiver, startDispatcher, subscribe } = await fixture({});

const beginning = (...starts: string[]) =>
  eventTypes.filter((name) => starts.some((start) => name.startsWith(start)));

/** Publishes an event of each type. Returns how many webhooks stored each. */
async function publishAll(account: Account, types = eventTypes): Promise<number[]> {
  const numbers: number[] = [];
  for (const name of types) numbers.push(await account.publish(event(name, name)));
  return numbers;
}

describe("a webhook with a list of event types", { concurrency: 4 }, () => {
  test("gets the events whose type the list takes", async () => {
    const account = await dispatcher.account();
    const lists: [list: string[], taken: string[]][] = [
      [["COURSE_*"], beginning("COURSE_")],
      [["COURSE_*", "QUIZ_COMPLETION", "PATH_E*"], beginning("COURSE_", "QUIZ_", "PATH_E")],
      [["QUIZ_COMPLETION"], ["QUIZ_COMPLETION"]],
      [["*"], eventTypes],
      [["*", "COURSE_*"], eventTypes],
      [["WEBHOOK_*"], []],
      [["P*", "D*"], beginning("P", "D")],
      [[], eventTypes],
    ];
    const mailboxes = lists.map(() => receiver.mailbox());
    for (const [index, [event_types]] of lists.entries())
      await account.create({ target_url: mailboxes[index]!.url, event_types });
    const expected = eventTypes.map(
      (name) => lists.filter(([, taken]) => taken.includes(name)).length,
    );
    assert.deepEqual(await publishAll(account), expected);
    // In a batch too, where events of several types are offered in one call.
    const batch = await account.api.post(
      "/v1/events/batch",
      eventTypes.map((name) => event(name, name)),
    );
    const numbers = batch.json.map(({ webhooks }: { webhooks: number }) => webhooks);
    assert.deepEqual(numbers, expected);
    for (const [index, [, taken]] of lists.entries()) {
      await mailboxes[index]!.got(2 * taken.length);
      assert.deepEqual(marks(mailboxes[index]!.texts).sort(), [...taken, ...taken].sort());
    }
  });

  test("gets operational events if an entry asks for them", async () => {
    const account = await dispatcher.account();
    const [all, some, other] = [receiver.mailbox(), receiver.mailbox(), receiver.mailbox()];
    await account.create({ target_url: all.url, event_types: ["PATH_*", "WEBHOOK_*"] });
    await account.create({
      target_url: some.url,
      event_types: ["WEBHOOK_DEACTIVATED", "WEBHOOK_FAILING"],
    });
    await account.create({ target_url: other.url, event_types: ["V*", "*"] });
    const broken = receiver.mailbox(410);
    const { id } = await account.create({
      target_url: broken.url,
      event_type: "QUIZ_COMPLETION",
    });
    assert.equal(await account.publish(event("a", "QUIZ_COMPLETION")), 2);
    for (const mailbox of [all, some]) {
      const [request] = await mailbox.got(1);
      const { event_type, webhook_id } = jsonBody(request!);
      assert.deepEqual([event_type, webhook_id], ["WEBHOOK_DEACTIVATED", id]);
    }
    await other.got(1);
    assert.deepEqual(marks(other.texts), ["a"]);
  });

  test("shares a URL with another: the first that takes the type sends the event", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    for (const [which, event_types] of [
      ["first", ["COURSE_*", "PATH_*"]],
      ["second", ["PATH_*", "QUIZ_*"]],
    ] as const) {
      await account.create({
        target_url: mailbox.url,
        event_types: [...event_types],
        additional_headers: { "x-which": which },
      });
    }
    const cases = [
      ["COURSE_COMPLETION", "first"],
      ["PATH_COMPLETION", "first"],
      ["QUIZ_COMPLETION", "second"],
    ];
    for (const [index, [name, sender]] of cases.entries()) {
      assert.equal(await account.publish(event(name!, name)), 1);
      const requests = await mailbox.got(index + 1);
      assert.deepEqual(values(requests[index]!, "x-which"), [sender]);
    }
    assert.equal(await account.publish(event("nobody", "PURCHASE_FULFILLMENT")), 0);
  });

  test("gets other events from the answer to a change on", async () => {
    const { account, mailbox, path } = await subscribe({ webhook: { event_types: ["COURSE_*"] } });
    const changes: [change: Record<string, unknown> | null, taken: string[]][] = [
      [null, beginning("COURSE_")],
      [{ event_types: ["PATH_*", "QUIZ_*"] }, beginning("PATH_", "QUIZ_")],
      [{ event_type: "QUIZ_COMPLETION" }, ["QUIZ_COMPLETION"]],
      [{ event_types: ["LESSON_COMPLETION"] }, ["LESSON_COMPLETION"]],
      [{ event_types: ["*"] }, eventTypes],
      [{ event_types: ["V*"], event_type: null }, beginning("V")],
      [{ event_types: [] }, eventTypes],
    ];
    for (const [change, taken] of changes) {
      if (change !== null) must(200, await account.api.patch(path, change));
      const before = mailbox.count;
      const expected = eventTypes.map((name) => (taken.includes(name) ? 1 : 0));
      assert.deepEqual(await publishAll(account), expected, JSON.stringify(change));
      await mailbox.got(before + taken.length);
      assert.deepEqual(marks(mailbox.texts.slice(before)).sort(), [...taken].sort());
    }
  });

  test("may not have another event type beside it", async () => {
    const { account, webhook, path } = await subscribe({ webhook: { event_types: ["COURSE_*"] } });
    const beside = { event_types: ["A list may not be set beside event_type."] };
    const fields = { event_type: "QUIZ_COMPLETION", event_types: ["QUIZ_*"] };
    for (const answer of [
      await account.api.post("/v1/webhooks", { target_url: webhook.target_url, ...fields }),
      await account.api.patch(path, fields),
      await account.api.put(path, fields),
    ]) {
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(answer.json, beside);
    }
    assert.deepEqual(await account.read(webhook.id), webhook);
  });
});

test("a list of event types outlives a restart", async () => {
  const own = await startDispatcher();
  const { account, mailbox } = await subscribe({
    dispatcher: own,
    webhook: { event_types: ["COURSE_*", "QUIZ_*"] },
  });
  await own.kill();
  await own.restart();
  const taken = beginning("COURSE_", "QUIZ_");
  assert.deepEqual(
    await publishAll(account),
    eventTypes.map((name) => (taken.includes(name) ? 1 : 0)),
  );
  await mailbox.got(taken.length);
  await own.evictAccount(account.name);
  assert.equal(await account.publish(event("x", "PATH_COMPLETION")), 0);
});

test("a roster of an earlier release, without lists, delivers nothing too much", async () => {
  const own = await startDispatcher();
  const { account, mailbox, path } = await subscribe({
    dispatcher: own,
    webhook: { event_types: ["COURSE_*"] },
  });
  const object = await own.accountObject(account.name);
  await own.kill();
  own.changeAccountObject(object, "ALTER TABLE entry DROP COLUMN options");
  await own.restart();
  // The roster takes it for a webhook of all types. The webhook itself knows better.
  const taken = beginning("COURSE_");
  const expected = eventTypes.map((name) => (taken.includes(name) ? 1 : 0));
  assert.deepEqual(await publishAll(account), expected);
  await mailbox.got(taken.length);
  // The next change brings the roster up to date.
  must(200, await account.api.patch(path, { event_types: ["QUIZ_*", "PATH_*"] }));
  await own.evictAccount(account.name);
  const after = beginning("QUIZ_", "PATH_");
  assert.deepEqual(
    await publishAll(account),
    eventTypes.map((name) => (after.includes(name) ? 1 : 0)),
  );
  const lists = "SELECT count(*) FROM entry WHERE options LIKE '%QUIZ_*%'";
  assert.equal(await own.queryAccount(account.name, lists), 1n);
  await mailbox.got(taken.length + after.length);
  assert.deepEqual(marks(mailbox.texts).sort(), [...taken, ...after].sort());
});

test("a webhook without a list adds nothing to the roster", async () => {
  const { account, path } = await subscribe({ webhook: { event_type: "QUIZ_COMPLETION" } });
  must(200, await account.api.patch(path, { event_type: null }));
  const columns = "SELECT count(*) FROM pragma_table_info('entry')";
  assert.equal(await dispatcher.queryAccount(account.name, columns), 5n);
});
