// Fields and parameters that a call does not have are refused, with the nearest one that it has.
// What an answer contains can be sent back as it is.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { contract } from "../support/conform.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";
import { listed, refused, senders } from "../support/webhook_fields.ts";

const { dispatchers: [dispatcher, lenient], subscribe } = await fixture(
  {},
  { vars: { UNKNOWN_FIELDS: "ignore" } },
);

const unknown = (name: string, nearest?: string, what = "field") => {
  const hint = nearest === undefined ? "" : ` Did you mean ${nearest}?`;
  return { [name]: [`Unknown ${what}.${hint}`] };
};

/** Names that no webhook has, and the nearest one that it has. */
const names: [name: string, nearest?: string][] = [
  ["event_typ", "event_type"],
  ["eventType", "event_type"],
  ["Event_Type", "event_type"],
  ["event-type", "event_type"],
  ["targetUrl", "target_url"],
  ["target_ur1", "target_url"],
  ["traget_url", "target_url"],
  ["url", "target_url"],
  ["Active", "active"],
  ["actve", "active"],
  ["secret", "signing_secret"],
  ["signingsecret", "signing_secret"],
  ["headers", "additional_headers"],
  ["password", "basic_auth_password"],
  ["username", "basic_auth_username"],
  ["max_inflight", "max_in_flight"],
  ["zzz"],
  ["__proto__"],
  ["constructor"],
  ["ключ"],
  [""],
];

describe("a field that a webhook does not have", { concurrency: 4 }, () => {
  for (const [name, nearest] of names) {
    test(`is refused: ${JSON.stringify(name)}`, async () => {
      const { account, path, webhook } = await subscribe();
      const field = JSON.stringify(name);
      const messages = unknown(name, nearest);
      const create = `{"target_url":${JSON.stringify(nowhere)},${field}:[1]}`;
      refused(await account.api.text("POST", "/v1/webhooks", create), messages);
      for (const method of ["PUT", "PATCH"])
        refused(await account.api.text(method, path, `{${field}:null,"active":false}`), messages);
      const form = new URLSearchParams([[name, "x"], ["active", "false"]]);
      refused(await account.api.call("PATCH", path, form), messages);
      refused(await account.api.text("PUT", "/v1/alert", create), messages);
      assert.equal((await listed(account)).count, 1);
      assert.deepEqual(await account.read(webhook.id), webhook);
    });
  }

  test("is reported together with what else is wrong, and only so often", async () => {
    const account = await dispatcher.account();
    const body = { target_url: 5, active: "maybe", event_typ: "x", zzz: 1 };
    refused(await account.api.post("/v1/webhooks", body), {
      target_url: ["Enter a valid URL."],
      active: ["Must be a valid boolean."],
      ...unknown("event_typ", "event_type"),
      ...unknown("zzz"),
    });
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`x${n}`, n]));
    const answer = must(400, await account.api.post("/v1/webhooks", many));
    assert.ok(answer.text.length < 3_000, `${answer.text.length}`);
    const long = must(400, await account.api.post("/v1/webhooks", { ["x".repeat(60_000)]: 1 }));
    assert.ok(long.text.length < 300, `${long.text.length}`);
  });

  test("is refused in an import, line by line", async () => {
    const account = await dispatcher.account();
    const lines = [
      { id: "a", target_url: nowhere, state: 1, urll: "x" },
      { id: "b", target_url: nowhere },
    ];
    const path = `/v1/admin/accounts/${account.name}/import`;
    const body = lines.map((line) => JSON.stringify(line)).join("\n");
    const { json } = must(
      200,
      await dispatcher.admin.call("POST", path, body, { "content-type": "application/jsonl" }),
    );
    assert.equal(json[0].status, 400);
    assert.ok("urll" in json[0].problem);
    assert.equal(json[1].status, 201);
    assert.equal((await listed(account)).count, 1);
  });

  test("is refused in every other body", async () => {
    const { account, path } = await subscribe();
    const { admin } = dispatcher;
    const key = { account: account.name, name: "n", scopes: ["events:write"] };
    refused(
      await admin.post("/v1/admin/keys", { ...key, scope: "x" }),
      unknown("scope", "scopes"),
    );
    refused(await admin.post("/v1/admin/keys", { ...key, key: "x" }), unknown("key"));
    refused(
      await admin.post("/v1/admin/keys", { ...key, expiresAt: "x" }),
      unknown("expiresAt", "expires_at"),
    );
    const portal = `/v1/admin/accounts/${account.name}/portal`;
    refused(
      await admin.post(portal, { expires_in: 60 }),
      unknown("expires_in", "expires_in_seconds"),
    );
    refused(await admin.post(portal, { account: "x" }), unknown("account"));
    const rotate = `${path}/rotate-secret`;
    refused(await account.api.post(rotate, { grace: 1 }), unknown("grace", "grace_seconds"));
    refused(await account.api.post(rotate, { secret: "x" }), unknown("secret", "signing_secret"));
    const recover = `${path}/recover`;
    refused(await account.api.post(recover, { from: "x" }), unknown("from"));
    refused(await account.api.post(recover, { stauts: "all" }), unknown("stauts", "status"));
  });

  test("is the publisher's in an event", async () => {
    const { account, mailbox } = await subscribe();
    const body = { event_type: "QUIZ_COMPLETION", event_types: [], target_url: 1, anything: {} };
    must(202, await account.api.post("/v1/events", body));
    await mailbox.got(1);
  });
});

