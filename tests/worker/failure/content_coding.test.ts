// Bodies with a Content-Encoding are refused wherever a body is read, and nothing is stored.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Answer } from "../support/api.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";
import { listed } from "../support/webhook_fields.ts";

const { dispatcher, subscribe } = await fixture({});

const json = "application/json";

/** Every call that reads a body: its method, path and a body that is good. `ID` is a webhook. */
const calls: [method: string, path: string, body: string, type: string, isAdmin?: boolean][] = [
  ["POST", "/v1/webhooks", JSON.stringify({ target_url: nowhere }), json],
  ["POST", "/v1/webhooks", `target_url=${nowhere}`, "application/x-www-form-urlencoded"],
  ["PUT", "/v1/webhooks/ID", `{"active":false}`, json],
  ["PATCH", "/v1/webhooks/ID", `{"active":false}`, json],
  ["PUT", "/v1/alert", JSON.stringify({ target_url: nowhere }), json],
  ["POST", "/v1/webhooks/ID/rotate-secret", `{"grace_seconds":1}`, json],
  ["POST", "/v1/webhooks/ID/recover", `{"status":"all"}`, json],
  ["POST", "/v1/events", `{"event_type":"QUIZ_COMPLETION"}`, json],
  ["POST", "/v1/events/batch", `[{"event_type":"QUIZ_COMPLETION"}]`, json],
  ["POST", "/v1/admin/keys", `{"account":"a","name":"n","scopes":["events:write"]}`, json, true],
  ["POST", "/v1/admin/accounts/a/portal", `{"expires_in_seconds":60}`, json, true],
  [
    "POST",
    "/v1/admin/accounts/ACCOUNT/import",
    JSON.stringify({ id: "imported", target_url: nowhere }),
    "application/x-ndjson",
    true,
  ],
];

function refused(answer: Answer, coding: string): void {
  must(415, answer);
  assert.equal(answer.headers.get("accept-encoding"), "identity");
  const detail = `Unsupported content coding "${coding}" in request: send the body as it is.`;
  assert.deepEqual(answer.json, { detail });
}

describe("a content coding", { concurrency: 4 }, () => {
  for (const [method, path, body, type, isAdmin] of calls) {
    test(`is refused by ${method} ${path}, ${type}`, async () => {
      const { account, id, mailbox, path: own } = await subscribe();
      const api = isAdmin === true ? dispatcher.admin : account.api;
      const where = path.replace("ID", id).replace("ACCOUNT", account.name);
      const send = (coding: string, sent: string | Uint8Array<ArrayBuffer> = body) =>
        api.call(method, where, sent, { "content-type": type, "content-encoding": coding });
      refused(await send("gzip", new Uint8Array(gzipSync(body))), "gzip");
      const codings = ["gzip", "br", "GZIP", "deflate", "zstd", "identity, gzip", "unheard-of"];
      for (const coding of codings)
        refused(await send(coding), coding);
      assert.equal((await listed(account)).count, 1, "nothing is created");
      const { json: webhook } = must(200, await account.api.get(own));
      assert.equal(webhook.active, true);
      assert.equal(mailbox.count, 0);
      const answer = await send("Identity");
      assert.ok(answer.status >= 200 && answer.status < 300, answer.text);
    });
  }

  test("of nothing is ignored", async () => {
    const { account, path } = await subscribe();
    for (const [method, where] of [["PATCH", path], ["POST", `${path}/rotate-secret`]] as const) {
      const headers = { "content-encoding": "gzip", "content-type": json };
      must(200, await account.api.call(method, where, "", headers));
    }
  });

  test("is named although the body is too long", async () => {
    const { account } = await subscribe();
    const body = new Uint8Array(Buffer.alloc(300_000, "x"));
    const headers = { "content-encoding": "gzip", "content-type": json };
    refused(await account.api.call("POST", "/v1/events", body, headers), "gzip");
  });
});
