// Bad requests: every answer is below 500, and nothing is stored.
//
// All requests are of one account. At the end its list is empty, it delivers no event, and there is
// no additional webhook object. `stop` of the harness checks that the runtime did not panic.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { before, describe, test } from "node:test";
import type { Answer, Body } from "../support/api.ts";
import {
  authorizations,
  bodies,
  contentTypes,
  forms,
  injections,
  multiparts,
  values,
} from "./bad_input_table.ts";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { apiKey, must } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";
import { inList } from "../support/webhook_fields.ts";

const { dispatcher } = await fixture({});

const account = await dispatcher.account();
const kept = await dispatcher.account();
const existing = await kept.create({ target_url: nowhere });
const objectsBefore = await dispatcher.webhookObjects();
/** Returns the KV records, without the times of last use, of keys and of accounts. */
const records = async () => {
  const all = Object.entries(await dispatcher.records(""));
  return Object.fromEntries(all.filter(([name]) => !/^(used|account):/.test(name)));
};
const recordsBefore = await records();

const json = { "content-type": "application/json" };

/** Fails unless the answer is a 4xx error in one of the two shapes. */
function assertRefused(answer: Answer, what: string): void {
  assert.ok(
    answer.status >= 400 && answer.status < 500,
    `${what}: ${answer.status} ${answer.text.slice(0, 500)}`,
  );
  assert.equal(typeof answer.json, "object", `${what}: ${answer.text.slice(0, 500)}`);
  const values: unknown[] = Object.values(answer.json);
  assert.ok(values.length > 0, what);
  for (const value of values) {
    assert.ok(
      typeof value === "string" ||
        (Array.isArray(value) && value.every((message) => typeof message === "string")),
      `${what}: ${answer.text.slice(0, 500)}`,
    );
  }
}

/** All calls that read a body. */
const calls: [method: string, path: string][] = [
  ["POST", "/v1/webhooks"],
  ["PUT", `/v1/webhooks/${existing.id}`],
  ["PATCH", `/v1/webhooks/${existing.id}`],
  ["POST", "/v1/events"],
];

function send(
  method: string,
  path: string,
  body: Body,
  headers: Record<string, string> = json,
): Promise<Answer> {
  const { api } = path.includes(existing.id) ? kept : account;
  return api.call(method, path, body, headers);
}

describe("a body", { concurrency: 4 }, () => {
  for (const [what, body] of bodies) {
    for (const [method, path] of calls) {
      test(`of ${what} is refused by ${method} ${path.replace(existing.id, "{id}")}`, async () => {
        assertRefused(await send(method, path, body), what);
      });
    }
  }

  test("of 10 MB without a length is refused", async () => {
    for (const [method, path] of calls) {
      const body = new Blob([" ".repeat(10_000_000)]).stream();
      assertRefused(await send(method, path, body), `${method} ${path}`);
    }
  });
});

describe("a content type", { concurrency: 4 }, () => {
  for (const type of contentTypes) {
    test(`of "${type.slice(0, 60)}" is refused`, async () => {
      for (const [method, path] of calls) {
        const answer = await send(method, path, Buffer.from(`{"target_url":"${nowhere}"}`), {
          "content-type": type,
        });
        // A form without fields is a valid update.
        const isEmptyForm = /boundary=b/.test(type) && path.includes(existing.id);
        if (!isEmptyForm || answer.status !== 200) assertRefused(answer, `${method} ${path}`);
      }
    });
  }

  const form = { "content-type": "application/x-www-form-urlencoded" };
  for (const [what, body] of forms) {
    test(`of a form with ${what} is refused`, async () => {
      assertRefused(await send("POST", "/v1/webhooks", body, form), what);
      const update = await send("PATCH", `/v1/webhooks/${existing.id}`, body, form);
      assert.ok(update.status < 500, `${what}: ${update.status} ${update.text}`);
    });
  }

  const multipart = { "content-type": "multipart/form-data; boundary=b" };
  for (const [what, body] of multiparts) {
    test(`of multipart with ${what} is refused`, async () => {
      assertRefused(await send("POST", "/v1/webhooks", body, multipart), what);
      const update = await send("PATCH", `/v1/webhooks/${existing.id}`, body, multipart);
      assert.ok(update.status < 500, `${what}: ${update.status} ${update.text}`);
    });
  }
});

