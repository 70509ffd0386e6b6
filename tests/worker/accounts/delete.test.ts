// The deletion of an account's data: everything goes, whatever breaks meanwhile, and the name is as
// good as new.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event } from "../support/events.ts";
import { apiKey, must, start, type Account, type Dispatcher } from "../support/harness.ts";
import { Receiver } from "../support/receiver.ts";
import { quiet, until } from "../support/wait.ts";

const lingerMs = 4_000;
const vars = { ERASE_LINGER_MS: lingerMs, RETRY_BASE_MS: 300, RETRY_MAX_MS: 300 };

const [dispatcher, crashing] = await Promise.all([start({ vars }), start({ vars })]);
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await Promise.all([dispatcher.stop(), crashing.stop()]);
});

const at = (account: Account) => `/v1/admin/accounts/${account.name}`;

async function begin(account: Account, by = dispatcher) {
  const { json } = must(202, await by.admin.delete(at(account)));
  assert.equal(json.account, account.name);
  assert.ok(Date.parse(json.deletion.started_at) > Date.now() - 60_000, json.deletion.started_at);
  return json;
}

async function state(account: Account, by = dispatcher) {
  return must(200, await by.admin.get(at(account))).json;
}

async function over(account: Account, by = dispatcher) {
  await until(
    `the data of ${account.name} is deleted`,
    async () => (await state(account, by)).deletion === null,
    60_000,
  );
  assert.deepEqual(await state(account, by), {
    account: account.name,
    disabled: false,
    webhooks: 0,
    deletion: null,
  });
}

/** The account's records in KV, its keys' too. */
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

async function filled(objects: string[], by: Dispatcher) {
  const all = await by.filledWebhookObjects();
  return objects.filter((object) => all.includes(object));
}

describe("to delete an account's data", { concurrency: 4 }, () => {
  test("erases its webhooks, keys, memory and log, and the name can be used anew", async () => {
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

    await begin(account);
    // A second order changes nothing, and the first one's progress is told.
    const { deletion } = await state(account);
    assert.equal((await begin(account)).deletion.started_at, deletion.started_at);
    const view = await until("nothing is left", async () => {
      const now = await state(account);
      return now.deletion.closed_until === null ? undefined : now;
    });
    assert.deepEqual([view.webhooks, view.deletion.webhooks_left], [0, 0]);
    assert.deepEqual(await filled(objects, dispatcher), []);
    assert.deepEqual(await records(account.name, dispatcher), []);
    must(401, await account.api.get("/v1/webhooks"));
    const before = mailbox.count;
    await over(account);
    assert.ok(Date.now() >= Date.parse(view.deletion.closed_until));
    await quiet("requests", () => mailbox.count, 700);
    assert.equal(mailbox.count, before);

    // Another account's things are as they were.
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
    // The idempotency key is forgotten.
    const answer = await anew.api.call("POST", "/v1/events", JSON.stringify(event("z")), headers);
    assert.equal(must(202, answer).json.webhooks, 1);
    await fresh.got(1);
  });

  test("has it take nothing until it is over", async () => {
    // The built-in key opens its account all the while.
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
    await begin(account);
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
    await over(account);
    assert.notEqual(must(201, await create()).json.id, id);
    assert.equal(must(202, await publish()).json.webhooks, 1);
  });

  test("may be asked of an account that is disabled, or has nothing", async () => {
    const account = await dispatcher.account();
    const { id } = await account.create({ target_url: receiver.mailbox().url });
    must(200, await dispatcher.admin.post(`${at(account)}/disable`));
    await begin(account);
    await over(account);
    const anew = await dispatcher.account(account.name);
    must(404, await anew.api.get(`/v1/webhooks/${id}`));
    assert.equal(await anew.publish(event("a")), 0);

    const nobody = { ...account, name: "nobody-of-this-name" };
    await begin(nobody);
    await over(nobody);
  });

  test("takes the admin's key", async () => {
    const account = await dispatcher.account();
    for (const call of ["get", "delete"] as const) {
      must(401, await dispatcher.client()[call](at(account)));
      must(403, await account.api[call](at(account)));
      must(404, await dispatcher.admin[call](`${at(account)}A`));
    }
    must(405, await dispatcher.admin.post(at(account)));
    assert.deepEqual(await state(account), {
      account: account.name,
      disabled: false,
      webhooks: 0,
      deletion: null,
    });
  });
});

test("goes on after kills, also past a webhook's object that does not answer for a while", async () => {
  const account = await crashing.account();
  const mailbox = receiver.mailbox(500);
  const ids: string[] = [];
  for (let n = 0; n < 45; n += 1)
    ids.push((await account.create({ target_url: `${mailbox.url}?${n}` })).id);
  const objects = await Promise.all(ids.map((id) => crashing.webhookObject(account.name, id)));
  const deaf = objects[3]!;
  const edit = (from: string, to: string) =>
    crashing.editWebhookObject(deaf, (record) => {
      assert.ok(record.includes(from), record);
      return record.replace(from, to);
    });
  await crashing.kill();
  edit('"v":1,', '"v":99,');
  await crashing.restart();
  await begin(account, crashing);
  await crashing.kill();

  await crashing.restart();
  must(409, await account.api.post("/v1/events", event("a")));
  await until("some are gone", async () => {
    return (await state(account, crashing)).deletion.webhooks_left < 45;
  });
  await crashing.kill();
  await crashing.restart();
  await until("all but the one are gone", async () => {
    return (await state(account, crashing)).deletion.webhooks_left === 1;
  });
  assert.deepEqual(await filled(objects, crashing), [deaf]);
  // Its keys go last.
  assert.equal((await records(account.name, crashing)).length > 0, true);

  await crashing.kill();
  edit('"v":99,', '"v":1,');
  await crashing.restart();
  await until("nothing is left", async () => {
    const { deletion } = await state(account, crashing);
    return deletion === null || deletion.closed_until !== null;
  });
  await crashing.kill();
  await crashing.restart();
  await over(account, crashing);
  assert.deepEqual(await filled(objects, crashing), []);
  assert.deepEqual(await records(account.name, crashing), []);
  const anew = await crashing.account(account.name);
  assert.deepEqual(must(200, await anew.api.get("/v1/webhooks")).json.results, []);
});
