// Whatever is sent, the answer is below 500 and nothing of it is stored.
//
// One account takes it all: at the end its list is empty, its roster sends no event anywhere, and not one webhook object
// more than before has a file. `harness.stop` checks that the runtime never panicked on the way.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { basic, type Answer, type Body } from "./api.ts";
import { event } from "./events.ts";
import { apiKey, must, start } from "./harness.ts";
import { nowhere } from "./receiver.ts";

const dispatcher = await start();
after(() => dispatcher.stop());

const account = await dispatcher.account();
const kept = await dispatcher.account();
const existing = await kept.create({ target_url: nowhere });
const objectsBefore = await dispatcher.webhookObjects();
const recordsBefore = await dispatcher.records("");

const json = { "content-type": "application/json" };

/** Below 500, and an error in one of the two shapes. */
function turnedDown(answer: Answer, what: string): void {
  assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.status} ${answer.text.slice(0, 500)}`);
  assert.equal(typeof answer.json, "object", `${what}: ${answer.text.slice(0, 500)}`);
  const values: unknown[] = Object.values(answer.json);
  assert.ok(values.length > 0, what);
  for (const value of values) {
    assert.ok(
      typeof value === "string" || (Array.isArray(value) && value.every((message) => typeof message === "string")),
      `${what}: ${answer.text.slice(0, 500)}`,
    );
  }
}

/** Every place that reads a body. */
const places: [method: string, path: string][] = [
  ["POST", "/v1/webhooks"],
  ["PUT", `/v1/webhooks/${existing.id}`],
  ["PATCH", `/v1/webhooks/${existing.id}`],
  ["POST", "/v1/events"],
];

function send(method: string, path: string, body: Body, headers: Record<string, string> = json): Promise<Answer> {
  const { api, key } = path.includes(existing.id) ? kept : account;
  const isLarge = (typeof body === "string" || body instanceof Uint8Array) && body.length > 60_000;
  if (!isLarge) return api.call(method, path, body, headers);
  return sendLarge(method, path, body, { ...headers, authorization: basic(key), "content-length": `${Buffer.byteLength(body)}` });
}

/**
 * Sends the first 300 kB, and the rest only when no answer comes: a dispatcher that refuses a body by its length closes
 * the connection, and a client that is still writing then would not see the answer.
 */
function sendLarge(method: string, path: string, body: string | Uint8Array, headers: Record<string, string>): Promise<Answer> {
  const whole = Buffer.from(body);
  const firstBytes = 300_000;
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, dispatcher.url), { method, headers: { ...headers, connection: "close" } });
    const rest = setTimeout(() => sent.end(whole.subarray(firstBytes)), 1_000);
    sent.once("response", async (response) => {
      clearTimeout(rest);
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      sent.destroy();
      const text = Buffer.concat(chunks).toString("utf8");
      const answer = { status: response.statusCode ?? 0, headers: new Headers(), text };
      try {
        resolve({ ...answer, json: JSON.parse(text) });
      } catch {
        resolve({ ...answer, json: undefined });
      }
    });
    sent.once("error", reject);
    sent.write(whole.subarray(0, firstBytes));
  });
}

const bytes = (...values: number[]) => new Uint8Array(values);
const documented: { verbatim: string }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "../vectors/seed-bodies.json"), "utf8"),
);

describe("a body", { concurrency: 4 }, () => {
  const bodies: [what: string, body: string | Uint8Array<ArrayBuffer>][] = [
    ...documented.map(({ verbatim }, index): [string, string] => [`the document's example ${index + 1}, comma missing`, verbatim]),
    ["nothing at all that is JSON", "nope"],
    ["an open brace", "{"],
    ["a closing brace", "}"],
    ["100,000 open brackets", "[".repeat(100_000)],
    ["60,000 open brackets", "[".repeat(60_000)],
    ["60,000 brackets that close", "[".repeat(30_000) + "]".repeat(30_000)],
    ["10,000 nested objects", `{"target_url":0,"event_type":0,"a":${`{"a":`.repeat(10_000)}1${"}".repeat(10_000)}}`],
    ["depth in a known field", `{"target_url":${"[".repeat(20_000)}${"]".repeat(20_000)}}`],
    ["depth in the event type", `{"event_type":${"[".repeat(20_000)}${"]".repeat(20_000)}}`],
    ["a lone surrogate", String.raw`{"target_url":"\ud800","event_type":"\udfff"}`],
    ["a lone surrogate in a key", String.raw`{"\ud800":1,"target_url":""}`],
    ["surrogates the wrong way round", String.raw`{"target_url":"http:\/\/example.com\/\udc00\ud800","event_type":"\udc00\ud800"}`],
    ["a surrogate as bytes", bytes(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d)],
    ["a NUL", "\u0000"],
    ["NULs in strings", String.raw`{"target_url":"\u0000","event_type":"\u0000"}`],
    ["a NUL between", `{"target_url"\u0000:"x"}`],
    ["bytes that are no UTF-8", bytes(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d)],
    ["UTF-8 cut short", bytes(0x22, 0xe5, 0xad)],
    ["an overlong encoding", bytes(0x22, 0xc0, 0x80, 0x22)],
    ["UTF-16", Buffer.from(`\ufeff{"target_url":"${nowhere}"}`, "utf16le")],
    ["a byte order mark", `\ufeff{"target_url":"${nowhere}","event_type":"QUIZ_COMPLETION"}`],
    ["numbers beyond all bounds", `{"target_url":1e999999,"active":-1e999999,"event_type":${"9".repeat(5_000)}}`],
    ["a number of minus zero", "-0"],
    ["every field of a wrong type", `{"target_url":{},"active":[],"event_type":{},"basic_auth_username":[],"basic_auth_password":{},"additional_headers":7}`],
    ["fields that are prototypes", `{"target_url":{"__proto__":null},"event_type":{"__proto__":null},"__proto__":[]}`],
    ["a list of lists", "[[[]]]"],
    ["null", "null"],
    ["a string of 60,000 characters", JSON.stringify("x".repeat(60_000))],
    ["an event type of 60,000 characters", JSON.stringify({ target_url: 0, event_type: "x".repeat(60_000) })],
    ["600 kB", `{"target_url":"${"x".repeat(600_000)}","event_type":"QUIZ_COMPLETION"}`],
    ["10 MB", `{"target_url":"${"x".repeat(10_000_000)}","event_type":"QUIZ_COMPLETION"}`],
    ["10 MB of white space", " ".repeat(10_000_000)],
  ];
  for (const [what, body] of bodies) {
    for (const [method, path] of places) {
      test(`of ${what} is turned down by ${method} ${path.replace(existing.id, "{id}")}`, async () => {
        turnedDown(await send(method, path, body), what);
      });
    }
  }

  test("of 10 MB without a length is turned down", async () => {
    for (const [method, path] of places) {
      const { key } = path.includes(existing.id) ? kept : account;
      const headers = { ...json, authorization: basic(key), "transfer-encoding": "chunked" };
      turnedDown(await sendLarge(method, path, " ".repeat(10_000_000), headers), `${method} ${path}`);
    }
  });
});

