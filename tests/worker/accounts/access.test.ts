// Access: authentication, scopes, the isolation of accounts, and the routes.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { basic, Client, type Answer } from "../support/api.ts";
import { event, eventTypes } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { adminKey, apiKey, must } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";

const { dispatcher, receiver } = await fixture({});

const anonymous = dispatcher.client();
const encoded = (text: string | Uint8Array) => Buffer.from(text).toString("base64");

/** Returns a client that sends this Authorization header. */
function clientWith(header: string): Client {
  return new Client(() => dispatcher.url, { authorization: header });
}

function assertUnauthenticated(answer: Answer, detail: string): void {
  assert.equal(answer.status, 401);
  assert.deepEqual(answer.json, { detail });
  assert.equal(answer.headers.get("www-authenticate"), `Basic realm="api"`);
}

describe("a request", { concurrency: 8 }, () => {
  const nothing = "Authentication credentials were not provided.";
  const notEncoded = "Invalid basic header. Credentials not correctly base64 encoded.";
  const refused: [header: string, detail: string][] = [
    ["Digest username=x", nothing],
    [encoded(`${apiKey}:`), nothing],
    ["Basic", "Invalid basic header. No credentials provided."],
    ["Basic a b", "Invalid basic header. Credentials string should not contain spaces."],
    ["Basic !!!", notEncoded],
    ["Basic YWJj*", notEncoded],
    [`Basic ${encoded("no colon")}`, notEncoded],
    [`Basic ${encoded("wrong:")}`, "Invalid username/password."],
    [`Basic ${encoded(":")}`, "Invalid username/password."],
    [`Basic ${encoded(`${apiKey.slice(0, -1)}:`)}`, "Invalid username/password."],
    [`Basic ${encoded(`${apiKey}x:`)}`, "Invalid username/password."],
    [`Basic ${encoded(`:${apiKey}`)}`, "Invalid username/password."],
    [`Basic ${encoded("学".repeat(5_000))}`, notEncoded],
    [`Basic ${encoded(`${"学".repeat(3_000)}:`)}`, "Invalid username/password."],
    ["Bearer wrong", "Invalid token."],
    [`Bearer ${apiKey}x`, "Invalid token."],
    [`Bearer ${"x".repeat(8_000)}`, "Invalid token."],
  ];
  test(`without credentials gets 401: ${nothing}`, async () => {
    assertUnauthenticated(await anonymous.get("/v1/ping"), nothing);
  });
  for (const [header, detail] of refused) {
    test(`with "${header.slice(0, 40)}" gets 401: ${detail}`, async () => {
      assertUnauthenticated(await clientWith(header).get("/v1/ping"), detail);
    });
  }

  for (const header of [
    basic(apiKey),
    basic(apiKey).replace("Basic", "basic"),
    basic(apiKey).replace("Basic", "BASIC"),
    `Bearer ${apiKey}`,
    `bearer ${apiKey}`,
  ]) {
    test(`with the key as "${header.split(" ")[0]}" is accepted`, async () => {
      const answer = await clientWith(header).get("/v1/ping");
      assert.equal(answer.status, 200);
    });
  }

  const places: [method: string, path: string][] = [
    ["GET", "/v1/webhooks"],
    ["POST", "/v1/webhooks"],
    ["PUT", "/v1/webhooks"],
    ["GET", "/v1/webhooks/abcd1234"],
    ["PUT", "/v1/webhooks/abcd1234"],
    ["PATCH", "/v1/webhooks/abcd1234"],
    ["DELETE", "/v1/webhooks/abcd1234"],
    ["POST", "/v1/webhooks/abcd1234/ping"],
    ["POST", "/v1/events"],
    ["GET", "/v1/event-types"],
    ["GET", "/v1/admin/keys"],
    ["POST", "/v1/admin/keys"],
    ["DELETE", "/v1/admin/keys/abcd1234"],
  ];
  for (const [method, path] of places) {
    test(`without credentials gets 401 before any other check: ${method} ${path}`, async () => {
      const body = method === "GET" ? undefined : "{{{";
      assertUnauthenticated(await anonymous.call(method, path, body), nothing);
    });
  }

  test("to /health needs no key", async () => {
    assert.equal((await anonymous.get("/health")).status, 200);
    assert.equal((await anonymous.call("HEAD", "/health")).status, 200);
  });
});

