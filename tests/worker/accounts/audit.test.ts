// The audit log of an account: who changed what, newest first, without secrets and values.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { apiKey, must, type Account } from "../support/harness.ts";
import { until } from "../support/wait.ts";

const { dispatcher, receiver, subscribe } = await fixture({ vars: { RETRY_BASE_MS: 20_000 } });

interface Entry {
  at: string;
  by: string;
  action: string;
  [of: string]: unknown;
}

async function log(account: Account, query = ""): Promise<Entry[]> {
  return must(200, await account.api.get(`/v1/audit${query}`)).json.results;
}

/** Returns the newest entry, without its time. */
async function newest(account: Account) {
  const [{ at: _, ...entry }] = (await log(account, "?page_size=1")) as [Entry];
  return entry;
}

/** Returns the id of the account's first key. */
async function keyId(account: Account): Promise<string> {
  const first = (await log(account)).at(-1)!;
  assert.deepEqual([first.by, first.action], ["ADMIN_KEY", "key.minted"]);
  return String(first["key"]);
}

describe("the audit log", { concurrency: 8 }, () => {
  test("has every change of a webhook, with the key that made it", async () => {
    const before = Date.now();
    const account = await dispatcher.account();
    const by = await keyId(account);
    const mailbox = receiver.mailbox();
    const { id: webhook } = await account.create({ target_url: mailbox.url });
    const path = `/v1/webhooks/${webhook}`;
    assert.deepEqual(await newest(account), { by, action: "webhook.created", webhook });

    const change = {
      target_url: `${mailbox.url}?2`,
      active: false,
      event_type: "QUIZ_COMPLETION",
      basic_auth_username: "hunter1-user",
      basic_auth_password: "hunter2-in-the-clear",
      additional_headers: { "x-key": "hunter3-in-the-clear" },
      max_per_second: 5,
      max_in_flight: 7,
      ordered: true,
      retry_4xx: true,
      name: "hunter4-in-the-clear",
      metadata: { team: "hunter5-in-the-clear" },
      timeout_ms: 5_000,
      retry: { limit: 3 },
      deactivate_on_4xx: false,
      hold_while_paused: true,
    };
    must(200, await account.api.patch(path, change));
    const fields = Object.keys(change);
    assert.deepEqual(await newest(account), { by, action: "webhook.updated", webhook, fields });

    // Only fields with another value are listed. Without one there is no entry.
    const read = await account.read(webhook);
    must(200, await account.api.put(path, { ...read, max_per_second: 6 }));
    const one = { by, action: "webhook.updated", webhook, fields: ["max_per_second"] };
    assert.deepEqual(await newest(account), one);
    must(200, await account.api.put(path, { ...read, max_per_second: 6 }));
    must(400, await account.api.patch(path, { target_url: "nonsense" }));
    assert.equal((await log(account)).length, 4);

    must(200, await account.api.patch(path, { active: true, ordered: false }));
    assert.deepEqual(await newest(account), {
      by,
      action: "webhook.reactivated",
      webhook,
      fields: ["active", "ordered"],
    });
    must(200, await account.api.post(`${path}/rotate-secret`));
    assert.deepEqual(await newest(account), { by, action: "webhook.secret_rotated", webhook });
    must(204, await account.api.delete(path));
    assert.deepEqual(await newest(account), { by, action: "webhook.deleted", webhook });
    must(404, await account.api.delete(path));

    const entries = await log(account);
    assert.equal(entries.length, 7);
    const times = entries.map(({ at }) => Date.parse(at));
    assert.deepEqual(times, [...times].sort((a, b) => b - a));
    assert.ok(times.at(-1)! >= before - 1_000 && times[0]! <= Date.now() + 1_000);
    const text = JSON.stringify(entries);
    assert.doesNotMatch(text, /hunter|whsec_|x-key|127\.0\.0\.1/);
    assert.ok(!text.includes(account.key));
  });

  test("has resends, skips and recoveries", async () => {
    const { account, mailbox, id: webhook, path, publish } = await subscribe({
      answers: [200, 200, 500],
    });
    const by = await keyId(account);
    const first = await publish("a");
    await mailbox.answered(1);
    await until("the event to be delivered", async () => {
      return must(200, await account.api.get(`${path}/stats`)).json.delivered === 1;
    });
    must(202, await account.api.post(`${path}/deliveries/${first}/resend`));
    const resent = { by, action: "delivery.resent", webhook, event: first };
    assert.deepEqual(await newest(account), resent);
    await mailbox.answered(2);
    const second = await publish("b");
    await mailbox.answered(3);
    must(200, await account.api.post(`${path}/deliveries/${second}/skip`));
    const skipped = { by, action: "delivery.skipped", webhook, event: second };
    assert.deepEqual(await newest(account), skipped);
    must(409, await account.api.post(`${path}/deliveries/${second}/skip`));
    assert.deepEqual(await newest(account), skipped);
    must(202, await account.api.post(`${path}/recover`));
    assert.deepEqual(await newest(account), { by, action: "recovery.begun", webhook });
  });

  test("has deactivations by the dispatcher", async () => {
    const { account, id: webhook } = await subscribe({ answers: [404] });
    await account.publish(event("a"));
    const entry = { by: "dispatcher", action: "webhook.deactivated", webhook };
    await until("the deactivation to be in the log", async () => {
      return (await newest(account)).action === "webhook.deactivated";
    });
    assert.deepEqual(await newest(account), entry);
    // A deactivation by the owner is an update.
    const other = await account.create({ target_url: receiver.mailbox().url });
    must(200, await account.api.patch(`/v1/webhooks/${other.id}`, { active: false }));
    const actions = (await log(account)).map(({ action }) => action);
    assert.equal(actions.filter((action) => action === "webhook.deactivated").length, 1);
  });

  test("has minted and revoked keys, and when the account was disabled and enabled", async () => {
    const account = await dispatcher.account();
    const minted = await dispatcher.mintKey({
      account: account.name,
      scopes: ["webhooks:read"],
    });
    const by = "ADMIN_KEY";
    assert.deepEqual(await newest(account), { by, action: "key.minted", key: minted.id });
    must(204, await dispatcher.admin.delete(`/v1/admin/keys/${minted.id}`));
    assert.deepEqual(await newest(account), { by, action: "key.revoked", key: minted.id });
    const path = `/v1/admin/accounts/${account.name}`;
    must(200, await dispatcher.admin.post(`${path}/disable`));
    must(200, await dispatcher.admin.post(`${path}/disable`));
    assert.deepEqual(await newest(account), { by, action: "account.disabled" });
    must(200, await dispatcher.admin.post(`${path}/enable`));
    assert.deepEqual(await newest(account), { by, action: "account.enabled" });
    assert.equal((await log(account)).length, 5);
    assert.ok(!JSON.stringify(await log(account)).includes(minted.key));
  });

  test("names the built-in key by its variable", async () => {
    const api = dispatcher.client(apiKey);
    const { id } = must(201, await api.post("/v1/webhooks", { target_url: receiver.origin })).json;
    const [entry] = must(200, await api.get("/v1/audit?page_size=1")).json.results;
    assert.deepEqual([entry.by, entry.action, entry.webhook], ["API_KEY", "webhook.created", id]);
  });

  test("has pages with cursors, which new entries do not shift", async () => {
    const account = await dispatcher.account();
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1)
      ids.unshift((await account.create({ target_url: `${receiver.origin}/${n}` })).id);
    const page = async (link: string) => must(200, await account.api.get(link)).json;
    const webhooks = ({ results }: any) => results.map(({ webhook }: Entry) => webhook);
    const first = await page("/v1/audit?page_size=2");
    assert.deepEqual(webhooks(first), ids.slice(0, 2));
    assert.equal(first.previous, null);
    await account.create({ target_url: receiver.origin });
    const second = await page(first.next);
    assert.deepEqual(webhooks(second), ids.slice(2, 4));
    assert.deepEqual(webhooks(await page(second.previous)), ids.slice(0, 2));
    const third = await page(second.next);
    assert.deepEqual(webhooks(third), ids.slice(4, 6));
    const last = await page(third.next);
    assert.deepEqual([last.results.length, last.next], [1, null]);
    for (const cursor of ["", "x", "7", "o", "oA"]) {
      const answer = must(400, await account.api.get(`/v1/audit?cursor=${cursor}`));
      assert.deepEqual(answer.json, { cursor: ["Invalid cursor."] });
    }
  });

  test("is read with webhooks:read, by its own account only", async () => {
    const account = await dispatcher.account();
    const reader = await dispatcher.account(account.name, ["webhooks:read"]);
    assert.deepEqual(await log(reader), await log(account));
    const publisher = await dispatcher.account(account.name, ["events:write", "webhooks:write"]);
    must(403, await publisher.api.get("/v1/audit"));
    must(403, await dispatcher.admin.get("/v1/audit"));
    must(401, await dispatcher.client().get("/v1/audit"));
    must(405, await account.api.delete("/v1/audit"));
    const other = await dispatcher.account();
    assert.equal((await log(other)).length, 1);
  });

  test("is kept after an eviction", async () => {
    const account = await dispatcher.account();
    await account.create({ target_url: receiver.origin });
    const before = await log(account);
    await dispatcher.evictAccount(account.name);
    assert.deepEqual(await log(account), before);
    await account.create({ target_url: receiver.origin });
    assert.equal((await log(account)).length, before.length + 1);
  });
});
