// What a key opens (`GET /v1/ping`), and where a portal link leads back to (`return_url`).

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture } from "../support/fixture.ts";
import { adminKey, allScopes, apiKey, must } from "../support/harness.ts";
import { until } from "../support/wait.ts";

const { dispatcher } = await fixture({});

const { admin } = dispatcher;
const back = "https://platform.example/settings?tab=webhooks&x=%20#keys";

describe("GET /v1/ping says what a key opens", { concurrency: 8 }, () => {
  test("the built-in key and the operator's key", async () => {
    assert.deepEqual(must(200, await dispatcher.client(apiKey).get("/v1/ping")).json, {
      account: "default", key_id: "API_KEY", scopes: allScopes, expires_at: null,
    });
    assert.deepEqual(must(200, await dispatcher.client(adminKey).get("/v1/ping/")).json, {
      account: null, key_id: "ADMIN_KEY", scopes: ["admin"], expires_at: null,
    });
  });

  for (const scopes of [["webhooks:read"], ["events:write"], ["webhooks:read", "events:write"]]) {
    test(`a minted key with ${scopes}`, async () => {
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      for (const ends of [{}, { expires_at }]) {
        const { key, id } = await dispatcher.mintKey({ account: "who", scopes, ...ends });
        const { expires_at: told, ...said } =
          must(200, await dispatcher.client(key).get("/v1/ping")).json;
        assert.deepEqual(said, { account: "who", key_id: id, scopes });
        assert.equal(told === null ? undefined : Date.parse(told),
          ends.expires_at === undefined ? undefined : Date.parse(expires_at));
      }
    });
  }

  test("HEAD has no body, and a key that is not good opens nothing", async () => {
    must(200, await dispatcher.client(apiKey).call("HEAD", "/v1/ping"));
    must(401, await dispatcher.client().get("/v1/ping"));
    must(401, await dispatcher.client(`${apiKey}x`).get("/v1/ping"));
    must(405, await dispatcher.client(apiKey).post("/v1/ping"));
  });

  test("the operator's key reads the event types, but nothing of an account", async () => {
    const types = must(200, await admin.get("/v1/event-types")).json;
    assert.deepEqual(types, must(200, await dispatcher.client(apiKey).get("/v1/event-types")).json);
    must(403, await admin.get("/v1/webhooks"));
  });
});

/** Makes a link, and returns the answer with what follows the `#`. */
async function link(request: Record<string, unknown>) {
  const answer = must(201, await admin.post("/v1/admin/accounts/portal/portal", request)).json;
  const hash = new URLSearchParams(new URL(answer.url).hash.slice(1));
  return { ...answer, hash, api: dispatcher.client(hash.get("token")!) };
}

describe("the return_url of a portal link", { concurrency: 8 }, () => {
  for (const url of [back, "http://localhost:3000/", "https://192.168.1.7", ` ${back} `]) {
    test(`is shown to the dashboard: ${url}`, async () => {
      const { api, hash } = await link({ return_url: url });
      assert.deepEqual([...hash.keys()], ["token", "return_url"]);
      assert.equal(hash.get("return_url"), url.trim());
      assert.equal(must(200, await api.get("/v1/ping")).json.return_url, url.trim());
    });
  }

  test("is known once the link has ended", async () => {
    const { api, hash } = await link({ return_url: back, expires_in_seconds: 10 });
    await until("the link to end", async () => (await api.get("/v1/ping")).status === 401);
    assert.equal(hash.get("return_url"), back);
  });

  for (const request of [{}, { return_url: null }]) {
    test(`may be left out: ${JSON.stringify(request)}`, async () => {
      const { api, hash } = await link(request);
      assert.deepEqual([...hash.keys()], ["token"]);
      assert.ok(!("return_url" in must(200, await api.get("/v1/ping")).json));
    });
  }

  const valid = "Enter a valid URL.";
  const bad: [value: unknown, sentence: string][] = [
    ...["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//a.example", "/a", "a",
      "https://u:p@a.example", "https://u@a.example", "https://a.example\\b", "https://",
      "ftp://a.example", "https://a\n.example", "https://a.example:x", 5, true, [], {},
    ].map((value): [unknown, string] => [value, valid]),
    ["", "This field may not be blank."],
    ["https://a.example/\0", "Null characters are not allowed."],
    [`https://a.example/${"a".repeat(1_024)}`,
      "Ensure this field has no more than 1024 characters."],
  ];
  for (const [value, sentence] of bad) {
    test(`is refused and makes no key: ${JSON.stringify(value).slice(0, 50)}`, async () => {
      const answer = await admin.post("/v1/admin/accounts/refused/portal", { return_url: value });
      assert.deepEqual(must(400, answer).json.return_url, [sentence]);
      const keys = must(200, await admin.get("/v1/admin/keys?page_size=1000")).json.results;
      assert.ok(keys.every(({ account }: { account: string }) => account !== "refused"));
    });
  }
});
