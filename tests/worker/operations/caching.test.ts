// Nobody stores an answer of the API: Cache-Control is `no-store` on all of them. The client of the
// other tests checks it on each of its calls; here are the answers that they do not get.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture } from "../support/fixture.ts";

const { dispatcher, subscribe } = await fixture({});

type Call = [status: number, method: string, path: string, headers?: Record<string, string>];

describe("an answer is not stored", { concurrency: 4 }, () => {
  test("whatever its status", async () => {
    const { account, path } = await subscribe();
    const key = (name: string) => ({ authorization: `Bearer ${name}` });
    const calls: Call[] = [
      [200, "GET", "/v1/webhooks", key(account.key)],
      [200, "HEAD", path, key(account.key)],
      [200, "GET", "/health"],
      [204, "OPTIONS", "/v1/webhooks"],
      [401, "GET", "/v1/webhooks"],
      [401, "GET", "/metrics"],
      [401, "GET", "/v1/unheard-of"],
      [403, "GET", "/v1/admin/keys", key(account.key)],
      [404, "GET", "/v1/unheard-of", key(account.key)],
      [404, "GET", "/unheard-of"],
      [405, "DELETE", "/v1/webhooks", key(account.key)],
      [406, "GET", "/v1/webhooks", { ...key(account.key), accept: "text/html" }],
      [415, "POST", "/v1/events", { ...key(account.key), "content-type": "text/plain" }],
      [204, "DELETE", path, key(account.key)],
    ];
    for (const [status, method, where, headers] of calls) {
      const response = await fetch(new URL(where, dispatcher.url), {
        method,
        headers: headers ?? {},
        body: method === "POST" ? "x" : null,
      });
      await response.arrayBuffer();
      assert.equal(response.status, status, `${method} ${where}`);
      assert.equal(response.headers.get("cache-control"), "no-store", `${method} ${where}`);
    }
  });

  test("also of the metrics", async () => {
    const account = await dispatcher.account();
    const answer = await dispatcher.admin.get(`/metrics?account=${account.name}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("cache-control"), "no-store");
  });
});