describe("a key", { concurrency: 8 }, () => {
  const scopes = ["webhooks:read", "webhooks:write", "events:write"] as const;
  const body = JSON.stringify({ target_url: nowhere });
  const calls: [
    method: string,
    path: (id: string) => string,
    scope: string,
    body: string | undefined,
    good: number,
  ][] = [
    ["GET", () => "/v1/webhooks", "webhooks:read", undefined, 200],
    ["GET", (id) => `/v1/webhooks/${id}`, "webhooks:read", undefined, 200],
    ["POST", () => "/v1/webhooks", "webhooks:write", body, 201],
    ["PUT", (id) => `/v1/webhooks/${id}`, "webhooks:write", body, 200],
    ["PATCH", (id) => `/v1/webhooks/${id}`, "webhooks:write", "{}", 200],
    ["POST", (id) => `/v1/webhooks/${id}/ping`, "webhooks:write", undefined, 200],
    ["DELETE", (id) => `/v1/webhooks/${id}`, "webhooks:write", undefined, 204],
    ["POST", () => "/v1/events", "events:write", JSON.stringify(event("a")), 202],
    ["POST", () => "/v1/events/batch", "events:write", JSON.stringify([event("a")]), 200],
  ];
  for (const scope of scopes) {
    test(`of scope ${scope} allows only the calls of this scope`, async () => {
      const owner = await dispatcher.account();
      const { api } = await dispatcher.account(owner.name, [scope]);
      for (const [method, path, needed, sent, good] of calls) {
        const { id } = await owner.create({ target_url: `${nowhere}here` });
        const headers: Record<string, string> =
          sent === undefined ? {} : { "content-type": "application/json" };
        const answer = await api.call(method, path(id), sent, headers);
        const what = `${method} ${path(id)}: ${answer.text}`;
        if (needed === scope) {
          assert.equal(answer.status, good, what);
        } else {
          assert.equal(answer.status, 403, what);
          assert.deepEqual(Object.keys(answer.json), ["detail"], what);
          await owner.read(id);
        }
      }
      must(200, await api.get("/v1/ping"));
      must(200, await api.get("/v1/event-types"));
    });
  }

  test("without the scope gets the same answer for existing and unknown webhooks", async () => {
    const owner = await dispatcher.account();
    const { api } = await dispatcher.account(owner.name, ["events:write"]);
    const { id } = await owner.create({ target_url: nowhere });
    const [there, not] = [
      await api.get(`/v1/webhooks/${id}`),
      await api.get("/v1/webhooks/doesnotexist"),
    ];
    assert.deepEqual([there.status, there.json], [not.status, not.json]);
  });

  test("of the built-in account has all scopes", async () => {
    const api = dispatcher.client(apiKey);
    const { id } = must(201, await api.text("POST", "/v1/webhooks", body)).json;
    must(200, await api.get(`/v1/webhooks/${id}`));
    must(200, await api.get("/v1/webhooks"));
    must(202, await api.post("/v1/events", event("a")));
    must(204, await api.delete(`/v1/webhooks/${id}`));
  });

  test("of the built-in account belongs to the account default", async () => {
    const builtIn = dispatcher.client(apiKey);
    const minted = await dispatcher.account("default");
    const { id } = must(201, await builtIn.text("POST", "/v1/webhooks", body)).json;
    await minted.read(id);
    must(204, await minted.api.delete(`/v1/webhooks/${id}`));
  });

  test("of an account does not open the admin API", async () => {
    const { api } = await dispatcher.account();
    for (const client of [api, dispatcher.client(apiKey)]) {
      for (const [method, path] of [
        ["GET", "/v1/admin/keys"],
        ["POST", "/v1/admin/keys"],
        ["DELETE", "/v1/admin/keys/x"],
      ]) {
        const answer = await client.call(method!, path!);
        assert.ok(
          [401, 403].includes(answer.status),
          `${method} ${path}: ${answer.status} ${answer.text}`,
        );
      }
    }
  });

  test("of the admin does not open an account", async () => {
    for (const path of ["/v1/webhooks", "/v1/webhooks/abcd1234"]) {
      const answer = await dispatcher.client(adminKey).get(path);
      assert.ok([401, 403].includes(answer.status), `${path}: ${answer.status} ${answer.text}`);
    }
    const answer = await dispatcher.client(adminKey).post("/v1/events", event("a"));
    assert.ok([401, 403].includes(answer.status), answer.text);
  });
});

test("an account cannot see or change the webhooks of another one", async () => {
  const [owner, other] = [await dispatcher.account(), await dispatcher.account()];
  const mailbox = receiver.mailbox();
  const mine = await owner.create({ target_url: mailbox.url });
  const path = `/v1/webhooks/${mine.id}`;
  const objects = await dispatcher.webhookObjects();
  for (const [method, at, body] of [
    ["GET", path, undefined],
    ["PUT", path, `{"active":false}`],
    ["PATCH", path, `{"active":false}`],
    ["DELETE", path, undefined],
    ["POST", `${path}/ping`, undefined],
  ] as const) {
    const headers: Record<string, string> =
      body === undefined ? {} : { "content-type": "application/json" };
    const answer = await other.api.call(method, at, body, headers);
    assert.equal(answer.status, 404, `${method} ${at}`);
    assert.deepEqual(Object.keys(answer.json), ["detail"]);
    const unknown = await other.api.call(
      method,
      at.replace(mine.id, "0000nothere"),
      body,
      headers,
    );
    assert.deepEqual(
      [unknown.status, unknown.json],
      [answer.status, answer.json],
      `${method} of an unknown id`,
    );
  }
  assert.equal(must(200, await other.api.get("/v1/webhooks")).json.count, 0);
  assert.deepEqual(await owner.read(mine.id), mine);
  assert.deepEqual(
    await dispatcher.webhookObjects(),
    objects,
    "a call for an unknown webhook stored something",
  );
  assert.equal(mailbox.count, 0);
});

