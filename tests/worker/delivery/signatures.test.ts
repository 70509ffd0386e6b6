// Signatures: third-party libraries verify every POST, keys are rotated without a gap, and a secret
// is shown once.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { nowhere, reply, values, type Received, type Step } from "../support/receiver.ts";
import { header, isSignedBy, isSignedWith, versions } from "../support/signatures.ts";
import { until } from "../support/wait.ts";
import { fields, refused } from "../support/webhook_fields.ts";

const retryMs = 1_100;
/** Long enough for a delivery on a slow machine. */
const graceSeconds = 3;
const { dispatcher, receiver } = await fixture({
  vars: { RETRY_BASE_MS: retryMs, RETRY_MAX_MS: retryMs },
});

/** A failure whose retry leaves time for a change. */
const retryLater = reply(503, { "retry-after": "3" });

const chosenSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const otherSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/** Creates an account with one webhook. `created` is the answer to the creation of the webhook. */
async function signing(fields: Record<string, unknown>, ...answers: Step[]) {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(...answers);
  const body = { target_url: mailbox.url, ...fields };
  const created = must(201, await account.api.post("/v1/webhooks", body)).json;
  const path = `/v1/webhooks/${created.id}`;
  const rotate = (fields?: unknown) => account.api.post(`${path}/rotate-secret`, fields);
  const deliver = async (): Promise<Received> => {
    const before = mailbox.count;
    await account.publish(event("a"));
    return (await mailbox.got(before + 1))[before]!;
  };
  return { account, mailbox, created, path, rotate, deliver };
}

/** Returns the webhook as each call of the API shows it after its creation. */
async function everyView(account: Account, path: string): Promise<any[]> {
  return [
    must(200, await account.api.get(path)).json,
    // Only alone is a webhook shown with those that share its target.
    { ...must(200, await account.api.get("/v1/webhooks")).json.results[0], shares_target_with: [] },
    must(200, await account.api.patch(path, { active: true })).json,
    must(200, await account.api.put(path, {})).json,
  ];
}

