// Idempotency-Key: a request that is sent again is carried out once and answered as the first time,
// under any concurrency, whatever changed since, and after a power cut.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, describe, test } from "node:test";
import type { Answer } from "./api.ts";
import { event, marks } from "./events.ts";
import { must, start, type Account } from "./harness.ts";
import { Receiver } from "./receiver.ts";
import { quiet } from "./wait.ts";

const vars = { RETRY_BASE_MS: 60_000, RETRY_MAX_MS: 60_000 };
const [dispatcher, cut] = await Promise.all([start({ vars }), start({ vars })]);
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await Promise.all([dispatcher.stop(), cut.stop()]);
});

function post(account: Account, path: string, value: unknown, key: string): Promise<Answer> {
  const headers = { "content-type": "application/json", "idempotency-key": key };
  return account.api.call("POST", path, JSON.stringify(value), headers);
}

const publish = (account: Account, value: unknown, key: string) =>
  post(account, "/v1/events", value, key);

/** The one text that all answers have. */
function same(status: number, answers: Answer[]): Answer {
  const texts = new Set(answers.map((answer) => must(status, answer).text));
  assert.equal(texts.size, 1, [...texts].join("\n"));
  return answers[0]!;
}

const used = { detail: "This Idempotency-Key was used for another request before." };

describe("a publish with a key", { concurrency: 8 }, () => {
  test("by 20 at the same time is one event, and all are answered the same", async () => {
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
      await quiet("requests", () => mailbox.count, 100);
    }
  });

  test("is the same quoted and bare, and another one with another case", async () => {
    const account = await dispatcher.account();
    const keys = ['"Order-1"', "Order-1", ' "Order-1" '];
    const answers: Answer[] = [];
    for (const key of keys) answers.push(await publish(account, event("a"), key));
    const { id } = same(202, answers).json;
    assert.notEqual(must(202, await publish(account, event("a"), "order-1")).json.id, id);
  });

  test("has its longest key in use", async () => {
    const account = await dispatcher.account();
    const key = "~".repeat(255);
    same(202, [await publish(account, event("a"), key), await publish(account, event("a"), key)]);
  });

  for (const key of ["", '""', '"', '"a', 'a b', '"a b"', '"a" "b"', '"a";p=1', "é", "x".repeat(256)]) {
    test(`is refused when the key is ${JSON.stringify(key.slice(0, 20))}`, async () => {
      const account = await dispatcher.account();
      const answer = await publish(account, event("a"), key);
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(Object.keys(answer.json), ["detail"]);
      assert.match(answer.json.detail, /^Idempotency-Key /);
    });
  }

  test("and another body is 422, and not sent", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    await account.create({ target_url: mailbox.url });
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

  test("that was no event uses up nothing", async () => {
    const account = await dispatcher.account();
    must(400, await publish(account, { event_type: "NOPE" }, "k"));
    must(202, await publish(account, event("a"), "k"));
  });

  test("is answered the same after its webhooks have changed, and reaches nobody else", async () => {
    const account = await dispatcher.account();
    const [one, two, late] = [receiver.mailbox(), receiver.mailbox(), receiver.mailbox()];
    const first = await account.create({ target_url: one.url });
    const second = await account.create({ target_url: two.url });
    const answer = must(202, await publish(account, event("a"), "k"));
    assert.equal(answer.json.webhooks, 2);
    await Promise.all([one.got(1), two.got(1)]);
    must(204, await account.api.delete(`/v1/webhooks/${first.id}`));
    must(200, await account.api.patch(`/v1/webhooks/${second.id}`, { active: false }));
    await account.create({ target_url: late.url });
    same(202, [answer, await publish(account, event("a"), "k")]);
    await account.publish(event("b"));
    await late.got(1);
    await quiet("requests", () => one.count + two.count + late.count, 200);
    assert.deepEqual(marks(late.texts), ["b"]);
  });

  test("that nobody wanted is answered the same when somebody would", async () => {
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

  test("means nothing to another account", async () => {
    const [one, other] = [await dispatcher.account(), await dispatcher.account()];
    const first = must(202, await publish(one, event("a"), "k"));
    const second = must(202, await publish(other, event("b"), "k"));
    assert.notEqual(first.json.id, second.json.id);
  });

  test("is not forgotten when the account's object leaves memory", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    await account.create({ target_url: mailbox.url });
    const answer = must(202, await publish(account, event("a"), "k"));
    await dispatcher.evictAccount(account.name);
    same(202, [answer, await publish(account, event("a"), "k")]);
    assert.equal(mailbox.count, 1);
  });
});

describe("a power cut", { concurrency: 2 }, () => {
  test("in the middle of publishing with keys: repeats complete it, each event once", async () => {
    const account = await cut.account();
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
    await cut.kill();
    await Promise.all(calls);
    await cut.restart();
    same(202, [before, await publish(account, event("before"), "before")]);
    const ids = new Set<string>();
    for (const n of numbers) {
      const { text, json } = must(202, await publish(account, event(n), n));
      assert.equal(text, answered.get(n) ?? text, "answered before, and differently now");
      assert.equal(json.webhooks, 2);
      ids.add(json.id);
      must(422, await publish(account, event("other"), n));
    }
    assert.equal(ids.size, numbers.length);
    // A try that was on its way in the cut is made again; each webhook has each event once.
    const { json: webhooks } = must(200, await account.api.get("/v1/webhooks"));
    for (const { id } of webhooks.results) {
      const page = `/v1/webhooks/${id}/deliveries?page_size=1000`;
      const { results } = must(200, await account.api.get(page)).json;
      const listed: string[] = results.map((each: { event_id: string }) => each.event_id);
      assert.deepEqual(listed.sort(), [...ids, before.json.id].sort());
    }
  });
});
