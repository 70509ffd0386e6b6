// Webhooks of one account that share a target: an event is sent there once, by the oldest that can.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { start } from "../support/harness.ts";
import { Receiver, values } from "../support/receiver.ts";

const dispatcher = await start();
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await dispatcher.stop();
});

describe("webhooks of one account with one URL", { concurrency: 4 }, () => {
  test("get one POST, sent by the oldest", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    for (const which of ["oldest", "second", "third"]) {
      await account.create({ target_url: mailbox.url, additional_headers: { "x-which": which } });
    }
    assert.equal(await account.publish(event("a")), 1);
    assert.equal(await account.publish(event("b")), 1);
    const requests = await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts).sort(), ["a", "b"]);
    assert.deepEqual(
      requests.flatMap((request) => values(request, "x-which")),
      ["oldest", "oldest"],
    );
  });

  test("hand over to the next when the oldest is inactive, and back", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    const oldest = await account.create({
      target_url: mailbox.url,
      additional_headers: { "x-which": "oldest" },
    });
    const second = await account.create({
      target_url: mailbox.url,
      additional_headers: { "x-which": "second" },
    });
    const steps: [change: () => Promise<unknown>, sender: string][] = [
      [() => account.api.patch(`/v1/webhooks/${oldest.id}`, { active: false }), "second"],
      [() => account.api.patch(`/v1/webhooks/${oldest.id}`, { active: true }), "oldest"],
      [() => account.api.delete(`/v1/webhooks/${oldest.id}`), "second"],
    ];
    for (const [index, [change, sender]] of steps.entries()) {
      await change();
      assert.equal(await account.publish(event(sender)), 1);
      const requests = await mailbox.got(index + 1);
      assert.deepEqual(values(requests[index]!, "x-which"), [sender]);
    }
    await account.api.delete(`/v1/webhooks/${second.id}`);
    assert.equal(await account.publish(event("nobody")), 0);
  });

  test("hand over to the next when the oldest was switched off by an answer", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox(410, 200);
    const oldest = await account.create({
      target_url: mailbox.url,
      additional_headers: { "x-which": "oldest" },
    });
    await account.create({ target_url: mailbox.url, additional_headers: { "x-which": "second" } });
    await account.publish(event("a"));
    await account.deactivated(oldest.id);
    assert.equal(await account.publish(event("b")), 1);
    const requests = await mailbox.got(2);
    assert.deepEqual(
      requests.flatMap((request) => values(request, "x-which")),
      ["oldest", "second"],
    );
    assert.deepEqual(marks(mailbox.texts), ["a", "b"]);
  });

  test("count only when they match the event", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    await account.create({
      target_url: mailbox.url,
      event_type: "COURSE_COMPLETION",
      additional_headers: { "x-which": "course" },
    });
    await account.create({ target_url: mailbox.url, additional_headers: { "x-which": "all" } });
    assert.equal(await account.publish(event("a", "QUIZ_COMPLETION")), 1);
    const [first] = await mailbox.got(1);
    assert.deepEqual(values(first!, "x-which"), ["all"]);
    assert.equal(await account.publish(event("b", "COURSE_COMPLETION")), 1);
    const [, second] = await mailbox.got(2);
    assert.deepEqual(values(second!, "x-which"), ["course"]);
  });

  test("are one when their URLs are one after normalisation, and two when the query differs", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailboxAt("/same/x");
    const query = receiver.mailboxAt("/same/x?y");
    for (const url of [
      mailbox.url,
      mailbox.url.replace("http://", "HTTP://"),
      mailbox.url.replace("/same/x", "/same/a/../x"),
      mailbox.url.replace("127.0.0.1", "127.1"),
      query.url,
    ]) {
      await account.create({ target_url: url });
    }
    assert.equal(await account.publish(event("a")), 2);
    await Promise.all([mailbox.got(1), query.got(1)]);
    assert.equal(await account.publish(event("b")), 2);
    await Promise.all([mailbox.got(2), query.got(2)]);
    assert.deepEqual(marks(mailbox.texts).sort(), ["a", "b"]);
  });
});