describe("a parameter that a call does not have", { concurrency: 4 }, () => {
  const table: [method: string, path: string, messages: Record<string, string[]>][] = [
    ["GET", "/v1/webhooks?pagesize=5", unknown("pagesize", "page_size", "parameter")],
    ["GET", "/v1/webhooks?Active=true", unknown("Active", "active", "parameter")],
    ["GET", "/v1/webhooks?page=1&zzz", unknown("zzz", undefined, "parameter")],
    ["HEAD", "/v1/webhooks?zzz=1", {}],
    ["GET", "/v1/webhooks/ID?fields=id", unknown("fields", undefined, "parameter")],
    ["POST", "/v1/webhooks/ID/ping?event=X", unknown("event", "event_type", "parameter")],
    ["GET", "/v1/webhooks/ID/deliveries?stauts=held", unknown("stauts", "status", "parameter")],
    ["GET", "/v1/webhooks/ID/deliveries?since=x", unknown("since", undefined, "parameter")],
    ["GET", "/v1/webhooks/ID/stats?x=1", unknown("x", undefined, "parameter")],
    ["POST", "/v1/events?sync=true", unknown("sync", undefined, "parameter")],
    ["GET", "/v1/audit?pagesize=5", unknown("pagesize", "page_size", "parameter")],
    ["GET", "/v1/event-types?x=1", unknown("x", undefined, "parameter")],
    ["GET", "/v1/ping?x=1", unknown("x", undefined, "parameter")],
  ];
  for (const [method, path, messages] of table) {
    test(`is refused: ${method} ${path}`, async () => {
      const { account, id, mailbox } = await subscribe();
      const where = path.replace("ID", id);
      const json = { "content-type": "application/json" };
      const answer = path.startsWith("/v1/events")
        ? await account.api.call(method, where, `{"event_type":"QUIZ_COMPLETION"}`, json)
        : await account.api.call(method, where);
      assert.equal(answer.status, 400);
      if (method !== "HEAD") refused(answer, messages);
      assert.equal(mailbox.count, 0);
    });
  }

  test("is refused by the operator's calls, and told only to who may call", async () => {
    const { admin } = dispatcher;
    refused(
      await admin.get("/v1/admin/keys?account=acme"),
      unknown("account", undefined, "parameter"),
    );
    refused(
      await admin.get("/metrics?account=a&accounts=b"),
      unknown("accounts", "account", "parameter"),
    );
    must(401, await dispatcher.client().get("/v1/webhooks?zzz=1"));
    const account = await dispatcher.account(undefined, ["events:write"]);
    must(403, await account.api.get("/v1/webhooks?zzz=1"));
  });
});

describe("an answer can be sent back", { concurrency: 4 }, () => {
  test("of a webhook, by every way to send it", async () => {
    const { account, path, webhook } = await subscribe({
      webhook: {
        event_type: "PATH_COMPLETION",
        basic_auth_username: "user",
        basic_auth_password: "swordfish",
        additional_headers: { "X-A": "marlin" },
        max_per_second: 5,
        ordered: true,
        retry_4xx: true,
      },
    });
    const properties = (contract.components.schemas["Webhook"] as any).properties;
    for (const name of ["id", "deactivate_reason", "shares_target_with"])
      assert.ok(name in properties && name in webhook, name);
    for (const method of ["PUT", "PATCH"]) {
      for (const [what, body] of senders) {
        const sent = what.startsWith("JSON") ? webhook : withoutNull(webhook);
        const answer = await account.api.call(method, path, ...body({ ...sent }));
        assert.deepEqual(must(200, answer).json, webhook, `${method} as ${what}`);
      }
    }
  });

  test("of a webhook that was made, of one with Ed25519, and of the alert", async () => {
    const account = await dispatcher.account();
    for (const fields of [{}, { signature: "ed25519" }]) {
      const body = { target_url: nowhere, ...fields };
      const { json } = must(201, await account.api.post("/v1/webhooks", body));
      const { signing_secret: _, ...webhook } = json;
      const answer = must(200, await account.api.put(`/v1/webhooks/${json.id}`, json));
      const others = { ...webhook, shares_target_with: answer.json.shares_target_with };
      assert.deepEqual(answer.json, others);
    }
    const made = must(201, await account.api.put("/v1/alert", { target_url: nowhere })).json;
    must(200, await account.api.put("/v1/alert", made));
    const alert = must(200, await account.api.get("/v1/alert")).json;
    assert.deepEqual(must(200, await account.api.put("/v1/alert", alert)).json, alert);
  });

  test("of a webhook, to make another one like it", async () => {
    const { account, webhook } = await subscribe({ webhook: { max_per_second: 5 } });
    const copy = must(201, await account.api.post("/v1/webhooks", webhook)).json;
    assert.notEqual(copy.id, webhook.id);
    assert.deepEqual(copy.shares_target_with, [webhook.id]);
    assert.equal(copy.max_per_second, 5);
  });
});

test("UNKNOWN_FIELDS=ignore ignores them", async () => {
  const account = await lenient.account();
  const body = { target_url: nowhere, event_typ: ["x"], zzz: 1 };
  const { json } = must(201, await account.api.post("/v1/webhooks", body));
  assert.equal(json.event_type, null);
  const path = `/v1/webhooks/${json.id}`;
  must(200, await account.api.patch(path, { zzz: 1 }));
  must(200, await account.api.post(`${path}/rotate-secret`, { zzz: 1 }));
  assert.equal((await listed(account, "?zzz=1")).count, 1);
  must(200, await lenient.admin.get("/v1/admin/keys?account=x"));
  // What is there twice is refused all the same.
  must(400, await account.api.text("PATCH", path, `{"active":true,"active":false}`));
});

/** A form has no `null`: empty text stands for it. A list of ids is read-only. */
function withoutNull(webhook: object): Record<string, unknown> {
  const entries = Object.entries(webhook).map(([name, value]) => [name, value ?? ""]);
  return Object.fromEntries(entries);
}
