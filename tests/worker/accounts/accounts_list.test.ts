// `GET /v1/admin/accounts`: the accounts with their webhooks and their latest event.

import assert from "node:assert/strict";
import { test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { apiKey, must, type Dispatcher } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const { startDispatcher, subscribe, receiver } = await fixture();

interface Row {
  account: string;
  webhooks: number;
  failing: number;
  off: number;
  last_event_at: string | null;
}

async function list(dispatcher: Dispatcher, query = ""): Promise<Row[]> {
  return must(200, await dispatcher.admin.get(`/v1/admin/accounts${query}`)).json.results;
}

/** Waits until the list has this account, as `isWanted` wants it. Returns its row. */
function row(dispatcher: Dispatcher, account: string, isWanted = (_: Row) => true): Promise<Row> {
  let last: Row[] = [];
  return until(() => `${account} to be listed: ${JSON.stringify(last)}`, async () => {
    last = await list(dispatcher);
    return last.find((row) => row.account === account && isWanted(row));
  });
}

test("an account is listed once it has a key, with the state of its webhooks", async () => {
  const dispatcher = await startDispatcher();
  assert.deepEqual(await list(dispatcher), []);
  const { account } = await subscribe({ dispatcher, answers: [200] });
  const fresh = { account: account.name, webhooks: 1, failing: 0, off: 0, last_event_at: null };
  assert.deepEqual(await row(dispatcher, account.name, ({ webhooks }) => webhooks === 1), fresh);
  const other = await dispatcher.account("other");
  assert.deepEqual(await row(dispatcher, "other"), { ...fresh, account: "other", webhooks: 0 });

  await account.create({ target_url: receiver.mailbox(503).url });
  await account.create({ target_url: receiver.mailbox(410).url });
  await account.create({ target_url: nowhere, active: false });
  const before = Date.now();
  await account.publish(event("a"));
  const seen = await row(dispatcher, account.name, ({ failing, off, last_event_at }) =>
    failing === 1 && off === 1 && last_event_at !== null);
  assert.equal(seen.webhooks, 4);
  const at = Date.parse(seen.last_event_at!);
  assert.ok(at >= before - 1_000 && at <= Date.now() + 1_000, seen.last_event_at!);
  // An event within the hour changes nothing; an event that is refused is none.
  await account.publish(event("b"));
  must(400, await other.api.post("/v1/events", { event_type: "NOTHING" }));
  assert.equal((await row(dispatcher, account.name)).last_event_at, seen.last_event_at);
  assert.equal((await row(dispatcher, "other")).last_event_at, null);
});

test("an event costs no write and no call; one an hour is noted", async () => {
  const dispatcher = await startDispatcher();
  const { account } = await subscribe({ dispatcher });
  const key = `account:${account.name}:`;
  await account.publish(event("a"));
  await row(dispatcher, account.name, ({ last_event_at }) => last_event_at !== null);
  // Removed behind the isolate's back: it must not come back by the next events.
  const stored = (await dispatcher.records("account:"))[key];
  assert.notEqual(stored, undefined, JSON.stringify(await dispatcher.records("account:")));
  await dispatcher.putRecords({ [key]: "untouched" });
  for (const mark of ["b", "c", "d"]) await account.publish(event(mark));
  must(200, await account.api.post("/v1/events/batch", [event("e"), event("f")]));
  assert.equal((await dispatcher.records("account:"))[key], "untouched");
});

test("the account of API_KEY is listed by its first webhook or event", async () => {
  const dispatcher = await startDispatcher();
  const api = dispatcher.client(apiKey);
  must(202, await api.post("/v1/events", event("a")));
  const { webhooks } = await row(dispatcher, "default", (it) => it.last_event_at !== null);
  assert.equal(webhooks, 0);
});

test("the list has pages in a fixed order, and can be searched", async () => {
  const dispatcher = await startDispatcher();
  const { admin } = dispatcher;
  const names = ["a", "a-b", "a.b", "a_b", "ab", "b", "z"].filter((name) =>
    /^[0-9a-z][0-9a-z_-]*$/.test(name));
  for (const name of names.toReversed()) {
    await dispatcher.account(name);
    await row(dispatcher, name);
  }
  const all = (await list(dispatcher)).map(({ account }) => account);
  assert.deepEqual(all.toSorted(), names.toSorted());
  for (const size of [1, 2, 3, names.length, 100]) {
    const found: string[] = [];
    let next: string | null = `/v1/admin/accounts?page_size=${size}`;
    let pages = 0;
    while (next !== null) {
      const page: any = must(200, await admin.get(next)).json;
      found.push(...page.results.map(({ account }: Row) => account));
      assert.ok(page.results.length <= size && page.results.length > 0);
      next = page.next;
      pages += 1;
      assert.ok(pages <= names.length, "the pages do not end");
    }
    assert.deepEqual(found, all, `pages of ${size}`);
    assert.equal(pages, Math.ceil(names.length / size));
  }
  const search = async (q: string) => (await list(dispatcher, `?q=${q}`)).map((it) => it.account);
  assert.deepEqual(await search("B"), all.filter((name) => name.includes("b")));
  assert.deepEqual(await search("nothing"), []);
  assert.deepEqual(await search(""), all);
  const first = must(200, await admin.get("/v1/admin/accounts?q=a&page_size=1")).json;
  const rest = must(200, await admin.get(first.next.replace("page_size=1", "page_size=9"))).json;
  assert.deepEqual([...first.results, ...rest.results].map((it) => it.account), await search("a"));
  assert.deepEqual(must(400, await admin.get("/v1/admin/accounts?cursor=A%20")).json,
    { cursor: ["Invalid cursor."] });
});

test("only the operator reads it", async () => {
  const dispatcher = await startDispatcher();
  const { api } = await dispatcher.account();
  must(401, await dispatcher.client().get("/v1/admin/accounts"));
  must(403, await api.get("/v1/admin/accounts"));
  must(403, await dispatcher.client(apiKey).get("/v1/admin/accounts"));
  must(405, await dispatcher.admin.post("/v1/admin/accounts", {}));
});

test("a deleted account leaves the list, and an account that never was is 404", async () => {
  const dispatcher = await startDispatcher({ vars: { ERASE_LINGER_MS: "0" } });
  const { admin } = dispatcher;
  const { account } = await subscribe({ dispatcher });
  await row(dispatcher, account.name, ({ webhooks }) => webhooks === 1);
  must(202, await admin.delete(`/v1/admin/accounts/${account.name}`));
  await until("the account to be gone from the list", async () =>
    (await list(dispatcher)).length === 0);
  await until("the end of the deletion", async () =>
    must(200, await admin.get(`/v1/admin/accounts/${account.name}`)).json.deletion === null);
  assert.deepEqual(await list(dispatcher), []);
  must(404, await admin.get("/v1/admin/accounts/never-was"));
  must(200, await admin.get("/v1/admin/accounts/default"));
  // The name can be used again.
  await dispatcher.account(account.name);
  await row(dispatcher, account.name);
});

test("the cron trigger adds accounts of an earlier release", async () => {
  const dispatcher = await startDispatcher();
  const { account } = await subscribe({ dispatcher });
  await row(dispatcher, account.name, ({ webhooks }) => webhooks === 1);
  const webhooks = await dispatcher.records("webhook:");
  const later = await startDispatcher();
  await later.putRecords(webhooks);
  assert.deepEqual(await list(later), []);
  await later.scheduled();
  assert.equal((await row(later, account.name)).account, account.name);
});
