// What is there twice in an object of a request is refused: of two values one would be lost.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";
import { listed, refused } from "../support/webhook_fields.ts";

const { dispatcher, subscribe } = await fixture({});

const twice = (name: string) => ({ [name]: ["This field is there twice."] });
const header = (name: string) => ({ additional_headers: [`The header "${name}" is there twice.`] });

/** Bodies that create or change a webhook. `$U` is a target. */
const bodies: [body: string, messages: Record<string, string[]>][] = [
  [`{"target_url":$U,"additional_headers":{"X-A":"1","X-A":"2"}}`, header("X-A")],
  [`{"target_url":$U,"additional_headers":{"X-A":"1","X-A":"1"}}`, header("X-A")],
  [`{"target_url":$U,"additional_headers":{"X-A":"1","x-a":"2"}}`, header("x-a")],
  [`{"target_url":$U,"additional_headers":{"a":"1","b":"2","a":"3"}}`, header("a")],
  [String.raw`{"target_url":$U,"additional_headers":{"X-A":"1","\u0058-A":"2"}}`, header("X-A")],
  [`{"target_url":$U,"additional_headers":{"a":"********","a":"********"}}`, header("a")],
  [`{"target_url":$U,"target_url":"http://example.com/2"}`, twice("target_url")],
  [`{"target_url":$U,"target_url":$U}`, twice("target_url")],
  [`{"target_url":$U,"active":true,"active":false}`, twice("active")],
  [`{"target_url":$U,"event_type":null,"event_type":"QUIZ_COMPLETION"}`, twice("event_type")],
  [
    `{"target_url":$U,"additional_headers":{},"additional_headers":{}}`,
    twice("additional_headers"),
  ],
  [
    `{"target_url":$U,"basic_auth_password":"a","basic_auth_password":""}`,
    twice("basic_auth_password"),
  ],
  [String.raw`{"target_url":$U,"active":true,"activ\u0065":true}`, twice("active")],
  [
    `{"target_url":$U,"active":true,"Active":false}`,
    { Active: ["Unknown field. Did you mean active?"] },
  ],
];

describe("a webhook", { concurrency: 4 }, () => {
  for (const [body, messages] of bodies) {
    test(`is refused: ${body}`, async () => {
      const { account, path, webhook } = await subscribe();
      const sent = body.replaceAll("$U", () => JSON.stringify(nowhere));
      refused(await account.api.text("POST", "/v1/webhooks", sent), messages);
      for (const method of ["PUT", "PATCH"]) {
        const answer = await account.api.text(method, path, sent);
        const isKept = body.includes("********") && answer.status === 400;
        if (!isKept) refused(answer, messages);
      }
      assert.equal((await listed(account)).count, 1);
      assert.deepEqual(await account.read(webhook.id), webhook);
    });
  }

  test("in a form is refused, but for the flags", async () => {
    const { account, path, webhook } = await subscribe();
    const form = (...pairs: [string, string][]) => new URLSearchParams(pairs);
    const create = form(["target_url", nowhere], ["target_url", nowhere]);
    refused(await account.api.call("POST", "/v1/webhooks", create), twice("target_url"));
    const headers = form(["additional_headers", `{"a":"1"}`], ["additional_headers", "{}"]);
    refused(await account.api.call("PATCH", path, headers), twice("additional_headers"));
    const inText = form(["additional_headers", `{"a":"1","a":"2"}`]);
    refused(await account.api.call("PATCH", path, inText), header("a"));
    const multipart = new FormData();
    for (const text of ["a", "b"]) multipart.append("basic_auth_username", text);
    const user = twice("basic_auth_username");
    refused(await account.api.call("PATCH", path, multipart), user);
    assert.deepEqual(await account.read(webhook.id), webhook);
    // A hidden field before a checkbox.
    const checkbox = form(["active", "false"], ["active", "true"]);
    assert.equal(must(200, await account.api.call("PATCH", path, checkbox)).json.active, true);
  });

  test("of an import is refused", async () => {
    const account = await dispatcher.account();
    const line = `{"id":"w1","target_url":$U,"additional_headers":{"a":"1","a":"2"}}`;
    const other = `{"id":"w2","id":"w3","target_url":$U}`;
    const body = [line, other].join("\n").replaceAll("$U", () => JSON.stringify(nowhere));
    const answer = must(
      200,
      await dispatcher.admin.call("POST", `/v1/admin/accounts/${account.name}/import`, body, {
        "content-type": "application/x-ndjson",
      }),
    );
    assert.deepEqual(answer.json, [
      { line: 1, status: 400, problem: header("a") },
      { line: 2, status: 400, problem: twice("id") },
    ]);
    assert.equal((await listed(account)).count, 0);
  });
});

describe("another body", { concurrency: 4 }, () => {
  test("is refused: a key, a portal link, a rotation, a recovery", async () => {
    const { account, path } = await subscribe();
    const key = `{"account":"a","name":"n","name":"m","scopes":["events:write"]}`;
    refused(await dispatcher.admin.text("POST", "/v1/admin/keys", key), twice("name"));
    const portal = `/v1/admin/accounts/${account.name}/portal`;
    const span = `{"expires_in_seconds":60,"expires_in_seconds":61}`;
    refused(await dispatcher.admin.text("POST", portal, span), twice("expires_in_seconds"));
    const rotation = `{"grace_seconds":0,"grace_seconds":1}`;
    const rotate = `${path}/rotate-secret`;
    refused(await account.api.text("POST", rotate, rotation), twice("grace_seconds"));
    const recovery = `{"status":"all","status":"held"}`;
    refused(await account.api.text("POST", `${path}/recover`, recovery), twice("status"));
  });

  test("is refused: an event with two types, alone and in a batch", async () => {
    const { account, mailbox } = await subscribe();
    const path = `"event_type":"PATH_COMPLETION"`;
    const bad = [
      `{"event_type":"QUIZ_COMPLETION",${path}}`,
      `{${path},${path}}`,
      String.raw`{"event\u005ftype":"PATH_COMPLETION",${path}}`,
      `{${path},"event_type":null}`,
    ];
    for (const body of bad)
      refused(await account.api.text("POST", "/v1/events", body), twice("event_type"));
    const batch = `[${bad.join(",")}]`;
    const { json } = must(200, await account.api.text("POST", "/v1/events/batch", batch));
    assert.deepEqual(json, bad.map(() => ({ status: 400, ...twice("event_type") })));
    // What else an event contains is the publisher's.
    const good = `{${path},"a":1,"a":2,"Event_Type":3,"b":{"c":1,"c":2}}`;
    must(202, await account.api.text("POST", "/v1/events", good));
    assert.equal((await mailbox.got(1))[0]!.body.toString(), good);
    assert.equal(mailbox.count, 1);
  });
});
