// Idempotency-Key: a repeated request is carried out once and gets the first answer, also when the
// requests are concurrent, when something has changed since, and after a crash.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import type { Answer } from "../support/api.ts";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";
import { noMore, until } from "../support/wait.ts";

const vars = { RETRY_BASE_MS: 60_000, RETRY_MAX_MS: 60_000 };
const { dispatchers: [dispatcher, crashing], receiver, subscribe } = await fixture(
  { vars },
  { vars },
);

function post(account: Account, path: string, value: unknown, key: string): Promise<Answer> {
  const headers = { "content-type": "application/json", "idempotency-key": key };
  return account.api.call("POST", path, JSON.stringify(value), headers);
}

const publish = (account: Account, value: unknown, key: string) =>
  post(account, "/v1/events", value, key);
const create = (account: Account, value: unknown, key: string) =>
  post(account, "/v1/webhooks", value, key);

/** Fails unless all answers have this status and the same text. Returns the first one. */
function same(status: number, answers: Answer[]): Answer {
  const texts = new Set(answers.map((answer) => must(status, answer).text));
  assert.equal(texts.size, 1, [...texts].join("\n"));
  return answers[0]!;
}

const used = { detail: "This Idempotency-Key was used for another request before." };

describe("a publish with a key", { concurrency: 8 }, () => {
  test("sent 20 times at once is one event, and all get the same answer", async () => {
    const account = await dispatcher.account();
    const mailboxes = [receiver.mailbox(), receiver.mailbox(), receiver.mailbox()];
    for (const mailbox of mailboxes) await account.create({ target_url: mailbox.url });
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => publish(account, event("once"), key)),
    );
    assert.equal(same(202, answers).json.webhooks, 3);
    const next = must(202, await publish(account, event("next"), randomUUID())).json;
    assert.notEqual(next.id, answers[0]!.json.id);
    for (const mailbox of mailboxes) {
      await mailbox.got(2);
      assert.deepEqual(marks(mailbox.texts).sort(), ["next", "once"]);
      await noMore("requests", () => mailbox.count, 100);
    }
  });

  test("has the same key with and without quotes, and another key in other case", async () => {
    const account = await dispatcher.account();
    const keys = ['"Order-1"', "Order-1", ' "Order-1" '];
    const answers: Answer[] = [];
    for (const key of keys) answers.push(await publish(account, event("a"), key));
    const { id } = same(202, answers).json;
    assert.notEqual(must(202, await publish(account, event("a"), "order-1")).json.id, id);
  });

  test("may have a key of 255 characters", async () => {
    const account = await dispatcher.account();
    const key = "~".repeat(255);
    same(202, [await publish(account, event("a"), key), await publish(account, event("a"), key)]);
  });

  const long = "x".repeat(256);
  for (const key of ["", '""', '"', '"a', "a b", '"a b"', '"a" "b"', '"a";p=1', "é", long]) {
    test(`is refused if the key is ${JSON.stringify(key.slice(0, 20))}`, async () => {
      const account = await dispatcher.account();
      const answer = await publish(account, event("a"), key);
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(Object.keys(answer.json), ["detail"]);
      assert.match(answer.json.detail, /^Idempotency-Key /);
    });
  }

  test("is 422 if the key was used with another body", async () => {
    const { account, mailbox } = await subscribe();
    const first = must(202, await publish(account, event("a"), "k"));
    for (const other of [event("b"), event("a", "QUIZ_COMPLETION"), { ...event("a"), z: 1 }]) {
      assert.deepEqual(must(422, await publish(account, other, "k")).json, used);
    }
    const spaced = JSON.stringify(event("a"), undefined, 1);
    const headers = { "content-type": "application/json", "idempotency-key": "k" };
    must(422, await account.api.call("POST", "/v1/events", spaced, headers));
    assert.equal(must(202, await publish(account, event("a"), "k")).text, first.text);
    await account.publish(event("last"));
    await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts).sort(), ["a", "last"]);
  });

  test("does not use up the key if it is refused", async () => {
    const account = await dispatcher.account();
    must(400, await publish(account, { event_type: "NOPE" }, "k"));
    must(202, await publish(account, event("a"), "k"));
  });

  test("gets the same answer after its webhooks changed, and reaches no new webhook", async () => {
    const account = await dispatcher.account();
    const [one, two, late] = [receiver.mailbox(), receiver.mailbox(), receiver.mailbox()];
    const first = await account.create({ target_url: one.url });
    const second = await account.create({ target_url: two.url });
    const answer = must(202, await publish(account, event("a"), "k"));
    assert.equal(answer.json.webhooks, 2);
    await Promise.all([one.got(1), two.got(1)]);
    // The publisher is answered first.
    const complete = "SELECT coalesce(max(number), 0) FROM complete_publishes";
    await until("the outcome is recorded", async () =>
      (await dispatcher.queryAccount(account.name, complete)) === 1n);
    await dispatcher.evictAccount(account.name);
    must(204, await account.api.delete(`/v1/webhooks/${first.id}`));
    must(200, await account.api.patch(`/v1/webhooks/${second.id}`, { active: false }));
    await account.create({ target_url: late.url });
    same(202, [answer, await publish(account, event("a"), "k")]);
    await account.publish(event("b"));
    await late.got(1);
    await noMore("requests", () => one.count + two.count + late.count, 200);
    assert.deepEqual(marks(late.texts), ["b"]);
  });

  test("that no webhook stored gets the same answer after a webhook was created", async () => {
    const account = await dispatcher.account();
    const answer = must(202, await publish(account, event("a"), "k"));
    assert.equal(answer.json.webhooks, 0);
    const mailbox = receiver.mailbox();
    await account.create({ target_url: mailbox.url });
    same(202, [answer, await publish(account, event("a"), "k")]);
    await account.publish(event("b"));
    await mailbox.got(1);
    assert.deepEqual(marks(mailbox.texts), ["b"]);
  });

  test("does not share its key with another account", async () => {
    const [one, other] = [await dispatcher.account(), await dispatcher.account()];
    const first = must(202, await publish(one, event("a"), "k"));
    const second = must(202, await publish(other, event("b"), "k"));
    assert.notEqual(first.json.id, second.json.id);
  });

  test("is remembered after an eviction of the account's object", async () => {
    const { account, mailbox } = await subscribe();
    const answer = must(202, await publish(account, event("a"), "k"));
    await dispatcher.evictAccount(account.name);
    same(202, [answer, await publish(account, event("a"), "k")]);
    assert.equal(mailbox.count, 1);
  });
});

