// Import: creates webhooks of another sender with their ids and signing secrets.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { values } from "../support/receiver.ts";

const { dispatcher, receiver } = await fixture({ vars: { MAX_WEBHOOKS: 5 } });

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

async function importLines(
  account: string,
  lines: unknown[],
  status = 200,
  type = "application/x-ndjson",
): Promise<any> {
  const body = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  const path = `/v1/admin/accounts/${account}/import`;
  const headers = { "content-type": type };
  return must(status, await dispatcher.admin.call("POST", path, body.join("\n"), headers)).json;
}

const statuses = (items: any[]) => items.map(({ line, status }) => [line, status]);

test("an imported webhook keeps its id and signs with its secret", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const line = {
    id: "5f1d7a84e1b2c3d4", target_url: mailbox.url, signing_secret: secret,
    basic_auth_username: "u", basic_auth_password: "p", additional_headers: { "X-A": "1" },
  };
  const [item] = await importLines(account.name, [line]);
  assert.equal(item.status, 201);
  assert.equal(item.webhook.id, line.id);
  assert.equal(item.webhook.signing_secret, secret);
  assert.equal(item.webhook.basic_auth_password, "********");
  assert.equal(await account.publish(event("a")), 1);
  const [request] = await mailbox.got(1);
  const headers = Object.fromEntries(request!.headers.map(([name, text]) =>
    [name.toLowerCase(), text]));
  assert.equal(
    (new StandardWebhook(secret).verify(request!.body.toString(), headers) as any).mark, "a");
  assert.deepEqual(values(request!, "x-a"), ["1"]);
  const read = await account.read(line.id);
  assert.equal(read.target_url, mailbox.url);
  const audit = must(200, await account.api.get("/v1/audit")).json.results;
  assert.deepEqual(audit.map(({ by, action, webhook }: any) => [by, action, webhook])[0],
    ["ADMIN_KEY", "webhook.created", line.id]);
});

test("a repeat changes nothing, and another webhook with the same id is refused", async () => {
  const account = await dispatcher.account();
  const target_url = receiver.mailbox().url;
  const full = { id: "a", target_url, signing_secret: secret, basic_auth_password: "p" };
  const plain = { id: "b", target_url, max_in_flight: 7 };
  const off = { id: "c", target_url, active: false };
  const lines = [full, plain, off];
  const first = await importLines(account.name, lines);
  assert.deepEqual(statuses(first), [[1, 201], [2, 201], [3, 201]]);
  const before = await Promise.all(["a", "b", "c"].map((id) => account.read(id)));
  assert.equal(before[2]!.active, false);
  const again = await importLines(account.name, lines);
  assert.deepEqual(statuses(again), [[1, 200], [2, 200], [3, 200]]);
  for (const { webhook } of again) assert.equal(webhook.signing_secret, undefined);
  const others = [
    { ...full, basic_auth_password: "q" },
    { ...plain, target_url: receiver.mailbox().url },
    { ...off, ordered: true },
  ];
  assert.deepEqual(statuses(await importLines(account.name, others)),
    [[1, 409], [2, 409], [3, 409]]);
  const otherNumbers = [{ ...plain, max_in_flight: null }, { ...off, max_in_flight: 65 }];
  assert.deepEqual(statuses(await importLines(account.name, otherNumbers)), [[1, 409], [2, 409]]);
  const sameNumber = [{ ...off, max_in_flight: 64 }];
  assert.deepEqual(statuses(await importLines(account.name, sameNumber)), [[1, 200]]);
  const otherSecret = [{ ...full, signing_secret: `whsec_${"B".repeat(32)}` }];
  assert.deepEqual(statuses(await importLines(account.name, otherSecret)), [[1, 409]]);
  assert.deepEqual(await Promise.all(["a", "b", "c"].map((id) => account.read(id))), before);
});

test("each invalid line gets an error, and the valid lines are imported", async () => {
  const account = await dispatcher.account();
  const target_url = receiver.mailbox().url;
  const items = await importLines(account.name, [
    { target_url }, "", { id: "ep_2X", target_url: "ftp://x" }, "{", "5", { id: "a", target_url },
    { id: "a", target_url },
  ]);
  assert.deepEqual(statuses(items),
    [[1, 400], [3, 400], [4, 400], [5, 400], [6, 201], [7, 400]]);
  assert.deepEqual(Object.keys(items[1].problem), ["id", "target_url"]);
  assert.deepEqual(items[5].problem, { id: ["Line 6 has this id already."] });
  assert.equal((await account.read("a")).id, "a");
  const long = { id: "b", target_url, x: "x".repeat(65_536) };
  assert.deepEqual(statuses(await importLines(account.name, [long])), [[1, 413]]);
});

test("an import is limited as other requests and accounts are", async () => {
  const account = await dispatcher.account();
  const line = (id: string) => ({ id, target_url: receiver.mailbox().url });
  const items = await importLines(account.name, [..."abcdefg"].map(line));
  assert.equal(items.filter(({ status }: any) => status === 201).length, 5);
  const refused = items.filter(({ status }: any) => status === 403);
  assert.equal(refused.length, 2);
  assert.match(refused[0].problem.detail, /5 webhooks, the most/);
  await importLines(account.name, Array.from({ length: 101 }, () => line("z")), 400);
  await importLines(account.name, [], 400);
  await importLines(account.name, ["x".repeat(1_048_577)], 413);
  await importLines(account.name, [line("z")], 415, "application/json");
  const path = `/v1/admin/accounts/${account.name}/import`;
  must(403, await account.api.post(path, line("z")));
  must(401, await dispatcher.client().post(path, line("z")));
});

test("an id that was just deleted is refused, and nothing is created", async () => {
  const account = await dispatcher.account();
  const line = { id: "a", target_url: receiver.mailbox().url };
  await importLines(account.name, [line]);
  must(204, await account.api.delete("/v1/webhooks/a"));
  const [item] = await importLines(account.name, [line]);
  assert.equal(item.status, 409);
  assert.match(item.problem.detail, /deleted less than a day ago/);
  must(404, await account.api.get("/v1/webhooks/a"));
});

test("two accounts can import the same id", async () => {
  const [one, other] = [await dispatcher.account(), await dispatcher.account()];
  const line = { id: "same", target_url: receiver.mailbox().url };
  assert.equal((await importLines(one.name, [line]))[0].status, 201);
  assert.equal((await importLines(other.name, [line]))[0].status, 201);
});