describe("a delivery", { concurrency: 8 }, () => {
  test("is signed with the secret that the dispatcher generated", async () => {
    const { account, created, mailbox } = await signing({});
    assert.match(created.signing_secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    const answer = must(202, await account.api.post("/v1/events", event("a")));
    const [request] = await mailbox.got(1);
    assert.ok(isSignedWith(created.signing_secret, request!));
    assert.ok(!isSignedWith(otherSecret, request!));
    assert.equal(header(request!, "webhook-id"), answer.json.id);
    const timestamp = Number(header(request!, "webhook-timestamp"));
    assert.ok(Math.abs(Date.now() / 1_000 - timestamp) < 60, `${timestamp}`);
    assert.match(header(request!, "webhook-signature"), /^v1,[A-Za-z0-9+/]{43}=$/);
  });

  test("is signed with the secret that the owner chose", async () => {
    const { created, deliver } = await signing({ signing_secret: chosenSecret, signature: "hmac" });
    assert.equal(created.signing_secret, chosenSecret);
    assert.ok(isSignedWith(chosenSecret, await deliver()));
  });

  test("is signed with a different secret for each webhook", async () => {
    const [one, two] = [await signing({}), await signing({})];
    assert.notEqual(one.created.signing_secret, two.created.signing_secret);
    const request = await one.deliver();
    assert.ok(!isSignedWith(two.created.signing_secret, request));
  });

  test("is signed byte for byte, and has its other headers", async () => {
    const { account, mailbox, created } = await signing({
      basic_auth_username: "u",
      basic_auth_password: "p",
      additional_headers: { "X-A": "1" },
    });
    const body = ` {"event_type" : "QUIZ_COMPLETION",\n "name":"Zo\u00eb \u{1f393}"} `;
    must(202, await account.api.text("POST", "/v1/events", body));
    const [request] = await mailbox.got(1);
    assert.equal(request!.body.toString("utf8"), body);
    assert.ok(isSignedWith(created.signing_secret, request!));
    assert.deepEqual(values(request!, "content-type"), ["application/json"]);
    assert.deepEqual(values(request!, "user-agent"), ["skilljar"]);
    assert.deepEqual(values(request!, "authorization"), [`Basic ${btoa("u:p")}`]);
    assert.deepEqual(values(request!, "x-a"), ["1"]);
  });

  test("keeps its id in its retries, each of which has a new timestamp", async () => {
    const { created, deliver, mailbox } = await signing({}, 500, 503, 200);
    await deliver();
    const requests = await mailbox.got(3);
    assert.equal(new Set(requests.map((request) => header(request, "webhook-id"))).size, 1);
    const times = requests.map((request) => Number(header(request, "webhook-timestamp")));
    assert.ok(times[0]! < times[1]! && times[1]! < times[2]!, `${times}`);
    for (const request of requests) assert.ok(isSignedWith(created.signing_secret, request));
  });

  test("is signed in a resend, with the same id", async () => {
    const { account, created, deliver, mailbox, path } = await signing({});
    const first = await deliver();
    const id = header(first, "webhook-id");
    must(202, await account.api.post(`${path}/deliveries/${id}/resend`));
    const again = (await mailbox.got(2))[1]!;
    assert.equal(header(again, "webhook-id"), id);
    assert.ok(isSignedWith(created.signing_secret, again));
  });

  test("is signed if it is a ping, which has a new id", async () => {
    const { account, created, mailbox, path } = await signing({ active: false });
    for (let n = 0; n < 2; n += 1) must(200, await account.api.post(`${path}/ping`));
    const requests = await mailbox.got(2);
    for (const request of requests) assert.ok(isSignedWith(created.signing_secret, request));
    const ids = requests.map((request) => header(request, "webhook-id"));
    for (const id of ids) assert.match(id, /^[0-9a-z]{26}$/);
    assert.notEqual(ids[0], ids[1]);
  });
});

describe("a rotated secret", { concurrency: 8 }, () => {
  test("signs together with the one before until the grace period ends", async () => {
    const { created, deliver, rotate } = await signing({});
    const answer = must(200, await rotate({ grace_seconds: graceSeconds }));
    assert.deepEqual(Object.keys(answer.json), ["signing_secret"]);
    const [old, fresh] = [created.signing_secret, answer.json.signing_secret];
    assert.notEqual(fresh, old);
    const during = await deliver();
    assert.ok(isSignedWith(fresh, during) && isSignedWith(old, during));
    assert.equal(versions(during).length, 2);
    const endsAt = performance.now() + graceSeconds * 1_000 + 100;
    await until("the grace period to end", () => performance.now() > endsAt);
    const afterwards = await deliver();
    assert.ok(isSignedWith(fresh, afterwards) && !isSignedWith(old, afterwards));
    assert.equal(versions(afterwards).length, 1);
  });

  test("may be chosen or generated, and the ones before stay valid", async () => {
    const { created, deliver, rotate } = await signing({});
    const chosen = { signing_secret: chosenSecret };
    assert.equal(must(200, await rotate(chosen)).json.signing_secret, chosenSecret);
    const fresh = must(200, await rotate()).json.signing_secret;
    const request = await deliver();
    for (const secret of [created.signing_secret, chosenSecret, fresh])
      assert.ok(isSignedWith(secret, request));
    assert.equal(versions(request).length, 3);
  });

  test("replaces the one before at once without a grace period", async () => {
    const { created, deliver, rotate } = await signing({});
    const fresh = must(200, await rotate({ grace_seconds: 0 })).json.signing_secret;
    const request = await deliver();
    assert.ok(isSignedWith(fresh, request) && !isSignedWith(created.signing_secret, request));
  });

  test("signs a waiting retry and a ping", async () => {
    const { account, deliver, mailbox, path, rotate } = await signing({}, retryLater, 200);
    await deliver();
    const fresh = must(200, await rotate({ grace_seconds: 0 })).json.signing_secret;
    const [, retry] = await mailbox.got(2);
    assert.ok(isSignedWith(fresh, retry!));
    must(200, await account.api.post(`${path}/ping`));
    assert.ok(isSignedWith(fresh, (await mailbox.got(3))[2]!));
  });

  test("is refused if five secrets are valid", async () => {
    const { account, deliver, path, rotate } = await signing({});
    for (let n = 0; n < 4; n += 1) must(200, await rotate());
    const refusal = await rotate();
    assert.equal(refusal.status, 409);
    assert.match(refusal.json.detail, /5 live signing secrets/);
    assert.equal(versions(await deliver()).length, 5);
    must(200, await rotate({ grace_seconds: 0 }));
    assert.equal(versions(await deliver()).length, 5);
    assert.equal(must(200, await account.api.get(path)).json.active, true);
  });

  test("is refused with an invalid request", async () => {
    const { account, deliver, path, rotate, created } = await signing({});
    refused(await rotate({ signing_secret: "x", grace_seconds: -1 }), {
      signing_secret: ['A signing secret begins with "whsec_".'],
      grace_seconds: ["Ensure this value is greater than or equal to 0."],
    });
    refused(await rotate({ grace_seconds: 604_801 }), {
      grace_seconds: ["Ensure this value is less than or equal to 604800."],
    });
    assert.equal((await rotate([])).status, 400);
    const call = `${path}/rotate-secret`;
    assert.equal((await account.api.text("POST", call, "{")).status, 400);
    const form = new URLSearchParams({ grace_seconds: "1" });
    assert.equal((await account.api.call("POST", call, form)).status, 415);
    assert.equal((await account.api.get(call)).status, 405);
    const reader = await dispatcher.account(account.name, ["webhooks:read"]);
    assert.equal((await reader.api.post(call)).status, 403);
    const stranger = await dispatcher.account();
    assert.equal((await stranger.api.post(call)).status, 404);
    const request = await deliver();
    assert.ok(isSignedWith(created.signing_secret, request) && versions(request).length === 1);
  });
});

describe("Ed25519", { concurrency: 8 }, () => {
  test("signs with a key pair, of which only the public key is shown", async () => {
    const { account, created, deliver, path } = await signing({ signature: "ed25519" });
    const shown = [...fields];
    shown.splice(fields.indexOf("name"), 0, "signing_public_key");
    assert.deepEqual(Object.keys(created), shown);
    assert.match(created.signing_public_key, /^whpk_[A-Za-z0-9+/]{43}=$/);
    for (const view of await everyView(account, path)) assert.deepEqual(view, created);
    const request = await deliver();
    assert.deepEqual(versions(request).map(([version]) => version), ["v1a"]);
    assert.ok(isSignedBy(created.signing_public_key, request));
    must(200, await account.api.post(`${path}/ping`));
  });

  test("rotates to another key pair", async () => {
    const { account, created, deliver, path, rotate } = await signing({ signature: "ed25519" });
    const answer = must(200, await rotate({ grace_seconds: 60 }));
    assert.deepEqual(Object.keys(answer.json), ["signing_public_key"]);
    const [old, fresh] = [created.signing_public_key, answer.json.signing_public_key];
    assert.notEqual(fresh, old);
    const request = await deliver();
    assert.ok(isSignedBy(fresh, request) && isSignedBy(old, request));
    assert.equal(must(200, await account.api.get(path)).json.signing_public_key, fresh);
    refused(await rotate({ signing_secret: chosenSecret }), {
      signing_secret: ["An Ed25519 key pair is made here, so none may be given."],
    });
  });
});

describe("the signing fields of a creation", { concurrency: 8 }, () => {
  const refusals: [what: string, sent: object, messages: Record<string, string[]>][] = [
    [
      "a secret of another kind",
      { signing_secret: "swordfish" },
      { signing_secret: ['A signing secret begins with "whsec_".'] },
    ],
    [
      "a secret that is not base64",
      { signing_secret: "whsec_*" },
      { signing_secret: ['A signing secret is base64 after "whsec_".'] },
    ],
    [
      "a short secret",
      { signing_secret: `whsec_${Buffer.alloc(23).toString("base64")}` },
      { signing_secret: ["A signing secret has 24 to 64 bytes, not 23."] },
    ],
    [
      "a long secret",
      { signing_secret: `whsec_${Buffer.alloc(65).toString("base64")}` },
      { signing_secret: ["A signing secret has 24 to 64 bytes, not 65."] },
    ],
    ["an unknown signature", { signature: "rsa" }, { signature: ['"rsa" is not a valid choice.'] }],
    [
      "a secret for a key pair",
      { signature: "ed25519", signing_secret: chosenSecret },
      { signing_secret: ["An Ed25519 key pair is made here, so none may be given."] },
    ],
    [
      "several invalid fields",
      { target_url: "", signature: 1, signing_secret: 1 },
      {
        target_url: ["This field may not be blank."],
        signing_secret: ["Not a valid string."],
        signature: ['"1" is not a valid choice.'],
      },
    ],
  ];
  for (const [what, sent, messages] of refusals) {
    test(`are refused: ${what}`, async () => {
      const account = await dispatcher.account();
      const body = { target_url: nowhere, ...sent };
      refused(await account.api.post("/v1/webhooks", body), messages);
    });
  }

  test("may be null, or empty in a form", async () => {
    const { created, deliver } = await signing({ signing_secret: null, signature: null });
    assert.ok(isSignedWith(created.signing_secret, await deliver()));
    const account = await dispatcher.account();
    const form = new URLSearchParams({ target_url: nowhere, signing_secret: "", signature: "" });
    const answer = must(201, await account.api.call("POST", "/v1/webhooks", form));
    assert.match(answer.json.signing_secret, /^whsec_/);
  });

  test("in an update are those in force, or refused", async () => {
    const { account, created, deliver, path } = await signing({});
    const { signing_secret, ...webhook } = created;
    for (const [change, field] of [
      [{ signing_secret: otherSecret }, "signing_secret"],
      [{ signing_secret: "x" }, "signing_secret"],
      [{ signature: "ed25519" }, "signature"],
    ] as const)
      for (const method of ["PATCH", "PUT"]) {
        const body = JSON.stringify({ ...change, event_type: "QUIZ_COMPLETION" });
        const answer = must(400, await account.api.text(method, path, body));
        assert.deepEqual(Object.keys(answer.json), [field]);
      }
    for (const change of [{ signing_secret }, { signature: "hmac" }, { signing_secret: null }])
      assert.deepEqual(must(200, await account.api.patch(path, change)).json, webhook);
    const request = await deliver();
    assert.ok(isSignedWith(signing_secret, request));
  });
});

test("only the creation of a webhook shows its signing secret", async () => {
  const { account, created, path } = await signing({});
  for (const view of await everyView(account, path)) {
    assert.deepEqual(Object.keys(view), fields);
    assert.ok(!JSON.stringify(view).includes(created.signing_secret));
  }
});
