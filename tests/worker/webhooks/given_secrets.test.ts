// Signing secrets that an owner gives: the spellings that are taken, and the secret in force.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";
import { isSignedWith, versions } from "../support/signatures.ts";
import { listed, refused } from "../support/webhook_fields.ts";

const { dispatcher, subscribe } = await fixture({});

/** Secrets of 24 to 64 bytes, whose base64 has no padding, one character of it, and two. */
const secrets = [24, 25, 26, 32, 64].map((bytes) => {
  const key = Buffer.from(Array.from({ length: bytes }, (_, n) => (n * 251) % 256));
  return `whsec_${key.toString("base64")}`;
});
const [secret, other] = [secrets[3]!, secrets[0]!];
const bare = (text: string) => text.replaceAll("=", "");

const urlSafe = `whsec_${Buffer.alloc(32, 0xfb).toString("base64url")}`;
const [isUrlSafe, isNoBase64, hasNoPrefix] = [
  'A signing secret is standard base64 after "whsec_", with "+" and "/": this is URL-safe ' +
    'base64, with "-" and "_".',
  'A signing secret is base64 after "whsec_".',
  'A signing secret begins with "whsec_".',
];
const bad: [text: string, message: string][] = [
  [urlSafe, isUrlSafe],
  [`${urlSafe}=`, isUrlSafe],
  [` ${urlSafe} `, isUrlSafe],
  ["whsec_-_+/", isNoBase64],
  ["whsec_!", isNoBase64],
  [`${secret}=`, isNoBase64],
  [`whsec_ ${secret.slice(6)}`, isNoBase64],
  [secret.replace("_", "_\n"), isNoBase64],
  [secret.slice(6), hasNoPrefix],
  [`WHSEC_${secret.slice(6)}`, hasNoPrefix],
  ["   ", hasNoPrefix],
  ["whsec_AAEC", "A signing secret has 24 to 64 bytes, not 3."],
  ["whsec_AAE", "A signing secret has 24 to 64 bytes, not 2."],
  ["whsec_", "A signing secret has 24 to 64 bytes, not 0."],
];

describe("a given secret", { concurrency: 4 }, () => {
  for (const padded of secrets) {
    test(`is taken with and without padding and space: ${padded}`, async () => {
      const texts = [padded, bare(padded), ` ${padded}`, `${bare(padded)}\r\n`, `\t${padded} \n`];
      for (const signing_secret of texts) {
        const { account, mailbox, secret: shown, path } = await subscribe({
          webhook: { signing_secret },
        });
        assert.equal(shown, padded, JSON.stringify(signing_secret));
        await account.publish(event("a"));
        assert.ok(isSignedWith(padded, (await mailbox.got(1))[0]!));
        const body = { signing_secret: `  ${other} `, grace_seconds: 0 };
        const rotated = must(200, await account.api.post(`${path}/rotate-secret`, body));
        assert.equal(rotated.json.signing_secret, other);
      }
    });
  }

  test("is taken in a form and in an import", async () => {
    const account = await dispatcher.account();
    const form = new URLSearchParams({ target_url: nowhere, signing_secret: ` ${bare(secret)} ` });
    const created = must(201, await account.api.call("POST", "/v1/webhooks", form)).json;
    assert.equal(created.signing_secret, secret);
    const path = `/v1/admin/accounts/${account.name}/import`;
    const line = (signing_secret: string) =>
      JSON.stringify({ id: "imported", target_url: nowhere, signing_secret });
    const lines = { "content-type": "application/x-ndjson" };
    const send = (text: string) => dispatcher.admin.call("POST", path, line(text), lines);
    const [first] = must(200, await send(bare(secret))).json;
    assert.deepEqual([first.status, first.webhook.signing_secret], [201, secret]);
    const [again] = must(200, await send(` ${secret}`)).json;
    assert.equal(again.status, 200, "it is the same key");
  });

  for (const [text, message] of bad) {
    test(`is refused: ${JSON.stringify(text)}`, async () => {
      const { account, path, mailbox, secret: current } = await subscribe();
      const messages = { signing_secret: [message] };
      const body = { target_url: nowhere, signing_secret: text };
      refused(await account.api.post("/v1/webhooks", body), messages);
      refused(await account.api.post(`${path}/rotate-secret`, { signing_secret: text }), messages);
      assert.equal((await listed(account)).count, 1);
      await account.publish(event("a"));
      const [request] = await mailbox.got(1);
      assert.ok(isSignedWith(current, request!) && versions(request!).length === 1);
    });
  }
});

