// What happens to deliveries that are under way: when their webhook is changed or deleted, and
// beside each other.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { basic } from "../support/api.ts";
import { event, marks } from "../support/events.ts";
import { must, start } from "../support/harness.ts";
import { Gate, Receiver, hang, reply, values, type Received } from "../support/receiver.ts";
import { baseMs, calmly, nothingElse, subscribe } from "../support/retries.ts";
import { quiet, until } from "../support/wait.ts";

const dispatcher = await start({ vars: calmly });
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await dispatcher.stop();
});

describe("a change while a delivery is under way", { concurrency: 8 }, () => {
  const later = reply(503, { "retry-after": "1" });

  test("by delete means that no retry comes: one was waiting", async () => {
    const { account, mailbox, path } = await subscribe(dispatcher, receiver, later);
    await account.publish(event("a"));
    await mailbox.answered(1);
    must(204, await account.api.delete(path));
    await quiet("requests", () => mailbox.count, 2_500);
  });

  test("by delete means that no retry comes: one was in flight", async () => {
    const gate = new Gate();
    const { account, mailbox, id, path } = await subscribe(dispatcher, receiver, gate.step);
    await account.publish(event("a"));
    await mailbox.got(1);
    must(204, await account.api.delete(path));
    await gate.release(500);
    await quiet("requests", () => mailbox.count, 3 * 4 * baseMs);
    must(404, await account.api.get(path));
    const object = await dispatcher.webhookObject(account.name, id);
    await until(
      "its storage to be empty",
      async () => !(await dispatcher.filledWebhookObjects()).includes(object),
    );
  });

  test("to another URL sends the waiting retry there", async () => {
    const { account, mailbox, path } = await subscribe(dispatcher, receiver, later);
    const moved = receiver.mailbox();
    await account.publish(event("a"));
    await mailbox.answered(1);
    must(200, await account.api.put(path, { target_url: moved.url }));
    await moved.got(1);
    assert.deepEqual(moved.texts, [JSON.stringify(event("a"))]);
    await nothingElse(account, moved);
    assert.equal(mailbox.count, 1);
  });

  for (const status of [404, 500, 302]) {
    test(`to another URL lets a ${status} of the old one judge nothing`, async () => {
      const gate = new Gate();
      const { account, mailbox, id, path } = await subscribe(dispatcher, receiver, gate.step);
      const moved = receiver.mailbox();
      await account.publish(event("a"));
      await mailbox.got(1);
      must(200, await account.api.put(path, { target_url: moved.url }));
      await gate.release(status);
      await moved.got(1);
      await nothingElse(account, moved);
      assert.equal(mailbox.count, 1);
      const webhook = await account.read(id);
      assert.equal(webhook.active, true);
      assert.equal(webhook.deactivate_reason, null);
    });
  }

  test("to another URL lets a 200 of the old one count", async () => {
    const gate = new Gate();
    const { account, mailbox, path } = await subscribe(dispatcher, receiver, gate.step);
    const moved = receiver.mailbox();
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.put(path, { target_url: moved.url }));
    await gate.release(200);
    await nothingElse(account, moved);
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

  test("to other credentials sends the waiting retry with them", async () => {
    const { account, mailbox, path } = await subscribe(dispatcher, receiver, later, 200);
    must(200, await account.api.patch(path, credentials("old")));
    await account.publish(event("a"));
    carries(await mailbox.answered(1), "old");
    must(200, await account.api.patch(path, credentials("new")));
    carries((await mailbox.got(2))[1]!, "new");
    await nothingElse(account, mailbox);
  });

  test("to other credentials lets a 401 of the old ones judge nothing", async () => {
    const gate = new Gate();
    const { account, mailbox, id, path } = await subscribe(dispatcher, receiver, gate.step, 200);
    must(200, await account.api.patch(path, credentials("old")));
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.patch(path, credentials("new")));
    await gate.release(401);
    carries((await mailbox.got(2))[1]!, "new");
    await nothingElse(account, mailbox);
    assert.equal((await account.read(id)).active, true);
  });

  test("to inactive stops the waiting retry for good", async () => {
    const { account, mailbox, path } = await subscribe(dispatcher, receiver, later);
    await account.publish(event("a"));
    await mailbox.answered(1);
    const off = must(200, await account.api.patch(path, { active: false })).json;
    assert.deepEqual([off.active, off.deactivate_reason], [false, null]);
    assert.equal(await account.publish(event("b")), 0);
    await quiet("requests", () => mailbox.count, 2_500);
    must(200, await account.api.patch(path, { active: true }));
    await nothingElse(account, mailbox);
    assert.deepEqual(marks(mailbox.texts), ["a", "and then"]);
  });

  test("to inactive and back makes a 404 from before judge nothing", async () => {
    const gate = new Gate();
    const { account, mailbox, id, path } = await subscribe(dispatcher, receiver, gate.step);
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.patch(path, { active: false }));
    must(200, await account.api.patch(path, { active: true }));
    await gate.release(404);
    await nothingElse(account, mailbox);
    assert.equal((await account.read(id)).active, true);
  });

  test("that says active of an active webhook leaves its retries alone", async () => {
    const { account, mailbox, path } = await subscribe(dispatcher, receiver, later, 200);
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.put(path, { active: true }));
    await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts), ["a", "a"]);
  });
});

