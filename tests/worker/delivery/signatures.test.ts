// Signatures: every POST can be verified by libraries that others wrote, keys can be rotated
// without a gap, and a signing secret is shown once.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { event } from "../support/events.ts";
import { must, start, type Account } from "../support/harness.ts";
import { Receiver, nowhere, reply, values, type Received, type Step } from "../support/receiver.ts";
import { header, isSignedBy, isSignedWith, versions } from "../support/signatures.ts";
import { fields, refused } from "../support/webhook_fields.ts";

const retryMs = 1_100;
/** Long enough for a delivery on a busy machine. */
const graceSeconds = 3;
const dispatcher = await start({ vars: { RETRY_BASE_MS: retryMs, RETRY_MAX_MS: retryMs } });
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await dispatcher.stop();
});

/** A failure whose retry leaves time to act. */
const slowly = reply(503, { "retry-after": "3" });

const given = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/** An account with one webhook that was created with these fields, and the answer to that. */
async function signing(sent: Record<string, unknown>, ...steps: Step[]) {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(...steps);
  const body = { target_url: mailbox.url, ...sent };
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

/** Every way in which the API shows a webhook after its creation. */
async function everyView(account: Account, path: string): Promise<any[]> {
  return [
    must(200, await account.api.get(path)).json,
    must(200, await account.api.get("/v1/webhooks")).json.results[0],
    must(200, await account.api.patch(path, { active: true })).json,
    must(200, await account.api.put(path, {})).json,
  ];
}

describe("a delivery", { concurrency: 8 }, () => {
  test("is signed with a secret that was made for its webhook", async () => {
    const { account, created, mailbox } = await signing({});
    assert.match(created.signing_secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    const answer = must(202, await account.api.post("/v1/events", event("a")));
    const [request] = await mailbox.got(1);
    assert.ok(isSignedWith(created.signing_secret, request!));
    assert.ok(!isSignedWith(other, request!));
    assert.equal(header(request!, "webhook-id"), answer.json.id);
    const timestamp = Number(header(request!, "webhook-timestamp"));
    assert.ok(Math.abs(Date.now() / 1_000 - timestamp) < 60, `${timestamp}`);
    assert.match(header(request!, "webhook-signature"), /^v1,[A-Za-z0-9+/]{43}=$/);
  });

  test("is signed with a secret that its owner gave", async () => {
    const { created, deliver } = await signing({ signing_secret: given, signature: "hmac" });
    assert.equal(created.signing_secret, given);
    assert.ok(isSignedWith(given, await deliver()));
  });

  test("has its own secret for each webhook", async () => {
    const [one, two] = [await signing({}), await signing({})];
    assert.notEqual(one.created.signing_secret, two.created.signing_secret);
    const request = await one.deliver();
    assert.ok(!isSignedWith(two.created.signing_secret, request));
  });

  test("is signed byte for byte, and carries its other headers as before", async () => {
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

  test("keeps its id over its retries, each with the time of its own", async () => {
    const { created, deliver, mailbox } = await signing({}, 500, 503, 200);
    await deliver();
    const requests = await mailbox.got(3);
    assert.equal(new Set(requests.map((request) => header(request, "webhook-id"))).size, 1);
    const times = requests.map((request) => Number(header(request, "webhook-timestamp")));
    assert.ok(times[0]! < times[1]! && times[1]! < times[2]!, `${times}`);
    for (const request of requests) assert.ok(isSignedWith(created.signing_secret, request));
  });

  test("is signed when it is sent again, with the same id", async () => {
    const { account, created, deliver, mailbox, path } = await signing({});
    const first = await deliver();
    const id = header(first, "webhook-id");
    must(202, await account.api.post(`${path}/deliveries/${id}/resend`));
    const again = (await mailbox.got(2))[1]!;
    assert.equal(header(again, "webhook-id"), id);
    assert.ok(isSignedWith(created.signing_secret, again));
  });

  test("may be a ping, with an id of its own", async () => {
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
  test("signs beside the one before, which ends when its grace is over", async () => {
    const { created, deliver, rotate } = await signing({});
    const answer = must(200, await rotate({ grace_seconds: graceSeconds }));
    assert.deepEqual(Object.keys(answer.json), ["signing_secret"]);
    const [old, fresh] = [created.signing_secret, answer.json.signing_secret];
    assert.notEqual(fresh, old);
    const during = await deliver();
    assert.ok(isSignedWith(fresh, during) && isSignedWith(old, during));
    assert.equal(versions(during).length, 2);
    await pause(graceSeconds * 1_000 + 100);
    const afterwards = await deliver();
    assert.ok(isSignedWith(fresh, afterwards) && !isSignedWith(old, afterwards));
    assert.equal(versions(afterwards).length, 1);
  });

  test("may be given, and needs no body: then the one before stays a day", async () => {
    const { created, deliver, rotate } = await signing({});
    assert.equal(must(200, await rotate({ signing_secret: given })).json.signing_secret, given);
    const fresh = must(200, await rotate()).json.signing_secret;
    const request = await deliver();
    for (const secret of [created.signing_secret, given, fresh])
      assert.ok(isSignedWith(secret, request));
    assert.equal(versions(request).length, 3);
  });

  test("replaces the one before at once if it is to", async () => {
    const { created, deliver, rotate } = await signing({});
    const fresh = must(200, await rotate({ grace_seconds: 0 })).json.signing_secret;
    const request = await deliver();
    assert.ok(isSignedWith(fresh, request) && !isSignedWith(created.signing_secret, request));
  });

  test("is in force for a retry that waits, and for a ping", async () => {
    const { account, deliver, mailbox, path, rotate } = await signing({}, slowly, 200);
    await deliver();
    const fresh = must(200, await rotate({ grace_seconds: 0 })).json.signing_secret;
    const [, retry] = await mailbox.got(2);
    assert.ok(isSignedWith(fresh, retry!));
    must(200, await account.api.post(`${path}/ping`));
    assert.ok(isSignedWith(fresh, (await mailbox.got(3))[2]!));
  });

  test("is the fifth at most that is live", async () => {
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

  test("is refused for what is wrong with the request", async () => {
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
  test("signs with a pair whose private half is shown nowhere", async () => {
    const { account, created, deliver, path } = await signing({ signature: "ed25519" });
    const shown = [...fields, "signing_public_key"];
    assert.deepEqual(Object.keys(created), shown);
    assert.match(created.signing_public_key, /^whpk_[A-Za-z0-9+/]{43}=$/);
    for (const view of await everyView(account, path)) assert.deepEqual(view, created);
    const request = await deliver();
    assert.deepEqual(versions(request).map(([version]) => version), ["v1a"]);
    assert.ok(isSignedBy(created.signing_public_key, request));
    must(200, await account.api.post(`${path}/ping`));
  });

  test("rotates to another pair", async () => {
    const { account, created, deliver, path, rotate } = await signing({ signature: "ed25519" });
    const answer = must(200, await rotate({ grace_seconds: 60 }));
    assert.deepEqual(Object.keys(answer.json), ["signing_public_key"]);
    const [old, fresh] = [created.signing_public_key, answer.json.signing_public_key];
    assert.notEqual(fresh, old);
    const request = await deliver();
    assert.ok(isSignedBy(fresh, request) && isSignedBy(old, request));
    assert.equal(must(200, await account.api.get(path)).json.signing_public_key, fresh);
    refused(await rotate({ signing_secret: given }), {
      signing_secret: ["An Ed25519 key pair is made here, so none may be given."],
    });
  });
});

describe("what may be asked for", { concurrency: 8 }, () => {
  const refusals: [what: string, sent: object, messages: Record<string, string[]>][] = [
    [
      "a secret of another kind",
      { signing_secret: "swordfish" },
      { signing_secret: ['A signing secret begins with "whsec_".'] },
    ],
    [
      "a secret that is no base64",
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
    ["another signature", { signature: "rsa" }, { signature: ['"rsa" is not a valid choice.'] }],
    [
      "a secret for a pair",
      { signature: "ed25519", signing_secret: given },
      { signing_secret: ["An Ed25519 key pair is made here, so none may be given."] },
    ],
    [
      "all that is wrong at once",
      { target_url: "", signature: 1, signing_secret: 1 },
      {
        target_url: ["This field may not be blank."],
        signing_secret: ["Not a valid string."],
        signature: ['"1" is not a valid choice.'],
      },
    ],
  ];
  for (const [what, sent, messages] of refusals) {
    test(`is not ${what}`, async () => {
      const account = await dispatcher.account();
      const body = { target_url: nowhere, ...sent };
      refused(await account.api.post("/v1/webhooks", body), messages);
    });
  }

  test("may be left open, in a form too", async () => {
    const { created, deliver } = await signing({ signing_secret: null, signature: null });
    assert.ok(isSignedWith(created.signing_secret, await deliver()));
    const account = await dispatcher.account();
    const form = new URLSearchParams({ target_url: nowhere, signing_secret: "", signature: "" });
    const answer = must(201, await account.api.call("POST", "/v1/webhooks", form));
    assert.match(answer.json.signing_secret, /^whsec_/);
  });

  test("is asked for at creation only", async () => {
    const { account, created, deliver, path } = await signing({});
    const changes = [{ signing_secret: other, signature: "ed25519" }, { signing_secret: "x" }];
    for (const change of changes) {
      const { signing_secret: _, ...webhook } = created;
      assert.deepEqual(must(200, await account.api.patch(path, change)).json, webhook);
      assert.deepEqual(must(200, await account.api.put(path, change)).json, webhook);
    }
    const request = await deliver();
    assert.ok(isSignedWith(created.signing_secret, request));
  });
});

test("a webhook never shows its signing secret again", async () => {
  const { account, created, path } = await signing({});
  for (const view of await everyView(account, path)) {
    assert.deepEqual(Object.keys(view), fields);
    assert.ok(!JSON.stringify(view).includes(created.signing_secret));
  }
});
