// Telemetry: one log line for each request and each attempt, and one data point if a dataset is
// bound. They have ids and route patterns, but nothing that a client may keep secret.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Client } from "../support/api.ts";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { apiKey, must, type Dispatcher } from "../support/harness.ts";
import { Receiver, reply } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const sink = await Receiver.listen();
/** Gets all data points: the runtime POSTs them to the root path. */
const points = sink.mailboxAt("/");
const { dispatcher, receiver, startDispatcher, subscribe } = await fixture({
  analytics: `127.0.0.1:${sink.port}`,
  // Parameters that a call does not have are ignored, so that a log line could have them.
  vars: { RETRY_BASE_MS: 50, RETRY_MAX_MS: 50, RETRY_LIMIT: 3, UNKNOWN_FIELDS: "ignore" },
});
after(() => sink.close());

type Line = Record<string, unknown>;

/** The form of the times of log lines. */
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/;

/** Returns the log lines of this kind, without their durations and times. */
function lines(of: Dispatcher, kind: string): Line[] {
  const found: Line[] = [];
  // The last line may be incomplete.
  for (const text of of.log.split("\n").slice(0, -1)) {
    const start = text.indexOf(`{"event":"${kind}"`);
    if (start < 0) continue;
    const { duration_ms, time, level, ...line } =
      JSON.parse(text.slice(start, text.lastIndexOf("}") + 1));
    assert.ok(Number.isInteger(duration_ms) && duration_ms >= 0, text);
    assert.match(time, iso);
    assert.ok(Math.abs(Date.now() - Date.parse(time)) < 600_000, text);
    const failed = kind === "try" ? line.fault !== null : line.status >= 500;
    assert.equal(level, failed ? (kind === "try" ? "warn" : "error") : "info", text);
    found.push(line);
  }
  return found;
}

let calls = 0;

/** Makes a call. Returns its log line, which is found by the header cf-ray. */
async function lineOf(
  status: number,
  client: Client,
  method: string,
  path: string,
  value?: unknown,
): Promise<Line> {
  const ray = `8b1f0c6e53d9${String(++calls).padStart(4, "0")}-FRA`;
  const headers = { "cf-ray": ray, "content-type": "application/json" };
  const body = value === undefined ? undefined : JSON.stringify(value);
  must(status, await client.call(method, path, body, headers));
  const [line] = await until(`the line of ${method} ${path}`, () => {
    const found = lines(dispatcher, "request").filter(({ request_id }) => request_id === ray);
    return found.length > 0 ? found : undefined;
  });
  const { request_id, ...rest } = line!;
  return rest;
}

/** Fails if a request has two lines. */
function assertOneLineEach(): void {
  const ids = lines(dispatcher, "request").flatMap(({ request_id }) => request_id ?? []);
  assert.ok(ids.length > 0);
  assert.equal(new Set(ids).size, ids.length);
}

