// Publishes that come to the dispatcher at the same time ask its objects together. Nobody may
// notice: each gets its own answer, whatever becomes of those that it came with.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { must, start, type Account } from "../support/harness.ts";
import { Receiver, type Mailbox } from "../support/receiver.ts";
import { header } from "../support/signatures.ts";
import { quiet, until } from "../support/wait.ts";

const perMinute = 20;
const [dispatcher, slow] = await Promise.all([
  start({ vars: { RETRY_BASE_MS: 200, RETRY_MAX_MS: 200 } }),
  start({ vars: { PUBLISH_PER_MINUTE: perMinute } }),
]);
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await Promise.all([dispatcher.stop(), slow.stop()]);
});

const [type, otherType] = ["COURSE_ENROLLMENT", "QUIZ_COMPLETION"];

/** Does it for every number below `count`, all at once. */
const all = <T>(count: number, act: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => act(n)));

/** The mark of each event that arrived, by its id; fails if one arrived twice. */
function arrived(mailbox: Mailbox): Map<string, string> {
  const texts = marks(mailbox.texts);
  const ids = mailbox.received.map((request) => header(request, "webhook-id"));
  assert.equal(new Set(ids).size, ids.length, "nothing arrives twice");
  return new Map(ids.map((id, place) => [id, texts[place]!]));
}

const publish = (account: Account, mark: string, eventType = type) =>
  account.api.post("/v1/events", event(mark, eventType));

describe("publishes at the same time", () => {
  test("are answered each for its own event, and no account gets another's", async () => {
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
      const told = await all(each, async (n) => {
        const isOther = n % 3 === 0;
        const answer = await publish(account, `${name}-${n}`, isOther ? otherType : type);
        const { id, event_type, webhooks } = must(202, answer).json;
        assert.equal(event_type, isOther ? otherType : type);
        assert.equal(webhooks, isOther ? 2 : 1);
        return { id, mark: `${name}-${n}`, isOther };
      });
      const others = told.filter(({ isOther }) => isOther);
      await Promise.all([every.got(each), one.got(others.length)]);
      await quiet("more to arrive", () => every.count + one.count + off.count, 300);
      const expected = (of: typeof told) => new Map(of.map(({ id, mark }) => [id, mark]));
      const sorted = (map: Map<string, string>) => [...map].sort();
      assert.deepEqual(sorted(arrived(every)), sorted(expected(told)));
      assert.deepEqual(sorted(arrived(one)), sorted(expected(others)));
      assert.equal(off.count, 0);
      // What was told together is in the history all the same, each with its try.
      const { results } = must(200, await account.api.get("/v1/webhooks")).json;
      const whole = results.find((webhook: any) => webhook.target_url === every.url).id;
      await until("all to be delivered", async () => {
        const stats = must(200, await account.api.get(`/v1/webhooks/${whole}/stats`)).json;
        return stats.delivered === each;
      });
    }));
  });

  test("share a limit: as many pass as it says, and the others are told when to come again", async () => {
    const account = await slow.account();
    const mailbox = receiver.mailbox();
    await account.create({ target_url: mailbox.url });
    const answers = await all(3 * perMinute, (n) => publish(account, `${n}`));
    const taken = answers.filter((answer) => answer.status === 202);
    // One more for each three seconds that it took.
    assert.ok(taken.length >= perMinute && taken.length <= perMinute + 2, `${taken.length}`);
    for (const answer of answers) {
      if (answer.status === 202) continue;
      assert.ok(Number(must(429, answer).headers.get("retry-after")) >= 1);
    }
    await mailbox.got(taken.length);
    await quiet("more to arrive", () => mailbox.count, 300);
    arrived(mailbox);
  });

  test("are refused each, where the account is disabled", async () => {
    const account = await dispatcher.account();
    must(200, await dispatcher.admin.post(`/v1/admin/accounts/${account.name}/disable`));
    const refused = must(403, await publish(account, "one")).text;
    for (const answer of await all(40, (n) => publish(account, `${n}`)))
      assert.equal(must(403, answer).text, refused);
  });

  test("do not depend on those that break off", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    await account.create({ target_url: mailbox.url });
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
    const told: (readonly [string, string])[] = [];
    for (let round = 0; round < 5; round += 1) {
      const [stayed] = await Promise.all([
        all(30, (n) => stay(round * 100 + n)),
        all(30, (n) => breakOff(round * 100 + n)),
      ]);
      told.push(...stayed);
    }
    await until("those that stayed to arrive", () =>
      marks(mailbox.texts).filter((mark) => mark.startsWith("stayed")).length >= told.length);
    const found = arrived(mailbox);
    for (const [id, mark] of told) assert.equal(found.get(id), mark);
    // Nobody waits for somebody who has gone.
    const start = performance.now();
    await all(20, (n) => stay(1_000 + n));
    assert.ok(performance.now() - start < 5_000);
  });
});