describe("a crash", { concurrency: 2 }, () => {
  test("during publishes with keys: repeats complete them, each event once", async () => {
    const account = await crashing.account();
    const mailboxes = [receiver.mailbox(), receiver.mailbox()];
    for (const mailbox of mailboxes) await account.create({ target_url: mailbox.url });
    const before = must(202, await publish(account, event("before"), "before"));
    const numbers = Array.from({ length: 60 }, (_, n) => `${n}`);
    const answered = new Map<string, string>();
    const calls = numbers.map(async (n) => {
      const answer = await publish(account, event(n), n).catch(() => undefined);
      if (answer?.status === 202) answered.set(n, answer.text);
    });
    await Promise.race(calls);
    await crashing.kill();
    await Promise.all(calls);
    await crashing.restart();
    same(202, [before, await publish(account, event("before"), "before")]);
    const ids = new Set<string>();
    for (const n of numbers) {
      const { text, json } = must(202, await publish(account, event(n), n));
      assert.equal(text, answered.get(n) ?? text, "the repeat has another answer");
      assert.equal(json.webhooks, 2);
      ids.add(json.id);
      must(422, await publish(account, event("other"), n));
    }
    assert.equal(ids.size, numbers.length);
    // An attempt during the crash is repeated. Each webhook still has each event once.
    const { json: webhooks } = must(200, await account.api.get("/v1/webhooks"));
    for (const { id } of webhooks.results) {
      const page = `/v1/webhooks/${id}/deliveries?page_size=1000`;
      const { results } = must(200, await account.api.get(page)).json;
      const listed: string[] = results.map(({ event_id }: { event_id: string }) => event_id);
      assert.deepEqual(listed.sort(), [...ids, before.json.id].sort());
    }
  });
});