test("each request has one log line", async () => {
  const account = await dispatcher.account();
  const { api } = account;
  const { admin } = dispatcher;
  const minted = await until("the line of the minted key", () =>
    lines(dispatcher, "request").find((line) => line["account"] === account.name));
  const { key_id: by, ...rest } = minted;
  assert.deepEqual(rest, {
    event: "request", account: account.name, by: "ADMIN_KEY",
    method: "POST", route: "/v1/admin/keys", status: 201,
  });
  const known = { event: "request", account: account.name, by };
  assert.match(String(by), /^[0-9a-z]{20}$/);
  const mailbox = receiver.mailbox();

  const created =
    await lineOf(201, api, "POST", "/v1/webhooks?secret=tuna", { target_url: mailbox.url });
  const { webhook_id } = created;
  assert.match(String(webhook_id), /^[0-9a-z]{26}$/);
  assert.deepEqual(created,
    { ...known, method: "POST", route: "/v1/webhooks", status: 201, webhook_id });

  const published = await lineOf(202, api, "POST", "/v1/events", event("a"));
  const { event_id, trace_id } = published;
  assert.match(String(trace_id), /^[0-9a-f]{32}$/);
  assert.deepEqual(published,
    { ...known, method: "POST", route: "/v1/events", status: 202, event_id, trace_id });
  await mailbox.got(1);

  const path = `/v1/webhooks/${webhook_id}/deliveries/${event_id}`;
  assert.deepEqual(await lineOf(200, api, "GET", `${path}?x=tuna`), {
    ...known, method: "GET", route: "/v1/webhooks/{id}/deliveries/{event_id}", status: 200,
    webhook_id, event_id,
  });
  assert.deepEqual(await lineOf(403, api, "GET", "/v1/admin/keys"),
    { ...known, method: "GET", route: "/v1/admin/keys", status: 403 });
  assert.deepEqual(await lineOf(404, api, "GET", `/v1/${account.key}`),
    { ...known, method: "GET", route: "unknown", status: 404 });
  assert.deepEqual(await lineOf(405, api, "DELETE", "/v1/events"),
    { ...known, method: "DELETE", route: "/v1/events", status: 405 });
  assert.deepEqual(await lineOf(200, admin, "GET", `/v1/admin/accounts/${account.name}`), {
    event: "request", account: account.name, by: "ADMIN_KEY",
    method: "GET", route: "/v1/admin/accounts/{account}", status: 200,
  });
  const alert = await lineOf(201, api, "PUT", "/v1/alert", { target_url: mailbox.url });
  const alert_id = alert["webhook_id"];
  assert.match(String(alert_id), /^[0-9a-z]{26}$/);
  const ofAlert = { ...known, route: "/v1/alert", webhook_id: alert_id };
  assert.deepEqual(alert, { ...ofAlert, method: "PUT", status: 201 });
  assert.deepEqual(await lineOf(200, api, "GET", "/v1/alert"),
    { ...ofAlert, method: "GET", status: 200 });
  const portal = await lineOf(201, admin, "POST", `/v1/admin/accounts/${account.name}/portal`);
  const { key_id, ...link } = portal;
  assert.match(String(key_id), /^[0-9a-z]{20}$/);
  assert.deepEqual(link, {
    event: "request", account: account.name, by: "ADMIN_KEY",
    method: "POST", route: "/v1/admin/accounts/{account}/portal", status: 201,
  });
  assertOneLineEach();
  assert.ok(!dispatcher.log.includes("tuna") && !dispatcher.log.includes(account.key));
});

test("the log line of a request without a valid key has only its route", async () => {
  const anonymous = dispatcher.client();
  const unknown = dispatcher.client(`${apiKey}x`);
  const line = (method: string, route: string, status: number) =>
    ({ event: "request", method, route, status });
  // By mistake, a key of hexadecimal digits is in place of an id.
  const keyAsId = "/v1/webhooks/5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e7";
  assert.deepEqual(await lineOf(401, unknown, "GET", keyAsId),
    line("GET", "/v1/webhooks/{id}", 401));
  assert.deepEqual(await lineOf(404, anonymous, "GET", "/5ec2e7?5ec2e7"),
    line("GET", "unknown", 404));
  assert.deepEqual(await lineOf(200, anonymous, "GET", "/health"), line("GET", "/health", 200));
  assert.deepEqual(await lineOf(204, anonymous, "OPTIONS", keyAsId),
    line("OPTIONS", "/v1/webhooks/{id}", 204));
  must(200, await anonymous.call("HEAD", "/health", undefined, { "cf-ray": "5ec2e7" }));
  const head = await until("the line of HEAD", () =>
    lines(dispatcher, "request").find(({ method }) => method === "HEAD"));
  assert.deepEqual(head, line("HEAD", "/health", 200));
  assertOneLineEach();
  assert.ok(!dispatcher.log.includes("5ec2e7"));
});

