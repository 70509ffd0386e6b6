// The deletion of an account's data: everything is erased, also after crashes, and then the name of
// the account can be used again.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { apiKey, must, type Account, type Dispatcher } from "../support/harness.ts";
import { noMore, until } from "../support/wait.ts";

const lingerMs = 4_000;
const vars = { ERASE_LINGER_MS: lingerMs, RETRY_BASE_MS: 300, RETRY_MAX_MS: 300 };

const { dispatchers: [dispatcher, crashing], receiver } = await fixture({ vars }, { vars });

const at = (account: Account) => `/v1/admin/accounts/${account.name}`;

/** Starts the deletion. */
async function startDeletion(account: Account, by = dispatcher) {
  const { json } = must(202, await by.admin.delete(at(account)));
  assert.equal(json.account, account.name);
  assert.ok(Date.parse(json.deletion.started_at) > Date.now() - 60_000, json.deletion.started_at);
  return json;
}

/** Reads the account in the admin API. */
async function readAccount(account: Account, by = dispatcher) {
  return must(200, await by.admin.get(at(account))).json;
}

/** The state of an account that has no webhook. */
const unused = ({ name }: Account) =>
  ({ account: name, disabled: false, webhooks: 0, deletion: null });

/** Waits until the deletion has ended. */
async function deletionEnded(account: Account, by = dispatcher) {
  await until(
    `the data of ${account.name} to be deleted`,
    async () => (await readAccount(account, by)).deletion === null,
    60_000,
  );
  const { stored_bytes, ...state } = await readAccount(account, by);
  assert.deepEqual(state, unused(account));
  // An empty database is a page.
  assert.equal(stored_bytes, 4_096);
}

/** Returns the account's records in KV, with those of its keys. */
async function records(account: string, by: Dispatcher) {
  const all = Object.entries(await by.records(""));
  const keys = all.filter(([name, text]) => {
    return name.startsWith("key:") && JSON.parse(text).record.account === account;
  });
  const ids = keys.map(([, text]) => JSON.parse(text).record.id);
  return all.filter(
    ([name]) =>
      name.startsWith(`webhook:${account}:`) ||
      keys.some(([key]) => key === name) ||
      ids.some((id) => name === `used:${id}`),
  );
}

/** Returns those of the objects that have data. */
async function withData(objects: string[], by: Dispatcher) {
  const all = await by.nonEmptyWebhookObjects();
  return objects.filter((object) => all.includes(object));
}

