// JURISDICTION: every object is asked for in it. The local runtime knows no jurisdictions and refuses,
// which shows that it was asked; what production does is not shown here.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { apiKey, must, start } from "../support/harness.ts";
import { until } from "../support/wait.ts";

const [eu, unknown, blank] = await Promise.all([
  start({ vars: { JURISDICTION: "eu" } }),
  start({ vars: { JURISDICTION: "EU" } }),
  start({ vars: { JURISDICTION: "" } }),
]);
after(() => Promise.all([eu.stop(), unknown.stop(), blank.stop()]));

const target_url = "https://example.com/hook";
const refusal = "Jurisdiction restrictions are not implemented in workerd.";

test("every object is asked for in the jurisdiction", async () => {
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
    await until("it is logged", () => eu.log.split(refusal).length - 1 === index + 1);
  }
  // What is read from KV alone needs no object.
  assert.equal(must(200, await api.get("/v1/webhooks")).json.count, 0);
});

test("one that the platform does not know is a fault that names the variable", async () => {
  must(200, await unknown.client().get("/health"));
  must(503, await unknown.client(apiKey).get("/v1/webhooks"));
  const fault = "variable JURISDICTION: not one of eu, us, fedramp, fedramp-high";
  await until("it is logged", () => unknown.log.includes(fault));
});

test("a blank one is none", async () => {
  must(201, await blank.client(apiKey).post("/v1/webhooks", { target_url }));
});