describe("a route", { concurrency: 8 }, () => {
  const routes: [path: string, methods: string][] = [
    ["/v1/ping", "GET, HEAD, OPTIONS"],
    ["/v1/webhooks", "GET, POST, HEAD, OPTIONS"],
    ["/v1/webhooks/ID", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"],
    ["/v1/webhooks/ID/ping", "POST, OPTIONS"],
    ["/v1/events", "POST, OPTIONS"],
    ["/v1/event-types", "GET, HEAD, OPTIONS"],
  ];
  const sorted = (methods: string | null) =>
    (methods ?? "")
      .split(",")
      .map((method) => method.trim())
      .sort();

  for (const [path, methods] of routes) {
    test(`${path} allows ${methods}, with and without a slash at the end`, async () => {
      const account = await dispatcher.account();
      const { id } = await account.create({ target_url: nowhere });
      for (const at of [path.replace("ID", id), `${path.replace("ID", id)}/`]) {
        const options = await account.api.call("OPTIONS", at);
        assert.equal(options.status, 204, options.text);
        assert.deepEqual(sorted(options.headers.get("allow")), sorted(methods));
        for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "PROPFIND"]) {
          if (sorted(methods).includes(method)) continue;
          const answer = await account.api.call(method, at);
          assert.equal(answer.status, 405, `${method} ${at}: ${answer.text}`);
          assert.deepEqual(sorted(answer.headers.get("allow")), sorted(methods));
          if (method !== "HEAD")
            assert.deepEqual(answer.json, { detail: `Method "${method}" not allowed.` });
        }
        if (sorted(methods).includes("HEAD")) {
          const [head, get] = [await account.api.call("HEAD", at), await account.api.get(at)];
          assert.equal(head.status, 200);
          assert.equal(head.text, "");
          assert.equal(get.status, 200);
        }
      }
    });
  }

  for (const path of [
    "/v1",
    "/v1/",
    "/v2/webhooks",
    "/webhooks",
    "/v1/webhook",
    "/v1/webhooks/a/b",
    "/v1/webhooks/a/ping/b",
    "/v1//webhooks",
    "/v1/webhooks/ABC",
    "/v1/webhooks/..%2f",
    "/v1/webhooks/%00",
    "/v1/webhooks/sample-order-paid",
    `/v1/webhooks/${"a".repeat(5_000)}`,
    "/v1/admin",
    "/%ff",
    "/v1/webhooks/%F0%9F%8E%93",
  ]) {
    test(`that does not exist is 404: ${path.slice(0, 40)}`, async () => {
      const { api } = await dispatcher.account();
      const answer = await api.get(path);
      assert.equal(answer.status, 404, answer.text);
      assert.deepEqual(Object.keys(answer.json), ["detail"]);
    });
  }

  test("answers JSON or 406", async () => {
    const { api } = await dispatcher.account();
    for (const accept of [
      "application/json",
      "*/*",
      "application/*",
      "text/html, application/json;q=0.9",
    ]) {
      const answer = must(200, await api.call("GET", "/v1/webhooks", undefined, { accept }));
      assert.equal(answer.headers.get("content-type")?.split(";")[0], "application/json");
    }
    const answer = await api.call("GET", "/v1/webhooks", undefined, { accept: "text/xml" });
    assert.equal(answer.status, 406, answer.text);
    assert.deepEqual(answer.json, { detail: "Could not satisfy the request Accept header." });
  });

  test("has no CORS headers, for any origin", async () => {
    const { api } = await dispatcher.account();
    for (const method of ["GET", "OPTIONS", "POST"]) {
      const answer = await api.call(method, "/v1/webhooks", undefined, {
        origin: "https://example.com",
        "access-control-request-method": "POST",
      });
      const names = [...answer.headers.keys()].filter((name) => name.startsWith("access-control-"));
      assert.deepEqual(names, []);
    }
  });

  test("for the event types describes when each type is published", async () => {
    const { api } = await dispatcher.account();
    const types: { event_type: string; triggered_when: string }[] = must(
      200,
      await api.get("/v1/event-types"),
    ).json;
    assert.deepEqual(types.map(({ event_type }) => event_type).sort(), [...eventTypes].sort());
    for (const { triggered_when } of types) assert.match(triggered_when, /\w+ \w+ .*\w+/);
    const quiz = types.find(({ event_type }) => event_type === "QUIZ_COMPLETION");
    assert.match(quiz!.triggered_when, /quiz attempt is completed/i);
  });
});
