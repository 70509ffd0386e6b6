// Portal links: a link opens the dashboard for one account, within its scopes, until it expires or
// is revoked. Only the answer that created the link has its token.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";
import { assertSecretsHidden } from "../support/secrets.ts";
import { until } from "../support/wait.ts";

const { dispatcher } = await fixture({});

const { admin } = dispatcher;
const target_url = nowhere;
const defaultScopes = ["webhooks:read", "webhooks:write"];

/** The tokens of all links that were created. */
const tokens: string[] = [];

/** Creates a link for an account. `api` is a client with its token. */
async function createLink(account: string, request?: Record<string, unknown>) {
  const path = `/v1/admin/accounts/${account}/portal`;
  const answer = must(201, await admin.post(path, request)).json;
  const { pathname, search, hash, origin } = new URL(answer.url);
  assert.deepEqual([origin, pathname, search], [new URL(dispatcher.url).origin, "/dashboard", ""]);
  const token = /^#token=(whk_[\w-]{43})$/.exec(hash)?.[1];
  assert.ok(token !== undefined, answer.url);
  tokens.push(token);
  return { ...answer, token, api: dispatcher.client(token) };
}

/** Returns the entry of a key in the list, or undefined. */
const listedKey = async (id: string) =>
  must(200, await admin.get("/v1/admin/keys?page_size=1000")).json.results.find(
    (key: { id: string }) => key.id === id,
  );

