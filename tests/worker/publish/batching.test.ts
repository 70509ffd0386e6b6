// The dispatcher combines concurrent publishes into shared calls to its objects. Each publish still
// gets its own answer, whatever happens to the others.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Answer } from "../support/api.ts";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import type { Mailbox } from "../support/receiver.ts";
import { header } from "../support/signatures.ts";
import { noMore, until } from "../support/wait.ts";

const perMinute = 20;
const { dispatchers: [dispatcher, limited], receiver, subscribe } = await fixture(
  { vars: { RETRY_BASE_MS: 200, RETRY_MAX_MS: 200 } },
  { vars: { PUBLISH_PER_MINUTE: perMinute } },
);

const [type, otherType] = ["COURSE_ENROLLMENT", "QUIZ_COMPLETION"];

/** Runs `act` for every number below `count`, all at once. */
const all = <T>(count: number, act: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => act(n)));

/** Returns the mark of each received event by its id. Fails if one arrived twice. */
function arrived(mailbox: Mailbox): Map<string, string> {
  const texts = marks(mailbox.texts);
  const ids = mailbox.received.map((request) => header(request, "webhook-id"));
  assert.equal(new Set(ids).size, ids.length, "nothing arrives twice");
  return new Map(ids.map((id, place) => [id, texts[place]!]));
}

const publish = (account: Account, mark: string, eventType = type) =>
  account.api.post("/v1/events", event(mark, eventType));

/** Publishes with an `Idempotency-Key`. */
function publishWithKey(account: Account, mark: string, key: string): Promise<Answer> {
  const headers = { "content-type": "application/json", "idempotency-key": key };
  return account.api.call("POST", "/v1/events", JSON.stringify(event(mark, type)), headers);
}