test("each attempt of the Worker or of an object has one log line", async () => {
  const { account, mailbox, id: webhook_id, publish } = await subscribe({
    answers: [reply(503, {}, "tuna"), 200, 410],
  });
  // The first two lines are of the Worker and of the object, in any order.
  const mine = () => lines(dispatcher, "try")
    .filter((line) => line["webhook_id"] === webhook_id)
    .sort((a, b) => String(a["event_id"]).localeCompare(String(b["event_id"]))
      || Number(a["try"]) - Number(b["try"]));
  const first = await publish("a");
  await mailbox.got(2);
  await until("two log lines", () => mine().length === 2);
  const second = await publish("b");
  await until("the third log line", () => mine().length === 3);
  const known = {
    event: "try", account: account.name, webhook_id,
    event_type: event("a")["event_type"], cause: "schedule",
  };
  // Each line names the trace of its event, and a span of its own.
  const found = mine().map(({ span_id, trace_id, ...line }) => {
    assert.match(`${trace_id}-${span_id}`, /^[0-9a-f]{32}-[0-9a-f]{16}$/);
    return { line, span_id, trace_id };
  });
  assert.equal(new Set(found.map(({ span_id }) => span_id)).size, 3);
  assert.equal(found[0]!.trace_id, found[1]!.trace_id);
  assert.notEqual(found[0]!.trace_id, found[2]!.trace_id);
  const [failed, ...others] = found.map(({ line }): Line => line);
  const { retry_at, ...rest } = failed!;
  assert.match(String(retry_at), iso);
  assert.deepEqual([rest, ...others], [
    { ...known, event_id: first, try: 1, status: 503, fault: "http_status",
      became: "retried" },
    { ...known, event_id: first, try: 2, status: 200, fault: null,
      became: "delivered" },
    { ...known, event_id: second, try: 1, status: 410, fault: "http_status",
      became: "deactivated", reason: "HTTP_4XX_RESPONSE" },
  ]);
  assert.ok(!dispatcher.log.includes("tuna"));
});

/** Parses a data point as the runtime sends it. */
function point(body: Buffer): { index: unknown; blobs: unknown[]; doubles: unknown[] } {
  const fields = JSON.parse(body.toString());
  const column = (kind: string) =>
    Object.keys(fields)
      .filter((name) => new RegExp(`^${kind}\\d+$`).test(name))
      .sort((a, b) => Number(a.slice(kind.length)) - Number(b.slice(kind.length)))
      .map((name) => fields[name]);
  const text = (bytes: unknown) => (Array.isArray(bytes) ? Buffer.from(bytes).toString() : bytes);
  return {
    index: text(fields.index1), blobs: column("blob").map(text), doubles: column("double"),
  };
}

test("each request and each attempt has one data point", async () => {
  const { account, id } = await subscribe({ answers: [503, 200] });
  must(202, await account.api.post("/v1/events", event("a")));
  must(401, await dispatcher.client("whk_no").get("/v1/webhooks"));
  const written = () => points.received.map((request) => point(request.body));
  const mine = () => written().filter(({ index }) => index === account.name);
  await until("the second attempt", () => mine().some(({ doubles }) => doubles[2] === 2));
  const type = event("a")["event_type"];
  const found = mine().map(({ blobs, doubles: [count, took, number] }) => {
    assert.ok(Number.isInteger(took) && Number(took) >= 0);
    return JSON.stringify([blobs, count, number]);
  });
  assert.deepEqual(found.sort(), [
    [["request", "/v1/admin/keys", "201", "POST", ""], 1, 0],
    [["request", "/v1/webhooks", "201", "POST", ""], 1, 0],
    [["request", "/v1/events", "202", "POST", ""], 1, 0],
    [["try", type, "retried", "503", id], 1, 1],
    [["try", type, "delivered", "200", id], 1, 2],
  ].map((row) => JSON.stringify(row)).sort());
  const refused = ["request", "/v1/webhooks", "401", "GET", ""];
  await until("the refused request", () =>
    written().some(({ index, blobs }) => index === "-" && String(blobs) === String(refused)));
});

test("without a dataset there are no data points and no errors", async () => {
  const other = await startDispatcher();
  must(200, await other.client(apiKey).get("/v1/ping"));
  await until("the log line", () => lines(other, "request").length === 1);
  assert.ok(!other.log.includes("analytics_failed"));
});
