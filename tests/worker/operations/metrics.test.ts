// `GET /metrics`: the metrics of an account in both text formats, read with the parsers of
// Prometheus.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { until } from "../support/wait.ts";

const { dispatcher, receiver, subscribe } = await fixture({
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

const reader = (module: string) => `
import json, sys
from prometheus_client.${module} import text_string_to_metric_families
families = text_string_to_metric_families(sys.stdin.read())
print(json.dumps([dict(name=family.name, type=family.type, unit=family.unit,
  samples=[dict(name=it.name, labels=it.labels, value=it.value) for it in family.samples])
  for family in families]))
`;

/** Parses the metrics. The parser fails if the text violates the grammar. */
async function parsed(text: string, module = "openmetrics.parser"): Promise<Family[]> {
  const program = process.env["PYTHON"];
  if (program === undefined)
    throw new Error(process.env["PYTHON_TROUBLE"] ?? "run it by: npm test -- --only node-test");
  return JSON.parse(await output(text, program, "-c", reader(module)));
}

/** Returns what a program writes that reads this text. Fails if the program does. */
async function output(text: string, program: string, ...args: string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  let [output, error] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (error += chunk.toString("utf8")));
  child.stdin.end(text);
  const code = await new Promise((resolve, reject) =>
    child.once("error", reject).once("close", resolve));
  assert.equal(code, 0, `${error}\n${text}`);
  return output + error;
}

/** promtool, if this machine has it: the Debian package `prometheus`. */
const promtool = process.env["PROMTOOL"] ?? (process.env["PATH"] ?? "").split(delimiter)
  .map((folder) => join(folder, "promtool")).find((path) => existsSync(path));

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
  for (const [id, state] of [[good.id, "healthy"], [failing.id, "failing"], [gone.id, "off"],
    [off.id, "paused"]] as const)
    for (const webhooks_state of ["untried", "healthy", "degraded", "failing", "paused", "off"])
      assert.equal(of("webhooks_state", id, { webhooks_state }), Number(webhooks_state === state));
  for (const id of ids) {
    const told = await stats(id);
    assert.equal(of("webhooks_up", id), 1);
    for (const status of ["waiting", "in_flight", "delivered", "undelivered", "held"])
      assert.equal(of("webhooks_deliveries", id, { status }), told[status], status);
    assert.equal(of("webhooks_accepted_total", id), told.accepted_total);
    assert.equal(of("webhooks_delivered_total", id), told.delivered_total);
    for (const fault of ["http_status", "refused", "timeout_answer"])
      assert.equal(of("webhooks_failed_tries_total", id, { fault }),
        told.failed_tries_total[fault]);
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
  assert.equal(of("webhooks_accepted_total", good.id), 3);
  assert.equal(of("webhooks_delivered_total", good.id), 3);
  assert.equal(of("webhooks_failed_tries_total", failing.id, { fault: "http_status" }), 2);
  assert.equal(of("webhooks_failed_tries_total", gone.id, { fault: "http_status" }), 1);
  const types = Object.fromEntries(families.map(({ name, type }) => [name, type]));
  assert.equal(types["webhooks_refused"], "counter");
  assert.equal(types["webhooks_state"], "stateset");
  assert.equal(types["webhooks_try_duration_seconds"], "summary");
});

test("the metrics show a disabled account, and there are none of an unknown one", async () => {
  const account = await dispatcher.account();
  await account.create({ target_url: receiver.mailbox().url });
  must(200, await admin.post(`/v1/admin/accounts/${account.name}/disable`));
  const families = await metricsOf(account.name);
  assert.equal(value(families, "webhooks_account_disabled", {}), 1);
  for (const accept of ["*/*", "text/plain"])
    must(404, await admin.call("GET", "/metrics?account=nobody", undefined, { accept }));
  // An account exists as soon as it has a key, and `default` always does.
  for (const name of [(await dispatcher.account()).name, "default"]) {
    const none = await metricsOf(name);
    assert.deepEqual(none.find(({ name }) => name === "webhooks_up")!.samples, [], name);
  }
});

test("GET /metrics needs the admin key and the name of an account", async () => {
  const account = await dispatcher.account();
  must(401, await dispatcher.client().get("/metrics?account=a"));
  must(403, await account.api.get(`/metrics?account=${account.name}`));
  must(405, await admin.post("/metrics?account=a"));
  for (const query of ["", "?account=", "?account=A%22", `?account=${"a".repeat(129)}`]) {
    const { account: sentences } = must(400, await admin.get(`/metrics${query}`)).json;
    assert.equal(sentences.length, 1);
  }
});

test("a collector gets the format that it prefers, or 406", async () => {
  const { name } = await dispatcher.account();
  const read = (accept: string) =>
    admin.call("GET", `/metrics?account=${name}`, undefined, { accept });
  const open = "application/openmetrics-text; version=1.0.0; charset=utf-8";
  const plain = "text/plain; version=0.0.4; charset=utf-8";
  for (const [accept, type] of [
    ["application/openmetrics-text;version=1.0.0", open],
    ["application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2", open],
    ["*/*", open],
    ["text/plain", plain],
    ["text/plain;version=0.0.4;q=0.5,*/*;q=0.1", plain],
    ["text/*", plain],
    ["application/openmetrics-text;q=0,*/*", plain],
  ] as const) {
    const answer = must(200, await read(accept));
    assert.equal(answer.headers.get("content-type"), type, accept);
    assert.equal(answer.text.endsWith("# EOF\n"), type === open, accept);
  }
  for (const accept of ["text/html", "application/json", "text/plain;q=0", "*/*;q=0"])
    must(406, await read(accept));
  for (const accept of ["application/openmetrics-text", "text/plain"])
    must(406, await admin.call("GET", "/v1/admin/keys", undefined, { accept }));
});

test("both formats have the same samples", async () => {
  const { account, publish, mailbox } = await subscribe({ answers: [503, 200] });
  await publish("a");
  await mailbox.got(1);
  const read = async (accept: string) =>
    must(200, await admin.call("GET", `/metrics?account=${account.name}`, undefined, { accept }));
  const samples = (families: Family[]) => families.flatMap(({ samples }) => samples)
    .map((sample) => JSON.stringify(sample)).toSorted();
  const plain = await parsed((await read("text/plain")).text, "parser");
  const open = await parsed((await read("*/*")).text);
  assert.ok(samples(plain).length > 20);
  assert.deepEqual(samples(plain), samples(open));
  const types = Object.fromEntries(plain.map(({ name, type }) => [name, type]));
  assert.equal(types["webhooks_state"], "gauge");
  assert.ok(Object.values(types).every((type) =>
    ["gauge", "counter", "summary"].includes(type)), JSON.stringify(types));
});

test(
  "promtool accepts the names and the types",
  { skip: promtool === undefined && "promtool is not installed (Debian package prometheus)" },
  async () => {
    const { account, publish, mailbox } = await subscribe({ answers: [503, 200] });
    await publish("a");
    await mailbox.got(1);
    const answer = await admin.call("GET", `/metrics?account=${account.name}`, undefined,
      { accept: "text/plain" });
    assert.equal(await output(must(200, answer).text, promtool!, "check", "metrics"), "");
  },
);

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
