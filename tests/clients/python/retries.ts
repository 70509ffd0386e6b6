// What the Python client repeats, how often and when, with a server that fails as told.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Receiver, disconnect, jsonBody, reply, values, type Mailbox, type Step,
} from "../../worker/support/receiver.ts";
import { closedPort } from "../../worker/support/receiver.ts";
import { Driver, type Call } from "../support/python.ts";

const JSON_TYPE = { "content-type": "application/json" };
const json = (status: number, body: unknown, headers = {}): Step =>
  reply(status, { ...JSON_TYPE, ...headers }, JSON.stringify(body));
const problem = (status: number, code: string, headers = {}): Step =>
  json(status, { detail: "So it is.", code, request_id: "8b1f0c6e53d9a7f2" }, headers);

const stored = json(202, { id: "e1", event_type: "COURSE_COMPLETION", webhooks: 1 });
const publish: Call = { call: "publish", body: { event_type: "COURSE_COMPLETION" } };
const webhook = { id: "w1" };

/** The most that is sent: the first try and four repeats. */
const TRIES_MAX = 5;
/** So that tests need not wait. */
const QUICK_S = 0.01;

const keysOf = (mailbox: Mailbox): string[] =>
  mailbox.received.flatMap((request) => values(request, "idempotency-key"));

export function testRetries(python: string): void {
  for (const mode of ["sync", "async"] as const) {
    describe(`repeats, ${mode}`, () => cases(python, mode));
  }
}

