// Deliveries in progress: when their webhook is changed or deleted meanwhile, and several at once.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { basic } from "../support/api.ts";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { OpenRequests, hang, reply, values, type Received } from "../support/receiver.ts";
import { assertNoMoreRequests, baseMs, retryVars } from "../support/retries.ts";
import { noMore, until } from "../support/wait.ts";

const { dispatchers, receiver, subscribe } = await fixture({ vars: retryVars }, {});
/** The second one has the default timeout, for requests that stay open. */
const [dispatcher, patient] = dispatchers;

describe("a change of a webhook during a delivery", { concurrency: 8 }, () => {
  const retryLater = reply(503, { "retry-after": "1" });

  test("that deletes it ends a waiting retry", async () => {
    const { account, mailbox, path } = await subscribe({ answers: [retryLater] });
    await account.publish(event("a"));
    await mailbox.answered(1);
    must(204, await account.api.delete(path));
    await noMore("requests", () => mailbox.count, 2_500);
  });

  test("that deletes it ends an attempt in flight without a retry", async () => {
    const open = new OpenRequests();
    const { account, mailbox, id, path } = await subscribe({ answers: [open.step] });
    await account.publish(event("a"));
    await mailbox.got(1);
    must(204, await account.api.delete(path));
    await open.answer(500);
    await noMore("requests", () => mailbox.count, 3 * 4 * baseMs);
    must(404, await account.api.get(path));
    const object = await dispatcher.webhookObject(account.name, id);
    await until(
      "the storage of the object to be empty",
      async () => !(await dispatcher.nonEmptyWebhookObjects()).includes(object),
    );
  });

  test("of the URL sends the waiting retry to the new URL", async () => {
    const { account, mailbox, path } = await subscribe({ answers: [retryLater] });
    const moved = receiver.mailbox();
    await account.publish(event("a"));
    await mailbox.answered(1);
    must(200, await account.api.put(path, { target_url: moved.url }));
    await moved.got(1);
    assert.deepEqual(moved.texts, [JSON.stringify(event("a"))]);
    await assertNoMoreRequests(account, moved);
    assert.equal(mailbox.count, 1);
  });

  for (const status of [404, 500, 302]) {
    test(`of the URL ignores a ${status} from the old URL`, async () => {
      const open = new OpenRequests();
      const { account, mailbox, id, path } = await subscribe({ answers: [open.step] });
      const moved = receiver.mailbox();
      await account.publish(event("a"));
      await mailbox.got(1);
      must(200, await account.api.put(path, { target_url: moved.url }));
      await open.answer(status);
      await moved.got(1);
      await assertNoMoreRequests(account, moved);
      assert.equal(mailbox.count, 1);
      const webhook = await account.read(id);
      assert.equal(webhook.active, true);
      assert.equal(webhook.deactivate_reason, null);
    });
  }

  test("of the URL counts a 200 from the old URL", async () => {
    const open = new OpenRequests();
    const { account, mailbox, path } = await subscribe({ answers: [open.step] });
    const moved = receiver.mailbox();
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.put(path, { target_url: moved.url }));
    await open.answer(200);
    await assertNoMoreRequests(account, moved);
    assert.deepEqual(marks(moved.texts), ["and then"]);
  });

  const credentials = (password: string) => ({
    basic_auth_username: "u",
    basic_auth_password: password,
    additional_headers: { "x-key": `key of ${password}` },
  });
  const carries = (request: Received, password: string) => {
    assert.deepEqual(values(request, "authorization"), [basic("u", password)]);
    assert.deepEqual(values(request, "x-key"), [`key of ${password}`]);
  };

  test("of the credentials sends the waiting retry with the new ones", async () => {
    const { account, mailbox, path } = await subscribe({ answers: [retryLater, 200] });
    must(200, await account.api.patch(path, credentials("old")));
    await account.publish(event("a"));
    carries(await mailbox.answered(1), "old");
    must(200, await account.api.patch(path, credentials("new")));
    carries((await mailbox.got(2))[1]!, "new");
    await assertNoMoreRequests(account, mailbox);
  });

  test("of the credentials ignores a 401 for the old ones", async () => {
    const open = new OpenRequests();
    const { account, mailbox, id, path } = await subscribe({ answers: [open.step, 200] });
    must(200, await account.api.patch(path, credentials("old")));
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.patch(path, credentials("new")));
    await open.answer(401);
    carries((await mailbox.got(2))[1]!, "new");
    await assertNoMoreRequests(account, mailbox);
    assert.equal((await account.read(id)).active, true);
  });

  test("to inactive ends the waiting retry for good", async () => {
    const { account, mailbox, path } = await subscribe({ answers: [retryLater] });
    await account.publish(event("a"));
    await mailbox.answered(1);
    const off = must(200, await account.api.patch(path, { active: false })).json;
    assert.deepEqual([off.active, off.deactivate_reason], [false, null]);
    assert.equal(await account.publish(event("b")), 0);
    await noMore("requests", () => mailbox.count, 2_500);
    must(200, await account.api.patch(path, { active: true }));
    await assertNoMoreRequests(account, mailbox);
    assert.deepEqual(marks(mailbox.texts), ["a", "and then"]);
  });

  test("to inactive and back ignores a 404 for an earlier attempt", async () => {
    const open = new OpenRequests();
    const { account, mailbox, id, path } = await subscribe({ answers: [open.step] });
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.patch(path, { active: false }));
    must(200, await account.api.patch(path, { active: true }));
    await open.answer(404);
    await assertNoMoreRequests(account, mailbox);
    assert.equal((await account.read(id)).active, true);
  });

  test("to active, if it is active, keeps its retries", async () => {
    const { account, mailbox, path } = await subscribe({ answers: [retryLater, 200] });
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.put(path, { active: true }));
    await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts), ["a", "a"]);
  });
});

