// Makes each call of the contract once to a running dispatcher. The client checks every response
// against the contract (conform.ts). The tests check that no call was left out, and that a response
// which violates the contract is an error.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { conform, operations, seen } from "../worker/support/conform.ts";
import { must, start } from "../worker/support/harness.ts";
import { Receiver } from "../worker/support/receiver.ts";
import { until } from "../worker/support/wait.ts";

const dispatcher = await start({ vars: { RETRY_BASE_MS: 20, RETRY_MAX_MS: 20, RETRY_LIMIT: 2 } });
const receiver = await Receiver.listen();
after(async () => {
  await dispatcher.stop();
  await receiver.close();
});

const event = { event_type: "COURSE_COMPLETION", course: { id: "c1" } };

test("the response to every call conforms to the contract", async () => {
  const account = await dispatcher.account();
  const { api } = account;
  const { admin } = dispatcher;
  const target_url = receiver.mailbox().url;
  await dispatcher.client().get("/health");
  must(200, await api.get("/v1/ping"));
  must(200, await api.get("/v1/event-types"));
  must(426, await api.get("/v1/listen"));
  must(200, await api.get("/v1/webhooks/sample-path-completion"));
  const { id } = must(201, await api.post("/v1/webhooks", {
    target_url,
    event_type: event.event_type,
    basic_auth_username: "u",
    basic_auth_password: "p",
    additional_headers: { "X-A": "1" },
    max_per_second: 100,
    max_in_flight: 10,
    retry_4xx: true,
    signature: "ed25519",
  })).json;
  const path = `/v1/webhooks/${id}`;
  must(200, await api.get(path));
  must(200, await api.patch(path, { ordered: true }));
  must(200, await api.put(path, { ordered: false }));
  must(200, await api.patch(path, { filter: { event_type: event.event_type } }));
  must(200, await api.post("/v1/filters/test", { filter: { n: 1 }, event }));
  must(200, await api.post(`${path}/ping`));
  must(200, await api.post(`${path}/rotate-secret`, { grace_seconds: 5 }));
  const published = must(202, await api.post("/v1/events", event)).json;
  must(200, await api.post("/v1/events/batch", [event, { event_type: "NOTHING" }, 5]));
  const delivery = `${path}/deliveries/${published.id}`;
  await until("the delivery has arrived", async () => {
    const { status, tries } = must(200, await api.get(delivery)).json;
    return status === "delivered" && tries.length === 1 ? true : undefined;
  });
  must(200, await api.get(`${delivery}/request`));
  must(200, await api.get(`${path}/deliveries?page_size=1`));
  must(200, await api.get(`${path}/stats`));
  must(200, await api.get(`${path}/stats/series`));
  must(200, await api.get(`${path}/deliveries.csv`));
  must(200, await api.get(`${path}/deliveries.jsonl`));
  must(200, await api.get(`/v1/events/${published.id}`));
  must(409, await api.post(`${delivery}/skip`));
  must(202, await api.post(`${delivery}/resend`));
  must(202, await api.post(`${path}/deliveries/resend?fault=dns`));
  must(202, await api.post(`${path}/recover`, { status: "all" }));
  must(200, await api.get(`${path}/recover`));
  must(200, await api.get("/v1/webhooks"));
  must(201, await api.put("/v1/alert", { target_url }));
  must(200, await api.put("/v1/alert", { retry_4xx: true }));
  must(200, await api.get("/v1/alert"));
  must(204, await api.delete("/v1/alert"));
  must(200, await api.get("/v1/audit"));
  const accountPath = `/v1/admin/accounts/${account.name}`;
  must(200, await admin.post(`${accountPath}/disable`));
  must(403, await api.post("/v1/events", event));
  must(200, await admin.post(`${accountPath}/enable`));
  must(200, await admin.get(accountPath));
  must(201, await admin.post(`${accountPath}/portal`));
  for (const accept of ["*/*", "text/plain"])
    must(200, await admin.call("GET", `/metrics?account=${account.name}`, undefined, { accept }));
  must(200, await admin.get("/v1/admin/accounts"));
  const type = "/v1/admin/event-types/ORDER_PAID";
  must(201, await admin.put(type, { description: "An order is paid.", schema: {} }));
  must(200, await admin.put(type, { deprecated: true }));
  must(200, await admin.get(type));
  must(200, await api.get("/v1/event-types"));
  must(204, await admin.delete(type));
  const imported = `${JSON.stringify({ id: "foreign1", target_url })}\n{}\n`;
  must(200, await admin.call("POST", `${accountPath}/import`, imported,
    { "content-type": "application/x-ndjson" }));
  must(204, await api.delete(path));
  const keys = must(200, await admin.get("/v1/admin/keys")).json.results;
  must(202, await admin.delete(accountPath));
  must(204, await admin.delete(`/v1/admin/keys/${keys[0].id}`));
  const missing = operations.filter(({ operation }) => !seen.has(operation.operationId));
  assert.deepEqual(missing.map(({ operation }) => operation.operationId), []);
});

test("a response that violates the contract is an error", async () => {
  const answer = (status: number, json: unknown, headers: Record<string, string> = {}) => ({
    status,
    headers: new Headers({
      "content-type": "application/json", "cache-control": "no-store", ...headers,
    }),
    text: JSON.stringify(json),
    json,
  });
  const good = { count: 0, next: null, previous: null, results: [] };
  const check = (violating: ReturnType<typeof answer>, message: RegExp) =>
    assert.throws(() => conform("GET", "/v1/webhooks/", violating), message);
  conform("GET", "/v1/webhooks/", answer(200, good));
  check(answer(202, good), /202 is not in the contract/);
  check(answer(200, { ...good, more: 1 }), /additional properties/);
  check(answer(200, { ...good, count: "0" }), /count must be integer/);
  check(answer(200, { count: 0 }), /required property/);
  check(answer(200, good, { "content-type": "text/html" }), /GET/);
  const problem = { detail: "x", code: "x", request_id: "0123456789abcdef" };
  check(answer(401, problem), /without WWW-Authenticate/);
  check(answer(404, { detial: "x" }), /additional properties|required/);
  const later = { "retry-after": "soon" };
  check(answer(503, problem, later), /Retry-After: soon/);
  assert.throws(() => conform("GET", "/v1/nothing", answer(200, good)), /200/);
  assert.throws(() => conform("TRACE", "/v1/webhooks", answer(200, good)), /200/);
});
