// A disabled account: nothing is published, sent or lost. Its deliveries continue after it has been
// enabled.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Answer } from "../support/api.ts";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { OpenRequests } from "../support/receiver.ts";
import { noMore, until } from "../support/wait.ts";

const retryMs = 400;
const retryLimit = 6;
const vars = { RETRY_BASE_MS: retryMs, RETRY_MAX_MS: retryMs, RETRY_LIMIT: retryLimit };
/** Long enough for several retries, and for an alarm of the Account object. */
const quietMs = 1_200;

const { dispatchers: [dispatcher, crashing], receiver, subscribe } = await fixture(
  { vars },
  { vars },
);

/** Disables or enables an account, without waiting for its webhooks. */
async function change(account: Account, verb: "disable" | "enable", by = dispatcher) {
  const answer = must(200, await by.admin.post(`/v1/admin/accounts/${account.name}/${verb}`));
  assert.deepEqual(answer.json, { account: account.name, disabled: verb === "disable" });
}

/** Waits until the webhook is suspended. */
async function suspended(account: Account, id: string) {
  return until(`webhook ${id} to be suspended`, async () => {
    const webhook = await account.read(id);
    return webhook.deactivate_reason === "ORG_DISABLED" ? webhook : undefined;
  });
}

/** Waits until the webhook is no longer suspended. */
async function resumed(account: Account, id: string) {
  return until(`webhook ${id} to resume`, async () => {
    const webhook = await account.read(id);
    return webhook.deactivate_reason === "ORG_DISABLED" ? undefined : webhook;
  });
}

async function disable(account: Account, ...ids: string[]) {
  await change(account, "disable");
  for (const id of ids) await suspended(account, id);
}

async function enable(account: Account, ...ids: string[]) {
  await change(account, "enable");
  for (const id of ids) await resumed(account, id);
}

function refused(answer: Answer) {
  assert.equal(answer.status, 403, answer.text);
  assert.deepEqual(answer.json, {
    detail: "This account is disabled: nothing is published and nothing is sent.",
  });
}

