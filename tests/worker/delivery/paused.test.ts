// Webhooks that their owner pauses: with `hold_while_paused` they hold what they miss, and a
// recovery delivers it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { noMore, until } from "../support/wait.ts";

const { dispatcher, receiver, startDispatcher, subscribe } = await fixture({
  vars: { RETRY_BASE_MS: 50, RETRY_MAX_MS: 200, RETRY_LIMIT: 3, HOLD_EVENTS: 4 },
});

const holding = { hold_while_paused: true };

/** Publishes an event. Returns how many webhooks stored it and how many hold it. */
async function publish(account: Account, mark: string): Promise<[stored: number, held: number]> {
  const { json } = must(202, await account.api.post("/v1/events", event(mark)));
  return [json.webhooks, json.held ?? 0];
}

/** Recovers everything that was missed. */
async function recover(account: Account, path: string): Promise<void> {
  must(202, await account.api.post(`${path}/recover`));
  await until("the recovery to be done", async () => {
    return must(200, await account.api.get(`${path}/recover`)).json.state === "done";
  });
}

const held = async (account: Account, path: string) =>
  must(200, await account.api.get(`${path}/stats`)).json.held;

describe("a paused webhook", { concurrency: 8 }, () => {
  test("holds what it misses, in order, and its owner recovers it", async () => {
    const { account, mailbox, path } = await subscribe({ webhook: holding });
    assert.deepEqual(await publish(account, "before"), [1, 0]);
    await mailbox.answered(1);
    must(200, await account.api.patch(path, { active: false }));
    for (const mark of ["a", "b", "c"])
      assert.deepEqual(await publish(account, mark), [0, 1]);
    assert.equal(await held(account, path), 3);
    const { json } = await account.api.post(`${path}/recover`);
    assert.match(json.detail, /switched off/);
    must(200, await account.api.patch(path, { active: true }));
    assert.deepEqual(await publish(account, "after"), [1, 0]);
    await mailbox.answered(2);
    await noMore("requests before the recovery", () => mailbox.count, 300);
    await recover(account, path);
    assert.deepEqual(marks(mailbox.texts), ["before", "after", "a", "b", "c"]);
    assert.equal(await held(account, path), 0);
  });

  test("holds nothing by default", async () => {
    const { account, mailbox, path } = await subscribe();
    must(200, await account.api.patch(path, { active: false }));
    assert.deepEqual(await publish(account, "a"), [0, 0]);
    must(200, await account.api.patch(path, { active: true }));
    assert.deepEqual(await publish(account, "b"), [1, 0]);
    await mailbox.answered(1);
    assert.equal(await held(account, path), 0);
    assert.deepEqual(marks(mailbox.texts), ["b"]);
  });

  test("holds from its creation on, and the newest HOLD_EVENTS", async () => {
    const { account, mailbox, path } = await subscribe({ webhook: { active: false, ...holding } });
    for (const mark of ["1", "2", "3", "4", "5", "6"])
      assert.deepEqual(await publish(account, mark), [0, 1]);
    const stats = must(200, await account.api.get(`${path}/stats`)).json;
    assert.deepEqual([stats.held, stats.dropped], [4, 2]);
    must(200, await account.api.patch(path, { active: true }));
    await recover(account, path);
    assert.deepEqual(marks(mailbox.texts), ["3", "4", "5", "6"]);
  });

  test("begins and ends to hold by a change, and keeps what it holds", async () => {
    const { account, mailbox, path } = await subscribe({ webhook: { active: false } });
    assert.deepEqual(await publish(account, "a"), [0, 0]);
    must(200, await account.api.patch(path, holding));
    assert.deepEqual(await publish(account, "b"), [0, 1]);
    must(200, await account.api.patch(path, { hold_while_paused: false }));
    assert.deepEqual(await publish(account, "c"), [0, 0]);
    assert.equal(await held(account, path), 1);
    must(200, await account.api.patch(path, { active: true }));
    await recover(account, path);
    assert.deepEqual(marks(mailbox.texts), ["b"]);
  });

  test("keeps what waited when it was paused", async () => {
    const { account, mailbox, path } = await subscribe({
      answers: [503],
      webhook: { ...holding, retry: { limit: 1, base_ms: 200 } },
    });
    await account.publish(event("waiting"));
    await mailbox.answered(1);
    must(200, await account.api.patch(path, { active: false }));
    assert.deepEqual(await publish(account, "held"), [0, 1]);
    mailbox.answer(200);
    must(200, await account.api.patch(path, { active: true }));
    await recover(account, path);
    assert.deepEqual(marks(mailbox.texts).slice(-2), ["waiting", "held"]);
  });

  test("holds only the types that it takes", async () => {
    const { account, path } = await subscribe({
      webhook: { active: false, ...holding, event_types: ["QUIZ_*", "PATH_*"] },
    });
    const published = async (type: string) =>
      must(202, await account.api.post("/v1/events", event("a", type))).json.held ?? 0;
    assert.equal(await published("QUIZ_COMPLETION"), 1);
    assert.equal(await published("COURSE_COMPLETION"), 0);
    assert.equal(await held(account, path), 1);
  });

  test("holds nothing while another webhook of its URL sends", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    const paused = await account.create({ target_url: mailbox.url, active: false, ...holding });
    const other = await account.create({ target_url: mailbox.url });
    assert.deepEqual(await publish(account, "a"), [1, 0]);
    must(200, await account.api.patch(`/v1/webhooks/${other.id}`, { active: false }));
    assert.deepEqual(await publish(account, "b"), [0, 1]);
    assert.equal(await held(account, `/v1/webhooks/${paused.id}`), 1);
    await mailbox.answered(1);
    assert.deepEqual(marks(mailbox.texts), ["a"]);
  });

  test("is no deactivation by the dispatcher in the audit log", async () => {
    const { account, path } = await subscribe({ webhook: holding });
    const changes: Record<string, unknown>[] = [
      { active: false }, { active: true }, { active: false, name: "Paused" },
      { hold_while_paused: false }, { hold_while_paused: true },
    ];
    for (const change of changes) must(200, await account.api.patch(path, change));
    const { results } = must(200, await account.api.get("/v1/audit")).json;
    const actions = results.map(({ action, fields }: any) => [action, ...(fields ?? [])].join(" "));
    assert.deepEqual(actions.slice(0, 5), [
      "webhook.updated hold_while_paused",
      "webhook.updated hold_while_paused",
      "webhook.updated active name",
      "webhook.reactivated active",
      "webhook.updated active",
    ]);
    const read = must(200, await account.api.get(path)).json;
    assert.deepEqual([read.active, read.deactivate_reason], [false, null]);
  });
});

test("a paused webhook holds after a restart and an eviction", async () => {
  const own = await startDispatcher({ vars: { HOLD_EVENTS: 10 } });
  const { account, mailbox, path } = await subscribe({
    dispatcher: own,
    webhook: { active: false, ...holding },
  });
  assert.deepEqual(await publish(account, "a"), [0, 1]);
  await own.kill();
  await own.restart();
  assert.deepEqual(await publish(account, "b"), [0, 1]);
  await own.evictAccount(account.name);
  assert.deepEqual(await publish(account, "c"), [0, 1]);
  must(200, await account.api.patch(path, { active: true }));
  await recover(account, path);
  assert.deepEqual(marks(mailbox.texts), ["a", "b", "c"]);
});