describe("a publish that one webhook lacks", { concurrency: 1 }, () => {
  for (const key of [undefined, "k"]) {
    const how = key === undefined ? "with the event's id as key" : "with its key";
    test(`is 503, and a repeat ${how} reaches only that webhook`, async () => {
      const account = await crashing.account();
      const [good, bad] = [receiver.mailbox(), receiver.mailbox()];
      await account.create({ target_url: good.url });
      const { id } = await account.create({ target_url: bad.url });
      const object = await crashing.webhookObject(account.name, id);
      await crashing.kill();
      // The object cannot read this record, so it answers no call.
      crashing.editWebhookObject(object, (record) => `?${record}`);
      await crashing.restart();
      const send = () =>
        key === undefined
          ? account.api.post("/v1/events", event("a"))
          : publish(account, event("a"), key);
      const failed = must(503, await send());
      assert.deepEqual(Object.keys(failed.json), ["detail", "id"]);
      assert.ok(Number(failed.headers.get("retry-after")) >= 1);
      await good.got(1);
      const again = key ?? failed.json.id;
      // The object still does not answer. Another event is refused under the same id.
      assert.equal(must(503, await publish(account, event("a"), again)).json.id, failed.json.id);
      must(422, await publish(account, event("b"), again));
      await crashing.kill();
      crashing.editWebhookObject(object, (record) => record.slice(1));
      await crashing.restart();
      const answers = [
        await publish(account, event("a"), again),
        await publish(account, event("a"), again),
      ];
      const { json } = same(202, answers);
      assert.equal(json.id, failed.json.id);
      assert.equal(json.webhooks, 2);
      await bad.got(1);
      await account.publish(event("last"));
      await Promise.all([good.got(2), bad.got(2)]);
      assert.deepEqual([marks(good.texts), marks(bad.texts)], [["a", "last"], ["a", "last"]]);
    });
  }
});

describe("a creation with a key", { concurrency: 4 }, () => {
  const listed = async (account: Account): Promise<string[]> =>
    must(200, await account.api.get("/v1/webhooks")).json.results.map(
      ({ id }: { id: string }) => id,
    );

  test("sent 20 times at once creates one webhook", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => create(account, { target_url: mailbox.url }, "k")),
    );
    const { json } = same(201, answers);
    assert.match(json.signing_secret, /^whsec_/);
    assert.deepEqual(await listed(account), [json.id]);
    assert.equal(await account.publish(event("a")), 1);
    await mailbox.got(1);
  });

  test("gets the first answer after the webhook was changed or deleted", async () => {
    const account = await dispatcher.account();
    const first = must(201, await create(account, { target_url: nowhere }, "k"));
    const path = `/v1/webhooks/${first.json.id}`;
    must(200, await account.api.patch(path, { active: false }));
    must(200, await account.api.post(`${path}/rotate-secret`, {}));
    same(201, [first, await create(account, { target_url: nowhere }, "k")]);
    must(204, await account.api.delete(path));
    const again = must(201, await create(account, { target_url: nowhere }, "k"));
    assert.equal(again.json.id, first.json.id);
    must(404, await account.api.get(path));
    await until("the list to be empty", async () => (await listed(account)).length === 0);
  });

  test("is 422 if the key was used with another body, or for a publish", async () => {
    const account = await dispatcher.account();
    must(201, await create(account, { target_url: nowhere }, "k"));
    const answer = await create(account, { target_url: `${nowhere}other` }, "k");
    assert.deepEqual(must(422, answer).json, used);
    const both = { event_type: "QUIZ_COMPLETION", target_url: nowhere };
    must(201, await create(account, both, "both"));
    must(422, await publish(account, both, "both"));
    must(202, await publish(account, both, "published"));
    must(422, await create(account, both, "published"));
    assert.equal((await listed(account)).length, 2);
  });

  test("may be a form, whose boundary does not count", async () => {
    const account = await dispatcher.account();
    const form = () => {
      const form = new FormData();
      form.append("target_url", nowhere);
      return form;
    };
    const headers = { "idempotency-key": "k" };
    const first = must(201, await account.api.call("POST", "/v1/webhooks", form(), headers));
    const again = must(201, await account.api.call("POST", "/v1/webhooks", form(), headers));
    assert.equal(again.json.id, first.json.id);
    const other = form();
    other.append("active", "false");
    must(422, await account.api.call("POST", "/v1/webhooks", other, headers));
  });

  test("is remembered after a crash", async () => {
    const account = await crashing.account();
    const bodies = Array.from({ length: 20 }, (_, n) => ({ target_url: `${nowhere}${n}` }));
    const made = new Map<string, string>();
    const calls = bodies.map(async (body) => {
      const answer = await create(account, body, body.target_url).catch(() => undefined);
      if (answer?.status === 201) made.set(body.target_url, answer.json.id);
    });
    await Promise.race(calls);
    await crashing.kill();
    await Promise.all(calls);
    await crashing.restart();
    const ids: string[] = [];
    for (const body of bodies) {
      // 503 while the dispatcher undoes an incomplete creation.
      let answer = await create(account, body, body.target_url);
      while (answer.status === 503) answer = await create(account, body, body.target_url);
      const { id } = must(201, answer).json;
      assert.equal(id, made.get(body.target_url) ?? id);
      ids.push(id);
    }
    assert.equal(new Set(ids).size, bodies.length);
    for (const id of ids) await account.read(id);
  });
});