describe("a field", { concurrency: 4 }, () => {
  for (const field of [
    "target_url",
    "active",
    "event_type",
    "basic_auth_username",
    "basic_auth_password",
    "additional_headers",
  ]) {
    test(`${field} with any JSON value and no valid URL is refused`, async () => {
      for (const value of values) {
        // The URL is invalid too, so that nothing is created.
        const body =
          field === "target_url"
            ? `{"target_url":${value}}`
            : `{"target_url":"","${field}":${value}}`;
        assertRefused(await send("POST", "/v1/webhooks", body), `create with ${body.slice(0, 80)}`);
        const update = await send("PATCH", `/v1/webhooks/${existing.id}`, body);
        assertRefused(update, `update with ${body.slice(0, 80)}`);
      }
    });
  }

  test("additional_headers that inject a header are refused", async () => {
    for (const additional_headers of injections) {
      assertRefused(
        await account.api.post("/v1/webhooks", { target_url: nowhere, additional_headers }),
        JSON.stringify(additional_headers),
      );
      const form = new URLSearchParams({
        target_url: nowhere,
        additional_headers: JSON.stringify(additional_headers),
      });
      assertRefused(
        await account.api.call("POST", "/v1/webhooks", form),
        `form ${JSON.stringify(additional_headers)}`,
      );
    }
  });
});

describe("an authorization", { concurrency: 4 }, () => {
  for (const header of authorizations) {
    test(`of "${header.slice(0, 40)}" is refused with 401`, async () => {
      for (const path of ["/v1/webhooks", "/v1/admin/keys"]) {
        const answer = await dispatcher
          .client()
          .call("GET", path, undefined, { authorization: header });
        assert.equal(answer.status, 401, `${path}: ${answer.text}`);
        assert.ok(answer.headers.get("www-authenticate"));
        assert.deepEqual(Object.keys(answer.json), ["detail"]);
      }
    });
  }
});

describe("a raw request", { concurrency: 4 }, () => {
  const authorization = `Authorization: Basic ${btoa(`${apiKey}:`)}`;
  const type = "Content-Type: application/json";
  const get = (path: string, ...head: string[]) => raw(`GET ${path}`, [...head, authorization]);
  const post = (head: string[], body: string) =>
    raw("POST /v1/webhooks", ["Host: x", authorization, ...head], body);
  const hosts = ["a b:c", "[::1", "x:99999", ":", "[]", "%", "a%00b", "\xff"];
  const raws: [what: string, bytes: string][] = [
    ["two lengths", post(["Content-Length: 2", "Content-Length: 3"], "{}")],
    ["a length that is no number", post(["Content-Length: x"], "{}")],
    ["a length that is far too long", post([type, "Content-Length: 99999999999"], "{}")],
    ["two authorizations", get("/v1/webhooks", "Host: x", authorization)],
    ...hosts.map((host): [string, string] => [
      `the host ${JSON.stringify(host)}`,
      get("/v1/webhooks", `Host: ${host}`),
    ]),
    ["no host", get("/v1/webhooks")],
    ["a path of bytes", get("/v1/webhooks/\xff\xfe", "Host: x")],
    ["a query of bytes", get("/v1/webhooks?page=\xff&%=%", "Host: x")],
  ];
  for (const [what, sent] of raws) {
    test(`with ${what} gets no 5xx`, async () => {
      const status = await firstLine(sent);
      assert.doesNotMatch(status, /^HTTP\/1\.1 5/, status);
    });
  }

  test("that ends in its body does not affect the dispatcher", async () => {
    for (let n = 0; n < 5; n += 1) {
      const socket = connect(Number(new URL(dispatcher.url).port), "127.0.0.1");
      const half = post([type, "Content-Length: 1000"], `{"target_url":`);
      await new Promise<void>((resolve) => socket.write(half, () => resolve()));
      socket.destroy();
    }
    must(200, await account.api.get("/v1/ping"));
  });
});

/** Returns the text of a request, which need not be valid. */
function raw(line: string, head: string[], body = ""): string {
  return [`${line} HTTP/1.1`, ...head, "", body].join("\r\n");
}

/** Sends these bytes. Returns the status line, or "" if the connection is closed without one. */
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

describe("after all bad requests", () => {
  let list: Answer;
  before(async () => {
    list = must(200, await account.api.get("/v1/webhooks"));
  });

  test("the list is empty, and no webhook gets an event", async () => {
    assert.deepEqual(list.json, { count: 0, next: null, previous: null, results: [] });
    assert.equal(await account.publish(event("a")), 0);
  });

  test("the existing webhook is unchanged", async () => {
    assert.deepEqual(await kept.read(existing.id), existing);
    assert.deepEqual(must(200, await kept.api.get("/v1/webhooks")).json.results, [
      inList(existing),
    ]);
  });

  test("no webhook object and no record was added", async () => {
    assert.deepEqual(await dispatcher.webhookObjects(), objectsBefore);
    assert.deepEqual(await records(), recordsBefore);
  });

  test("the built-in account is empty too", async () => {
    assert.equal(must(200, await dispatcher.client(apiKey).get("/v1/webhooks")).json.count, 0);
  });
});