describe("the deletion of an account's data", { concurrency: 4 }, () => {
  test("erases webhooks, keys, idempotency records and log, and frees the name", async () => {
    const account = await dispatcher.account();
    const other = await dispatcher.account();
    const spared = await other.create({ target_url: receiver.mailbox().url });
    const mailbox = receiver.mailbox(500);
    const ids: string[] = [];
    for (let n = 0; n < 25; n += 1) {
      const active = n < 20;
      ids.push((await account.create({ target_url: `${mailbox.url}?${n}`, active })).id);
    }
    const objects = await Promise.all(
      ids.map((id) => dispatcher.webhookObject(account.name, id)),
    );
    const hook = await account.create({ target_url: mailbox.url });
    const headers = { "content-type": "application/json", "idempotency-key": "k" };
    const publish = (mark: string) =>
      account.api.call("POST", "/v1/events", JSON.stringify(event(mark)), headers);
    must(202, await publish("a"));
    await mailbox.got(1);
    must(204, await account.api.delete(`/v1/webhooks/${ids[0]}`));

    await startDeletion(account);
    // A second call changes nothing, and returns the progress.
    const { deletion } = await readAccount(account);
    assert.equal((await startDeletion(account)).deletion.started_at, deletion.started_at);
    const view = await until("all data to be erased", async () => {
      const now = await readAccount(account);
      return now.deletion.closed_until === null ? undefined : now;
    });
    assert.deepEqual([view.webhooks, view.deletion.webhooks_left], [0, 0]);
    assert.deepEqual(await withData(objects, dispatcher), []);
    assert.deepEqual(await records(account.name, dispatcher), []);
    must(401, await account.api.get("/v1/webhooks"));
    const before = mailbox.count;
    await deletionEnded(account);
    assert.ok(Date.now() >= Date.parse(view.deletion.closed_until));
    await noMore("requests", () => mailbox.count, 700);
    assert.equal(mailbox.count, before);

    // The data of another account is unchanged.
    assert.deepEqual(await other.read(spared.id), spared);

    const anew = await dispatcher.account(account.name);
    must(404, await anew.api.get(`/v1/webhooks/${hook.id}`));
    const log = must(200, await anew.api.get("/v1/audit")).json.results;
    assert.deepEqual(
      log.map(({ action }: { action: string }) => action),
      ["key.minted"],
    );
    const fresh = receiver.mailbox();
    await anew.create({ target_url: fresh.url });
    // The idempotency record is erased.
    const answer = await anew.api.call("POST", "/v1/events", JSON.stringify(event("z")), headers);
    assert.equal(must(202, answer).json.webhooks, 1);
    await fresh.got(1);
  });

  test("refuses creations and publishes until it has ended", async () => {
    // The built-in key stays valid during the deletion.
    const api = dispatcher.client(apiKey);
    const account: Account = { ...(await dispatcher.account("default")), api };
    const headers = { "content-type": "application/json", "idempotency-key": "k" };
    const target_url = receiver.mailbox().url;
    const create = () =>
      api.call("POST", "/v1/webhooks", JSON.stringify({ target_url }), headers);
    const publish = () =>
      api.call("POST", "/v1/events", JSON.stringify(event("a")), {
        ...headers,
        "idempotency-key": "p",
      });
    const { id } = must(201, await create()).json;
    must(202, await publish());
    await startDeletion(account);
    for (const answer of await Promise.all([
      create(),
      publish(),
      api.post("/v1/webhooks", { target_url }),
      api.post("/v1/events", event("b")),
      api.post("/v1/events/batch", [event("b")]),
      dispatcher.admin.post("/v1/admin/keys", {
        account: account.name,
        name: "new",
        scopes: ["webhooks:read"],
      }),
    ])) {
      assert.equal(answer.status, 409, answer.text);
      assert.deepEqual(answer.json, { detail: "This account's data is being deleted." });
    }
    must(404, await api.get(`/v1/webhooks/${id}`));
    must(404, await api.post(`/v1/webhooks/${id}/ping`));
    await deletionEnded(account);
    assert.notEqual(must(201, await create()).json.id, id);
    assert.equal(must(202, await publish()).json.webhooks, 1);
  });

  test("is possible for a disabled account, and for one without data", async () => {
    const account = await dispatcher.account();
    const { id } = await account.create({ target_url: receiver.mailbox().url });
    must(200, await dispatcher.admin.post(`${at(account)}/disable`));
    await startDeletion(account);
    await deletionEnded(account);
    const anew = await dispatcher.account(account.name);
    must(404, await anew.api.get(`/v1/webhooks/${id}`));
    assert.equal(await anew.publish(event("a")), 0);

    const nobody = { ...account, name: "nobody-of-this-name" };
    await startDeletion(nobody);
    await deletionEnded(nobody);
  });

  test("needs the admin key", async () => {
    const account = await dispatcher.account();
    for (const call of ["get", "delete"] as const) {
      must(401, await dispatcher.client()[call](at(account)));
      must(403, await account.api[call](at(account)));
      must(404, await dispatcher.admin[call](`${at(account)}!`));
    }
    must(405, await dispatcher.admin.post(at(account)));
    const { stored_bytes, ...state } = await readAccount(account);
    assert.deepEqual(state, unused(account));
    assert.ok(stored_bytes > 4_096, "the audit log is there");
  });
});

test("a deletion continues after crashes, and past an object that does not answer", async () => {
  const account = await crashing.account();
  const mailbox = receiver.mailbox(500);
  const ids: string[] = [];
  for (let n = 0; n < 45; n += 1)
    ids.push((await account.create({ target_url: `${mailbox.url}?${n}` })).id);
  const objects = await Promise.all(ids.map((id) => crashing.webhookObject(account.name, id)));
  const unreadable = objects[3]!;
  const edit = (from: string, to: string) =>
    crashing.editWebhookObject(unreadable, (record) => {
      assert.ok(record.includes(from), record);
      return record.replace(from, to);
    });
  // The object cannot read a record of this version, so it answers no call.
  await crashing.kill();
  edit('"v":1,', '"v":99,');
  await crashing.restart();
  await startDeletion(account, crashing);
  await crashing.kill();

  await crashing.restart();
  must(409, await account.api.post("/v1/events", event("a")));
  await until("some webhooks to be erased", async () => {
    return (await readAccount(account, crashing)).deletion.webhooks_left < 45;
  });
  await crashing.kill();
  await crashing.restart();
  await until("all webhooks but one to be erased", async () => {
    return (await readAccount(account, crashing)).deletion.webhooks_left === 1;
  });
  assert.deepEqual(await withData(objects, crashing), [unreadable]);
  // The keys are erased last.
  assert.equal((await records(account.name, crashing)).length > 0, true);

  await crashing.kill();
  edit('"v":99,', '"v":1,');
  await crashing.restart();
  await until("all data to be erased", async () => {
    const { deletion } = await readAccount(account, crashing);
    return deletion === null || deletion.closed_until !== null;
  });
  await crashing.kill();
  await crashing.restart();
  await deletionEnded(account, crashing);
  assert.deepEqual(await withData(objects, crashing), []);
  assert.deepEqual(await records(account.name, crashing), []);
  const anew = await crashing.account(account.name);
  assert.deepEqual(must(200, await anew.api.get("/v1/webhooks")).json.results, []);
});
