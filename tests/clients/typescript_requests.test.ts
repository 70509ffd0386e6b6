// What the TypeScript client does with answers that fail: which calls it repeats, when
// and how often, what its errors say; and how it divides batches and reads exports.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import {
  ApiError, BadRequest, ConnectionError, NotFound, PartialBatchError, PreconditionFailed,
  RateLimited, Unavailable, WebhookDispatcher, type ClientOptions,
} from "../../clients/typescript/src/index.ts";
import { chunksOf } from "../../clients/typescript/src/chunks.ts";
import { waitMs } from "../../clients/typescript/src/retries.ts";
import {
  Receiver, breakOff, disconnect, hang, jsonBody, nowhere, raw, reply, values,
  type Mailbox, type Received, type Step,
} from "../worker/support/receiver.ts";

const server = await Receiver.listen();
after(() => server.close());

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Step =>
  reply(status, { "content-type": "application/json", ...headers }, JSON.stringify(body));
const published = json(202, { id: "e1", event_type: "COURSE_COMPLETION", webhooks: 1 });
const unavailable = json(503, {
  detail: "Service temporarily unavailable, try again later.",
  code: "unavailable",
  request_id: "r1",
}, { "retry-after": "0" });
const event = { event_type: "COURSE_COMPLETION", course: { id: "c1", title: "Zoë ✓" } };

let number = 0;
/** Returns a client, and the mailbox that answers its calls of one path. */
function scripted(path: string, steps: Step[], options: Partial<ClientOptions> = {}) {
  number += 1;
  const prefix = `/s${number}`;
  const mailbox = server.mailboxAt(`${prefix}${path}`, ...steps);
  const url = `${server.origin}${prefix}/`;
  return { mailbox, client: new WebhookDispatcher({ url, apiKey: "key", ...options }) };
}

const keyOf = (request: Received) => values(request, "idempotency-key");

function assertSame(mailbox: Mailbox, count: number): void {
  assert.equal(mailbox.count, count);
  for (const request of mailbox.received) {
    assert.deepEqual(request.body, mailbox.received[0]!.body);
    assert.deepEqual(keyOf(request), keyOf(mailbox.received[0]!));
  }
}

