// A deactivation loses no event: undelivered events and those that are published after it are kept,
// and a recovery delivers them.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { OpenRequests } from "../support/receiver.ts";
import { noMore, until } from "../support/wait.ts";

const { subscribe } = await fixture({
  vars: { RETRY_BASE_MS: 50, RETRY_MAX_MS: 200, RETRY_LIMIT: 3, HOLD_EVENTS: 4 },
});

async function recovered(account: Account, path: string) {
  return until("the recovery to be done", async () => {
    const progress = must(200, await account.api.get(`${path}/recover`)).json;
    return progress.state === "done" ? progress : undefined;
  });
}

describe("a webhook that the dispatcher deactivated", { concurrency: 4 }, () => {
  test("holds new events, and a recovery delivers all missed ones in order", async () => {
    const { account, mailbox, id, path } = await subscribe({ answers: [404] });
    await account.publish(event("undelivered"));
    await account.deactivated(id);
    for (const mark of ["b", "c"]) {
      const answer = must(202, await account.api.post("/v1/events", event(mark)));
      assert.equal(answer.json.webhooks, 0);
      assert.equal(answer.json.held, 1);
    }
    await noMore("requests to an inactive webhook", () => mailbox.count, 500);
    const stats = must(200, await account.api.get(`${path}/stats`)).json;
    assert.deepEqual([stats.held, stats.undelivered], [2, 1]);
    must(409, await account.api.post(`${path}/recover`));
    mailbox.answer(200);
    must(200, await account.api.patch(path, { active: true }));
    await noMore("requests before the recovery", () => mailbox.count, 500);
    assert.equal(must(200, await account.api.get(`${path}/recover`)).json.state, "none");
    const begun = must(202, await account.api.post(`${path}/recover`)).json;
    assert.deepEqual([begun.state, begun.total], ["running", 3]);
    const progress = await recovered(account, path);
    assert.deepEqual([progress.taken, progress.delivered], [3, 3]);
    assert.deepEqual(marks(mailbox.texts).slice(1), ["undelivered", "b", "c"]);
  });

  test("holds the newest events, and counts the dropped ones", async () => {
    const { account, mailbox, id, path } = await subscribe({ answers: [410] });
    await account.publish(event("a"));
    await account.deactivated(id);
    for (const mark of ["1", "2", "3", "4", "5", "6"]) {
      must(202, await account.api.post("/v1/events", event(mark)));
    }
    const stats = must(200, await account.api.get(`${path}/stats`)).json;
    assert.deepEqual([stats.held, stats.dropped], [4, 2]);
    mailbox.answer(200);
    must(200, await account.api.patch(path, { active: true }));
    must(202, await account.api.post(`${path}/recover`, { status: "held" }));
    await recovered(account, path);
    assert.deepEqual(marks(mailbox.texts).slice(1), ["3", "4", "5", "6"]);
  });

  test("holds no event that an active webhook of the same URL gets", async () => {
    const { account, mailbox, id } = await subscribe({ answers: [404] });
    await account.publish(event("a"));
    await account.deactivated(id);
    mailbox.answer(200);
    await account.create({ target_url: mailbox.url });
    const answer = must(202, await account.api.post("/v1/events", event("b")));
    assert.deepEqual([answer.json.webhooks, "held" in answer.json], [1, false]);
    await mailbox.got(2);
  });
});

describe("a recovery", { concurrency: 4 }, () => {
  test("is the only one of its webhook, and does not delay new events", async () => {
    const open = new OpenRequests();
    const { account, mailbox, id, path } = await subscribe({ answers: [404, open.step, 200] });
    await account.publish(event("a"));
    await account.deactivated(id);
    must(202, await account.api.post("/v1/events", event("b")));
    must(200, await account.api.patch(path, { active: true }));
    must(202, await account.api.post(`${path}/recover`, {}));
    await mailbox.got(2);
    must(409, await account.api.post(`${path}/recover`, {}));
    await account.publish(event("new"));
    await mailbox.got(3);
    assert.equal(marks(mailbox.texts)[2], "new");
    await open.answer(200);
    await recovered(account, path);
    assert.deepEqual(marks(mailbox.texts).slice(1), ["a", "new", "b"]);
  });

  test("gives each event a new schedule, and continues while one is retried", async () => {
    const { account, mailbox, id, path } = await subscribe({ answers: [404, 500, 200] });
    await account.publish(event("a"));
    await account.deactivated(id);
    must(202, await account.api.post("/v1/events", event("b")));
    must(200, await account.api.patch(path, { active: true }));
    must(202, await account.api.post(`${path}/recover`));
    const progress = await recovered(account, path);
    assert.deepEqual([progress.taken, progress.delivered], [2, 1]);
    await mailbox.got(4);
    assert.deepEqual(new Set(marks(mailbox.texts).slice(2)), new Set(["a", "b"]));
  });

  test("is refused with an invalid request", async () => {
    const { account, path } = await subscribe({ answers: [200] });
    for (const [body, field] of [
      [{ status: "nope" }, "status"],
      [{ since: "yesterday" }, "since"],
      [[], "non_field_errors"],
    ] as const) {
      const answer = must(400, await account.api.post(`${path}/recover`, body));
      assert.deepEqual(Object.keys(answer.json), [field]);
    }
  });
});

test("a webhook that its owner deactivated holds nothing", async () => {
  const { account, mailbox, path } = await subscribe({ answers: [200] });
  must(200, await account.api.patch(path, { active: false }));
  const answer = must(202, await account.api.post("/v1/events", event("a")));
  assert.ok(!("held" in answer.json));
  must(200, await account.api.patch(path, { active: true }));
  const begun = must(202, await account.api.post(`${path}/recover`)).json;
  assert.equal(begun.total, 0);
  await noMore("requests", () => mailbox.count, 300);
});
