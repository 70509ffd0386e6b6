// The limits for clients: requests at the limit, requests above it, and that these store nothing.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Answer } from "../support/api.ts";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { nowhere, values } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const webhooksMax = 5;
const eventBytesMax = 4_096;
const bodyBytesMax = 2_048;

const perMinute = 6;
const { dispatchers: [small, defaults, rateLimited], subscribe } = await fixture(
  {
    vars: {
      MAX_WEBHOOKS: webhooksMax,
      MAX_EVENT_BYTES: eventBytesMax,
      MAX_BODY_BYTES: bodyBytesMax,
      EVENT_TYPES: "ORDER_PAID ORDER_SHIPPED",
      USER_AGENT: "shop/1.0",
    },
  },
  {},
  { vars: { PUBLISH_PER_MINUTE: perMinute } },
);

/** Returns the JSON of `value`, padded to this length. */
function padded(value: Record<string, unknown>, bytes: number): string {
  const empty = JSON.stringify({ ...value, pad: "" });
  return JSON.stringify({ ...value, pad: "x".repeat(bytes - empty.length) });
}

/** JSON of this length, with spaces at its end. */
const spaced = (value: object, bytes: number) => JSON.stringify(value).padEnd(bytes);

/** Returns a body whose length is not sent in advance. */
function streamed(text: string): ReadableStream {
  return new Blob([text]).stream();
}

