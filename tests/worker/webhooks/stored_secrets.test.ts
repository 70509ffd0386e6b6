// Secrets at rest: none is stored or shown in plain text; a master key that is missing stops
// nothing but what needs it.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import {
  masterKeys,
  must,
  start,
  usualSecrets,
  type Dispatcher,
  type Settings,
} from "../support/harness.ts";
import { Receiver, nowhere, reply, values, type Received } from "../support/receiver.ts";
import { keepsQuiet } from "../support/secrets.ts";
import { isSignedWith } from "../support/signatures.ts";
import { quiet, until } from "../support/wait.ts";

const receiver = await Receiver.listen();
const dispatchers: Dispatcher[] = [];
after(async () => {
  await receiver.close();
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
});

async function started(settings: Settings = {}): Promise<Dispatcher> {
  const dispatcher = await start(settings);
  dispatchers.push(dispatcher);
  return dispatcher;
}

const credentials = {
  basic_auth_username: "u",
  basic_auth_password: "hunter2-at-rest",
  additional_headers: { "X-Key": "hunter3-at-rest" },
};

function carriesCredentials(request: Received): void {
  const { basic_auth_username: user, basic_auth_password: password } = credentials;
  assert.deepEqual(values(request, "authorization"), [`Basic ${btoa(`${user}:${password}`)}`]);
  assert.deepEqual(values(request, "x-key"), ["hunter3-at-rest"]);
}

/** Starts again with these master keys; `undefined` for none. */
async function restartWith(dispatcher: Dispatcher, keys: string | undefined): Promise<void> {
  await dispatcher.kill();
  const { MASTER_KEYS: _, ...others } = usualSecrets;
  const secrets = keys === undefined ? others : { ...others, MASTER_KEYS: keys };
  await dispatcher.restart({ secrets });
}

test("no secret is in an answer, a record, the log or any file", async () => {
  const dispatcher = await started();
  const account = await dispatcher.account();
  // A receiver that tells all that it was sent.
  const mailbox = receiver.mailbox((request, response) =>
    void reply(500, {}, JSON.stringify(request.headers))(request, response),
  );
  const answers: string[] = [];
  const call = async (method: "get" | "post" | "patch" | "put", path: string, body?: unknown) => {
    const answer = await account.api[method](path, body);
    answers.push(answer.text);
    return answer;
  };
  const body = { target_url: mailbox.url, ...credentials };
  const created = must(201, await account.api.post("/v1/webhooks", body)).json;
  const path = `/v1/webhooks/${created.id}`;
  must(200, await call("patch", path, { basic_auth_password: "hunter4-at-rest" }));
  must(200, await call("put", path, { additional_headers: { "x-other": "hunter5-at-rest" } }));
  const rotated = must(200, await account.api.post(`${path}/rotate-secret`)).json;
  await account.publish(event("a"));
  const request = await mailbox.answered(1);
  must(200, await call("post", `${path}/ping`));
  must(200, await call("get", path));
  must(200, await call("get", "/v1/webhooks"));
  const id = values(request, "webhook-id")[0]!;
  await until("the try to be in the history", async () => {
    const { json } = must(200, await call("get", `${path}/deliveries/${id}`));
    return json.tries.length > 0;
  });
  assert.ok(dispatcher.filesWith(created.id).length > 0, "the files are the right ones");
  await keepsQuiet(
    dispatcher,
    [
      ...[2, 3, 4, 5].map((n) => `hunter${n}-at-rest`),
      btoa("u:hunter2-at-rest"),
      btoa("u:hunter4-at-rest"),
      ...[created, rotated].map(({ signing_secret }) => signing_secret.slice("whsec_".length)),
    ],
    answers,
  );
});

