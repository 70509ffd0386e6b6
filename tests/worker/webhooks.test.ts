// The webhook resource: list, create, read, update, delete; what is taken, what is refused and in which words.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Answer, Body, Webhook } from "./api.ts";
import { eventTypes } from "./events.ts";
import { must, start, type Account } from "./harness.ts";
import { until } from "./wait.ts";

const dispatcher = await start();
after(() => dispatcher.stop());

const url = "http://example.com/your-hook-processor";
const mask = "********";
const fields = [
  "id",
  "target_url",
  "active",
  "deactivate_reason",
  "event_type",
  "basic_auth_username",
  "basic_auth_password",
  "additional_headers",
];
const plain = {
  target_url: url,
  active: true,
  deactivate_reason: null,
  event_type: null,
  basic_auth_username: "",
  basic_auth_password: "",
  additional_headers: {},
};

/** 400 with exactly these messages. */
function refused(answer: Answer, messages: Record<string, string[]>): void {
  assert.equal(answer.status, 400, answer.text);
  assert.deepEqual(answer.json, messages);
  assert.deepEqual(Object.keys(answer.json), Object.keys(messages), "the order of the fields");
}

/** 400 with some message on this field and on no other. */
function refusedFor(answer: Answer, field: string): void {
  assert.equal(answer.status, 400, answer.text);
  assert.deepEqual(Object.keys(answer.json), [field], answer.text);
  assert.ok(Array.isArray(answer.json[field]) && answer.json[field].length > 0, answer.text);
  for (const message of answer.json[field]) assert.match(message, /\S/);
}

async function listed(account: Account, query = ""): Promise<any> {
  return must(200, await account.api.get(`/v1/webhooks${query}`)).json;
}

/** The ways to send fields. Booleans and objects become text in the two forms. */
const senders: [what: string, body: (fields: Record<string, unknown>) => [Body, Record<string, string>]][] = [
  ["JSON", (sent) => [JSON.stringify(sent), { "content-type": "application/json" }]],
  ["JSON with a charset", (sent) => [JSON.stringify(sent), { "content-type": "application/json; charset=utf-8" }]],
  ["a form", (sent) => [new URLSearchParams(asTexts(sent)), {}]],
  ["multipart", (sent) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(asTexts(sent))) form.append(name, value);
    return [form, {}];
  }],
];

function asTexts(sent: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sent).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

