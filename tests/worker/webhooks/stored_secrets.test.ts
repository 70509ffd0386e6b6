// Secrets at rest: none is stored or shown in plain text. A missing master key stops only the calls
// and deliveries that need it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { defaultSecrets, masterKeys, must, type Dispatcher } from "../support/harness.ts";
import { nowhere, reply, values, type Received, type Responder } from "../support/receiver.ts";
import { assertSecretsHidden } from "../support/secrets.ts";
import { isSignedWith } from "../support/signatures.ts";
import { noMore, until } from "../support/wait.ts";

const { startDispatcher, subscribe } = await fixture();

const credentials = {
  basic_auth_username: "u",
  basic_auth_password: "hunter2-at-rest",
  additional_headers: { "X-Key": "hunter3-at-rest" },
};

function assertCredentials(request: Received): void {
  const { basic_auth_username: user, basic_auth_password: password } = credentials;
  assert.deepEqual(values(request, "authorization"), [`Basic ${btoa(`${user}:${password}`)}`]);
  assert.deepEqual(values(request, "x-key"), ["hunter3-at-rest"]);
}

/** Restarts with these master keys, or without the secret MASTER_KEYS. */
async function restartWith(dispatcher: Dispatcher, keys: string | undefined): Promise<void> {
  await dispatcher.kill();
  const { MASTER_KEYS: _, ...others } = defaultSecrets;
  const secrets = keys === undefined ? others : { ...others, MASTER_KEYS: keys };
  await dispatcher.restart({ secrets });
}

test("no secret is in an answer, a record, the log or any file", async () => {
  const dispatcher = await startDispatcher();
  const echoHeaders: Responder = (request, response) =>
    reply(500, {}, JSON.stringify(request.headers))(request, response);
  const { account, mailbox, id, path, secret } = await subscribe({
    dispatcher,
    webhook: credentials,
    answers: [echoHeaders],
  });
  const answers: string[] = [];
  const call = async (method: "get" | "post" | "patch" | "put", path: string, body?: unknown) => {
    const answer = await account.api[method](path, body);
    answers.push(answer.text);
    return answer;
  };
  must(200, await call("patch", path, { basic_auth_password: "hunter4-at-rest" }));
  must(200, await call("put", path, { additional_headers: { "x-other": "hunter5-at-rest" } }));
  const rotated = must(200, await account.api.post(`${path}/rotate-secret`)).json;
  await account.publish(event("a"));
  const request = await mailbox.answered(1);
  must(200, await call("post", `${path}/ping`));
  must(200, await call("get", path));
  must(200, await call("get", "/v1/webhooks"));
  const eventId = values(request, "webhook-id")[0]!;
  await until("the attempt to be in the history", async () => {
    const { json } = must(200, await call("get", `${path}/deliveries/${eventId}`));
    return json.tries.length > 0;
  });
  assert.ok(dispatcher.filesWith(id).length > 0, "the files are the right ones");
  await assertSecretsHidden(
    dispatcher,
    [
      ...[2, 3, 4, 5].map((n) => `hunter${n}-at-rest`),
      btoa("u:hunter2-at-rest"),
      btoa("u:hunter4-at-rest"),
      ...[secret, rotated.signing_secret].map((each) => each.slice("whsec_".length)),
    ],
    answers,
  );
});

describe("without MASTER_KEYS", () => {
  for (const keys of [undefined, "", " , "]) {
    test(`(${JSON.stringify(keys)}) no webhook is created, and the answer says why`, async () => {
      const secrets = { ...defaultSecrets, MASTER_KEYS: keys ?? "" };
      const dispatcher = await startDispatcher({ secrets });
      const account = await dispatcher.account();
      const bare = await account.api.post("/v1/webhooks", { target_url: nowhere });
      assert.equal(bare.status, 503);
      assert.match(bare.json.detail, /MASTER_KEYS/);
      assert.ok(Number(bare.headers.get("retry-after")) > 0);
      const bad = await account.api.post("/v1/webhooks", { target_url: "x" });
      assert.equal(bad.status, 400, "errors of the request come first");
      assert.equal(must(200, await account.api.get("/v1/webhooks")).json.count, 0);
      assert.deepEqual(await dispatcher.webhookObjects(), []);
    });
  }

  test("calls that need no key succeed, and deliveries wait for the key", async () => {
    const dispatcher = await startDispatcher();
    const { account, mailbox, webhook, path, secret } = await subscribe({
      dispatcher,
      webhook: credentials,
    });

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
    const { updated_at } = changed;
    assert.deepEqual(changed, { ...webhook, event_type: "COURSE_ENROLLMENT", updated_at });

    assert.equal(await account.publish(event("a")), 1);
    assert.equal(await account.publish(event("b")), 1);
    await until("the log to name the key", () => /MASTER_KEYS has no key/.test(dispatcher.log));
    assert.match(dispatcher.log, /deliveries_wait.*k1/);
    await noMore("requests", () => mailbox.count, 500);
    const { json } = must(200, await account.api.get(`${path}/deliveries`));
    assert.deepEqual(json.results.map(({ try_count }: any) => try_count), [0, 0]);
    assert.deepEqual(await account.read(webhook.id), changed);

    await restartWith(dispatcher, masterKeys.join(","));
    await dispatcher.scheduled();
    const requests = await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts).sort(), ["a", "b"]);
    for (const request of requests) {
      assertCredentials(request);
      assert.ok(isSignedWith(secret, request));
    }
  });
});

/** Returns the ids of the master keys that sealed a webhook's secrets. Only after `kill`. */
function sealingKeys(dispatcher: Dispatcher, object: string): Set<string> {
  const ids = new Set<string>();
  dispatcher.editWebhookObject(object, (record) => {
    for (const [, id] of record.matchAll(/"(k\d)\.[A-Za-z0-9+/=]+"/g)) ids.add(id!);
    return record;
  });
  return ids;
}

test("a run of the cron trigger seals all secrets with the new master key", async () => {
  const [first, second] = masterKeys as [string, string];
  const dispatcher = await startDispatcher({ secrets: { ...defaultSecrets, MASTER_KEYS: first } });
  const { account, mailbox, id, path, secret } = await subscribe({
    dispatcher,
    webhook: credentials,
  });
  must(200, await account.api.post(`${path}/rotate-secret`));
  const before = await account.read(id);
  const name = `webhook:${account.name}:${id}`;
  await until("the record to be in KV", async () => name in (await dispatcher.records("webhook:")));
  const object = await dispatcher.webhookObject(account.name, id);

  await restartWith(dispatcher, `${second},${first}`);
  await dispatcher.scheduled();
  assert.deepEqual(await account.read(id), before, "the webhook reads the same");
  await dispatcher.kill();
  assert.deepEqual(sealingKeys(dispatcher, object), new Set(["k2"]));

  await restartWith(dispatcher, second);
  await account.publish(event("a"));
  const [request] = await mailbox.got(1);
  assertCredentials(request!);
  assert.ok(isSignedWith(secret, request!), "the rotated secret still signs");
  must(200, await account.api.post(`${path}/ping`));
});

test("a secret is kept while its master key is missing", async () => {
  const [first, second] = masterKeys as [string, string];
  const dispatcher = await startDispatcher({ secrets: { ...defaultSecrets, MASTER_KEYS: first } });
  const { account, mailbox, id } = await subscribe({ dispatcher, webhook: credentials });
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