describe("without MASTER_KEYS", () => {
  for (const keys of [undefined, "", " , "]) {
    test(`(${JSON.stringify(keys)}) no secret is taken, and the answer says why`, async () => {
      const secrets = { ...usualSecrets, MASTER_KEYS: keys ?? "" };
      const dispatcher = await started({ secrets });
      const account = await dispatcher.account();
      const bare = await account.api.post("/v1/webhooks", { target_url: nowhere });
      assert.equal(bare.status, 503);
      assert.match(bare.json.detail, /MASTER_KEYS/);
      assert.ok(Number(bare.headers.get("retry-after")) > 0);
      const bad = await account.api.post("/v1/webhooks", { target_url: "x" });
      assert.equal(bad.status, 400, "what is wrong with the request is told first");
      assert.equal(must(200, await account.api.get("/v1/webhooks")).json.count, 0);
      assert.deepEqual(await dispatcher.webhookObjects(), []);
    });
  }

  test("everything that needs no key goes on, and what waits for one is delivered", async () => {
    const dispatcher = await started();
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    const body = { target_url: mailbox.url, ...credentials };
    const { signing_secret, ...webhook } = must(
      201,
      await account.api.post("/v1/webhooks", body),
    ).json;
    const path = `/v1/webhooks/${webhook.id}`;

    await restartWith(dispatcher, undefined);
    assert.deepEqual(await account.read(webhook.id), webhook);
    for (const change of [
      { basic_auth_password: "x" },
      { additional_headers: { "X-Key": "********", y: "z" } },
    ]) {
      const answer = await account.api.patch(path, change);
      assert.equal(answer.status, 503, answer.text);
      assert.match(answer.json.detail, /MASTER_KEYS/);
    }
    assert.equal((await account.api.post(`${path}/rotate-secret`)).status, 503);
    const ping = await account.api.post(`${path}/ping`);
    assert.equal(ping.status, 503);
    assert.match(ping.json.detail, /MASTER_KEYS has no key "k1"/);
    const kept = { basic_auth_password: "********", event_type: "COURSE_ENROLLMENT" };
    const changed = must(200, await account.api.patch(path, kept)).json;
    assert.deepEqual(changed, { ...webhook, event_type: "COURSE_ENROLLMENT" });

    assert.equal(await account.publish(event("a")), 1);
    assert.equal(await account.publish(event("b")), 1);
    await until("the log to name the key", () => /MASTER_KEYS has no key/.test(dispatcher.log));
    assert.match(dispatcher.log, /deliveries_wait.*k1/);
    await quiet("requests", () => mailbox.count, 500);
    const { json } = must(200, await account.api.get(`${path}/deliveries`));
    assert.deepEqual(json.results.map(({ try_count }: any) => try_count), [0, 0]);
    assert.deepEqual(await account.read(webhook.id), changed);

    await restartWith(dispatcher, masterKeys.join(","));
    await dispatcher.scheduled();
    const requests = await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts).sort(), ["a", "b"]);
    for (const request of requests) {
      carriesCredentials(request);
      assert.ok(isSignedWith(signing_secret, request));
    }
  });
});

/** The ids of the master keys that sealed what a webhook keeps; only while nothing runs. */
function sealingKeys(dispatcher: Dispatcher, object: string): Set<string> {
  const ids = new Set<string>();
  dispatcher.editWebhookObject(object, (record) => {
    for (const [, id] of record.matchAll(/"(k\d)\.[A-Za-z0-9+/=]+"/g)) ids.add(id!);
    return record;
  });
  return ids;
}

test("a new master key seals what is touched, and after a sweep the old one can go", async () => {
  const [first, second] = masterKeys as [string, string];
  const dispatcher = await started({ secrets: { ...usualSecrets, MASTER_KEYS: first } });
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const body = { target_url: mailbox.url, ...credentials };
  const { id, signing_secret } = must(201, await account.api.post("/v1/webhooks", body)).json;
  const path = `/v1/webhooks/${id}`;
  must(200, await account.api.post(`${path}/rotate-secret`));
  const before = await account.read(id);
  const name = `webhook:${account.name}:${id}`;
  await until("KV to know it", async () => name in (await dispatcher.records("webhook:")));
  const object = await dispatcher.webhookObject(account.name, id);

  await restartWith(dispatcher, `${second},${first}`);
  await dispatcher.scheduled();
  assert.deepEqual(await account.read(id), before, "nothing has changed for its owner");
  await dispatcher.kill();
  assert.deepEqual(sealingKeys(dispatcher, object), new Set(["k2"]));

  await restartWith(dispatcher, second);
  await account.publish(event("a"));
  const [request] = await mailbox.got(1);
  carriesCredentials(request!);
  assert.ok(isSignedWith(signing_secret, request!), "the key that was rotated is there too");
  must(200, await account.api.post(`${path}/ping`));
});

test("what no master key opens stays as it is until that key is back", async () => {
  const [first, second] = masterKeys as [string, string];
  const dispatcher = await started({ secrets: { ...usualSecrets, MASTER_KEYS: first } });
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const { id } = await account.create({ target_url: mailbox.url, ...credentials });
  const object = await dispatcher.webhookObject(account.name, id);
  await restartWith(dispatcher, second);
  must(200, await account.api.patch(`/v1/webhooks/${id}`, { basic_auth_password: "x" }));
  await dispatcher.kill();
  assert.deepEqual(sealingKeys(dispatcher, object), new Set(["k1", "k2"]));
  await restartWith(dispatcher, `${second},${first}`);
  await account.publish(event("a"));
  const [request] = await mailbox.got(1);
  assert.deepEqual(values(request!, "authorization"), [`Basic ${btoa("u:x")}`]);
  assert.deepEqual(values(request!, "x-key"), ["hunter3-at-rest"]);
  await dispatcher.kill();
  assert.deepEqual(sealingKeys(dispatcher, object), new Set(["k2"]));
});