describe("a publish", { concurrency: 8 }, () => {
  test("is repeated, the same each time, after 429, 502, 503, 504 and breaks", async () => {
    const steps = [
      unavailable, reply(502), reply(504, {}, "a proxy"), disconnect, breakOff(202),
      json(429, {}, { "retry-after": "0" }), published,
    ];
    const { client, mailbox } = scripted("/v1/events", steps, { retries: 6 });
    assert.equal((await client.publish(event)).id, "e1");
    assertSame(mailbox, 7);
    const [request] = mailbox.received;
    assert.match(keyOf(request!)[0]!, /^[0-9a-f-]{36}$/);
    assert.deepEqual(jsonBody(request!), event);
    assert.deepEqual(values(request!, "authorization"), ["Bearer key"]);
    assert.deepEqual(values(request!, "content-type"), ["application/json"]);
  });

  test("sends JSON text byte for byte", async () => {
    const { client, mailbox } = scripted("/v1/events", [published]);
    const text = '{ "event_type": "A",  "n": 12345678901234567890 }';
    await client.publish(text);
    assert.equal(mailbox.texts[0], text);
    await assert.rejects(client.publish(undefined as never), /an event is a JSON object/);
  });

  test("uses a key of its own each time, or that of the caller", async () => {
    const { client, mailbox } = scripted("/v1/events", [published]);
    await client.publish(event);
    await client.publish(event);
    await client.publish(event, { idempotencyKey: "mine" });
    const [first, second, third] = mailbox.received.map((request) => keyOf(request)[0]);
    assert.notEqual(first, second);
    assert.equal(third, "mine");
  });

  test("passes the trace on", async () => {
    const { client, mailbox } = scripted("/v1/events", [published]);
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await client.publish(event, { traceparent, tracestate: "a=b" });
    assert.deepEqual(values(mailbox.received[0]!, "traceparent"), [traceparent]);
    assert.deepEqual(values(mailbox.received[0]!, "tracestate"), ["a=b"]);
  });

  test("fails after five attempts with the last error", async () => {
    const { client, mailbox } = scripted("/v1/events", [unavailable]);
    await assert.rejects(client.publish(event), (error: Unavailable) => {
      assert.ok(error instanceof Unavailable);
      assert.equal(error.status, 503);
      assert.equal(error.code, "unavailable");
      assert.equal(error.requestId, "r1");
      assert.equal(error.retryAfterMs, 0);
      assert.match(error.message, /^503 unavailable: Service temporarily .* \(request r1\)$/);
      return true;
    });
    assertSame(mailbox, 5);
  });

  test("is not repeated with retries: 0", async () => {
    const { client, mailbox } = scripted("/v1/events", [unavailable], { retries: 0 });
    await assert.rejects(client.publish(event), Unavailable);
    assert.equal(mailbox.count, 1);
  });

  test("waits as long as Retry-After says", async () => {
    const later = json(503, { detail: "…" }, { "retry-after": "1" });
    const { client, mailbox } = scripted("/v1/events", [later, published]);
    await client.publish(event);
    const [gap] = mailbox.gapsMs();
    assert.ok(gap! >= 990 && gap! < 4_000, `waited ${gap} ms`);
  });

  test("does not wait longer than a minute, and says how long it would be", async () => {
    const { client, mailbox } = scripted("/v1/events", [json(429, {}, { "retry-after": "3600" })]);
    await assert.rejects(client.publish(event), (error: RateLimited) =>
      error instanceof RateLimited && error.retryAfterMs === 3_600_000);
    assert.equal(mailbox.count, 1);
  });

  test("is not repeated after a 4xx, whose fields the error has", async () => {
    const answer = { event_type: ["\"NO\" is not a valid choice."], code: "invalid_fields" };
    const { client, mailbox } = scripted("/v1/events", [json(400, answer)]);
    await assert.rejects(client.publish(event), (error: BadRequest) => {
      assert.ok(error instanceof BadRequest && error instanceof ApiError);
      assert.deepEqual(error.fieldErrors, { event_type: answer.event_type });
      assert.equal(error.code, "invalid_fields");
      assert.match(error.message, /event_type: "NO" is not a valid choice/);
      return true;
    });
    assert.equal(mailbox.count, 1);
  });

  test("fails with a ConnectionError when nothing answers", async () => {
    const client = new WebhookDispatcher({ url: nowhere, apiKey: "key", retries: 1 });
    await assert.rejects(client.publish(event), (error: ConnectionError) => {
      assert.ok(error instanceof ConnectionError);
      assert.match(error.message, /^no answer from http:\/\/127\.0\.0\.1:64999: ECONNREFUSED$/);
      return true;
    });
  });

  test("is tried again when there is no answer in time", async () => {
    const { client, mailbox } = scripted("/v1/events", [hang, published], { timeoutMs: 200 });
    await client.publish(event);
    assertSame(mailbox, 2);
    const silent = scripted("/v1/events", [hang], { timeoutMs: 50, retries: 0 });
    await assert.rejects(silent.client.publish(event), /no answer from \S+ within 50 ms/);
  });

  test("ends with the caller's signal, also between two attempts", async () => {
    const { client, mailbox } = scripted("/v1/events", [
      json(503, {}, { "retry-after": "30" }),
    ]);
    const signal = AbortSignal.timeout(300);
    await assert.rejects(client.publish(event, { signal }), { name: "TimeoutError" });
    assert.equal(mailbox.count, 1);
    const hanging = scripted("/v1/events", [hang]);
    await assert.rejects(
      hanging.client.publish(event, { signal: AbortSignal.timeout(100) }), { name: "TimeoutError" },
    );
    assert.equal(hanging.mailbox.count, 1);
  });
});