describe("several deliveries at once", { concurrency: 8 }, () => {
  test("do not wait for another webhook whose receiver hangs", async () => {
    const account = await dispatcher.account();
    const [hung, fine] = [receiver.mailbox(hang), receiver.mailbox()];
    await account.create({ target_url: hung.url });
    await account.create({ target_url: fine.url });
    const sent = Array.from({ length: 10 }, (_, n) => `${n}`);
    for (const mark of sent) assert.equal(await account.publish(event(mark)), 2);
    await fine.got(10);
    assert.deepEqual(marks(fine.texts).sort(), sent);
    await until("the other receiver to hang", () => hung.open > 0);
    assert.ok(hung.count <= 10, `${hung.count} requests to a receiver that hangs`);
  });

  test("do not wait for a hanging one of the same webhook", async () => {
    const { account, mailbox } = await subscribe({ answers: [hang, 200] });
    await account.publish(event("hangs"));
    await mailbox.got(1);
    for (const mark of ["a", "b", "c"]) await account.publish(event(mark));
    await mailbox.got(4);
    assert.deepEqual(marks(mailbox.texts).slice(0, 4).sort(), ["a", "b", "c", "hangs"]);
  });

  test("are in flight at once, because each publish makes the first attempt", async () => {
    const open = new OpenRequests();
    const { account, mailbox } = await subscribe({ answers: [open.step] });
    const sent = Array.from({ length: 12 }, (_, n) => `${n}`.padStart(2, "0"));
    for (const mark of sent) await account.publish(event(mark));
    await until("all to be in flight", () => open.count === sent.length);
    for (const _ of sent) await open.answer(200);
    await until("all to be answered", () => mailbox.open === 0);
    assert.deepEqual(marks(mailbox.texts).sort(), sent);
  });

  for (const max of [undefined, 100, 7, 1]) {
    const window = max ?? 64;
    test(`of batches are at most ${window} in flight for one webhook`, async () => {
      const open = new OpenRequests();
      const webhook = max === undefined ? {} : { max_in_flight: max };
      const { account, mailbox, path } = await subscribe({
        answers: [open.step],
        webhook,
        dispatcher: patient,
      });
      const sent = Array.from({ length: window + 20 }, (_, n) => `${n}`.padStart(3, "0"));
      for (let first = 0; first < sent.length; first += 100) {
        const batch = sent.slice(first, first + 100).map((mark) => event(mark));
        must(200, await account.api.post("/v1/events/batch", batch));
      }
      for (const done of [0, 1, 4, 5]) {
        for (let n = 0; n < done; n += 1) await open.answer(200);
        await until(`${window} to be in flight`, () => open.count === window);
        const stats = must(200, await account.api.get(`${path}/stats`)).json;
        assert.deepEqual([stats.in_flight, stats.window], [window, window]);
      }
      for (let n = 10; n < sent.length; n += 1) await open.answer(200);
      await until("all to be answered", () => mailbox.open === 0);
      assert.equal(mailbox.openMax, window);
      assert.deepEqual(marks(mailbox.texts).sort(), sent);
    });
  }

  test("of an event for many webhooks are all in flight at once", async () => {
    const { account, mailbox, publish } = await subscribe({ answers: [hang], dispatcher: patient });
    const others = Array.from({ length: 39 }, () => receiver.mailbox(hang));
    for (const { url } of others) await account.create({ target_url: url });
    await publish("a");
    const all = [mailbox, ...others];
    await until("all to have it", () => all.every(({ count }) => count === 1));
  });

  test("are halved after an answer of an overloaded receiver", async () => {
    const open = new OpenRequests();
    const { account, path, publish } = await subscribe({
      answers: [open.step],
      dispatcher: patient,
    });
    const stats = async () => must(200, await account.api.get(`${path}/stats`)).json;
    await publish("a");
    await until("the attempt", () => open.count === 1);
    assert.equal((await stats()).window, 64);
    await open.answer(503);
    await until("the window to be halved", async () => (await stats()).window === 32);
    await until("the retry", () => open.count === 1);
    await open.answer(500);
    await until("the retry", () => open.count === 1);
    await open.answer(200);
    await until("the success", async () => (await stats()).delivered === 1);
    assert.equal((await stats()).window, 32);
  });
});

test("no chain of calls is deeper than four", async () => {
  for (const one of dispatchers) assert.ok((await one.limits()).depthMax <= 4);
});
