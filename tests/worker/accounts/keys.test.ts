// The admin API for keys: mint, list and revoke them. And a dispatcher without secrets.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { Client, basic } from "../support/api.ts";
import { fixture } from "../support/fixture.ts";
import { adminKey, allScopes as all, apiKey, must } from "../support/harness.ts";
import { until } from "../support/wait.ts";

const { dispatchers: [dispatcher, withoutSecrets] } = await fixture({}, { secrets: {} });

const { admin } = dispatcher;
const mint = (fields: { account: string; scopes?: string[]; expires_at?: string }) =>
  dispatcher.mintKey({ name: "backend", ...fields });

async function listed(): Promise<Record<string, unknown>[]> {
  return must(200, await admin.get("/v1/admin/keys?page_size=1000")).json.results;
}

describe("a key", { concurrency: 8 }, () => {
  test("is minted with 201 and shown only once", async () => {
    const minted = await mint({ account: "once" });
    assert.deepEqual(Object.keys(minted), ["id", "account", "name", "scopes", "key"]);
    assert.match(minted.id, /^[0-9a-z]+$/);
    assert.deepEqual(
      { ...minted, id: 0, key: 0 },
      { id: 0, account: "once", name: "backend", scopes: all, key: 0 },
    );
    assert.ok(minted.key.length >= 32, "a key is long");
    must(200, await dispatcher.client(minted.key).get("/v1/webhooks"));
    const entry = (await listed()).find(({ id }) => id === minted.id);
    const { key: _, ...rest } = minted;
    assert.deepEqual({ ...entry, ...rest }, entry);
    assert.ok(!JSON.stringify(await listed()).includes(minted.key));
    assert.ok(!dispatcher.log.includes(minted.key));
  });

  test("is stored only as its hash", async () => {
    const minted = await mint({ account: "hashed" });
    const records = await dispatcher.records("");
    assert.ok(!JSON.stringify(records).includes(minted.key));
    const hash = createHash("sha256").update(minted.key).digest("hex");
    assert.ok(Object.hasOwn(records, `key:${hash}`), Object.keys(records).join(" "));
    for (const secret of [apiKey, adminKey]) assert.ok(!JSON.stringify(records).includes(secret));
  });

  test("is a new one each time, also with the same name", async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, () => mint({ account: "many" })));
    assert.equal(new Set(keys.map(({ key }) => key)).size, 10);
    assert.equal(new Set(keys.map(({ id }) => id)).size, 10);
    const ids = (await listed()).map(({ id }) => id);
    for (const { id } of keys) assert.ok(ids.includes(id));
  });

  test("is revoked with 204, and refused afterwards", async () => {
    const [gone, stays] = [await mint({ account: "revoked" }), await mint({ account: "revoked" })];
    const answer = await admin.delete(`/v1/admin/keys/${gone.id}`);
    assert.equal(answer.status, 204);
    assert.equal(answer.text, "");
    const refused = await dispatcher.client(gone.key).get("/v1/ping");
    assert.equal(refused.status, 401);
    assert.deepEqual(refused.json, { detail: "Invalid username/password." });
    must(200, await dispatcher.client(stays.key).get("/v1/ping"));
    must(404, await admin.delete(`/v1/admin/keys/${gone.id}`));
    const ids = (await listed()).map(({ id }) => id);
    assert.ok(!ids.includes(gone.id) && ids.includes(stays.id));
  });

  test("that expires is accepted until then, and then refused with the reason", async () => {
    const endsAt = Date.now() + 8_000;
    const expires_at = new Date(endsAt).toISOString();
    const minted = await mint({ account: "ending", expires_at });
    assert.equal(Date.parse(minted.expires_at), endsAt);
    const basicKey = dispatcher.client(minted.key);
    const bearer = new Client(() => dispatcher.url, { authorization: `Bearer ${minted.key}` });
    must(200, await basicKey.get("/v1/ping"));
    must(200, await bearer.get("/v1/ping"));
    await until("the key to expire", async () => (await basicKey.get("/v1/ping")).status !== 200);
    assert.ok(Date.now() >= endsAt, "the key expired too early");
    for (const client of [basicKey, bearer]) {
      for (const path of ["/v1/ping", "/v1/webhooks", "/v1/nothing"]) {
        const answer = await client.get(path);
        assert.equal(answer.status, 401, answer.text);
        assert.deepEqual(answer.json, { detail: "This key has expired." });
        assert.match(answer.headers.get("www-authenticate") ?? "", /Basic/);
      }
    }
    const entry = (await listed()).find(({ id }) => id === minted.id);
    assert.equal(Date.parse(String(entry?.["expires_at"])), endsAt);
    must(204, await admin.delete(`/v1/admin/keys/${minted.id}`));
  });

  test("is listed with the times of its creation, its expiry and its last use", async () => {
    const before = Date.now();
    const { id, key } = await mint({ account: "used" });
    const entry = async () => (await listed()).find((one) => one["id"] === id)!;
    const unused = await entry();
    assert.deepEqual(Object.keys(unused), [
      ...["id", "account", "name", "scopes", "created_at", "expires_at", "portal", "last_used"],
    ]);
    assert.deepEqual([unused["expires_at"], unused["last_used"]], [null, null]);
    const madeAt = Date.parse(String(unused["created_at"]));
    assert.ok(before - 1_000 <= madeAt && madeAt <= Date.now() + 1_000, String(madeAt));
    // A call of an unknown route counts as a use.
    must(404, await dispatcher.client(key).get("/v1/nothing"));
    const used = await until("the use to be recorded", async () => (await entry())["last_used"]);
    const usedAt = Date.parse(String(used));
    assert.ok(madeAt <= usedAt && usedAt <= Date.now() + 1_000, String(used));
    // The last use is written at most once an hour.
    const record = async () => dispatcher.records(`used:${id}`);
    const noted = await record();
    for (let n = 0; n < 10; n += 1) must(200, await dispatcher.client(key).get("/v1/ping"));
    assert.deepEqual(await record(), noted);
    // The record of the key itself is not rewritten, which could restore a revoked key.
    must(204, await admin.delete(`/v1/admin/keys/${id}`));
    assert.deepEqual(await record(), {});
  });

  test("has its last use written again after an hour, by any isolate", async () => {
    const { id, key } = await mint({ account: "long-ago" });
    const at = Date.now() - 3_700_000;
    await dispatcher.putRecords({ [`used:${id}`]: JSON.stringify({ v: 1, record: { at } }) });
    const lastUsed = async () =>
      Date.parse(String((await listed()).find((one) => one["id"] === id)!["last_used"]));
    assert.equal(await lastUsed(), at);
    must(200, await dispatcher.client(key).get("/v1/ping"));
    await until("the use to be recorded", async () => (await lastUsed()) > at + 3_600_000);
    // It is not written again if another isolate wrote it within the hour.
    const fresh = await mint({ account: "long-ago" });
    const freshAt = Date.now() - 3_000_000;
    const record = { [`used:${fresh.id}`]: JSON.stringify({ v: 1, record: { at: freshAt } }) };
    await dispatcher.putRecords(record);
    const other = await mint({ account: "long-ago" });
    must(200, await dispatcher.client(fresh.key).get("/v1/ping"));
    must(200, await dispatcher.client(other.key).get("/v1/ping"));
    await until("the use of the other key to be recorded", async () => {
      return Object.keys(await dispatcher.records(`used:${other.id}`)).length > 0;
    });
    assert.deepEqual(await dispatcher.records(`used:${fresh.id}`), record);
  });

  for (const account of ["a", "0", "acme", "a-b_c", "a".repeat(63), "default"]) {
    test(`may be for an account named ${account.slice(0, 20)}`, async () => {
      assert.equal((await mint({ account })).account, account);
    });
  }

  const scopes: [scopes: string[]][] = [
    [["webhooks:read"]],
    [["webhooks:write", "events:write"]],
    [all],
  ];
  for (const [some] of scopes) {
    test(`may have the scopes ${some}`, async () => {
      assert.deepEqual(
        [...(await mint({ account: "scoped", scopes: some })).scopes].sort(),
        [...some].sort(),
      );
    });
  }

  const bad: [fields: Record<string, unknown>, field: string][] = [
    ...[
      "",
      "-a",
      ".a",
      "_a",
      "a b",
      "a/b",
      "a:b",
      "é",
      "a".repeat(129),
      "a\u0000",
      "../a",
      5,
      null,
      true,
      [],
      {},
    ].map((account): [Record<string, unknown>, string] => [{ account }, "account"]),
    [{ account: undefined }, "account"],
    ...["", null, true, [], {}, "a\u0000", "x".repeat(10_000)].map(
      (name): [Record<string, unknown>, string] => [{ name }, "name"],
    ),
    ...[
      null,
      "webhooks:read",
      5,
      {},
      [5],
      [null],
      ["nope"],
      ["webhooks:read", "admin"],
      ["WEBHOOKS:READ"],
      [],
    ].map((value): [Record<string, unknown>, string] => [{ scopes: value }, "scopes"]),
  ];
  const past = new Date(Date.now() - 1_000).toISOString();
  for (const value of ["", "tomorrow", past, "1969-01-01T00:00:00Z", Date.now() + 60_000, true, []])
    bad.push([{ expires_at: value }, "expires_at"]);
  for (const [index, [fields, field]] of bad.entries()) {
    test(`is not minted for ${JSON.stringify(fields).slice(0, 60)}`, async () => {
      const account = `bad${index}`;
      const answer = await admin.post("/v1/admin/keys", {
        account,
        name: "backend",
        scopes: all,
        ...fields,
      });
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(Object.keys(answer.json), [field], answer.text);
      assert.deepEqual(
        (await listed()).filter((key) => key["account"] === account),
        [],
      );
    });
  }

  for (const body of ["", "{", "[]", "null", "5"]) {
    test(`is not minted for the body ${JSON.stringify(body)}`, async () => {
      const answer = await admin.text("POST", "/v1/admin/keys", body);
      assert.equal(answer.status, 400, answer.text);
    });
  }

  test("is on a page of the list", async () => {
    for (let n = 0; n < 3; n += 1) await mint({ account: "paged" });
    const { count, results } = must(200, await admin.get("/v1/admin/keys?page_size=2")).json;
    assert.equal(results.length, 2);
    assert.ok(count >= 3);
  });

  test("that does not exist cannot be revoked", async () => {
    for (const id of ["0000nothere", "a-b", "%00", "x".repeat(2_000)]) {
      const answer = await admin.delete(`/v1/admin/keys/${id}`);
      assert.equal(answer.status, 404, answer.text);
    }
  });

  test("is managed with the admin key only, as basic or bearer", async () => {
    const bearer = new Client(() => dispatcher.url, { authorization: `Bearer ${adminKey}` });
    must(200, await bearer.get("/v1/admin/keys"));
    must(401, await dispatcher.client(`${adminKey}x`).get("/v1/admin/keys"));
    must(401, await dispatcher.client().get("/v1/admin/keys"));
  });

  test("list allows GET and POST, and a single key DELETE", async () => {
    const answer = await admin.call("PUT", "/v1/admin/keys", "{}");
    assert.equal(answer.status, 405);
    assert.match(answer.headers.get("allow") ?? "", /GET/);
    const one = await admin.call("PUT", "/v1/admin/keys/abcd1234", "{}");
    assert.equal(one.status, 405);
    assert.match(one.headers.get("allow") ?? "", /DELETE/);
  });
});

describe("without secrets", { concurrency: 8 }, () => {
  test("every call but /health is refused, also with an empty key", async () => {
    must(200, await withoutSecrets.client().get("/health"));
    for (const header of [
      undefined,
      basic(""),
      basic("undefined"),
      basic("null"),
      "Bearer ",
      "Bearer undefined",
      "Basic Og==",
    ]) {
      const client = new Client(
        () => withoutSecrets.url,
        header === undefined ? {} : { authorization: header },
      );
      for (const path of ["/v1/ping", "/v1/webhooks", "/v1/event-types"])
        must(401, await client.get(path));
      const answer = await client.get("/v1/admin/keys");
      assert.ok([401, 403, 404].includes(answer.status), answer.text);
      const minted = await client.post("/v1/admin/keys", { account: "a", name: "a", scopes: all });
      assert.ok([401, 403, 404].includes(minted.status), minted.text);
    }
    assert.deepEqual(await withoutSecrets.records(""), {});
  });
});