describe("other calls", { concurrency: 8 }, () => {
  const webhook = json(200, { id: "w1" });

  test("that have the same effect twice are repeated", async () => {
    const path = "/v1/webhooks/w1";
    for (const act of [
      (client: WebhookDispatcher) => client.webhooks.get("w1"),
      (client: WebhookDispatcher) => client.webhooks.replace("w1", { name: "a" }),
      (client: WebhookDispatcher) => client.webhooks.delete("w1"),
    ]) {
      const { client, mailbox } = scripted(path, [disconnect, unavailable, webhook]);
      await act(client);
      assertSame(mailbox, 3);
    }
    const created = scripted("/v1/webhooks", [unavailable, json(201, { id: "w1" })]);
    await created.client.webhooks.create({ target_url: "https://example.com/" });
    assertSame(created.mailbox, 2);
    const tested = scripted("/v1/filters/test", [unavailable, json(200, { matches: true })]);
    await tested.client.events.testFilter({ filter: {}, event });
    assertSame(tested.mailbox, 2);
  });

  test("that may have another effect twice are not", async () => {
    for (const [path, act] of [
      ["", (client: WebhookDispatcher) => client.webhooks.update("w1", { name: "a" })],
      ["/ping", (client: WebhookDispatcher) => client.webhooks.ping("w1")],
      ["/rotate-secret", (client: WebhookDispatcher) => client.webhooks.rotateSecret("w1")],
      ["/deliveries/e/resend", (client: WebhookDispatcher) => client.deliveries.resend("w1", "e")],
    ] as const) {
      const failures = [[unavailable, Unavailable], [disconnect, ConnectionError]] as const;
      for (const [step, error] of failures) {
        const { client, mailbox } = scripted(`/v1/webhooks/w1${path}`, [step, webhook]);
        await assert.rejects(act(client), error);
        assert.equal(mailbox.count, 1, path);
      }
    }
  });

  test("a deletion whose answer was lost has succeeded", async () => {
    const gone = json(404, { detail: "Not found.", code: "not_found" });
    const lost = scripted("/v1/webhooks/w1", [disconnect, gone]);
    await lost.client.webhooks.delete("w1");
    const never = scripted("/v1/webhooks/w1", [gone]);
    await assert.rejects(never.client.webhooks.delete("w1"), NotFound);
  });

  test("send If-Match", async () => {
    const { client, mailbox } = scripted("/v1/webhooks/w1", [json(412, { detail: "…" })]);
    await assert.rejects(
      client.webhooks.update("w1", { name: "a" }, { ifMatch: '"v1"' }), PreconditionFailed,
    );
    assert.deepEqual(values(mailbox.received[0]!, "if-match"), ['"v1"']);
    const tagged = scripted("/v1/webhooks/w1", [json(200, { id: "w1" }, { etag: '"v2"' })]);
    assert.equal((await tagged.client.webhooks.getWithEtag("w1")).etag, '"v2"');
  });

  test("name an address that is not a dispatcher's", async () => {
    const page = reply(200, { "content-type": "text/html" }, "<html>Welcome</html>");
    for (const step of [page, reply(200), raw("no HTTP\r\n\r\n")]) {
      const { client } = scripted("/v1/ping", [step], { retries: 0 });
      const answer = client.ping();
      await assert.rejects(answer, (error) =>
        error instanceof ApiError || error instanceof ConnectionError);
    }
    const moved = reply(301, { location: "https://example.com/" });
    const { client, mailbox } = scripted("/v1/ping", [moved]);
    await assert.rejects(client.ping(), /redirects to https:\/\/example.com\/, which is not/);
    assert.equal(mailbox.count, 1);
    const html = scripted("/v1/ping", [reply(404, {}, "<h1>Nothing here</h1>")]);
    await assert.rejects(html.client.ping(), /not the dispatcher's: <h1>Nothing here<\/h1>/);
  });
});

test("bad options are refused at once", () => {
  const good = { url: "https://example.com", apiKey: "key" };
  for (const [options, expected] of [
    [{ url: "example.com" }, /url is "example.com": it must begin with http/],
    [{ url: "ftp://example.com" }, /must begin with http/],
    [{ url: "https://example.com/?a=b" }, /no user name, query or fragment/],
    [{ apiKey: "" }, /apiKey must be text/],
    [{ apiKey: "a\nb" }, /apiKey must be text/],
    [{ timeoutMs: 0 }, /timeoutMs is 0: it must be a whole number from 1 on/],
    [{ retries: 1.5 }, /retries is 1.5/],
  ] as const)
    assert.throws(() => new WebhookDispatcher({ ...good, ...options }), expected);
});

test("the waits are random up to a limit that doubles, and at least Retry-After", () => {
  const limits = [500, 1_000, 2_000, 4_000, 8_000, 8_000];
  for (const [index, limit] of limits.entries()) {
    const waits = Array.from({ length: 500 }, () => waitMs(index + 1, undefined));
    assert.ok(waits.every((wait) => wait >= 0 && wait <= limit));
    assert.ok(Math.max(...waits) > limit * 0.9 && Math.min(...waits) < limit * 0.1);
  }
  assert.equal(waitMs(1, 7_000), 7_000);
});

describe("a batch", { concurrency: 4 }, () => {
  /** Answers each event with its number. */
  const accepting: Step = (request, response) => {
    const events = jsonBody(request) as { number: number }[];
    const items = events.map((one) => ({ status: 202, id: `e${one.number}`, webhooks: 0 }));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(items));
  };
  const events = (count: number, text = "") => Array.from({ length: count }, (_, index) => ({
    event_type: "COURSE_COMPLETION", number: index, text,
  }));

  test("of 250 events is divided by their number, with a key for each part", async () => {
    const { client, mailbox } = scripted("/v1/events/batch", [unavailable, accepting]);
    const results = await client.publishBatch(events(250), { idempotencyKey: "night" });
    assert.deepEqual(results.map((item) => (item as { id: string }).id),
      Array.from({ length: 250 }, (_, index) => `e${index}`));
    const parts = mailbox.received.map((request) => [jsonBody(request).length, keyOf(request)[0]]);
    assert.deepEqual(parts, [
      [100, "night-1"], [100, "night-1"], [100, "night-2"], [50, "night-3"],
    ]);
  });

  test("of large events is divided by their bytes", async () => {
    const { client, mailbox } = scripted("/v1/events/batch", [accepting]);
    const results = await client.publishBatch(events(30, "ü".repeat(50_000)));
    assert.equal(results.length, 30);
    for (const { body } of mailbox.received) assert.ok(body.length <= 1_048_576, `${body.length}`);
    assert.equal(mailbox.count, 3);
  });

  test("of no events makes no call", async () => {
    const { client, mailbox } = scripted("/v1/events/batch", [accepting]);
    assert.deepEqual(await client.publishBatch([]), []);
    assert.equal(mailbox.count, 0);
  });

  test("that fails in the middle says what was published before", async () => {
    const forbidden = json(403, { detail: "This account is disabled.", code: "account_disabled" });
    const { client } = scripted("/v1/events/batch", [accepting, forbidden]);
    await assert.rejects(client.publishBatch(events(150)), (error: PartialBatchError) => {
      assert.ok(error instanceof PartialBatchError);
      assert.equal(error.results.length, 100);
      assert.match(error.message, /published 100 events, then failed: 403 account_disabled/);
      return true;
    });
    const first = scripted("/v1/events/batch", [forbidden]);
    await assert.rejects(first.client.publishBatch(events(150)), /^Forbidden: 403/);
  });

  test("with an event that is too large alone answers for that event", async () => {
    const tooLarge = json(413, { detail: "Request body is too large.", code: "too_large" });
    const { client } = scripted("/v1/events/batch", [accepting, tooLarge, accepting]);
    const [small] = events(1);
    const large = { ...small!, text: "x".repeat(1_100_000) };
    const results = await client.publishBatch([small!, large, small!]);
    assert.deepEqual(results.map((item) => item.status), [202, 413, 202]);
  });

  test("fits its limits exactly", () => {
    const text = "x".repeat(1_048_576 - 4);
    assert.equal(chunksOf([`"${text}"`], 1).length, 1);
    assert.equal(chunksOf(["1", `"${text}"`], 1).length, 2);
    assert.deepEqual(chunksOf([`"${text}x"`], 1).map(({ first }) => first), [0]);
  });
});

