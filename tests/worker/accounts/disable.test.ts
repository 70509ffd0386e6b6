// An account that is disabled: nothing is published, nothing is sent, nothing is lost; and all goes
// on where it stopped once it is enabled.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { Answer } from "../support/api.ts";
import { event, marks } from "../support/events.ts";
import { must, start, type Account } from "../support/harness.ts";
import { Gate, Receiver, type Step } from "../support/receiver.ts";
import { quiet, until } from "../support/wait.ts";

const retryMs = 400;
const retryLimit = 6;
const vars = { RETRY_BASE_MS: retryMs, RETRY_MAX_MS: retryMs, RETRY_LIMIT: retryLimit };
/** Long enough for several retries and for an alarm of the account. */
const quietMs = 1_200;

const [dispatcher, crashing] = await Promise.all([start({ vars }), start({ vars })]);
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await Promise.all([dispatcher.stop(), crashing.stop()]);
});

async function subscribed(...steps: Step[]) {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(...steps);
  const webhook = await account.create({ target_url: mailbox.url });
  return { account, mailbox, webhook, id: webhook.id, path: `/v1/webhooks/${webhook.id}` };
}

async function order(account: Account, verb: "disable" | "enable", by = dispatcher) {
  const answer = must(200, await by.admin.post(`/v1/admin/accounts/${account.name}/${verb}`));
  assert.deepEqual(answer.json, { account: account.name, disabled: verb === "disable" });
}

/** Waits until the webhook knows that its account is disabled. */
async function stopped(account: Account, id: string) {
  return until(`webhook ${id} has stopped`, async () => {
    const webhook = await account.read(id);
    return webhook.deactivate_reason === "ORG_DISABLED" ? webhook : undefined;
  });
}

async function resumed(account: Account, id: string) {
  return until(`webhook ${id} goes on`, async () => {
    const webhook = await account.read(id);
    return webhook.deactivate_reason === "ORG_DISABLED" ? undefined : webhook;
  });
}

async function disable(account: Account, ...ids: string[]) {
  await order(account, "disable");
  for (const id of ids) await stopped(account, id);
}

async function enable(account: Account, ...ids: string[]) {
  await order(account, "enable");
  for (const id of ids) await resumed(account, id);
}

function refused(answer: Answer) {
  assert.equal(answer.status, 403, answer.text);
  assert.deepEqual(answer.json, {
    detail: "This account is disabled: nothing is published and nothing is sent.",
  });
}