describe("concurrent publishes", () => {
  test("with keys, with one key, and without: each request is one event", async () => {
    const { account, mailbox } = await subscribe({});
    const each = 40;
    const answers = await all(3 * each, async (n) => {
      const mark = `m${n}`;
      if (n % 3 === 0) return { mark, answer: must(202, await publish(account, mark)) };
      if (n % 3 === 1) return { mark, answer: must(202, await publishWithKey(account, mark, mark)) };
      return { mark: "same", answer: must(202, await publishWithKey(account, "same", "k")) };
    });
    const expected = new Map(answers.map(({ mark, answer }) => [answer.json.id, mark]));
    assert.equal(expected.size, 2 * each + 1, "the requests with one key have one event");
    assert.ok(answers.every(({ answer }) => answer.json.webhooks === 1));
    await mailbox.got(expected.size);
    await noMore("requests", () => mailbox.count, 300);
    assert.deepEqual([...arrived(mailbox)].sort(), [...expected].sort());
  });

  test("with another body under one key: the first is published, the others are 422", async () => {
    const { account, mailbox } = await subscribe({});
    const answers = await all(20, (n) => publishWithKey(account, `m${n}`, "k"));
    const published = answers.filter((answer) => answer.status === 202);
    assert.equal(published.length, 1);
    assert.ok(answers.every((answer) => answer.status === 202 || answer.status === 422));
    await mailbox.got(1);
    await noMore("requests", () => mailbox.count, 300);
    const id = published[0]!.json.id;
    assert.deepEqual([...arrived(mailbox).keys()], [id]);
  });

  test("get the answer for their own event, and no event reaches another account", async () => {
    const accounts = await all(2, async (n) => {
      const account = await dispatcher.account();
      const [every, one, off] = [receiver.mailbox(), receiver.mailbox(), receiver.mailbox()];
      await account.create({ target_url: every.url });
      await account.create({ target_url: one.url, event_type: otherType });
      await account.create({ target_url: off.url, active: false });
      return { account, every, one, off, name: `account${n}` };
    });
    const each = 100;
    await Promise.all(accounts.map(async ({ account, every, one, off, name }) => {
      const published = await all(each, async (n) => {
        const isOther = n % 3 === 0;
        const answer = await publish(account, `${name}-${n}`, isOther ? otherType : type);
        const { id, event_type, webhooks } = must(202, answer).json;
        assert.equal(event_type, isOther ? otherType : type);
        assert.equal(webhooks, isOther ? 2 : 1);
        return { id, mark: `${name}-${n}`, isOther };
      });
      const others = published.filter(({ isOther }) => isOther);
      await Promise.all([every.got(each), one.got(others.length)]);
      await noMore("requests", () => every.count + one.count + off.count, 300);
      const expected = (of: typeof published) => new Map(of.map(({ id, mark }) => [id, mark]));
      const sorted = (map: Map<string, string>) => [...map].sort();
      assert.deepEqual(sorted(arrived(every)), sorted(expected(published)));
      assert.deepEqual(sorted(arrived(one)), sorted(expected(others)));
      assert.equal(off.count, 0);
      // Outcomes that are reported together are recorded for each delivery.
      const { results } = must(200, await account.api.get("/v1/webhooks")).json;
      const everyId = results.find((webhook: any) => webhook.target_url === every.url).id;
      await until("all to be delivered", async () => {
        const stats = must(200, await account.api.get(`/v1/webhooks/${everyId}/stats`)).json;
        return stats.delivered === each;
      });
    }));
  });

  test("share the rate limit of their account: the excess ones are 429", async () => {
    const { account, mailbox } = await subscribe({ dispatcher: limited });
    const answers = await all(3 * perMinute, (n) => publish(account, `${n}`));
    const taken = answers.filter((answer) => answer.status === 202);
    // Every three seconds one more is allowed.
    assert.ok(taken.length >= perMinute && taken.length <= perMinute + 2, `${taken.length}`);
    for (const answer of answers) {
      if (answer.status === 202) continue;
      assert.ok(Number(must(429, answer).headers.get("retry-after")) >= 1);
    }
    await mailbox.got(taken.length);
    await noMore("requests", () => mailbox.count, 300);
    arrived(mailbox);
  });

  test("are all refused if the account is disabled", async () => {
    const account = await dispatcher.account();
    must(200, await dispatcher.admin.post(`/v1/admin/accounts/${account.name}/disable`));
    const refused = must(403, await publish(account, "one")).json;
    for (const answer of await all(40, (n) => publish(account, `${n}`)))
      assert.deepEqual(must(403, answer).json, refused);
  });

  test("are delivered although other publishers close their connections", async () => {
    const { account, mailbox } = await subscribe();
    const headers = {
      authorization: `Basic ${Buffer.from(`${account.key}:`).toString("base64")}`,
      "content-type": "application/json",
    };
    const breakOff = async (n: number) => {
      const leaving = new AbortController();
      const body = JSON.stringify(event(`left-${n}`));
      const url = account.api.url("/v1/events");
      const { signal } = leaving;
      const asked = fetch(url, { method: "POST", headers, body, signal }).catch(() => undefined);
      setTimeout(() => leaving.abort(), n % 12);
      await asked;
    };
    const stay = async (n: number) => {
      const { id } = must(202, await publish(account, `stayed-${n}`)).json;
      return [id, `stayed-${n}`] as const;
    };
    const published: (readonly [string, string])[] = [];
    for (let round = 0; round < 5; round += 1) {
      const [stayed] = await Promise.all([
        all(30, (n) => stay(round * 100 + n)),
        all(30, (n) => breakOff(round * 100 + n)),
      ]);
      published.push(...stayed);
    }
    await until("all completed publishes to arrive", () =>
      marks(mailbox.texts).filter((mark) => mark.startsWith("stayed")).length >= published.length);
    const found = arrived(mailbox);
    for (const [id, mark] of published) assert.equal(found.get(id), mark);
    // No publish waits for a closed connection.
    const start = performance.now();
    await all(20, (n) => stay(1_000 + n));
    assert.ok(performance.now() - start < 5_000);
  });
});