describe("while an account is disabled", { concurrency: 8 }, () => {
  test("no event, no batch and no repeat with a key is published", async () => {
    const { account, mailbox, id } = await subscribe();
    const first = { "content-type": "application/json", "idempotency-key": "first" };
    const publish = (headers: Record<string, string>, mark: string) =>
      account.api.call("POST", "/v1/events", JSON.stringify(event(mark)), headers);
    const published = must(202, await publish(first, "before"));
    await mailbox.got(1);
    await disable(account, id);
    refused(await account.api.post("/v1/events", event("no")));
    refused(await account.api.post("/v1/events/batch", [event("no"), event("no")]));
    refused(await publish(first, "before"));
    refused(await publish({ ...first, "idempotency-key": "second" }, "after"));
    await noMore("requests", () => mailbox.count, quietMs);
    await enable(account, id);
    // The refused key is not used up, and the used key is remembered.
    assert.equal((await publish(first, "before")).text, published.text);
    must(202, await publish({ ...first, "idempotency-key": "second" }, "after"));
    await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts), ["before", "after"]);
  });

  test("retries wait, and the schedule continues after it", async () => {
    const { account, mailbox, id, path } = await subscribe({ answers: [500] });
    await account.publish(event("a"));
    await mailbox.answered(2);
    await disable(account, id);
    // An attempt in flight ends.
    const stats = await until("no attempt to be in flight", async () => {
      const stats = must(200, await account.api.get(`${path}/stats`)).json;
      return stats.in_flight === 0 ? stats : undefined;
    });
    const made = mailbox.count;
    await noMore("requests", () => mailbox.count, quietMs);
    assert.deepEqual([stats.waiting, stats.undelivered, stats.next_try_at], [1, 0, null]);
    await enable(account, id);
    const webhook = await account.deactivated(id);
    assert.equal(webhook.deactivate_reason, "RETRY_COUNT");
    assert.ok(made < retryLimit, `${made} attempts were made before`);
    assert.equal(mailbox.count, retryLimit + 1);
  });

  test("an attempt in flight ends, and its outcome counts", async () => {
    const open = new OpenRequests();
    const { account, mailbox, id, path } = await subscribe({ answers: [open.step] });
    await account.publish(event("a"));
    await mailbox.got(1);
    await disable(account, id);
    mailbox.answer(200);
    await open.answer(200);
    await until("the event to be delivered", async () => {
      const stats = must(200, await account.api.get(`${path}/stats`)).json;
      return stats.delivered === 1;
    });
    await enable(account, id);
    await account.publish(event("b"));
    await mailbox.got(2);
  });

  test("a webhook reads as inactive with the reason, and as before after it", async () => {
    const { account, webhook, id, path } = await subscribe();
    await disable(account, id);
    const off = {
      ...webhook, active: false, deactivate_reason: "ORG_DISABLED", state: "off",
    };
    assert.deepEqual(await account.read(id), off);
    await until("the list to show the reason", async () => {
      const [listed] = must(200, await account.api.get("/v1/webhooks")).json.results;
      return listed.deactivate_reason === "ORG_DISABLED";
    });
    for (const answer of [
      await account.api.patch(path, { active: true }),
      await account.api.put(path, { target_url: webhook.target_url, active: true }),
    ]) {
      assert.equal(answer.status, 409, answer.text);
      assert.match(answer.json.detail, /account is disabled/);
    }
    // The webhook can be written back as read, and other fields can be changed.
    assert.deepEqual(must(200, await account.api.put(path, off)).json, off);
    const changed = must(200, await account.api.patch(path, { event_type: "QUIZ_COMPLETION" }));
    const change = { event_type: "QUIZ_COMPLETION", updated_at: changed.json.updated_at };
    assert.deepEqual(changed.json, { ...off, ...change });
    await enable(account, id);
    assert.deepEqual(await account.read(id), { ...webhook, ...change });
  });

  test("no webhook can be activated, not even before it is suspended", async () => {
    const account = await dispatcher.account();
    const { url } = receiver.mailbox();
    const ids = await Promise.all(
      Array.from({ length: 40 }, async () => {
        return (await account.create({ target_url: url, active: false })).id;
      }),
    );
    await change(account, "disable");
    const answers = await Promise.all(
      ids.map((id) => account.api.patch(`/v1/webhooks/${id}`, { active: true })),
    );
    for (const answer of answers) assert.equal(answer.status, 409, answer.text);
    await enable(account, ...ids);
    for (const id of ids) assert.equal((await account.read(id)).active, false);
  });

  test("inactive webhooks keep their state and their reason", async () => {
    const { account, mailbox, id: held } = await subscribe({ answers: [404] });
    const off = await account.create({ target_url: `${mailbox.url}?off`, active: false });
    await account.publish(event("a"));
    await account.deactivated(held);
    must(202, await account.api.post("/v1/events", event("held")));
    await disable(account, held, off.id);
    await enable(account, held, off.id);
    assert.deepEqual(await account.read(off.id), off);
    const webhook = await account.read(held);
    assert.deepEqual(
      [webhook.active, webhook.deactivate_reason],
      [false, "HTTP_4XX_RESPONSE"],
    );
    const stats = must(200, await account.api.get(`/v1/webhooks/${held}/stats`)).json;
    assert.deepEqual([stats.held, stats.undelivered], [1, 1]);
    mailbox.answer(200);
    must(200, await account.api.patch(`/v1/webhooks/${held}`, { active: true }));
    must(202, await account.api.post(`/v1/webhooks/${held}/recover`));
    await mailbox.got(3);
    assert.deepEqual(marks(mailbox.texts), ["a", "a", "held"]);
  });

  test("a new webhook is suspended, and works after it", async () => {
    const account = await dispatcher.account();
    await change(account, "disable");
    const mailbox = receiver.mailbox();
    const { id } = await account.create({ target_url: mailbox.url });
    await suspended(account, id);
    await enable(account, id);
    await account.publish(event("a"));
    await mailbox.got(1);
  });

  test("a webhook can be deleted", async () => {
    const { account, id, path } = await subscribe({ answers: [500] });
    await account.publish(event("a"));
    await disable(account, id);
    must(204, await account.api.delete(path));
    must(404, await account.api.get(path));
    await change(account, "enable");
    must(404, await account.api.get(path));
    const object = await dispatcher.webhookObject(account.name, id);
    await until("the storage of the object to be empty", async () => {
      return !(await dispatcher.nonEmptyWebhookObjects()).includes(object);
    });
  });

  test("ping, resend and recover are refused", async () => {
    const { account, mailbox, id, path } = await subscribe();
    const { json } = must(202, await account.api.post("/v1/events", event("a")));
    await mailbox.answered(1);
    await disable(account, id);
    refused(await account.api.post(`${path}/ping`));
    refused(await account.api.post(`${path}/deliveries/${json.id}/resend`));
    refused(await account.api.post(`${path}/recover`));
    await noMore("requests", () => mailbox.count, quietMs);
    await enable(account, id);
    must(202, await account.api.post(`${path}/deliveries/${json.id}/resend`));
    await mailbox.got(2);
    must(200, await account.api.post(`${path}/ping`));
    await mailbox.got(3);
  });

  test("another account is not affected", async () => {
    const { account, id } = await subscribe();
    const other = await subscribe();
    await disable(account, id);
    await other.account.publish(event("a"));
    await other.mailbox.got(1);
    assert.deepEqual(await other.account.read(other.id), other.webhook);
  });

  test("it can be disabled and enabled repeatedly", async () => {
    const { account, mailbox, id } = await subscribe();
    for (const verb of ["disable", "disable", "enable", "enable", "disable", "enable"] as const)
      await change(account, verb);
    await resumed(account, id);
    await account.publish(event("a"));
    await mailbox.got(1);
  });
});