describe("the secret in force", { concurrency: 4 }, () => {
  test("is no new key, however often and however it is written", async () => {
    const { account, path, mailbox, publish } = await subscribe({
      webhook: { signing_secret: secret },
    });
    const tag = must(200, await account.api.get(path)).headers.get("etag");
    const texts = [secret, bare(secret), ` ${secret}\n`, secret, secret, secret, secret];
    for (const signing_secret of texts) {
      const answer = must(200, await account.api.post(`${path}/rotate-secret`, { signing_secret }));
      assert.deepEqual(answer.json, { signing_secret: secret });
    }
    await publish("a");
    assert.equal(versions((await mailbox.got(1))[0]!).length, 1);
    assert.equal(must(200, await account.api.get(path)).headers.get("etag"), tag);
    const audit = must(200, await account.api.get("/v1/audit")).json.results;
    assert.ok(!audit.some((entry: any) => entry.action === "webhook.secret_rotated"));
  });

  test("is no new key for requests at the same time", async () => {
    const { account, path, mailbox, publish } = await subscribe();
    const rotate = () => account.api.post(`${path}/rotate-secret`, { signing_secret: secret });
    for (const answer of await Promise.all(Array.from({ length: 8 }, rotate)))
      assert.deepEqual(must(200, answer).json, { signing_secret: secret });
    await publish("a");
    const [request] = await mailbox.got(1);
    assert.equal(versions(request!).length, 2, "the generated one, and the new one");
    assert.ok(isSignedWith(secret, request!));
  });

  test("signs once when an earlier one is put in force again", async () => {
    const { account, path, mailbox, publish } = await subscribe({
      webhook: { signing_secret: secret },
    });
    for (const signing_secret of [other, secret, other, bare(secret)])
      must(200, await account.api.post(`${path}/rotate-secret`, { signing_secret }));
    await publish("a");
    const [request] = await mailbox.got(1);
    const signatures = versions(request!).map(([, signature]) => signature);
    assert.equal(new Set(signatures).size, signatures.length, "no two are equal");
    assert.equal(signatures.length, 2);
    assert.ok(isSignedWith(secret, request!) && isSignedWith(other, request!));
  });

  test("may be sent back, and no other", async () => {
    const { account, path, webhook } = await subscribe({ webhook: { signing_secret: secret } });
    for (const method of ["PUT", "PATCH"]) {
      const send = (fields: object) => account.api.text(method, path, JSON.stringify(fields));
      const answer = must(200, await send({ ...webhook, signing_secret: bare(secret) }));
      assert.deepEqual(answer.json, webhook);
      must(200, await send({ signing_secret: secret, signature: "hmac" }));
      must(200, await send({ signing_secret: null, signature: null }));
      const rotate =
        "This is not the secret in force. POST /v1/webhooks/{id}/rotate-secret changes it.";
      refused(await send({ signing_secret: other, active: false }), { signing_secret: [rotate] });
      refused(await send({ signing_secret: "x" }), { signing_secret: [hasNoPrefix] });
      const kind = "A webhook's kind of signature cannot be changed.";
      refused(await send({ signature: "ed25519" }), { signature: [kind] });
    }
    assert.deepEqual(must(200, await account.api.get(path)).json, webhook);
    const form = (signing_secret: string) =>
      account.api.call("PATCH", path, new URLSearchParams({ signing_secret }));
    must(200, await form(secret));
    must(200, await form(""));
    must(400, await form(other));
  });
});