describe("a list", () => {
  const page = (results: unknown[], next: string | null) => json(200, { results, next });

  test("reads a page when its first item is asked for", async () => {
    const first = page([1, 2], "/v1/audit?cursor=c");
    const { client, mailbox } = scripted("/v1/audit?page_size=2", [first]);
    const found: unknown[] = [];
    for await (const item of client.audit({ page_size: 2 })) {
      found.push(item);
      if (found.length === 2) break;
    }
    assert.deepEqual(found, [1, 2]);
    assert.equal(mailbox.count, 1);
  });

  test("keeps its filters on the next page, wherever that is said to be", async () => {
    const { client, mailbox } = scripted("/v1/webhooks?q=a%20b", [
      page([1], "http://inside.example/elsewhere/v1/webhooks?page=2&q=other"),
    ]);
    const path = mailbox.url.slice(server.origin.length);
    const second = server.mailboxAt(`${path}&page=2`, page([2], null));
    assert.deepEqual(await client.webhooks.list({ q: "a b" }).take(), [1, 2]);
    assert.equal(second.count, 1);
    assert.deepEqual(await client.webhooks.list({ q: "a b" }).take(1), [1]);
    assert.deepEqual(await client.webhooks.list({ q: "a b" }).take(0), []);
  });
});

describe("an export", () => {
  test("is read while it comes", async () => {
    let finish = () => {};
    const slow: Step = (_, response) => {
      response.writeHead(200, { "content-type": "application/x-ndjson" });
      response.write('{"event_id":"e1"}\n{"event_');
      finish = () => response.end('id":"Zoë"}\n');
    };
    const { client } = scripted("/v1/webhooks/w1/deliveries.jsonl", [slow], { timeoutMs: 500 });
    const found: string[] = [];
    for await (const delivery of client.deliveries.exportJsonLines("w1")) {
      found.push(delivery.event_id);
      // Longer than the time limit of a call, which does not count here.
      if (found.length === 1) setTimeout(() => finish(), 700);
    }
    assert.deepEqual(found, ["e1", "Zoë"]);
  });

  test("that breaks off is a ConnectionError", async () => {
    const { client } = scripted("/v1/webhooks/w1/deliveries.csv", [breakOff(200)]);
    await assert.rejects(async () => {
      for await (const _ of client.deliveries.exportCsv("w1"));
    }, (error: ConnectionError) =>
      error instanceof ConnectionError && /broke before the end/.test(error.message));
  });

  test("that is refused is an ApiError", async () => {
    const { client } = scripted("/v1/webhooks/w1/deliveries.csv", [json(404, { detail: "No." })]);
    await assert.rejects(client.deliveries.exportCsv("w1").next(), NotFound);
  });
});