describe("while an account is disabled", { concurrency: 8 }, () => {
  test("nothing is published: one event, a batch, or a repeat under a key", async () => {
    const { account, mailbox, id } = await subscribed();
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
    await quiet("requests", () => mailbox.count, quietMs);
    await enable(account, id);
    // A key that was refused is not used up, and one that was used is remembered.
    assert.equal((await publish(first, "before")).text, published.text);
    must(202, await publish({ ...first, "idempotency-key": "second" }, "after"));
    await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts), ["before", "after"]);
  });

  test("retries wait, and go on after it without having lost a try", async () => {
    const { account, mailbox, id, path } = await subscribed(500);
    await account.publish(event("a"));
    await mailbox.answered(2);
    await disable(account, id);
    // One that was on its way may end.
    const stats = await until("nothing is on its way", async () => {
      const stats = must(200, await account.api.get(`${path}/stats`)).json;
      return stats.in_flight === 0 ? stats : undefined;
    });
    const made = mailbox.count;
    await quiet("requests", () => mailbox.count, quietMs);
    assert.deepEqual([stats.waiting, stats.undelivered, stats.next_try_at], [1, 0, null]);
    await enable(account, id);
    const webhook = await account.deactivated(id);
    assert.equal(webhook.deactivate_reason, "RETRY_COUNT");
    assert.ok(made < retryLimit, `${made} tries were made before`);
    assert.equal(mailbox.count, retryLimit + 1);
  });

  test("a POST that is on its way may end, and its outcome counts", async () => {
    const gate = new Gate();
    const { account, mailbox, id, path } = await subscribed(gate.step);
    await account.publish(event("a"));
    await mailbox.got(1);
    await disable(account, id);
    mailbox.answer(200);
    await gate.release(200);
    await until("it is delivered", async () => {
      const stats = must(200, await account.api.get(`${path}/stats`)).json;
      return stats.delivered === 1;
    });
    await enable(account, id);
    await account.publish(event("b"));
    await mailbox.got(2);
  });

  test("the webhook reads as off, with the reason, in the list too; what it was stands after it", async () => {
    const { account, webhook, id, path } = await subscribed();
    await disable(account, id);
    const off = { ...webhook, active: false, deactivate_reason: "ORG_DISABLED" };
    assert.deepEqual(await account.read(id), off);
    await until("the list says so", async () => {
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
    // What was read can be written back, and other fields can be changed.
    assert.deepEqual(must(200, await account.api.put(path, off)).json, off);
    const changed = must(200, await account.api.patch(path, { event_type: "QUIZ_COMPLETION" }));
    assert.deepEqual(changed.json, { ...off, event_type: "QUIZ_COMPLETION" });
    await enable(account, id);
    assert.deepEqual(await account.read(id), { ...webhook, event_type: "QUIZ_COMPLETION" });
  });

  test("a webhook cannot be switched on from the first moment, known to it or not", async () => {
    const account = await dispatcher.account();
    const { url } = receiver.mailbox();
    const ids = await Promise.all(
      Array.from({ length: 40 }, async () => {
        return (await account.create({ target_url: url, active: false })).id;
      }),
    );
    await order(account, "disable");
    const answers = await Promise.all(
      ids.map((id) => account.api.patch(`/v1/webhooks/${id}`, { active: true })),
    );
    for (const answer of answers) assert.equal(answer.status, 409, answer.text);
    await enable(account, ...ids);
    for (const id of ids) assert.equal((await account.read(id)).active, false);
  });

  test("webhooks that were off stay what they were: by their owner, or by the dispatcher", async () => {
    const { account, mailbox, id: held } = await subscribed(404);
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

  test("a webhook that is created learns of it, and works after it", async () => {
    const account = await dispatcher.account();
    await order(account, "disable");
    const mailbox = receiver.mailbox();
    const { id } = await account.create({ target_url: mailbox.url });
    await stopped(account, id);
    await enable(account, id);
    await account.publish(event("a"));
    await mailbox.got(1);
  });

  test("a webhook can be deleted", async () => {
    const { account, id, path } = await subscribed(500);
    await account.publish(event("a"));
    await disable(account, id);
    must(204, await account.api.delete(path));
    must(404, await account.api.get(path));
    await order(account, "enable");
    must(404, await account.api.get(path));
    const object = await dispatcher.webhookObject(account.name, id);
    await until("its object is empty", async () => {
      return !(await dispatcher.filledWebhookObjects()).includes(object);
    });
  });

  test("ping, resend and recover are refused", async () => {
    const { account, mailbox, id, path } = await subscribed();
    const { json } = must(202, await account.api.post("/v1/events", event("a")));
    await mailbox.answered(1);
    await disable(account, id);
    refused(await account.api.post(`${path}/ping`));
    refused(await account.api.post(`${path}/deliveries/${json.id}/resend`));
    refused(await account.api.post(`${path}/recover`));
    await quiet("requests", () => mailbox.count, quietMs);
    await enable(account, id);
    must(202, await account.api.post(`${path}/deliveries/${json.id}/resend`));
    await mailbox.got(2);
    must(200, await account.api.post(`${path}/ping`));
    await mailbox.got(3);
  });

  test("another account goes on", async () => {
    const { account, id } = await subscribed();
    const other = await subscribed();
    await disable(account, id);
    await other.account.publish(event("a"));
    await other.mailbox.got(1);
    assert.deepEqual(await other.account.read(other.id), other.webhook);
  });

  test("it can be disabled and enabled again and again, also twice the same", async () => {
    const { account, mailbox, id } = await subscribed();
    for (const verb of ["disable", "disable", "enable", "enable", "disable", "enable"] as const)
      await order(account, verb);
    await resumed(account, id);
    await account.publish(event("a"));
    await mailbox.got(1);
  });
});

describe("to disable an account", { concurrency: 8 }, () => {
  test("takes the admin's key", async () => {
    const account = await dispatcher.account();
    for (const verb of ["disable", "enable"]) {
      const path = `/v1/admin/accounts/${account.name}/${verb}`;
      must(401, await dispatcher.client().post(path));
      must(403, await account.api.post(path));
      must(405, await dispatcher.admin.get(path));
      must(404, await dispatcher.admin.post(`/v1/admin/accounts/${account.name}A/${verb}`));
    }
    await account.publish(event("a"));
  });

  test("may come before the account has anything", async () => {
    const account = await dispatcher.account();
    await order(account, "disable");
    refused(await account.api.post("/v1/events", event("a")));
    await order(account, "enable");
    assert.equal(await account.publish(event("a")), 0);
  });
});

test("every webhook is told, whatever breaks: a kill, an object that does not answer", async () => {
  const account = await crashing.account();
  const mailbox = receiver.mailbox(500);
  const ids: string[] = [];
  for (let n = 0; n < 45; n += 1)
    ids.push((await account.create({ target_url: `${mailbox.url}?${n}` })).id);
  const deaf = ids[7]!;
  const object = await crashing.webhookObject(account.name, deaf);
  const edit = (from: string, to: string) => {
    crashing.editWebhookObject(object, (record) => {
      assert.ok(record.includes(from), record);
      return record.replace(from, to);
    });
  };

  // A record of another release: its object answers no call.
  await crashing.kill();
  edit('"v":1,', '"v":99,');
  await crashing.restart();
  await order(account, "disable", crashing);
  await crashing.kill();
  await crashing.restart();
  for (const id of ids) if (id !== deaf) await stopped(account, id);
  must(403, await account.api.post("/v1/events", event("a")));
  await until("the one was asked", () => crashing.log.includes("suspension_failed"));

  await crashing.kill();
  edit('"v":99,', '"v":1,');
  await crashing.restart();
  await stopped(account, deaf);

  await order(account, "enable", crashing);
  await crashing.kill();
  await crashing.restart();
  for (const id of ids) await resumed(account, id);
});