describe("create", { concurrency: 8 }, () => {
  for (const [what, encode] of senders) {
    test(`from ${what} answers 201 with the whole webhook`, async () => {
      const account = await dispatcher.account();
      const [body, headers] = encode({ target_url: url });
      const answer = must(201, await account.api.call("POST", "/v1/webhooks", body, headers));
      assert.equal(answer.headers.get("content-type")?.split(";")[0], "application/json");
      assert.deepEqual(Object.keys(answer.json), fields);
      assert.match(answer.json.id, /^[0-9a-z]+$/);
      assert.deepEqual({ ...answer.json, id: undefined }, { ...plain, id: undefined });
      assert.deepEqual(await account.read(answer.json.id), answer.json);
    });

    test(`from ${what} takes every field and shows no secret`, async () => {
      const account = await dispatcher.account();
      const [body, headers] = encode({
        target_url: `${url}?a=1+2&b=%26`,
        active: false,
        event_type: "COURSE_ENROLLMENT",
        basic_auth_username: "customer ü+%",
        basic_auth_password: "hunter2-in-the-clear",
        additional_headers: { "x-my-new-header": "hunter3-in-the-clear", client_id: "hunter4-in-the-clear" },
      });
      const answer = must(201, await account.api.call("POST", "/v1/webhooks", body, headers));
      const { id } = answer.json;
      assert.deepEqual(answer.json, {
        id,
        target_url: `${url}?a=1+2&b=%26`,
        active: false,
        deactivate_reason: null,
        event_type: "COURSE_ENROLLMENT",
        basic_auth_username: "customer ü+%",
        basic_auth_password: mask,
        additional_headers: { "x-my-new-header": mask, client_id: mask },
      });
      assert.deepEqual(Object.keys(answer.json), fields);
      assert.deepEqual(await account.read(id), answer.json);
      assert.deepEqual((await listed(account)).results, [answer.json]);
      assert.doesNotMatch(dispatcher.log, /hunter\d-in-the-clear/);
      assert.doesNotMatch(JSON.stringify(await dispatcher.records(`webhook:${account.name}:`)), /hunter\d-in-the-clear/);
    });

    test(`from ${what} names all bad fields at once, in order`, async () => {
      const account = await dispatcher.account();
      const [body, headers] = encode({ event_type: "NOPE", active: "maybe", target_url: "" });
      refused(await account.api.call("POST", "/v1/webhooks", body, headers), {
        target_url: ["This field may not be blank."],
        active: ["Must be a valid boolean."],
        event_type: [`"NOPE" is not a valid choice.`],
      });
      assert.equal((await listed(account)).count, 0);
    });

    test(`from ${what} ignores fields it does not know and those that only it sets`, async () => {
      const account = await dispatcher.account();
      const [body, headers] = encode({
        target_url: url,
        id: "mine",
        deactivate_reason: "RETRY_COUNT",
        organization: "x",
        "additional_headers[a]": "b",
        "additional_headers.a": "b",
      });
      const { json } = must(201, await account.api.call("POST", "/v1/webhooks", body, headers));
      assert.notEqual(json.id, "mine");
      assert.deepEqual({ ...json, id: undefined }, { ...plain, id: undefined });
    });
  }

  for (const eventType of eventTypes) {
    test(`takes the event type ${eventType}`, async () => {
      const account = await dispatcher.account();
      assert.equal((await account.create({ target_url: url, event_type: eventType })).event_type, eventType);
    });
  }

  for (const value of [true, 1, "true", "True", "t", "T", "y", "YES", "on", "1", false, 0, "false", "f", "N", "no", "OFF", "0"]) {
    test(`takes active: ${JSON.stringify(value)}`, async () => {
      const account = await dispatcher.account();
      const { json } = must(201, await account.api.post("/v1/webhooks", { target_url: url, active: value }));
      assert.equal(json.active, /^(true|t|y|yes|on|1)$/i.test(String(value)));
    });
  }

  test("takes null and blank for what may be empty", async () => {
    const account = await dispatcher.account();
    for (const event_type of [null, ""]) {
      const { json } = must(201, await account.api.post("/v1/webhooks", {
        target_url: url,
        event_type,
        basic_auth_username: event_type,
        basic_auth_password: event_type,
        additional_headers: null,
      }));
      assert.deepEqual({ ...json, id: undefined }, { ...plain, id: undefined });
    }
  });

  test("takes a form's empty event type as all types", async () => {
    const account = await dispatcher.account();
    const body = new URLSearchParams({ target_url: url, event_type: "" });
    assert.equal(must(201, await account.api.call("POST", "/v1/webhooks", body)).json.event_type, null);
  });

  test("takes the last of a field that comes twice", async () => {
    const account = await dispatcher.account();
    const twice = `{"target_url":"http://example.com/1","target_url":"http://example.com/2"}`;
    assert.equal(must(201, await account.api.text("POST", "/v1/webhooks", twice)).json.target_url, "http://example.com/2");
    const form = new URLSearchParams([["target_url", "http://example.com/1"], ["target_url", "http://example.com/2"]]);
    assert.equal(must(201, await account.api.call("POST", "/v1/webhooks", form)).json.target_url, "http://example.com/2");
  });

  test("takes a URL of 1,024 characters and no more", async () => {
    const account = await dispatcher.account();
    const longest = `http://example.com/${"a".repeat(1_024 - 19)}`;
    assert.equal((await account.create({ target_url: longest })).target_url, longest);
    refused(await account.api.post("/v1/webhooks", { target_url: `${longest}a` }), {
      target_url: ["Ensure this field has no more than 1024 characters."],
    });
  });

  test("takes a number as user name", async () => {
    const account = await dispatcher.account();
    const { json } = must(201, await account.api.post("/v1/webhooks", { target_url: url, basic_auth_username: 5 }));
    assert.equal(json.basic_auth_username, "5");
  });

  test("gives ids that sort by time", async () => {
    const account = await dispatcher.account();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const before = Date.now();
      ids.push((await account.create({ target_url: url })).id);
      await until("the next millisecond", () => Date.now() > before + 1);
    }
    assert.deepEqual(ids, [...ids].sort());
    assert.deepEqual((await listed(account)).results.map((webhook: { id: string }) => webhook.id), ids);
  });

  const documented: { where: string; verbatim: string; corrected: string; missing_comma: { line: number; column: number } }[] =
    JSON.parse(readFileSync(join(import.meta.dirname, "../vectors/seed-bodies.json"), "utf8"));
  for (const { where, verbatim, corrected, missing_comma: at } of documented) {
    test(`of the document's example (${where}) says where its comma is missing, and works with it`, async () => {
      const account = await dispatcher.account();
      const answer = await account.api.text("POST", "/v1/webhooks", verbatim);
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(Object.keys(answer.json), ["detail"]);
      assert.match(answer.json.detail, /^JSON parse error - /);
      assert.match(answer.json.detail, new RegExp(`line ${at.line} column ${at.column}\\b`));
      assert.match(answer.json.detail, /,/, "the missing comma is named");
      must(201, await account.api.text("POST", "/v1/webhooks", corrected));
    });
  }
});

