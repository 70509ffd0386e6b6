// JURISDICTION: every object is requested in it. The local runtime does not implement jurisdictions
// and refuses the request, which shows that it was made. Production is not tested here.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture } from "../support/fixture.ts";
import { apiKey, must } from "../support/harness.ts";
import { until } from "../support/wait.ts";

const { dispatchers: [eu, unknown, blank] } = await fixture(
  { vars: { JURISDICTION: "eu" } },
  { vars: { JURISDICTION: "EU" } },
  { vars: { JURISDICTION: "" } },
);

const target_url = "https://example.com/hook";
const refusal = "Jurisdiction restrictions are not implemented in workerd.";

test("every object is requested in the jurisdiction", async () => {
  const api = eu.client(apiKey);
  must(200, await api.get("/v1/ping"));
  assert.ok(!eu.log.includes(refusal), eu.log);
  const calls = [
    () => api.post("/v1/events", { event_type: "QUIZ_COMPLETION" }),
    () => api.post("/v1/webhooks", { target_url }),
    () => api.get("/v1/webhooks/abcd1234"),
    () => api.get("/v1/audit"),
    () => eu.admin.post("/v1/admin/accounts/default/disable"),
  ];
  for (const [index, call] of calls.entries()) {
    const answer = must(503, await call());
    assert.ok(answer.headers.has("retry-after"));
    await until("the refusal to be logged", () => eu.log.split(refusal).length - 1 === index + 1);
  }
  // The list is read from KV, without an object.
  assert.equal(must(200, await api.get("/v1/webhooks")).json.count, 0);
});

test("an unknown jurisdiction is an error that names the variable", async () => {
  must(200, await unknown.client().get("/health"));
  must(503, await unknown.client(apiKey).get("/v1/webhooks"));
  const error = "variable JURISDICTION: not one of eu, us, fedramp, fedramp-high";
  await until("the error to be logged", () => unknown.log.includes(error));
});

test("a blank jurisdiction is none", async () => {
  must(201, await blank.client(apiKey).post("/v1/webhooks", { target_url }));
});
