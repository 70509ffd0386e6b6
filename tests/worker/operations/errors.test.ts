// What every error has besides its text: a code, and the id of the request, which its log line has
// too. And what a browser gets at `/`.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer, Body } from "../support/api.ts";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { apiKey, must } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const { dispatcher, startDispatcher } = await fixture({ vars: { MAX_EVENT_BYTES: 2_000 } });
const { admin } = dispatcher;

/** Returns the log line of the request with this id. */
const lineOf = (id: string) =>
  until(`the log line of ${id}`, () => dispatcher.log.split("\n")
    .find((line) => line.includes('"event":"request"') && line.includes(`"request_id":"${id}"`)));

test("every error has a code, and the id that its log line has", async () => {
  const account = await dispatcher.account();
  const reader = await dispatcher.account(account.name, ["webhooks:read"]);
  const publisher = await dispatcher.account("publisher", ["events:write"]);
  const { id } = await account.create({ target_url: nowhere });
  const disabled = await dispatcher.account("disabled");
  must(200, await admin.post("/v1/admin/accounts/disabled/disable"));
  const { api } = account;
  const json = { "content-type": "application/json" };
  const keyed = (mark: string) => api.call("POST", "/v1/events", JSON.stringify(event(mark)),
    { ...json, "idempotency-key": "one" });
  must(202, await keyed("a"));
  const send = (method: string, path: string, body?: Body, headers = {}) =>
    api.call(method, path, body, { ...json, ...headers });
  const withHeader = (authorization: string) =>
    dispatcher.client().call("GET", "/v1/ping", undefined, { authorization });
  const rows: [status: number, code: string, answer: Promise<Answer>][] = [
    [400, "invalid_json", send("POST", "/v1/events", "{")],
    [400, "invalid_fields", api.post("/v1/webhooks", {})],
    [400, "invalid_fields", api.post("/v1/events", { event_type: "NOTHING" })],
    [400, "bad_request", send("POST", "/v1/events", "{}", { "idempotency-key": "x".repeat(999) })],
    [401, "missing_key", dispatcher.client().get("/v1/ping")],
    [401, "malformed_authorization", withHeader("Basic %")],
    [401, "invalid_key", dispatcher.client(`${apiKey}x`).get("/v1/ping")],
    [403, "missing_scope", reader.api.post("/v1/webhooks", { target_url: nowhere })],
    [403, "missing_scope", api.get("/v1/admin/keys")],
    [403, "missing_scope", publisher.api.get("/v1/webhooks")],
    [403, "account_disabled", disabled.api.post("/v1/events", event("a"))],
    [404, "not_found", api.get("/v1/webhooks/none")],
    [404, "not_found", api.get("/nothing")],
    [404, "invalid_page", api.get("/v1/webhooks?page=9")],
    [405, "method_not_allowed", api.delete("/v1/events")],
    [406, "not_acceptable", send("GET", `/v1/webhooks/${id}`, undefined, { accept: "text/xml" })],
    [413, "too_large", api.post("/v1/events", { ...event("a"), more: "x".repeat(3_000) })],
    [415, "unsupported_media_type",
      send("POST", "/v1/webhooks", "x", { "content-type": "text/x" })],
    [422, "idempotency_key_reused", keyed("b")],
  ];
  const ids = new Set<string>();
  for (const [status, code, pending] of rows) {
    const answer = await pending;
    assert.equal(answer.status, status, `${code}: ${answer.text}`);
    assert.equal(answer.code, code, answer.text);
    assert.match(answer.requestId!, /^[0-9a-f]{16}$/, answer.text);
    assert.match(await lineOf(answer.requestId!), new RegExp(`"status":${status}\\b`));
    ids.add(answer.requestId!);
    // The texts and their order are the vendor's; the labels follow them.
    const names = Object.keys(JSON.parse(answer.text));
    assert.deepEqual(names.slice(-2), ["code", "request_id"], answer.text);
    assert.ok(names.length > 2, answer.text);
  }
  assert.equal(ids.size, rows.length, "an id occurs twice");
});

test("the id is Cloudflare's where there is one, and successes have none", async () => {
  const { api } = await dispatcher.account();
  const read = (path: string, ray: string) =>
    api.call("GET", path, undefined, { "cf-ray": ray });
  const ray = "8b1f0c6e53d9ffff-FRA";
  const answer = must(404, await read("/v1/webhooks/none", ray));
  assert.equal(answer.requestId, ray);
  await lineOf(ray);
  // A text that is no Ray ID is not repeated: it may have quotes.
  for (const bad of ['"', "a b", "x".repeat(200), "<script>"]) {
    const { requestId } = must(404, await read("/v1/webhooks/none", bad));
    assert.match(requestId!, /^[0-9a-f]{16}$/, bad);
  }
  const good = must(200, await api.get("/v1/webhooks"));
  assert.ok(!("request_id" in JSON.parse(good.text)) && !("code" in JSON.parse(good.text)));
  const batch = must(200, await api.post("/v1/events/batch", [{ event_type: "NOTHING" }]));
  assert.deepEqual(Object.keys(batch.json[0]), ["status", "event_type"]);
  must(404, await api.call("HEAD", "/v1/webhooks/none"));
});

test("an internal error names the id of the request in its own log line", async () => {
  const broken = await startDispatcher({ vars: { RETRY_LIMIT: "x" } });
  const answer = must(503, await broken.client(apiKey).get("/v1/webhooks"));
  assert.equal(answer.code, "unavailable");
  const line = await until("the log line of the error", () => broken.log.split("\n")
    .find((line) => line.includes('"event":"request_failed"')));
  const { request_id, level, time, error } = JSON.parse(line.slice(line.indexOf("{")));
  assert.equal(request_id, answer.requestId);
  assert.equal(level, "error");
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000);
  assert.match(error, /RETRY_LIMIT/);
});

test("a browser at / is redirected to the dashboard, and nobody else", async () => {
  const html = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
  const base = dispatcher.url.replace(/\/$/, "");
  const call = (method: string, path: string, accept: string) =>
    fetch(`${base}${path}`, { method, redirect: "manual", headers: { accept } });
  for (const [method, path] of [["GET", "/"], ["HEAD", "/"], ["GET", "/?a=b"], ["GET", ""]]) {
    const answer = await call(method!, path!, html);
    assert.equal(answer.status, 302, `${method} ${path}`);
    assert.equal(answer.headers.get("location"), "/dashboard");
    assert.equal(answer.headers.get("vary"), "Accept");
    assert.equal(await answer.text(), "");
  }
  for (const [method, path, accept, status] of [
    ["GET", "/", "*/*", 404],
    ["GET", "/", "application/json", 404],
    ["GET", "/", "application/json, text/html;q=0.5", 404],
    ["POST", "/", html, 404],
    ["GET", "/nothing", html, 404],
    ["GET", "//", html, 404],
    ["GET", "/v1", html, 401],
    ["GET", "/v1/ping", html, 401],
    ["GET", "/v1/ping", "text/html", 406],
  ] as const) {
    const answer = await call(method, path, accept);
    assert.equal(answer.status, status, `${method} ${path} ${accept}`);
    assert.equal(answer.headers.get("location"), null);
    await answer.body?.cancel();
  }
});