describe("create refuses", { concurrency: 8 }, () => {
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
    [String.raw`{"target_url":"http://example.com/\u0000"}`, { target_url: ["Null characters are not allowed."] }],
    [String.raw`{"target_url":"http://example.com/\ud800"}`, { target_url: ["Surrogate characters are not allowed: U+D800."] }],
    ["[]", { non_field_errors: ["Invalid data. Expected a dictionary, but got list."] }],
    [`"x"`, { non_field_errors: ["Invalid data. Expected a dictionary, but got str."] }],
    ["5", { non_field_errors: ["Invalid data. Expected a dictionary, but got int."] }],
    ["1.5", { non_field_errors: ["Invalid data. Expected a dictionary, but got float."] }],
    ["true", { non_field_errors: ["Invalid data. Expected a dictionary, but got bool."] }],
    ["null", { non_field_errors: ["No data provided"] }],
    [`{"target_url":"${url}","active":null}`, { active: ["This field may not be null."] }],
    ...[`"maybe"`, `""`, "2", "[]", "{}", `"truee"`].map((active): [string, Record<string, string[]>] => [
      `{"target_url":"${url}","active":${active}}`,
      { active: ["Must be a valid boolean."] },
    ]),
    ...["NOPE", "course_enrollment", "COURSE_ENROLLMENT ", "PING", "5"].map((name): [string, Record<string, string[]>] => [
      `{"target_url":"${url}","event_type":${name === "5" ? 5 : JSON.stringify(name)}}`,
      { event_type: [`"${name}" is not a valid choice.`] },
    ]),
    [`{"target_url":"${url}","basic_auth_username":true}`, { basic_auth_username: ["Not a valid string."] }],
    [`{"target_url":"${url}","basic_auth_username":{}}`, { basic_auth_username: ["Not a valid string."] }],
    [`{"target_url":"${url}","basic_auth_password":[]}`, { basic_auth_password: ["Not a valid string."] }],
    [`{"target_url":"${url}","basic_auth_password":false}`, { basic_auth_password: ["Not a valid string."] }],
  ];
  for (const [body, messages] of bodies) {
    test(`${body === "" ? "no body" : body}: ${Object.values(messages).flat()}`, async () => {
      const account = await dispatcher.account();
      refused(await account.api.text("POST", "/v1/webhooks", body), messages);
      assert.equal((await listed(account)).count, 0);
    });
  }

  const perField: [field: string, value: unknown][] = [
    ...["ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)", "http://user@example.com/", "http://u:p@example.com/",
      "http://exa mple.com/", "http://exa<mple.com/", "http://example.com\\@evil.com/", "http://example.com/\\x", "http://exa\tmple.com/",
      "http://example.com/\nx", "http://example.com/\r\nx: y", "http://example.com/\u007f", "http://[::1", "http://?x=1", "http://:80/",
      "http://example.com:22/", "http://example.com:25/", "http://example.com:10080/", "http://example.com:0/", {}, [], true,
    ].map((value): [string, unknown] => ["target_url", value]),
    ["event_type", true], ["event_type", []], ["event_type", {}], ["event_type", { COURSE_ENROLLMENT: 1 }],
    ["basic_auth_username", "a:b"], ["basic_auth_username", "a\nb"], ["basic_auth_username", "a\u0000b"], ["basic_auth_username", []],
    ["basic_auth_password", "a\rb"], ["basic_auth_password", "a\u007fb"], ["basic_auth_password", mask],
    ["additional_headers", []], ["additional_headers", ["a"]], ["additional_headers", "x"], ["additional_headers", 5],
    ["additional_headers", true], ["additional_headers", { a: 1 }], ["additional_headers", { a: null }],
    ["additional_headers", { a: ["b"] }], ["additional_headers", { a: { b: "c" } }], ["additional_headers", { a: mask }],
    ...["", " ", "a b", "a:b", "a\n", "a\r\nb", "a\u0000", "é", "(a)", "a,b", "a/b", "a\"", "@", "a\u007f", " a", "a\t"].map(
      (name): [string, unknown] => ["additional_headers", { [name]: "x" }],
    ),
    ...["a\r\nb: c", "a\nb", "a\rb", "a\u0000b", "é", "学", "a\u007fb", "\u0001", " a", "a ", "\ta"].map(
      (value): [string, unknown] => ["additional_headers", { "x-a": value }],
    ),
    ...["Host", "host", "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer",
      "Transfer-Encoding", "Upgrade", "Content-Length", "content-type", "Content-Encoding", "Content-Anything", "User-Agent",
      "USER-AGENT", "CF-Ray", "cf-connecting-ip", "CF-Worker", "CF-AccessX", "X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host",
      "webhook-id", "Webhook-Timestamp", "webhook-signature",
    ].map((name): [string, unknown] => ["additional_headers", { [name]: "x" }]),
    ["additional_headers", { "X-A": "1", "x-a": "2" }],
    ["additional_headers", Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`x-${n}`, "1"]))],
    ["additional_headers", { "x-a": "x".repeat(16_384) }],
    ["additional_headers", Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`x-${n}`, "x".repeat(1_000)]))],
  ];
  test("in JSON, with 400 for that field only", { concurrency: 8 }, async (context) => {
    const account = await dispatcher.account();
    await Promise.all(perField.map(([field, value], index) =>
      context.test(`${index}: ${field} of ${JSON.stringify(value).slice(0, 60)}`, async () => {
        refusedFor(await account.api.post("/v1/webhooks", { target_url: url, [field]: value }), field);
      })));
    assert.equal((await listed(account)).count, 0);
  });

  test("an Authorization header beside basic authentication", async () => {
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

  test("a form's headers that are not JSON, or not an object", async () => {
    const account = await dispatcher.account();
    const send = (additional_headers: string) =>
      account.api.call("POST", "/v1/webhooks", new URLSearchParams({ target_url: url, additional_headers }));
    refused(await send("nope"), { additional_headers: ["Value must be valid JSON."] });
    refused(await send(`{"a":"b"`), { additional_headers: ["Value must be valid JSON."] });
    for (const value of ["[]", "5", `"x"`, `{"a":1}`, `{"a b":"c"}`]) refusedFor(await send(value), "additional_headers");
  });

  const malformed = [
    "{", "nope", `{"target_url":}`, `{'target_url':'x'}`, `{"target_url":"x",}`, `{"target_url":"${url}"} x`, `{"target_url":"${url}"}{}`,
    `\ufeff{"target_url":"${url}"}`, `{"target_url":NaN}`, `{"target_url":Infinity}`, `{"target_url":"\n"}`, `{"a":01}`, `[1,]`,
    String.raw`{"a":"\x"}`, String.raw`{"a":"\u12"}`, "\u0000", "// no\n{}",
  ];
  test("malformed JSON, saying so", { concurrency: 8 }, async (context) => {
    const account = await dispatcher.account();
    await Promise.all(malformed.map((body) => context.test(JSON.stringify(body), async () => {
      const answer = await account.api.text("POST", "/v1/webhooks", body);
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(Object.keys(answer.json), ["detail"]);
      assert.match(answer.json.detail, /^JSON parse error - /);
    })));
    assert.equal((await listed(account)).count, 0);
  });

  test("other content types", async () => {
    const account = await dispatcher.account();
    for (const [type, said] of [
      ["text/plain", "text/plain"],
      ["text/plain; charset=utf-8", "text/plain; charset=utf-8"],
      ["application/vnd.api+json", "application/vnd.api+json"],
      ["application/xml", "application/xml"],
      ["", ""],
    ]) {
      const answer = await account.api.call("POST", "/v1/webhooks", Buffer.from("{}"), { "content-type": type! });
      assert.equal(answer.status, 415, `${type}: ${answer.text}`);
      assert.deepEqual(answer.json, { detail: `Unsupported media type "${said}" in request.` });
    }
    const untyped = await account.api.call("POST", "/v1/webhooks", Buffer.from("{}"));
    assert.equal(untyped.status, 415, untyped.text);
  });

  test("multipart that is not", async () => {
    const account = await dispatcher.account();
    for (const [type, body] of [
      ["multipart/form-data", "x"],
      ["multipart/form-data; boundary=", "x"],
      ["multipart/form-data; boundary=b", "no boundary here"],
    ]) {
      const answer = await account.api.call("POST", "/v1/webhooks", body, { "content-type": type! });
      assert.equal(answer.status, 400, `${type}, ${body}: ${answer.text}`);
    }
    assert.equal((await listed(account)).count, 0);
  });
});

