// `GET /metrics`: the metrics of an account as OpenMetrics, read with the parser of Prometheus.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { until } from "../support/wait.ts";

const { dispatcher, receiver } = await fixture({
  vars: { RETRY_BASE_MS: 600_000, RETRY_MAX_MS: 600_000, MAX_BACKLOG: 2 },
});

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}
interface Family {
  name: string;
  type: string;
  unit: string;
  samples: Sample[];
}

const reader = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
families = text_string_to_metric_families(sys.stdin.read())
print(json.dumps([dict(name=family.name, type=family.type, unit=family.unit,
  samples=[dict(name=it.name, labels=it.labels, value=it.value) for it in family.samples])
  for family in families]))
`;

/** Parses the metrics. The parser fails if the text violates the grammar. */
async function parsed(text: string): Promise<Family[]> {
  const program = process.env["PYTHON"];
  if (program === undefined)
    throw new Error(process.env["PYTHON_TROUBLE"] ?? "run it by: npm test -- --only node-test");
  const child = spawn(program, ["-c", reader], { stdio: ["pipe", "pipe", "pipe"] });
  let [output, error] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (error += chunk.toString("utf8")));
  child.stdin.end(text);
  const code = await new Promise((resolve, reject) =>
    child.once("error", reject).once("close", resolve));
  assert.equal(code, 0, `${error}\n${text}`);
  return JSON.parse(output);
}

/** Returns the value of a sample, or undefined. Fails if it occurs twice. */
function value(families: Family[], name: string, labels: Record<string, string>) {
  const found = families.flatMap(({ samples }) => samples).filter((sample) =>
    sample.name === name
    && Object.entries(labels).every(([label, text]) => sample.labels[label] === text));
  assert.ok(found.length <= 1, `${name} ${JSON.stringify(labels)} occurs twice`);
  return found[0]?.value;
}

const { admin } = dispatcher;
const metricsOf = async (account: string) => {
  const answer = must(200, await admin.get(`/metrics?account=${account}`));
  return parsed(answer.text);
};

test("the metrics have the statistics of the webhooks", async () => {
  const account = await dispatcher.account();
  const good = await account.create({ target_url: receiver.mailbox(200).url });
  const failing = await account.create({ target_url: receiver.mailbox(500).url });
  const gone = await account.create({ target_url: receiver.mailbox(410).url });
  const off = await account.create({ target_url: receiver.mailbox().url, active: false });
  const stats = async (id: string) =>
    must(200, await account.api.get(`/v1/webhooks/${id}/stats`)).json;
  // The events are published one by one, so that only the failing webhook's backlog is full.
  for (const number of [1, 2, 3]) {
    await account.publish(event(`${number}`));
    await until("the attempts for it", async () =>
      (await stats(good.id)).delivered === number
      && (await stats(failing.id)).tries === Math.min(number, 2));
    await account.deactivated(gone.id);
  }

  const families = await metricsOf(account.name);
  const of = (name: string, webhook: string, labels = {}) =>
    value(families, name, { account: account.name, webhook, ...labels });
  assert.equal(value(families, "webhooks_account_disabled", { account: account.name }), 0);
  const ids = [good.id, failing.id, gone.id, off.id];
  const up = families.find(({ name }) => name === "webhooks_up")!.samples;
  assert.deepEqual(up.map(({ labels }) => labels["webhook"]).toSorted(), ids.toSorted());
  for (const [id, state] of [[good.id, "active"], [failing.id, "active"], [gone.id, "holding"],
    [off.id, "off"]] as const)
    for (const webhooks_state of ["active", "holding", "off"])
      assert.equal(of("webhooks_state", id, { webhooks_state }), Number(webhooks_state === state));
  for (const id of ids) {
    const told = await stats(id);
    assert.equal(of("webhooks_up", id), 1);
    for (const status of ["waiting", "in_flight", "delivered", "undelivered", "held"])
      assert.equal(of("webhooks_deliveries", id, { status }), told[status], status);
    assert.equal(of("webhooks_refused_total", id), told.refused);
    assert.equal(of("webhooks_held_dropped_total", id), told.dropped);
    assert.equal(of("webhooks_latest_tries", id), told.tries);
    assert.equal(of("webhooks_success_ratio", id), told.success_rate ?? undefined);
    for (const [name, at] of [["last_success", told.last_success_at],
      ["last_failure", told.last_failure_at], ["next_try", told.next_try_at]])
      assert.equal(of(`webhooks_${name}_timestamp_seconds`, id),
        at === null ? undefined : Date.parse(at) / 1_000);
    for (const [quantile, ms] of [["0.5", told.duration_ms_p50], ["0.99", told.duration_ms_p99]])
      assert.equal(of("webhooks_try_duration_seconds", id, { quantile }),
        ms === null ? undefined : ms / 1_000);
  }
  assert.equal(of("webhooks_deliveries", good.id, { status: "delivered" }), 3);
  assert.equal(of("webhooks_deliveries", failing.id, { status: "waiting" }), 2);
  assert.equal(of("webhooks_refused_total", failing.id), 1);
  const types = Object.fromEntries(families.map(({ name, type }) => [name, type]));
  assert.equal(types["webhooks_refused"], "counter");
  assert.equal(types["webhooks_state"], "stateset");
  assert.equal(types["webhooks_try_duration_seconds"], "summary");
});

test("the metrics show a disabled account, and no webhooks of an unknown one", async () => {
  const account = await dispatcher.account();
  await account.create({ target_url: receiver.mailbox().url });
  must(200, await admin.post(`/v1/admin/accounts/${account.name}/disable`));
  const families = await metricsOf(account.name);
  assert.equal(value(families, "webhooks_account_disabled", {}), 1);
  const none = await metricsOf("nobody");
  assert.deepEqual(none.find(({ name }) => name === "webhooks_up")!.samples, []);
});

test("GET /metrics needs the admin key and the name of an account", async () => {
  const account = await dispatcher.account();
  must(401, await dispatcher.client().get("/metrics?account=a"));
  must(403, await account.api.get(`/metrics?account=${account.name}`));
  must(405, await admin.post("/metrics?account=a"));
  for (const query of ["", "?account=", "?account=A%22", `?account=${"a".repeat(64)}`]) {
    const { account: sentences } = must(400, await admin.get(`/metrics${query}`)).json;
    assert.equal(sentences.length, 1);
  }
});

test("a collector that accepts OpenMetrics gets the metrics, another one gets 406", async () => {
  const read = (accept: string) =>
    admin.call("GET", "/metrics?account=a", undefined, { accept });
  must(200, await read("application/openmetrics-text;version=1.0.0"));
  must(200, await read("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2"));
  must(200, await read("*/*"));
  must(406, await read("text/html"));
  must(406, await admin.call("GET", "/v1/admin/keys", undefined,
    { accept: "application/openmetrics-text" }));
});

test("the metrics have 500 webhooks, in the order of their ids", async () => {
  const account = await dispatcher.account();
  const target = receiver.mailbox().url;
  const ids: string[] = [];
  const create = async (index: number) =>
    ids.push((await account.create({ target_url: `${target}?${index}` })).id);
  for (let index = 0; index < 500; index += 20)
    await Promise.all(Array.from({ length: 20 }, (_, offset) => create(index + offset)));
  const families = await metricsOf(account.name);
  const up = families.find(({ name }) => name === "webhooks_up")!.samples;
  assert.deepEqual(up.map(({ labels }) => labels["webhook"]), ids.toSorted());
  assert.ok(up.every(({ value }) => value === 1));
});