describe("several deliveries at once", { concurrency: 8 }, () => {
  test("do not wait for another webhook that hangs", async () => {
    const account = await dispatcher.account();
    const [hung, fine] = [receiver.mailbox(hang), receiver.mailbox()];
    await account.create({ target_url: hung.url });
    await account.create({ target_url: fine.url });
    const sent = Array.from({ length: 10 }, (_, n) => `${n}`);
    for (const mark of sent) assert.equal(await account.publish(event(mark)), 2);
    await fine.got(10);
    assert.deepEqual(marks(fine.texts).sort(), sent);
    await until("the other to hang", () => hung.open > 0);
    assert.ok(hung.count <= 10, `${hung.count} requests to a receiver that hangs`);
  });

  test("do not wait for one of the same webhook that hangs", async () => {
    const { account, mailbox } = await subscribe(dispatcher, receiver, hang, 200);
    await account.publish(event("hangs"));
    await mailbox.got(1);
    for (const mark of ["a", "b", "c"]) await account.publish(event(mark));
    await mailbox.got(4);
    assert.deepEqual(marks(mailbox.texts).slice(0, 4).sort(), ["a", "b", "c", "hangs"]);
  });

  test("are as many as there are publishes, since each Worker makes a first try", async () => {
    const gate = new Gate();
    const { account, mailbox } = await subscribe(dispatcher, receiver, gate.step);
    const sent = Array.from({ length: 12 }, (_, n) => `${n}`.padStart(2, "0"));
    for (const mark of sent) await account.publish(event(mark));
    await until("all to be in flight", () => gate.held === sent.length);
    for (const _ of sent) await gate.release(200);
    await until("all to be answered", () => mailbox.open === 0);
    assert.deepEqual(marks(mailbox.texts).sort(), sent);
  });

  test("of a batch are at most five for one webhook, and each slot is used again at once", async () => {
    const gate = new Gate();
    const { account, mailbox } = await subscribe(dispatcher, receiver, gate.step);
    const sent = Array.from({ length: 12 }, (_, n) => `${n}`.padStart(2, "0"));
    must(200, await account.api.post("/v1/events/batch", sent.map((mark) => event(mark))));
    for (let done = 0; done < sent.length; done += 1) {
      const openNow = Math.min(5, sent.length - done);
      await until(`${openNow} to be in flight`, () => gate.held === openNow);
      await gate.release(200);
    }
    await until("all to be answered", () => mailbox.open === 0);
    assert.equal(mailbox.openMax, 5);
    assert.deepEqual(marks(mailbox.texts).sort(), sent);
  });
});