describe("a content type", { concurrency: 4 }, () => {
  const types = [
    "", "text/plain", "application/xml", "application/octet-stream", "application/json-patch+json", "application/jsonx", "json", "/",
    ";", "application/json/x", "application/x-www-form-urlencodedx", "multipart/mixed; boundary=a", "multipart/form-data",
    "multipart/form-data; boundary=", `multipart/form-data; boundary="`, "multipart/form-data; charset=x", "x".repeat(10_000),
    `multipart/form-data; boundary=${"b".repeat(10_000)}`,
  ];
  for (const type of types) {
    test(`of "${type.slice(0, 60)}" is turned down`, async () => {
      for (const [method, path] of places) {
        const answer = await send(method, path, Buffer.from(`{"target_url":"${nowhere}"}`), { "content-type": type });
        // A form of no fields is a change of nothing.
        const isEmptyForm = /boundary=b/.test(type) && path.includes(existing.id);
        if (!isEmptyForm || answer.status !== 200) turnedDown(answer, `${method} ${path}`);
      }
    });
  }

  const form = { "content-type": "application/x-www-form-urlencoded" };
  const forms: [what: string, body: string | Uint8Array<ArrayBuffer>][] = [
    ["broken escapes", "target_url=%&active=%zz&%=1"],
    ["escaped bytes that are no UTF-8", "target_url=%ff%fe&event_type=%c0%80"],
    ["raw bytes that are no UTF-8", bytes(0x61, 0x3d, 0xff)],
    ["a NUL", "target_url=%00"],
    ["a surrogate", "target_url=%ed%a0%80"],
    ["separators only", "&&&===&&"],
    ["20,000 fields", "target_url=&" + "a=b&".repeat(10_000)],
    ["one name 20,000 times", "target_url=x&".repeat(4_000)],
    ["deep headers", `target_url=x&additional_headers=${"[".repeat(30_000)}`],
    ["headers with a lone surrogate", `target_url=x&additional_headers=${encodeURIComponent(String.raw`{"\ud800":"\ud800"}`)}`],
    ["JSON", `{"target_url":"${nowhere}"}`],
  ];
  for (const [what, body] of forms) {
    test(`of a form with ${what} is turned down`, async () => {
      turnedDown(await send("POST", "/v1/webhooks", body, form), what);
      const update = await send("PATCH", `/v1/webhooks/${existing.id}`, body, form);
      assert.ok(update.status < 500, `${what}: ${update.status} ${update.text}`);
    });
  }

  const multipart = { "content-type": "multipart/form-data; boundary=b" };
  const part = (head: string, body: string) => `--b\r\n${head}\r\n\r\n${body}\r\n`;
  const named = `Content-Disposition: form-data; name="target_url"`;
  const multiparts: [what: string, body: string | Uint8Array<ArrayBuffer>][] = [
    ["nothing", ""],
    ["no parts", "--b--\r\n"],
    ["another boundary", "--c\r\n\r\n--c--"],
    ["a part without headers", "--b\r\n\r\nx\r\n--b--"],
    ["a part without a name", `${part("Content-Disposition: form-data", "x")}--b--`],
    ["a part that ends in its head", "--b\r\nContent-Disp"],
    ["a name that does not end", `${part(`Content-Disposition: form-data; name="target_url`, "x")}--b--`],
    ["a NUL", `${part(named, "\u0000")}--b--`],
    ["a file", `${part(`${named}; filename="a.txt"\r\nContent-Type: text/plain`, nowhere)}--b--`],
    ["bytes that are no UTF-8", Buffer.concat([Buffer.from(`--b\r\n${named}\r\n\r\n`), bytes(0xff, 0xfe), Buffer.from("\r\n--b--")])],
    ["2,000 parts", `${part(named, "").repeat(500)}--b--`],
  ];
  for (const [what, body] of multiparts) {
    test(`of multipart with ${what} is turned down`, async () => {
      turnedDown(await send("POST", "/v1/webhooks", body, multipart), what);
      const update = await send("PATCH", `/v1/webhooks/${existing.id}`, body, multipart);
      assert.ok(update.status < 500, `${what}: ${update.status} ${update.text}`);
    });
  }
});

describe("a field", { concurrency: 4 }, () => {
  const values = ["null", "true", "0", "-1", "1.5", "1e400", `""`, `" "`, `"x"`, String.raw`"\u0000"`, String.raw`"\ud800"`, "[]", "[null]", "{}", `{"a":null}`,
    `{"":""}`, `["\u0000"]`, `"${"x".repeat(20_000)}"`, `{"${"x".repeat(20_000)}":"x"}`, `"\u202e\u0007"`];
  for (const field of ["target_url", "active", "event_type", "basic_auth_username", "basic_auth_password", "additional_headers"]) {
    test(`${field} of any type and value never breaks create or update`, async () => {
      for (const value of values) {
        // The URL is bad too, so that nothing is ever created.
        const body = field === "target_url" ? `{"target_url":${value}}` : `{"target_url":"","${field}":${value}}`;
        turnedDown(await send("POST", "/v1/webhooks", body), `create with ${body.slice(0, 80)}`);
        const update = await send("PATCH", `/v1/webhooks/${existing.id}`, body);
        turnedDown(update, `update with ${body.slice(0, 80)}`);
      }
    });
  }

  test("additional_headers injects nothing", async () => {
    const attempts = [
      { "x-a": "1\r\nx-injected: 1" },
      { "x-a": "1\nx-injected: 1" },
      { "x-a": "1\r\n\r\nPOST / HTTP/1.1" },
      { "x-a\r\nx-injected": "1" },
      { "x-a: 1\r\nx-injected": "1" },
      { "x-a": "1\u2028x-injected: 1" },
      { "x-a": "1\u0085x-injected: 1" },
      { "x-a": "1\u010dx\u010a" },
      { "content-length": "0" },
      { "Transfer-Encoding": "chunked" },
      { host: "example.com" },
    ];
    for (const additional_headers of attempts) {
      turnedDown(await account.api.post("/v1/webhooks", { target_url: nowhere, additional_headers }), JSON.stringify(additional_headers));
      const form = new URLSearchParams({ target_url: nowhere, additional_headers: JSON.stringify(additional_headers) });
      turnedDown(await account.api.call("POST", "/v1/webhooks", form), `form ${JSON.stringify(additional_headers)}`);
    }
  });
});

describe("an authorization", { concurrency: 4 }, () => {
  const headers = [
    "Basic", "Basic ", "Basic =", "Basic ====", "Basic !!!!", "Basic YQ", "Basic YQ=", "Basic YQ==YQ==", "Basic /w==", "Basic //79", "Basic AAAA",
    `Basic ${"A".repeat(30_000)}`, `Basic ${Buffer.from([0xff, 0xfe, 0x3a]).toString("base64")}`, `Basic ${Buffer.from("\u0000:").toString("base64")}`,
    "Bearer", "Bearer ", "Bearer a b", "Bearer \u00e9", "basic\u00a0x", "\u00ff", ",", "Basic,Bearer", `Bearer ${"=".repeat(30_000)}`,
  ];
  for (const header of headers) {
    test(`of "${header.slice(0, 40)}" is turned down with 401`, async () => {
      for (const path of ["/v1/webhooks", "/v1/admin/keys"]) {
        const answer = await dispatcher.client().call("GET", path, undefined, { authorization: header });
        assert.equal(answer.status, 401, `${path}: ${answer.text}`);
        assert.ok(answer.headers.get("www-authenticate"));
        assert.deepEqual(Object.keys(answer.json), ["detail"]);
      }
    });
  }
});

describe("a request on the wire", { concurrency: 4 }, () => {
  const authorization = `Authorization: Basic ${btoa(`${apiKey}:`)}`;
  const raws: [what: string, bytes: string][] = [
    ["two lengths", `POST /v1/webhooks HTTP/1.1\r\nHost: x\r\n${authorization}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ["a length that is no number", `POST /v1/webhooks HTTP/1.1\r\nHost: x\r\n${authorization}\r\nContent-Length: x\r\n\r\n{}`],
    ["a length that is far too long", `POST /v1/webhooks HTTP/1.1\r\nHost: x\r\n${authorization}\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{}`],
    ["two authorizations", `GET /v1/webhooks HTTP/1.1\r\nHost: x\r\n${authorization}\r\n${authorization}\r\n\r\n`],
    ["a host that is none", `GET /v1/webhooks HTTP/1.1\r\nHost: a b:c\r\n${authorization}\r\n\r\n`],
    ...["[::1", "x:99999", ":", "[]", "%", "a%00b", "\xff"].map((host): [string, string] => [
      `the host ${JSON.stringify(host)}`,
      `GET /v1/webhooks HTTP/1.1\r\nHost: ${host}\r\n${authorization}\r\n\r\n`,
    ]),
    ["no host", `GET /v1/webhooks HTTP/1.1\r\n${authorization}\r\n\r\n`],
    ["a path of bytes", `GET /v1/webhooks/\xff\xfe HTTP/1.1\r\nHost: x\r\n${authorization}\r\n\r\n`],
    ["a query of bytes", `GET /v1/webhooks?page=\xff&%=% HTTP/1.1\r\nHost: x\r\n${authorization}\r\n\r\n`],
  ];
  for (const [what, sent] of raws) {
    test(`with ${what} gets no 5xx`, async () => {
      const status = await firstLine(sent);
      assert.doesNotMatch(status, /^HTTP\/1\.1 5/, status);
    });
  }

  test("that breaks off in its body leaves the dispatcher as it was", async () => {
    for (let n = 0; n < 5; n += 1) {
      const socket = connect(Number(new URL(dispatcher.url).port), "127.0.0.1");
      await new Promise<void>((resolve) => socket.write(
        `POST /v1/webhooks HTTP/1.1\r\nHost: x\r\n${authorization}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"target_url":`,
        () => resolve(),
      ));
      socket.destroy();
    }
    must(200, await account.api.get("/v1/ping"));
  });
});

/** The status line that these bytes get, or the empty string when the connection is just closed. */
function firstLine(sent: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(dispatcher.url).port), "127.0.0.1");
    let seen = "";
    socket.on("data", (chunk) => {
      seen += chunk.toString("latin1");
      if (seen.includes("\r\n")) socket.destroy();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(seen.split("\r\n")[0] ?? ""));
    socket.setTimeout(2_000, () => socket.destroy());
    socket.write(Buffer.from(sent, "latin1"));
  });
}

describe("after all of it", () => {
  let list: Answer;
  before(async () => {
    list = must(200, await account.api.get("/v1/webhooks"));
  });

  test("the list is empty, and no webhook gets an event", async () => {
    assert.deepEqual(list.json, { count: 0, next: null, previous: null, results: [] });
    assert.equal(await account.publish(event("a")), 0);
  });

  test("the webhook that was there is as it was", async () => {
    assert.deepEqual(await kept.read(existing.id), existing);
    assert.deepEqual(must(200, await kept.api.get("/v1/webhooks")).json.results, [existing]);
  });

  test("no webhook object and no record was added", async () => {
    assert.deepEqual(await dispatcher.webhookObjects(), objectsBefore);
    assert.deepEqual(await dispatcher.records(""), recordsBefore);
  });

  test("the built-in account is empty too", async () => {
    assert.equal(must(200, await dispatcher.client(apiKey).get("/v1/webhooks")).json.count, 0);
  });
});
