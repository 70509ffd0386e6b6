// Webhooks of one account with the same target: an event is sent there once, by the oldest webhook
// that is active and has its type.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { values } from "../support/receiver.ts";

const { dispatcher, receiver, subscribe } = await fixture({});

describe("webhooks of one account with one URL", { concurrency: 4 }, () => {
  test("name each other, and webhooks of other accounts and URLs do not count", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    const create = (target_url: string, fields = {}) =>
      account.create({ target_url, ...fields });
    const first = await create(mailbox.url);
    assert.deepEqual(first.shares_target_with, []);
    const shout = mailbox.url.replace("http://", "HTTP://");
    const second = await create(`${shout}#there`, { event_type: "QUIZ_COMPLETION" });
    assert.deepEqual(second.shares_target_with, [first.id], "the URL in its normal form");
    const third = await create(mailbox.url, { active: false });
    assert.deepEqual(third.shares_target_with, [first.id, second.id]);
    const other = await create(receiver.mailbox().url);
    assert.deepEqual(other.shares_target_with, []);
    const stranger = await dispatcher.account();
    const theirs = await stranger.create({ target_url: mailbox.url });
    assert.deepEqual(theirs.shares_target_with, []);
    const shares = async (id: string) => (await account.read(id)).shares_target_with;
    assert.deepEqual(await shares(first.id), [second.id, third.id]);
    // A change of the target is in its own answer, and in what is read of the others.
    const path = (id: string) => `/v1/webhooks/${id}`;
    const moved = must(200, await account.api.patch(path(second.id), {
      target_url: receiver.mailbox().url,
    }));
    assert.deepEqual(moved.json.shares_target_with, []);
    assert.deepEqual(await shares(first.id), [third.id]);
    const joined = must(200, await account.api.put(path(other.id), { target_url: mailbox.url }));
    assert.deepEqual(joined.json.shares_target_with, [first.id, third.id]);
    must(204, await account.api.delete(path(first.id)));
    assert.deepEqual(await shares(third.id), [other.id]);
    // It cannot be set.
    const fields = { shares_target_with: ["x"], active: true };
    const written = must(200, await account.api.patch(path(third.id), fields)).json;
    assert.deepEqual(written.shares_target_with, [other.id]);
  });

  test("send one POST, by the oldest", async () => {
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

  test("send it by the next one while the oldest is inactive", async () => {
    const { account, mailbox, webhook: oldest } = await subscribe({
      webhook: { additional_headers: { "x-which": "oldest" } },
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

  test("send it by the next one after an answer deactivated the oldest", async () => {
    const { account, mailbox, webhook: oldest } = await subscribe({
      webhook: { additional_headers: { "x-which": "oldest" } },
      answers: [410, 200],
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

  test("send it by the oldest that has the type of the event", async () => {
    const { account, mailbox } = await subscribe({
      webhook: {
        event_type: "COURSE_COMPLETION",
        additional_headers: { "x-which": "course" },
      },
    });
    await account.create({ target_url: mailbox.url, additional_headers: { "x-which": "all" } });
    assert.equal(await account.publish(event("a", "QUIZ_COMPLETION")), 1);
    const [first] = await mailbox.got(1);
    assert.deepEqual(values(first!, "x-which"), ["all"]);
    assert.equal(await account.publish(event("b", "COURSE_COMPLETION")), 1);
    const [, second] = await mailbox.got(2);
    assert.deepEqual(values(second!, "x-which"), ["course"]);
  });

  test("send one POST if their normalised URLs are equal, not if the query differs", async () => {
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