describe("the list", { concurrency: 8 }, () => {
  test("is empty at first", async () => {
    const account = await dispatcher.account();
    for (const query of ["", "?page=1", "?page=last"]) {
      const answer = must(200, await account.api.get(`/v1/webhooks${query}`));
      assert.deepEqual(answer.json, { count: 0, next: null, previous: null, results: [] });
      assert.deepEqual(Object.keys(answer.json), ["count", "next", "previous", "results"]);
    }
    const beyond = await account.api.get("/v1/webhooks?page=2");
    assert.equal(beyond.status, 404);
    assert.deepEqual(beyond.json, { detail: "Invalid page." });
  });

  test("has pages with links to their neighbours", async () => {
    const account = await dispatcher.account();
    const all: unknown[] = [];
    for (let n = 0; n < 5; n += 1) all.push(await account.create({ target_url: `${url}/${n}` }));
    const at = (query: string) => account.api.url(`/v1/webhooks${query}`);
    /** Query, first and one past the last row, next, previous. */
    const pages: [query: string, from: number, to: number, next: string | null, previous: string | null][] = [
      ["", 0, 5, null, null],
      ["?page_size=2", 0, 2, "?page=2&page_size=2", null],
      ["?page_size=2&page=1", 0, 2, "?page=2&page_size=2", null],
      ["?page=2&page_size=2", 2, 4, "?page=3&page_size=2", "?page_size=2"],
      ["?page=3&page_size=2", 4, 5, null, "?page=2&page_size=2"],
      ["?page=last&page_size=2", 4, 5, null, "?page=2&page_size=2"],
      ["?page=&page_size=2", 0, 2, "?page=2&page_size=2", null],
      ["?page=%202&page_size=2", 2, 4, "?page=3&page_size=2", "?page_size=2"],
      ["?page=9&page=2&page_size=2", 2, 4, "?page=3&page_size=2", "?page_size=2"],
      ["?page_size=2&z=1&b=x%20y", 0, 2, "?b=x+y&page=2&page_size=2&z=1", null],
      ["?page_size=5", 0, 5, null, null],
      ["?page_size=100000", 0, 5, null, null],
      ["?page_size=99999999999999999999", 0, 5, null, null],
      ["?page_size=0", 0, 5, null, null],
      ["?page_size=-1", 0, 5, null, null],
      ["?page_size=abc", 0, 5, null, null],
      ["?page_size=", 0, 5, null, null],
    ];
    for (const [query, from, to, next, previous] of pages) {
      const page = await listed(account, query);
      assert.equal(page.count, 5, query);
      assert.deepEqual(page.results, all.slice(from, to), query);
      assert.equal(page.next, next === null ? null : at(next), query);
      assert.equal(page.previous, previous === null ? null : at(previous), query);
    }
    for (const page of ["4", "99", "0", "-1", "abc", "1.0", "1.5", "99999999999999999999", "%00", "%ff"]) {
      const answer = await account.api.get(`/v1/webhooks?page_size=2&page=${page}`);
      assert.equal(answer.status, 404, `page ${page}: ${answer.text}`);
      assert.deepEqual(answer.json, { detail: "Invalid page." });
    }
  });

  test("can be walked by its links, and shows each webhook once", async () => {
    const account = await dispatcher.account();
    const all: string[] = [];
    for (let n = 0; n < 7; n += 1) all.push((await account.create({ target_url: url })).id);
    const seen: string[] = [];
    let next: string | null = account.api.url("/v1/webhooks?page_size=3");
    while (next !== null) {
      const page: { next: string | null; results: Webhook[] } = must(200, await account.api.get(next)).json;
      seen.push(...page.results.map(({ id }) => id));
      next = page.next;
    }
    assert.deepEqual(seen, all);
  });

  test("follows every change", async () => {
    const account = await dispatcher.account();
    const { id } = await account.create({ target_url: url });
    const changed = must(200, await account.api.patch(`/v1/webhooks/${id}`, {
      active: false,
      event_type: "QUIZ_COMPLETION",
      target_url: `${url}/2`,
      basic_auth_username: "u",
      additional_headers: { "x-a": "1" },
    })).json;
    await until("the list to follow", async () => isDeepStrictEqual((await listed(account)).results, [changed]));
    must(204, await account.api.delete(`/v1/webhooks/${id}`));
    await until("the list to be empty", async () => (await listed(account)).count === 0);
  });

  test("follows many changes of one webhook to the last", async () => {
    const account = await dispatcher.account();
    const { id } = await account.create({ target_url: url });
    for (let n = 0; n < 10; n += 1) {
      must(200, await account.api.patch(`/v1/webhooks/${id}`, { target_url: `${url}/${n}` }));
    }
    await until("the list to follow", async () => (await listed(account)).results[0].target_url === `${url}/9`);
  });
});

