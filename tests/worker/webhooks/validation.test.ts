// What a creation refuses, with the vendor's messages where it has some.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture } from "../support/fixture.ts";
import { listed, mask, refused, refusedFor, url } from "../support/webhook_fields.ts";

const { dispatcher } = await fixture({});

describe("a creation refuses", { concurrency: 8 }, () => {
  const required = { target_url: ["This field is required."] };
  const notAUrl = ["Enter a valid URL."];
  const bodies: [body: string, messages: Record<string, string[]>][] = [
    ["{}", required],
    ["", required],
    [`{"target_url":null}`, { target_url: ["This field may not be null."] }],
    [`{"target_url":""}`, { target_url: ["This field may not be blank."] }],
    [`{"target_url":"  "}`, { target_url: ["This field may not be blank."] }],
    [`{"target_url":5}`, { target_url: notAUrl }],
    [`{"target_url":"not a url"}`, { target_url: notAUrl }],
    [`{"target_url":"example.com/hook"}`, { target_url: notAUrl }],
    [`{"target_url":"//example.com/hook"}`, { target_url: notAUrl }],
    [`{"target_url":"http://"}`, { target_url: notAUrl }],
    [`{"target_url":"http://example.com:99999/"}`, { target_url: notAUrl }],
    [
      String.raw`{"target_url":"http://example.com/\u0000"}`,
      { target_url: ["Null characters are not allowed."] },
    ],
    [
      String.raw`{"target_url":"http://example.com/\ud800"}`,
      { target_url: ["Surrogate characters are not allowed: U+D800."] },
    ],
    ["[]", { non_field_errors: ["Invalid data. Expected a dictionary, but got list."] }],
    [`"x"`, { non_field_errors: ["Invalid data. Expected a dictionary, but got str."] }],
    ["5", { non_field_errors: ["Invalid data. Expected a dictionary, but got int."] }],
    ["1.5", { non_field_errors: ["Invalid data. Expected a dictionary, but got float."] }],
    ["true", { non_field_errors: ["Invalid data. Expected a dictionary, but got bool."] }],
    ["null", { non_field_errors: ["No data provided"] }],
    [`{"target_url":"${url}","active":null}`, { active: ["This field may not be null."] }],
    ...[`"maybe"`, `""`, "2", "[]", "{}", `"truee"`].map(
      (active): [string, Record<string, string[]>] => [
        `{"target_url":"${url}","active":${active}}`,
        { active: ["Must be a valid boolean."] },
      ],
    ),
    ...["NOPE", "course_enrollment", "COURSE_ENROLLMENT ", "PING", "5"].map(
      (name): [string, Record<string, string[]>] => [
        `{"target_url":"${url}","event_type":${name === "5" ? 5 : JSON.stringify(name)}}`,
        { event_type: [`"${name}" is not a valid choice.`] },
      ],
    ),
    [
      `{"target_url":"${url}","basic_auth_username":true}`,
      { basic_auth_username: ["Not a valid string."] },
    ],
    [
      `{"target_url":"${url}","basic_auth_username":{}}`,
      { basic_auth_username: ["Not a valid string."] },
    ],
    [
      `{"target_url":"${url}","basic_auth_password":[]}`,
      { basic_auth_password: ["Not a valid string."] },
    ],
    [
      `{"target_url":"${url}","basic_auth_password":false}`,
      { basic_auth_password: ["Not a valid string."] },
    ],
    ...["0", "-1", "257", "65600", "1.5", "1e2", "true", `"x"`, `" "`, "[]", "[7]", "{}"].map(
      (number): [string, Record<string, string[]>] => [
        `{"target_url":"${url}","max_in_flight":${number}}`,
        { max_in_flight: ["A whole number from 1 to 256 is required."] },
      ],
    ),
  ];
  for (const [body, messages] of bodies) {
    test(`${body === "" ? "no body" : body}: ${Object.values(messages).flat()}`, async () => {
      const account = await dispatcher.account();
      refused(await account.api.text("POST", "/v1/webhooks", body), messages);
      assert.equal((await listed(account)).count, 0);
    });
  }

  const perField: [field: string, value: unknown][] = [
    ...[
      "ftp://example.com/",
      "file:///etc/passwd",
      "javascript:alert(1)",
      "http://user@example.com/",
      "http://u:p@example.com/",
      "http://exa mple.com/",
      "http://exa<mple.com/",
      "http://example.com\\@evil.com/",
      "http://example.com/\\x",
      "http://exa\tmple.com/",
      "http://example.com/\nx",
      "http://example.com/\r\nx: y",
      "http://example.com/\u007f",
      "http://[::1",
      "http://?x=1",
      "http://:80/",
      "http://example.com:22/",
      "http://example.com:25/",
      "http://example.com:10080/",
      "http://example.com:0/",
      {},
      [],
      true,
    ].map((value): [string, unknown] => ["target_url", value]),
    ["event_type", true],
    ["event_type", []],
    ["event_type", {}],
    ["event_type", { COURSE_ENROLLMENT: 1 }],
    ["basic_auth_username", "a:b"],
    ["basic_auth_username", "a\nb"],
    ["basic_auth_username", "a\u0000b"],
    ["basic_auth_username", []],
    ["basic_auth_password", "a\rb"],
    ["basic_auth_password", "a\u007fb"],
    ["basic_auth_password", mask],
    ["event_types", {}],
    ["event_types", "COURSE_*"],
    ["event_types", 5],
    ["event_types", true],
    ["event_types", ["NOPE"]],
    ["event_types", ["COURSE_*", "NOPE_*"]],
    ["event_types", ["COURSE_*", ""]],
    ["event_types", ["COURSE_*", " COURSE_COMPLETION"]],
    ["event_types", ["course_*"]],
    ["event_types", ["COURSE_*_X"]],
    ["event_types", ["**"]],
    ["event_types", ["PING"]],
    ["event_types", ["WEBHOOK_ALERT"]],
    ["event_types", [null]],
    ["event_types", [["COURSE_*"]]],
    ["event_types", Array.from({ length: 101 }, () => "*")],
    ...[0, 999, 28_001, -5, 1.5, "x", true, [], {}].map(
      (value): [string, unknown] => ["timeout_ms", value],
    ),
    ...[
      5,
      [],
      true,
      "12",
      { limit: -1 },
      { limit: 101 },
      { limit: 1.5 },
      { limit: true },
      { limit: 61 },
      { base_ms: 0 },
      { base_ms: "2s" },
      { base_ms: 3_600_001 },
      { base_ms: 2_000, max_ms: 1_000 },
      { max_ms: 604_800_001 },
      { max_ms: {} },
      { retries: 3 },
    ].map((value): [string, unknown] => ["retry", value]),
    ...["deactivate_on_4xx", "hold_while_paused"].flatMap((field) =>
      [null, 2, "maybe", "", [], {}].map((value): [string, unknown] => [field, value]),
    ),
    ["name", {}],
    ["name", []],
    ["name", true],
    ["name", "x".repeat(201)],
    ["name", "a\nb"],
    ["metadata", []],
    ["metadata", "x"],
    ["metadata", "{}"],
    ["metadata", 5],
    ["metadata", { a: 1 }],
    ["metadata", { a: null }],
    ["metadata", { a: { b: "c" } }],
    ["metadata", { "": "x" }],
    ["metadata", { ["k".repeat(41)]: "x" }],
    ["metadata", { a: "x".repeat(501) }],
    ["metadata", { a: "x\u0000" }],
    ["metadata", Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, "x"]))],
    ["additional_headers", []],
    ["additional_headers", ["a"]],
    ["additional_headers", "x"],
    ["additional_headers", 5],
    ["additional_headers", true],
    ["additional_headers", { a: 1 }],
    ["additional_headers", { a: null }],
    ["additional_headers", { a: ["b"] }],
    ["additional_headers", { a: { b: "c" } }],
    ["additional_headers", { a: mask }],
    ...[
      "",
      " ",
      "a b",
      "a:b",
      "a\n",
      "a\r\nb",
      "a\u0000",
      "é",
      "(a)",
      "a,b",
      "a/b",
      'a"',
      "@",
      "a\u007f",
      " a",
      "a\t",
    ].map((name): [string, unknown] => ["additional_headers", { [name]: "x" }]),
    ...[
      "a\r\nb: c",
      "a\nb",
      "a\rb",
      "a\u0000b",
      "é",
      "学",
      "a\u007fb",
      "\u0001",
      " a",
      "a ",
      "\ta",
    ].map((value): [string, unknown] => ["additional_headers", { "x-a": value }]),
    ...[
      "Host",
      "host",
      "Connection",
      "Keep-Alive",
      "Proxy-Authenticate",
      "Proxy-Authorization",
      "Proxy-Connection",
      "TE",
      "traceparent",
      "TraceState",
      "Trailer",
      "Transfer-Encoding",
      "Upgrade",
      "Content-Length",
      "content-type",
      "Content-Encoding",
      "Content-Anything",
      "User-Agent",
      "USER-AGENT",
      "CF-Ray",
      "cf-connecting-ip",
      "CF-Worker",
      "CF-AccessX",
      "X-Forwarded-For",
      "x-forwarded-proto",
      "X-Forwarded-Host",
      "webhook-id",
      "Webhook-Timestamp",
      "webhook-signature",
    ].map((name): [string, unknown] => ["additional_headers", { [name]: "x" }]),
    ["additional_headers", { "X-A": "1", "x-a": "2" }],
    [
      "additional_headers",
      Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`x-${n}`, "1"])),
    ],
    ["additional_headers", { "x-a": "x".repeat(16_384) }],
    [
      "additional_headers",
      Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`x-${n}`, "x".repeat(1_000)])),
    ],
  ];
  test("an invalid field, with 400 for that field only", { concurrency: 8 }, async (context) => {
    const account = await dispatcher.account();
    await Promise.all(
      perField.map(([field, value], index) =>
        context.test(`${index}: ${field} of ${JSON.stringify(value).slice(0, 60)}`, async () => {
          refusedFor(
            await account.api.post("/v1/webhooks", { target_url: url, [field]: value }),
            field,
          );
        }),
      ),
    );
    assert.equal((await listed(account)).count, 0);
  });

  test("an Authorization header together with basic authentication", async () => {
    const account = await dispatcher.account();
    for (const auth of [{ basic_auth_username: "u" }, { basic_auth_password: "p" }]) {
      const answer = await account.api.post("/v1/webhooks", {
        target_url: url,
        ...auth,
        additional_headers: { authorization: "Bearer x" },
      });
      assert.equal(answer.status, 400, answer.text);
    }
    assert.equal((await listed(account)).count, 0);
  });

  test("headers in a form that are not JSON, or not an object", async () => {
    const account = await dispatcher.account();
    const send = (additional_headers: string) =>
      account.api.call(
        "POST",
        "/v1/webhooks",
        new URLSearchParams({ target_url: url, additional_headers }),
      );
    refused(await send("nope"), { additional_headers: ["Value must be valid JSON."] });
    refused(await send(`{"a":"b"`), { additional_headers: ["Value must be valid JSON."] });
    for (const value of ["[]", "5", `"x"`, `{"a":1}`, `{"a b":"c"}`])
      refusedFor(await send(value), "additional_headers");
  });

  test("numbers in a form that are out of range", async () => {
    const account = await dispatcher.account();
    for (const max_in_flight of ["0", "257", "-1", "1.5", " 7", "x"]) {
      const form = new URLSearchParams({ target_url: url, max_in_flight });
      refused(await account.api.call("POST", "/v1/webhooks", form), {
        max_in_flight: ["A whole number from 1 to 256 is required."],
      });
    }
    assert.equal((await listed(account)).count, 0);
  });

  const malformed = [
    "{",
    "nope",
    `{"target_url":}`,
    `{'target_url':'x'}`,
    `{"target_url":"x",}`,
    `{"target_url":"${url}"} x`,
    `{"target_url":"${url}"}{}`,
    `\ufeff\ufeff{"target_url":"${url}"}`,
    `{"target_url":NaN}`,
    `{"target_url":Infinity}`,
    `{"target_url":"\n"}`,
    `{"a":01}`,
    `[1,]`,
    String.raw`{"a":"\x"}`,
    String.raw`{"a":"\u12"}`,
    "\u0000",
    "// no\n{}",
  ];
  test("malformed JSON, with a message", { concurrency: 8 }, async (context) => {
    const account = await dispatcher.account();
    await Promise.all(
      malformed.map((body) =>
        context.test(JSON.stringify(body), async () => {
          const answer = await account.api.text("POST", "/v1/webhooks", body);
          assert.equal(answer.status, 400, answer.text);
          assert.deepEqual(Object.keys(answer.json), ["detail"]);
          assert.match(answer.json.detail, /^JSON parse error - /);
        }),
      ),
    );
    assert.equal((await listed(account)).count, 0);
  });

  test("other content types", async () => {
    const account = await dispatcher.account();
    for (const [type, shown] of [
      ["text/plain", "text/plain"],
      ["text/plain; charset=utf-8", "text/plain; charset=utf-8"],
      ["application/vnd.api+json", "application/vnd.api+json"],
      ["application/xml", "application/xml"],
      ["", ""],
    ]) {
      const answer = await account.api.call("POST", "/v1/webhooks", Buffer.from("{}"), {
        "content-type": type!,
      });
      assert.equal(answer.status, 415, `${type}: ${answer.text}`);
      assert.deepEqual(answer.json, { detail: `Unsupported media type "${shown}" in request.` });
    }
    const untyped = await account.api.call("POST", "/v1/webhooks", Buffer.from("{}"));
    assert.equal(untyped.status, 415, untyped.text);
  });

  test("malformed multipart", async () => {
    const account = await dispatcher.account();
    for (const [type, body] of [
      ["multipart/form-data", "x"],
      ["multipart/form-data; boundary=", "x"],
      ["multipart/form-data; boundary=b", "no boundary here"],
    ]) {
      const answer = await account.api.call("POST", "/v1/webhooks", body, {
        "content-type": type!,
      });
      assert.equal(answer.status, 400, `${type}, ${body}: ${answer.text}`);
    }
    assert.equal((await listed(account)).count, 0);
  });
});
