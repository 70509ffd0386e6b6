// Nothing is lost by deactivation: what came before it and could not arrive, and what came after, is
// kept, and delivered when the owner asks for it.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { must, start, type Account } from "../support/harness.ts";
import { Gate, Receiver, type Step } from "../support/receiver.ts";
import { quiet, until } from "../support/wait.ts";

const dispatcher = await start({
  vars: { RETRY_BASE_MS: 50, RETRY_MAX_MS: 200, RETRY_LIMIT: 3, HOLD_EVENTS: 4 },
});
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await dispatcher.stop();
});

async function subscribed(...steps: Step[]) {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(...steps);
  const webhook = await account.create({ target_url: mailbox.url });
  return { account, mailbox, id: webhook.id, path: `/v1/webhooks/${webhook.id}` };
}

async function done(account: Account, path: string) {
  return until("the recovery is done", async () => {
    const progress = must(200, await account.api.get(`${path}/recover`)).json;
    return progress.state === "done" ? progress : undefined;
  });
}

describe("a webhook that the dispatcher switched off", { concurrency: 4 }, () => {
  test("holds what comes, and delivers all that was missed, in order, when it is asked for", async () => {
    const { account, mailbox, id, path } = await subscribed(404);
    await account.publish(event("undelivered"));
    await account.deactivated(id);
    for (const mark of ["b", "c"]) {
      const answer = must(202, await account.api.post("/v1/events", event(mark)));
      assert.equal(answer.json.webhooks, 0);
      assert.equal(answer.json.held, 1);
    }
    await quiet("requests to a webhook that is off", () => mailbox.count, 500);
    const stats = must(200, await account.api.get(`${path}/stats`)).json;
    assert.deepEqual([stats.held, stats.undelivered], [2, 1]);
    must(409, await account.api.post(`${path}/recover`));
    mailbox.answer(200);
    must(200, await account.api.patch(path, { active: true }));
    await quiet("requests before anybody asked", () => mailbox.count, 500);
    assert.equal(must(200, await account.api.get(`${path}/recover`)).json.state, "none");
    const begun = must(202, await account.api.post(`${path}/recover`)).json;
    assert.deepEqual([begun.state, begun.total], ["running", 3]);
    const progress = await done(account, path);
    assert.deepEqual([progress.taken, progress.delivered], [3, 3]);
    assert.deepEqual(marks(mailbox.texts).slice(1), ["undelivered", "b", "c"]);
  });

  test("holds the newest, and counts what it dropped", async () => {
    const { account, mailbox, id, path } = await subscribed(410);
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
    await done(account, path);
    assert.deepEqual(marks(mailbox.texts).slice(1), ["3", "4", "5", "6"]);
  });

  test("is passed over when an active one of the same URL takes the event", async () => {
    const { account, mailbox, id } = await subscribed(404);
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
  test("is one at a time; a second is a conflict; new events pass it", async () => {
    const gate = new Gate();
    const { account, mailbox, id, path } = await subscribed(404, gate.step, 200);
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
    await gate.release(200);
    await done(account, path);
    assert.deepEqual(marks(mailbox.texts).slice(1), ["a", "new", "b"]);
  });

  test("gives each a fresh schedule, and a failing one retries while it goes on", async () => {
    const { account, mailbox, id, path } = await subscribed(404, 500, 200);
    await account.publish(event("a"));
    await account.deactivated(id);
    must(202, await account.api.post("/v1/events", event("b")));
    must(200, await account.api.patch(path, { active: true }));
    must(202, await account.api.post(`${path}/recover`));
    const progress = await done(account, path);
    assert.deepEqual([progress.taken, progress.delivered], [2, 1]);
    await mailbox.got(4);
    assert.deepEqual(new Set(marks(mailbox.texts).slice(2)), new Set(["a", "b"]));
  });

  test("refuses what it does not understand", async () => {
    const { account, path } = await subscribed(200);
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

test("a webhook that its owner switched off holds nothing", async () => {
  const { account, mailbox, path } = await subscribed(200);
  must(200, await account.api.patch(path, { active: false }));
  const answer = must(202, await account.api.post("/v1/events", event("a")));
  assert.ok(!("held" in answer.json));
  must(200, await account.api.patch(path, { active: true }));
  const begun = must(202, await account.api.post(`${path}/recover`)).json;
  assert.equal(begun.total, 0);
  await quiet("requests", () => mailbox.count, 300);
});