describe("update", { concurrency: 8 }, () => {
  const full = {
    target_url: url,
    active: true,
    event_type: "COURSE_ENROLLMENT",
    basic_auth_username: "u",
    basic_auth_password: "p",
    additional_headers: { "x-a": "1", "X-B": "2" },
  };

  for (const method of ["PUT", "PATCH"]) {
    for (const [what, encode] of senders) {
      test(`by ${method} with ${what} changes what is sent and keeps the rest`, async () => {
        const account = await dispatcher.account();
        const created = await account.create(full);
        let expected: Record<string, unknown> = { ...created };
        const path = `/v1/webhooks/${created.id}`;
        const changes: [sent: Record<string, unknown>, shown: Record<string, unknown>][] = [
          [{ target_url: `${url}/updated` }, {}],
          [{ active: false }, {}],
          [{ event_type: "QUIZ_COMPLETION" }, {}],
          [{ event_type: "" }, { event_type: null }],
          [{ basic_auth_username: "v" }, {}],
          [{ basic_auth_password: "q" }, { basic_auth_password: mask }],
          [{ basic_auth_password: mask }, {}],
          [{ additional_headers: { "x-a": mask, "x-c": "3" } }, { additional_headers: { "x-a": mask, "x-c": mask } }],
          [{ additional_headers: {} }, {}],
          [{ basic_auth_username: "", basic_auth_password: "" }, {}],
          [{ active: true }, {}],
          [{ id: "mine", deactivate_reason: "RETRY_COUNT", unknown: "x" }, { id: created.id, deactivate_reason: null }],
        ];
        for (const [sent, shown] of changes) {
          const [body, headers] = encode(sent);
          const { json } = must(200, await account.api.call(method, path, body, headers));
          const { unknown: _, ...known } = { unknown: undefined, ...sent };
          expected = { ...expected, ...known, ...shown };
          assert.deepEqual(json, expected, JSON.stringify(sent));
          assert.deepEqual(Object.keys(json), fields);
          assert.deepEqual(await account.read(created.id), expected);
        }
      });
    }

    test(`by ${method} with null clears what may be empty`, async () => {
      const account = await dispatcher.account();
      const before = await account.create(full);
      const { json } = must(200, await account.api.call(method, `/v1/webhooks/${before.id}`, JSON.stringify({
        event_type: null,
        basic_auth_username: null,
        basic_auth_password: null,
        additional_headers: null,
      }), { "content-type": "application/json" }));
      assert.deepEqual(json, { ...plain, id: before.id });
    });

    test(`by ${method} with nothing changes nothing`, async () => {
      const account = await dispatcher.account();
      const before = await account.create(full);
      const path = `/v1/webhooks/${before.id}`;
      assert.deepEqual(must(200, await account.api.text(method, path, "{}")).json, before);
      assert.deepEqual(must(200, await account.api.call(method, path, new URLSearchParams())).json, before);
      assert.deepEqual(must(200, await account.api.text(method, path, JSON.stringify(before))).json, before);
    });

    test(`by ${method} refuses what create refuses, and then changes nothing`, async () => {
      const account = await dispatcher.account();
      const before = await account.create(full);
      const path = `/v1/webhooks/${before.id}`;
      const send = (sent: unknown) => account.api.text(method, path, JSON.stringify(sent));
      refused(await send({ target_url: "" }), { target_url: ["This field may not be blank."] });
      refused(await send({ target_url: null }), { target_url: ["This field may not be null."] });
      refused(await send({ target_url: "nope", active: "maybe", event_type: "x" }), {
        target_url: ["Enter a valid URL."],
        active: ["Must be a valid boolean."],
        event_type: [`"x" is not a valid choice.`],
      });
      refused(await send({ active: null }), { active: ["This field may not be null."] });
      refusedFor(await send({ target_url: `${url}/2`, basic_auth_username: "a:b" }), "basic_auth_username");
      refusedFor(await send({ active: false, additional_headers: { Host: "x" } }), "additional_headers");
      refusedFor(await send({ active: false, additional_headers: { "x-never-set": mask } }), "additional_headers");
      refused(await send([]), { non_field_errors: ["Invalid data. Expected a dictionary, but got list."] });
      assert.equal((await account.api.text(method, path, "{")).status, 400);
      assert.equal((await account.api.call(method, path, "{}", { "content-type": "text/plain" })).status, 415);
      assert.deepEqual(await account.read(before.id), before);
    });

    test(`by ${method} judges an Authorization header on the merged webhook`, async () => {
      const account = await dispatcher.account();
      const send = (id: string, sent: unknown) => account.api.text(method, `/v1/webhooks/${id}`, JSON.stringify(sent));
      const authorization = { additional_headers: { Authorization: "Bearer x" } };
      const withBasic = await account.create({ target_url: url, basic_auth_username: "u" });
      assert.equal((await send(withBasic.id, authorization)).status, 400);
      assert.deepEqual(await account.read(withBasic.id), withBasic);
      must(200, await send(withBasic.id, { ...authorization, basic_auth_username: null }));
      const withHeader = await account.create({ target_url: url, ...authorization });
      assert.equal((await send(withHeader.id, { basic_auth_password: "p" })).status, 400);
      assert.deepEqual(await account.read(withHeader.id), withHeader);
      must(200, await send(withHeader.id, { basic_auth_password: "p", additional_headers: null }));
    });
  }

  test("of several fields at once by several callers loses none", async () => {
    const account = await dispatcher.account();
    const { id } = await account.create({ target_url: url });
    const changes = [
      { target_url: `${url}/2` },
      { active: false },
      { event_type: "QUIZ_COMPLETION" },
      { basic_auth_username: "u" },
      { basic_auth_password: "p" },
      { additional_headers: { "x-a": "1" } },
    ];
    await Promise.all(changes.map(async (change) => must(200, await account.api.patch(`/v1/webhooks/${id}`, change))));
    const shown = { basic_auth_password: mask, additional_headers: { "x-a": mask } };
    const expected = Object.assign({ ...plain, id }, ...changes, shown);
    assert.deepEqual(await account.read(id), expected);
    await until("the list to follow", async () => isDeepStrictEqual((await listed(account)).results, [expected]));
  });

  test("of a webhook that is not there is 404, whatever is sent", async () => {
    const account = await dispatcher.account();
    const objects = await dispatcher.webhookObjects();
    for (const body of [`{"active":true}`, "{", "[]", `{"target_url":""}`]) {
      for (const method of ["PUT", "PATCH"]) {
        const answer = await account.api.text(method, "/v1/webhooks/0000nothere", body);
        assert.equal(answer.status, 404, answer.text);
        assert.deepEqual(Object.keys(answer.json), ["detail"]);
      }
    }
    const opened = (await dispatcher.webhookObjects()).filter((id) => !objects.includes(id));
    const object = await dispatcher.webhookObject(account.name, "0000nothere");
    assert.ok(!opened.includes(object), "looking for a webhook that is not there stored something");
  });
});