describe("a portal link", { concurrency: 8 }, () => {
  test("opens only its account, and publishes only with that scope", async () => {
    const [account, other] = [await dispatcher.account(), await dispatcher.account()];
    const theirs = await other.create({ target_url });
    const { api, scopes } = await createLink(account.name);
    assert.deepEqual(scopes, defaultScopes);
    const { id } = must(201, await api.post("/v1/webhooks", { target_url })).json;
    assert.equal((await account.read(id)).id, id);
    must(200, await api.patch(`/v1/webhooks/${id}`, { ordered: true }));
    const listed = must(200, await api.get("/v1/webhooks")).json.results;
    assert.deepEqual(listed.map((one: { id: string }) => one.id), [id]);
    must(404, await api.get(`/v1/webhooks/${theirs.id}`));
    must(404, await api.delete(`/v1/webhooks/${theirs.id}`));
    must(403, await api.post("/v1/events", event("portal")));
    for (const path of ["/v1/admin/keys", `/v1/admin/accounts/${account.name}`]) {
      must(403, await api.get(path));
    }
    const publishing = await createLink(account.name, { scopes: ["events:write", "events:write"] });
    assert.deepEqual(publishing.scopes, ["events:write"]);
    must(202, await publishing.api.post("/v1/events", event("portal")));
    must(403, await publishing.api.get("/v1/webhooks"));
  });

  test("can be limited to reading", async () => {
    const account = await dispatcher.account();
    const { id } = await account.create({ target_url });
    const { api } = await createLink(account.name, { scopes: ["webhooks:read"] });
    must(200, await api.get(`/v1/webhooks/${id}/deliveries`));
    must(403, await api.patch(`/v1/webhooks/${id}`, { active: false }));
    must(403, await api.delete(`/v1/webhooks/${id}`));
    must(403, await api.post("/v1/webhooks", { target_url }));
  });

  test("opens until it expires, and is then refused with the reason", async () => {
    const account = await dispatcher.account();
    const before = Date.now();
    const { api, id, expires_at } = await createLink(account.name, { expires_in_seconds: 10 });
    const endsAt = Date.parse(expires_at);
    assert.ok(before + 9_000 <= endsAt && endsAt <= Date.now() + 11_000, expires_at);
    must(200, await api.get("/v1/ping"));
    await until("the link to expire", async () => (await api.get("/v1/ping")).status !== 200);
    assert.ok(Date.now() >= endsAt, "the link expired too early");
    const refused = must(401, await api.get("/v1/webhooks"));
    assert.deepEqual(refused.json, { detail: "This key has expired." });
    assert.equal((await listedKey(id)).expires_at, expires_at);
  });

  test("opens for an hour by default", async () => {
    for (const request of [undefined, {}]) {
      const before = Date.now();
      const { expires_at } = await createLink("hourly", request);
      const endsAt = Date.parse(expires_at) - 3_600_000;
      assert.ok(before - 1_000 <= endsAt && endsAt <= Date.now() + 1_000, expires_at);
    }
  });

  test("is revoked like a key", async () => {
    const account = await dispatcher.account();
    const [gone, stays] = [await createLink(account.name), await createLink(account.name)];
    must(204, await admin.delete(`/v1/admin/keys/${gone.id}`));
    must(401, await gone.api.get("/v1/webhooks"));
    must(200, await stays.api.get("/v1/webhooks"));
    assert.equal(await listedKey(gone.id), undefined);
  });

  test("is in the list of keys, and in the audit log with the changes made by it", async () => {
    const account = await dispatcher.account();
    const { id, api } = await createLink(account.name);
    const { name, portal: isPortal, scopes, account: of } = await listedKey(id);
    const expected = ["Portal link", true, defaultScopes, account.name];
    assert.deepEqual([name, isPortal, scopes, of], expected);
    const { id: webhook } = must(201, await api.post("/v1/webhooks", { target_url })).json;
    const [done, made, first] = must(200, await account.api.get("/v1/audit")).json.results;
    assert.deepEqual({ ...done, at: 0 }, { at: 0, by: id, action: "webhook.created", webhook });
    const minted = { at: 0, by: "ADMIN_KEY", action: "key.minted" };
    assert.deepEqual({ ...made, at: 0 }, { ...minted, key: id, portal: true });
    assert.deepEqual({ ...first, at: 0 }, { ...minted, key: first.key });
    assert.equal((await listedKey(first.key)).portal, false);
  });

  test("cannot be created with a key of an account, or with a link", async () => {
    const account = await dispatcher.account();
    const { api } = await createLink(account.name);
    const path = `/v1/admin/accounts/${account.name}/portal`;
    must(403, await account.api.post(path));
    must(403, await api.post(path));
    must(401, await dispatcher.client().post(path));
    const answer = await admin.get(path);
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get("allow"), "POST, OPTIONS");
  });

  test("can be created for a new or disabled account, but not during a deletion", async () => {
    const { api } = await createLink("brand-new");
    assert.equal(must(200, await api.get("/v1/webhooks")).json.count, 0);
    must(200, await admin.post("/v1/admin/accounts/asleep/disable"));
    must(200, await (await createLink("asleep")).api.get("/v1/webhooks"));
    const account = await dispatcher.account();
    const link = await createLink(account.name);
    must(202, await admin.delete(`/v1/admin/accounts/${account.name}`));
    must(409, await admin.post(`/v1/admin/accounts/${account.name}/portal`));
    // The deletion erases the links of the account.
    await until("the link to be erased", async () => (await listedKey(link.id)) === undefined);
    must(401, await link.api.get("/v1/ping"));
    must(404, await admin.post("/v1/admin/accounts/Acme!/portal"));
  });

  const bad: [request: unknown, field: string][] = [
    ...[[], null, "webhooks:read", ["admin"], [5]].map((value): [unknown, string] => [
      { scopes: value },
      "scopes",
    ]),
    ...[9, 0, -1, 604_801, 60.5, "60", null, true, []].map((value): [unknown, string] => [
      { expires_in_seconds: value },
      "expires_in_seconds",
    ]),
    [[], "non_field_errors"],
  ];
  for (const [index, [request, field]] of bad.entries()) {
    test(`is refused for ${JSON.stringify(request)}`, async () => {
      const answer = await admin.post(`/v1/admin/accounts/bad${index}/portal`, request);
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(Object.keys(answer.json), [field]);
      // Nothing was stored, so there is no such account.
      must(404, await admin.get(`/v1/admin/accounts/bad${index}`));
    });
  }

  test("is requested with JSON or without a body", async () => {
    const path = "/v1/admin/accounts/plain/portal";
    must(415, await admin.call("POST", path, "{}", { "content-type": "text/plain" }));
    must(400, await admin.text("POST", path, "{"));
    must(413, await admin.text("POST", path, JSON.stringify({ a: "x".repeat(70_000) })));
  });
});

test("the token of a link is stored only as its hash, and is in no log, list or file", async () => {
  const account = await dispatcher.account();
  const { token } = await createLink(account.name);
  const hash = createHash("sha256").update(token).digest("hex");
  const names = Object.keys(await dispatcher.records(`key:${hash}`));
  assert.deepEqual(names, [`key:${hash}`]);
  const lists = [
    await account.api.get("/v1/audit"),
    await admin.get("/v1/admin/keys?page_size=1000"),
    await admin.delete(`/v1/admin/keys/${hash.slice(0, 20)}`),
  ];
  assert.ok(tokens.length > 10);
  await assertSecretsHidden(dispatcher, tokens, lists.map((answer) => answer.text));
});