describe("an account", { concurrency: 4 }, () => {
  test("has at most MAX_WEBHOOKS, with the inactive ones, until one is deleted", async () => {
    const account = await small.account();
    const ids: string[] = [];
    for (let n = 0; n < webhooksMax; n += 1) {
      ids.push((await account.create({ target_url: nowhere, active: n % 2 === 0 })).id);
    }
    const answer = await account.api.post("/v1/webhooks", { target_url: nowhere });
    assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.text}`);
    assert.match(answer.text, new RegExp(`\\b${webhooksMax}\\b`), "the answer names the limit");
    must(204, await account.api.delete(`/v1/webhooks/${ids[2]}`));
    await account.create({ target_url: nowhere });
    const other = await small.account();
    await other.create({ target_url: nowhere });
  });

  test("has at most MAX_WEBHOOKS after concurrent creations, and only their records", async () => {
    const account = await small.account();
    const answers = await Promise.all(
      Array.from({ length: 3 * webhooksMax }, (_, n) =>
        account.api.post("/v1/webhooks", { target_url: `${nowhere}${n}` }),
      ),
    );
    const made = answers.filter(({ status }) => status === 201);
    assert.equal(made.length, webhooksMax, answers.map(({ status }) => status).join());
    for (const { status, text } of answers) assert.ok(status < 500, text);
    const listed = must(200, await account.api.get("/v1/webhooks")).json;
    assert.deepEqual(
      listed.results.map(({ id }: { id: string }) => id).sort(),
      made.map(({ json }) => json.id).sort(),
    );
    const records = Object.keys(await small.records(`webhook:${account.name}:`));
    assert.equal(records.length, webhooksMax);
  });
});

describe("a size", { concurrency: 4 }, () => {
  for (const [what, body] of [
    ["with its length", (text: string) => text],
    ["without a length", streamed],
  ] as const) {
    test(`of an event is at most MAX_EVENT_BYTES: ${what}`, async () => {
      const { account, mailbox } = await subscribe({ dispatcher: small });
      const json = { "content-type": "application/json" };
      const fits = padded({ event_type: "ORDER_PAID", mark: "fits" }, eventBytesMax);
      const over = padded({ event_type: "ORDER_PAID", mark: "over" }, eventBytesMax + 1);
      must(202, await account.api.call("POST", "/v1/events", body(fits), json));
      const answer = await account.api.call("POST", "/v1/events", body(over), json);
      assert.equal(answer.status, 413, answer.text);
      assert.deepEqual(Object.keys(answer.json), ["detail"]);
      must(202, await account.api.post("/v1/events", { event_type: "ORDER_PAID", mark: "after" }));
      await mailbox.got(2);
      assert.deepEqual(marks(mailbox.texts).sort(), ["after", "fits"]);
    });

    test(`of any other body is at most MAX_BODY_BYTES: ${what}`, async () => {
      const account = await small.account();
      const json = { "content-type": "application/json" };
      const fits = spaced({ target_url: nowhere }, bodyBytesMax);
      const over = spaced({ target_url: nowhere }, bodyBytesMax + 1);
      const { id } = must(
        201,
        await account.api.call("POST", "/v1/webhooks", body(fits), json),
      ).json;
      for (const [method, path] of [
        ["POST", "/v1/webhooks"],
        ["PUT", `/v1/webhooks/${id}`],
        ["PATCH", `/v1/webhooks/${id}`],
      ]) {
        const answer = await account.api.call(method!, path!, body(over), json);
        assert.equal(answer.status, 413, `${method}: ${answer.text}`);
        assert.deepEqual(Object.keys(answer.json), ["detail"]);
      }
      const form = new URLSearchParams({ target_url: nowhere, name: "x".repeat(bodyBytesMax) });
      assert.equal((await account.api.call("POST", "/v1/webhooks", form)).status, 413);
      const multipart = new FormData();
      multipart.append("target_url", nowhere);
      multipart.append("name", "x".repeat(bodyBytesMax));
      assert.equal((await account.api.call("POST", "/v1/webhooks", multipart)).status, 413);
      assert.equal(must(200, await account.api.get("/v1/webhooks")).json.count, 1);
    });
  }

  test("of an event is 256 kB by default, and such an event arrives complete", async () => {
    const { account, mailbox } = await subscribe({ dispatcher: defaults });
    const largest = padded({ event_type: "QUIZ_COMPLETION" }, 262_144);
    must(202, await account.api.text("POST", "/v1/events", largest));
    assert.equal((await account.api.text("POST", "/v1/events", `${largest} `)).status, 413);
    await mailbox.got(1);
    assert.deepEqual(mailbox.texts, [largest]);
  });

  test("of any other body is 64 kB by default", async () => {
    const account = await defaults.account();
    const largest = spaced({ target_url: nowhere }, 65_536);
    must(201, await account.api.text("POST", "/v1/webhooks", largest));
    assert.equal((await account.api.text("POST", "/v1/webhooks", `${largest} `)).status, 413);
  });

  test("of a key request is limited too", async () => {
    const body = padded({ account: "a", name: "a", scopes: ["webhooks:read"] }, bodyBytesMax + 1);
    assert.equal((await small.admin.text("POST", "/v1/admin/keys", body)).status, 413);
  });
});

describe("a rate", { concurrency: 4 }, () => {
  /** Fails unless the answer is 429. Returns its Retry-After, in seconds. */
  function assertThrottled(answer: Answer): number {
    must(429, answer);
    const seconds = Number(answer.headers.get("retry-after"));
    assert.ok(seconds >= 1 && seconds <= 60, `${seconds}`);
    const detail = `Request was throttled. Expected available in ${seconds} seconds.`;
    assert.deepEqual(answer.json, { detail });
    return seconds;
  }

  test("of publishes is PUBLISH_PER_MINUTE per account, until Retry-After has passed", async () => {
    const { account, mailbox } = await subscribe({ dispatcher: rateLimited });
    const other = await rateLimited.account();
    for (let n = 0; n < perMinute; n += 1) await account.publish(event(`${n}`));
    const seconds = assertThrottled(await account.api.post("/v1/events", event("over")));
    await other.publish(event("a"));
    const retryAt = performance.now() + seconds * 1_000;
    await until("Retry-After to pass", () => performance.now() >= retryAt, 70_000);
    await account.publish(event("after"));
    await mailbox.got(perMinute + 1);
    assert.ok(!marks(mailbox.texts).includes("over"));
  });

  test("counts the events of a batch, and refuses a batch as a whole", async () => {
    const account = await rateLimited.account();
    const batch = (count: number) =>
      account.api.post("/v1/events/batch", Array(count).fill(event("a")));
    must(200, await batch(perMinute - 1));
    assertThrottled(await batch(2));
    must(200, await batch(1));
    assertThrottled(await batch(1));
    // A batch above the limit is accepted if nothing else was published.
    const large = await rateLimited.account();
    must(200, await large.api.post("/v1/events/batch", Array(perMinute * 2).fill(event("a"))));
    must(429, await large.api.post("/v1/events", event("a")));
  });

  test("does not count repeats with a key and invalid events", async () => {
    const account = await rateLimited.account();
    const headers = { "content-type": "application/json", "idempotency-key": "k" };
    const body = JSON.stringify(event("a"));
    for (let n = 0; n < 2 * perMinute; n += 1) {
      must(202, await account.api.call("POST", "/v1/events", body, headers));
      must(400, await account.api.post("/v1/events", {}));
    }
    for (let n = 1; n < perMinute; n += 1) await account.publish(event("b"));
    assertThrottled(await account.api.post("/v1/events", event("c")));
    must(202, await account.api.call("POST", "/v1/events", body, headers));
    // The key of a refused publish is not used up.
    const other = { ...headers, "idempotency-key": "other" };
    const last = JSON.stringify(event("d"));
    assertThrottled(await account.api.call("POST", "/v1/events", last, other));
  });
});

describe("a variable", { concurrency: 4 }, () => {
  test("EVENT_TYPES replaces the list of types", async () => {
    const { account, mailbox } = await subscribe({
      dispatcher: small,
      webhook: { event_type: "ORDER_SHIPPED" },
    });
    assert.equal(await account.publish({ event_type: "ORDER_PAID" }), 0);
    assert.equal(await account.publish({ event_type: "ORDER_SHIPPED" }), 1);
    await mailbox.got(1);
    const refused = await account.api.post("/v1/events", event("a"));
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.json, { event_type: [`"COURSE_ENROLLMENT" is not a valid choice.`] });
    assert.equal(
      (
        await account.api.post("/v1/webhooks", {
          target_url: nowhere,
          event_type: "COURSE_ENROLLMENT",
        })
      ).status,
      400,
    );
    const types: { event_type: string }[] = must(
      200,
      await account.api.get("/v1/event-types"),
    ).json;
    assert.deepEqual(types.map(({ event_type }) => event_type).sort(), [
      "ORDER_PAID",
      "ORDER_SHIPPED",
    ]);
  });

  test("USER_AGENT sets the user agent of deliveries", async () => {
    const { account, mailbox } = await subscribe({ dispatcher: small });
    await account.publish({ event_type: "ORDER_PAID" });
    const [request] = await mailbox.got(1);
    assert.deepEqual(values(request!, "user-agent"), ["shop/1.0"]);
  });
});

test("a page has 100 webhooks by default, and at most 1,000", async () => {
  const account = await defaults.account();
  const { id } = await account.create({ target_url: nowhere });
  const key = `webhook:${account.name}:`;
  // 1,000 more webhooks are copies of the record that the Worker wrote, because creating them would
  // take a minute.
  const record = (await defaults.records(key))[key + id]!;
  const made = [
    id,
    ...Array.from({ length: 1_000 }, (_, n) => id.slice(0, -4) + `${n}`.padStart(4, "0")),
  ].sort();
  await defaults.putRecords(
    Object.fromEntries(made.map((copy) => [key + copy, record.replaceAll(id, copy)])),
  );
  const page = async (query: string) =>
    must(200, await account.api.get(`/v1/webhooks${query}`)).json;
  const ids = (results: { id: string }[]) => results.map((webhook) => webhook.id);
  const first = await page("");
  assert.equal(first.count, 1_001);
  assert.deepEqual(ids(first.results), made.slice(0, 100));
  assert.equal(first.next, account.api.url("/v1/webhooks?page=2"));
  const second = await page("?page=2");
  assert.deepEqual(ids(second.results), made.slice(100, 200));
  assert.equal(second.previous, account.api.url("/v1/webhooks"));
  for (const size of [1_000, 1_001, 5_000]) {
    const large = await page(`?page_size=${size}`);
    assert.deepEqual(ids(large.results), made.slice(0, 1_000), `page_size=${size}`);
    assert.notEqual(large.next, null);
  }
  assert.deepEqual(ids((await page("?page_size=1000&page=2")).results), made.slice(1_000));
});