function cases(python: string, mode: "sync" | "async"): void {
  /** Makes a call of a server that gives these answers. */
  async function tried(path: string, call: Call, answers: Step[], baseS?: number) {
    const receiver = await Receiver.listen();
    const mailbox = receiver.mailboxAt(path, ...answers);
    const driver = new Driver(python, mode, receiver.origin, baseS);
    const outcome = await driver.make(call);
    driver.end();
    await receiver.close();
    assert.deepEqual(receiver.unexpected, []);
    return { ...outcome, mailbox };
  }

  for (const [what, failure] of [
    ["429", problem(429, "throttled")],
    ["502", reply(502, {}, "<h1>Bad gateway</h1>")],
    ["503", problem(503, "unavailable")],
    ["504", reply(504)],
    ["a broken connection", disconnect],
  ] as const) {
    test(`publish is repeated after ${what}, with the same key and bytes`, async () => {
      const answers = [failure, failure, stored];
      const { answer, mailbox } = await tried("/v1/events", publish, answers, QUICK_S);
      assert.deepEqual(answer, { id: "e1", event_type: "COURSE_COMPLETION", webhooks: 1 });
      const keys = keysOf(mailbox);
      assert.equal(keys.length, 3);
      assert.match(keys[0]!, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
      assert.deepEqual(new Set(keys).size, 1);
      assert.deepEqual(new Set(mailbox.texts).size, 1);
    });
  }

  test("two publishes have two keys", async () => {
    const receiver = await Receiver.listen();
    const mailbox = receiver.mailboxAt("/v1/events", stored);
    const driver = new Driver(python, mode, receiver.origin);
    await driver.must(publish);
    await driver.must(publish);
    await driver.must({ ...publish, headers: { "Idempotency-Key": "own" } });
    await receiver.close();
    const keys = keysOf(mailbox);
    assert.equal(new Set(keys).size, 3);
    assert.equal(keys[2], "own");
  });

  test("five tries are made at most, each wait up to twice as long as the one before", async () => {
    const failure = problem(503, "unavailable");
    const { error, mailbox } = await tried("/v1/events", publish, [failure]);
    assert.equal(error?.class, "Unavailable");
    assert.equal(mailbox.count, TRIES_MAX);
    const latenessMs = 1_000;
    for (const [index, gap] of mailbox.gapsMs().entries())
      assert.ok(gap < 500 * 2 ** index + latenessMs, `wait ${index + 1}: ${gap} ms`);
  });

  test("Retry-After is obeyed, in seconds and as a date", async () => {
    const date = new Date(Date.now() + 3_000).toUTCString();
    const answers = [
      problem(429, "throttled", { "retry-after": "1" }),
      problem(503, "unavailable", { "retry-after": date }),
      stored,
    ];
    const { answer, mailbox } = await tried("/v1/events", publish, answers, QUICK_S);
    assert.equal(answer.id, "e1");
    const [first, second] = mailbox.gapsMs();
    assert.ok(first! >= 1_000, `${first} ms`);
    assert.ok(Date.parse(date) <= Date.now(), `${second} ms`);
  });

  test("a Retry-After that is too long is left to the caller", async () => {
    const answers = [problem(429, "throttled", { "retry-after": "61" })];
    const { error, mailbox } = await tried("/v1/events", publish, answers);
    assert.equal(error?.class, "RateLimited");
    assert.equal(error?.["retry_after"], 61);
    assert.equal(mailbox.count, 1);
  });

  for (const [status, code, name] of [
    [400, "invalid_json", "BadRequest"], [401, "invalid_key", "Unauthorized"],
    [403, "missing_scope", "Forbidden"], [404, "not_found", "NotFound"],
    [409, "conflict", "Conflict"], [412, "precondition_failed", "PreconditionFailed"],
    [413, "too_large", "ApiError"], [422, "idempotency_key_reused", "ApiError"],
    [500, "unknown", "ApiError"],
  ] as const) {
    test(`${status} fails at once, as ${name}`, async () => {
      const { error, mailbox } = await tried("/v1/events", publish, [problem(status, code)]);
      assert.equal(error?.class, name);
      assert.equal(error?.["status"], status);
      assert.equal(error?.["code"], code);
      assert.equal(error?.["detail"], "So it is.");
      assert.equal(error?.["request_id"], "8b1f0c6e53d9a7f2");
      assert.equal(error?.message, `${status} ${code}: So it is. (request 8b1f0c6e53d9a7f2)`);
      assert.equal(mailbox.count, 1);
    });
  }

  test("calls that may have had their effect are not repeated", async () => {
    for (const [path, call] of [
      ["/v1/webhooks/w1/ping", { call: "pingWebhook", params: { id: "w1" } }],
      ["/v1/webhooks/w1", { call: "patchWebhook", params: { id: "w1" }, body: { name: "a" } }],
      ["/v1/webhooks/w1/rotate-secret", { call: "rotateSecret", params: { id: "w1" } }],
      ["/v1/webhooks/w1/deliveries/e1/resend", {
        call: "resendDelivery", params: { id: "w1", event_id: "e1" },
      }],
      ["/v1/webhooks/w1", {
        call: "putWebhook", params: { id: "w1" }, body: {}, headers: { "If-Match": '"a"' },
      }],
    ] as [string, Call][]) {
      for (const [failure, name] of [
        [problem(503, "unavailable"), "Unavailable"], [disconnect, "ConnectionError"],
      ] as const) {
        const { error, mailbox } = await tried(path, call, [failure, json(200, webhook)]);
        assert.equal(error?.class, name, call.call);
        assert.equal(mailbox.count, 1, call.call);
      }
    }
  });

  test("reads, changes by PUT, creations and deletions are repeated", async () => {
    for (const [path, call, success] of [
      ["/v1/webhooks/w1", { call: "getWebhook", params: { id: "w1" } }, json(200, webhook)],
      ["/v1/webhooks/w1", { call: "putWebhook", params: { id: "w1" }, body: {} },
        json(200, webhook)],
      ["/v1/webhooks", { call: "createWebhook", body: { target_url: "https://a.example/" } },
        json(201, webhook)],
      ["/v1/webhooks/w1", { call: "deleteWebhook", params: { id: "w1" } }, reply(204)],
      // A repeat finds what the try before has deleted.
      ["/v1/webhooks/w1", { call: "deleteWebhook", params: { id: "w1" } },
        problem(404, "not_found")],
    ] as [string, Call, Step][]) {
      const { error, mailbox } = await tried(path, call, [disconnect, success], QUICK_S);
      assert.equal(error, undefined, JSON.stringify(error));
      assert.equal(mailbox.count, 2, call.call);
      assert.ok(new Set(keysOf(mailbox)).size <= 1, call.call);
    }
  });

  test("a dispatcher that is not there is a ConnectionError", async () => {
    const driver = new Driver(python, mode, `http://127.0.0.1:${await closedPort()}`, QUICK_S);
    const { error } = await driver.make({ call: "health" });
    assert.equal(error?.class, "ConnectionError");
    assert.match(error!.message, /^health: ConnectError/);
  });

  batchCases(tried);
  answerCases(tried);
}

type Tried = (path: string, call: Call, answers: Step[], baseS?: number) =>
  Promise<{ answer?: any; error?: any; mailbox: Mailbox }>;

function batchCases(tried: Tried): void {
  const path = "/v1/events/batch";
  const event = (mark: number, filler = "") =>
    ({ event_type: "COURSE_COMPLETION", mark, ...(filler ? { filler } : {}) });
  const accepted = { status: 202, id: "e1", event_type: "COURSE_COMPLETION", webhooks: 1 };
  /** Answers each event of a batch with its mark. */
  const echo: Step = async (request, response) => {
    const items = jsonBody(request).map(({ mark }: { mark: number }) => ({ ...accepted, mark }));
    response.writeHead(200, JSON_TYPE).end(JSON.stringify(items));
  };
  const batch = (body: unknown[], headers = {}): Call => ({ call: "publishBatch", body, headers });

  test("a batch is divided by its number of events", async () => {
    const events = Array.from({ length: 250 }, (_, index) => event(index));
    const { answer, mailbox } = await tried(path, batch(events), [echo]);
    assert.deepEqual(answer.map(({ mark }: any) => mark), events.map(({ mark }) => mark));
    assert.deepEqual(mailbox.received.map((one) => jsonBody(one).length), [100, 100, 50]);
    assert.equal(new Set(keysOf(mailbox)).size, 3);
  });

  test("a batch is divided by its bytes, and keeps the key of its caller", async () => {
    const events = Array.from({ length: 9 }, (_, index) => event(index, "é".repeat(130_000)));
    const headers = { "Idempotency-Key": "own" };
    const { answer, mailbox } = await tried(path, batch(events, headers), [echo]);
    assert.equal(answer.length, 9);
    assert.deepEqual(mailbox.received.map((one) => jsonBody(one).length), [4, 4, 1]);
    for (const { body } of mailbox.received) assert.ok(body.length <= 1_048_576);
    assert.deepEqual(keysOf(mailbox), ["own-1", "own-2", "own-3"]);
  });

  test("a batch without events makes no call", async () => {
    const { answer, mailbox } = await tried(path, batch([]), [echo]);
    assert.deepEqual(answer, []);
    assert.equal(mailbox.count, 0);
  });

  test("a batch with an event that is not stored is sent again with its key", async () => {
    const answers = [
      json(200, [accepted, { status: 503, detail: "Again." }]), json(200, [accepted, accepted]),
    ];
    const events = [event(1), event(2)];
    const { answer, mailbox } = await tried(path, batch(events), answers, QUICK_S);
    assert.deepEqual(answer, [accepted, accepted]);
    assert.equal(mailbox.count, 2);
    assert.equal(new Set(keysOf(mailbox)).size, 1);
  });

  test("an event that is too large alone is answered alone", async () => {
    const answers = [echo, problem(413, "too_large"), echo];
    const events = [event(1), event(2, "a".repeat(1_048_576)), event(3)];
    const { answer } = await tried(path, batch(events), answers);
    assert.deepEqual(answer.map(({ status }: any) => status), [202, 413, 202]);
  });

  test("a part that fails after others says what was published", async () => {
    const events = Array.from({ length: 101 }, (_, index) => event(index));
    const { error } = await tried(path, batch(events), [echo, problem(401, "invalid_key")]);
    assert.equal(error.class, "PartialBatchError");
    assert.equal(error.results.length, 100);
    const first = await tried(path, batch(events), [problem(401, "invalid_key")]);
    assert.equal(first.error.class, "Unauthorized");
  });
}

function answerCases(tried: Tried): void {
  test("an answer of another server says so", async () => {
    const health: Call = { call: "health" };
    const page = reply(200, { "content-type": "text/html" }, "<h1>Welcome</h1>");
    const { error } = await tried("/health", health, [page]);
    assert.equal(error.class, "ApiError");
    assert.equal(error.code, "unexpected_answer");
    assert.match(error.detail, /^<h1>Welcome<\/h1> Check/);
    const moved = reply(301, { location: "https://elsewhere.example/" });
    const redirected = await tried("/health", health, [moved]);
    assert.match(redirected.error.message, /^301 .* redirects to https:\/\/elsewhere\.example\//);
  });

  test("an export that breaks off is an error", async () => {
    const path = "/v1/webhooks/w1/deliveries.jsonl";
    const call: Call = { call: "exportDeliveriesAsJsonLines", params: { id: "w1" } };
    const breaks: Step = (_, response) => {
      response.writeHead(200).write('{"event_id": "e1"}\n', () => response.destroy());
    };
    const { error } = await tried(path, call, [breaks]);
    assert.equal(error.class, "ConnectionError");
    assert.match(error.message, /broke off/);
    const lines = reply(200, {}, '{"text": "a\u2028b"}\n{"text": "Zoë"}');
    const { answer } = await tried(path, call, [lines]);
    assert.deepEqual(answer, [{ text: "a\u2028b" }, { text: "Zoë" }]);
  });

  test("what cannot be an id is refused before it is sent", async () => {
    for (const id of ["", ".", ".."]) {
      const call: Call = { call: "deleteWebhook", params: { id } };
      const { error, mailbox } = await tried("/v1/webhooks/", call, [reply(204)]);
      assert.equal(error.class, "ValueError");
      assert.equal(mailbox.count, 0);
    }
    const call: Call = { call: "getWebhook", params: { id: "a/../b?c" } };
    const { mailbox } = await tried("/v1/webhooks/a%2F..%2Fb%3Fc", call, [json(200, webhook)]);
    assert.equal(mailbox.count, 1);
  });
}