describe("disabling an account", { concurrency: 8 }, () => {
  test("needs the admin key", async () => {
    const account = await dispatcher.account();
    for (const verb of ["disable", "enable"]) {
      const path = `/v1/admin/accounts/${account.name}/${verb}`;
      must(401, await dispatcher.client().post(path));
      must(403, await account.api.post(path));
      must(405, await dispatcher.admin.get(path));
      must(404, await dispatcher.admin.post(`/v1/admin/accounts/${account.name}!/${verb}`));
    }
    await account.publish(event("a"));
  });

  test("is possible for an account without webhooks", async () => {
    const account = await dispatcher.account();
    await change(account, "disable");
    refused(await account.api.post("/v1/events", event("a")));
    await change(account, "enable");
    assert.equal(await account.publish(event("a")), 0);
  });
});

test("every webhook is suspended, despite crashes and an object that does not answer", async () => {
  const account = await crashing.account();
  const mailbox = receiver.mailbox(500);
  const ids: string[] = [];
  for (let n = 0; n < 45; n += 1)
    ids.push((await account.create({ target_url: `${mailbox.url}?${n}` })).id);
  const unreadable = ids[7]!;
  const object = await crashing.webhookObject(account.name, unreadable);
  const edit = (from: string, to: string) => {
    crashing.editWebhookObject(object, (record) => {
      assert.ok(record.includes(from), record);
      return record.replace(from, to);
    });
  };

  // The object cannot read a record of this version, so it answers no call.
  await crashing.kill();
  edit('"v":1,', '"v":99,');
  await crashing.restart();
  await change(account, "disable", crashing);
  await crashing.kill();
  await crashing.restart();
  for (const id of ids) if (id !== unreadable) await suspended(account, id);
  must(403, await account.api.post("/v1/events", event("a")));
  await until("the failed call to be logged", () => crashing.log.includes("suspension_failed"));

  await crashing.kill();
  edit('"v":99,', '"v":1,');
  await crashing.restart();
  await suspended(account, unreadable);

  await change(account, "enable", crashing);
  await crashing.kill();
  await crashing.restart();
  for (const id of ids) await resumed(account, id);
});