describe("delete", { concurrency: 8 }, () => {
  test("answers 204 with nothing, then 404; the object is emptied and the record is gone", async () => {
    const account = await dispatcher.account();
    const [gone, stays] = [await account.create({ target_url: url }), await account.create({ target_url: url })];
    const answer = await account.api.delete(`/v1/webhooks/${gone.id}`);
    assert.equal(answer.status, 204);
    assert.equal(answer.text, "");
    assert.equal(answer.headers.get("content-type"), null);
    for (const method of ["GET", "DELETE", "PUT"]) {
      const sent = method === "PUT" ? `{"active":true}` : undefined;
      const again = await account.api.call(method, `/v1/webhooks/${gone.id}`, sent, { "content-type": "application/json" });
      assert.equal(again.status, 404, `${method}: ${again.text}`);
    }
    const object = await dispatcher.webhookObject(account.name, gone.id);
    await until("its storage to be empty", async () => !(await dispatcher.filledWebhookObjects()).includes(object));
    await until("its record to be gone", async () =>
      Object.keys(await dispatcher.records(`webhook:${account.name}:`)).join() === `webhook:${account.name}:${stays.id}`);
    assert.deepEqual((await listed(account)).results, [stays]);
  });

  test("of many at once leaves none behind", async () => {
    const account = await dispatcher.account();
    const ids: string[] = [];
    for (let n = 0; n < 10; n += 1) ids.push((await account.create({ target_url: url })).id);
    const answers = await Promise.all([...ids, ...ids].map((id) => account.api.delete(`/v1/webhooks/${id}`)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(10).fill(204), ...Array(10).fill(404)]);
    await until("the list to be empty", async () => (await listed(account)).count === 0);
  });
});
