// A byte order mark, which editors put before a text that they save, is not part of a body.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";
import { listed } from "../support/webhook_fields.ts";

const { dispatcher, subscribe } = await fixture({});

const mark = "\ufeff";
const lines = { "content-type": "application/x-ndjson" };
const line = (id: string) => JSON.stringify({ id, target_url: nowhere });

describe("a byte order mark", { concurrency: 4 }, () => {
  for (const [what, body] of [
    ["before the first line", `${mark}${line("a")}\n${line("b")}\n`],
    ["before a later line", `${line("a")}\r\n${mark}${line("b")}`],
    ["before every line", `${mark}${line("a")}\r\n${mark}${line("b")}\r\n`],
    ["on a line of its own", `${mark}\n${line("a")}\n${line("b")}`],
  ] as const) {
    test(`is skipped in an import: ${what}`, async () => {
      const account = await dispatcher.account();
      const path = `/v1/admin/accounts/${account.name}/import`;
      const { json } = must(200, await dispatcher.admin.call("POST", path, body, lines));
      assert.deepEqual(json.map((item: any) => item.status), [201, 201]);
      const ids = (await listed(account)).results.map((webhook: any) => webhook.id);
      assert.deepEqual(ids, ["a", "b"]);
    });
  }

  test("is all that an import has", async () => {
    const account = await dispatcher.account();
    const path = `/v1/admin/accounts/${account.name}/import`;
    const answer = must(400, await dispatcher.admin.call("POST", path, mark, lines));
    assert.deepEqual(answer.json, { non_field_errors: ["There is no line."] });
  });

  test("is skipped in a webhook, a form, a rotation, a recovery, a key and a link", async () => {
    const { account, path } = await subscribe();
    const body = `${mark}${JSON.stringify({ target_url: nowhere })}`;
    must(201, await account.api.text("POST", "/v1/webhooks", body));
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const sent = `${mark}target_url=${nowhere}`;
    must(201, await account.api.call("POST", "/v1/webhooks", sent, form));
    const changed = must(200, await account.api.text("PATCH", path, `${mark}{"active":false}`));
    assert.equal(changed.json.active, false);
    must(200, await account.api.text("PATCH", path, mark));
    must(200, await account.api.text("PATCH", path, `${mark}{"active":true}`));
    const rotation = `${mark}{"grace_seconds":0}`;
    must(200, await account.api.text("POST", `${path}/rotate-secret`, rotation));
    must(202, await account.api.text("POST", `${path}/recover`, `${mark}{"status":"all"}`));
    const key = { account: account.name, name: "n", scopes: ["events:write"] };
    const keys = `${mark}${JSON.stringify(key)}`;
    must(201, await dispatcher.admin.text("POST", "/v1/admin/keys", keys));
    const portal = `/v1/admin/accounts/${account.name}/portal`;
    must(201, await dispatcher.admin.text("POST", portal, `${mark}{}`));
    must(201, await dispatcher.admin.text("POST", portal, mark));
  });

  test("within a body is not JSON", async () => {
    const { account, path } = await subscribe();
    for (const body of [`{${mark}"active":false}`, `{"active":false}${mark}`, `${mark}${mark}{}`]) {
      const { json } = must(400, await account.api.text("PATCH", path, body));
      assert.match(json.detail, /^JSON parse error/);
    }
    assert.equal(must(200, await account.api.get(path)).json.active, true);
  });

  // An event is delivered byte for byte, and most receivers could not read it.
  test("is refused in an event, with its place", async () => {
    const { account, mailbox } = await subscribe();
    const detail =
      "JSON parse error - Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)";
    for (const [path, body] of [
      ["/v1/events", `${mark}{"event_type":"QUIZ_COMPLETION"}`],
      ["/v1/events/batch", `${mark}[{"event_type":"QUIZ_COMPLETION"}]`],
    ] as const)
      assert.deepEqual(must(400, await account.api.text("POST", path, body)).json, { detail });
    assert.equal(mailbox.count, 0);
  });
});
