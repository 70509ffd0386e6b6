// Crashes: what the dispatcher accepted before a crash is kept after it, with the correct number of
// attempts.
//
// Most cases share one crash. Each case is set up, then the dispatcher is killed and started again,
// then each case continues. The delays are so long that the crash is between two attempts.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { apiKey, must } from "../support/harness.ts";
import { hang, nowhere, values } from "../support/receiver.ts";
import { toleranceMs } from "../support/retries.ts";
import { noMore, until } from "../support/wait.ts";
import { inList } from "../support/webhook_fields.ts";

const retryMs = 1_500;
const retryLimit = 3;
const timeoutMs = 4_000;
const marginMs = 500;

const { dispatcher, receiver, startDispatcher, subscribe } = await fixture({
  vars: {
    RETRY_BASE_MS: retryMs,
    RETRY_MAX_MS: retryMs,
    RETRY_LIMIT: retryLimit,
    DELIVERY_TIMEOUT_MS: timeoutMs,
    LEASE_MARGIN_MS: marginMs,
  },
});

/**
 * The part of a case before the crash. It returns the part after it. `allReady` waits until all
 * cases have called it, so that their attempts happen at the same times.
 */
type Case = (allReady: () => Promise<void>) => Promise<() => Promise<void>>;

const cases: [title: string, run: Case][] = [
  [
    "a waiting retry is sent with the same body, and is the last one",
    async (allReady) => {
      const { account, mailbox, id } = await subscribe({ answers: [500] });
      await allReady();
      await account.publish(event("a"));
      await mailbox.answered(2);
      return async () => {
        mailbox.answer(200);
        await mailbox.got(3);
        assert.deepEqual(mailbox.texts, Array(3).fill(JSON.stringify(event("a"))));
        const [, gapMs] = mailbox.gapsMs();
        assert.ok(gapMs! >= retryMs - toleranceMs, `the retry came after ${gapMs} ms`);
        await account.publish(event("b"));
        await mailbox.got(4);
        await noMore("requests", () => mailbox.count, 2 * retryMs);
        assert.equal((await account.read(id)).active, true);
      };
    },
  ],
  [
    "attempts before the crash count in the schedule",
    async (allReady) => {
      const { account, mailbox, id } = await subscribe({ answers: [500] });
      await allReady();
      await account.publish(event("a"));
      await mailbox.answered(2);
      return async () => {
        const webhook = await account.deactivated(id);
        assert.equal(webhook.deactivate_reason, "RETRY_COUNT");
        assert.equal(mailbox.count, retryLimit + 1);
      };
    },
  ],
  [
    "a lost attempt in flight is repeated after its lease and its delay",
    async (allReady) => {
      const { account, mailbox, id } = await subscribe({ answers: [hang] });
      await allReady();
      await account.publish(event("a"));
      await mailbox.got(1);
      return async () => {
        mailbox.answer(200);
        await mailbox.got(2);
        const [gapMs] = mailbox.gapsMs();
        const leastMs = timeoutMs + marginMs + retryMs;
        // The lease begins before the request arrives, at most a second.
        assert.ok(gapMs! >= leastMs - 1_000, `repeated after ${gapMs} ms instead of ${leastMs}`);
        await noMore("requests", () => mailbox.count, 2 * retryMs);
        assert.equal((await account.read(id)).active, true);
      };
    },
  ],
  [
    "a webhook reads as before, also in the list, and sends its credentials",
    async (allReady) => {
      const { account, mailbox, webhook: before } = await subscribe({
        webhook: {
          event_type: "QUIZ_COMPLETION",
          basic_auth_username: "u",
          basic_auth_password: "p",
          additional_headers: { "x-a": "1" },
        },
      });
      const inactive = await account.create({ target_url: `${mailbox.url}?x`, active: false });
      await allReady();
      return async () => {
        assert.deepEqual(await account.read(before.id), before);
        assert.deepEqual(await account.read(inactive.id), inactive);
        assert.deepEqual(must(200, await account.api.get("/v1/webhooks")).json.results, [
          inList(before),
          inList(inactive),
        ]);
        assert.equal(await account.publish(event("other type")), 0);
        assert.equal(await account.publish(event("a", "QUIZ_COMPLETION")), 1);
        const [request] = await mailbox.got(1);
        assert.deepEqual(values(request!, "authorization"), [`Basic ${btoa("u:p")}`]);
        assert.deepEqual(values(request!, "x-a"), ["1"]);
      };
    },
  ],
  [
    "a deactivated webhook keeps its reason, and can be re-activated",
    async (allReady) => {
      const { account, mailbox, id } = await subscribe({ answers: [404] });
      await account.publish(event("a"));
      await account.deactivated(id);
      await allReady();
      return async () => {
        assert.equal((await account.read(id)).deactivate_reason, "HTTP_4XX_RESPONSE");
        assert.equal(await account.publish(event("b")), 0);
        mailbox.answer(200);
        must(200, await account.api.put(`/v1/webhooks/${id}`, { active: true }));
        assert.equal(await account.publish(event("c")), 1);
        await mailbox.got(2);
        assert.deepEqual(marks(mailbox.texts), ["a", "c"]);
      };
    },
  ],
  [
    "a deleted webhook stays deleted, with its deliveries",
    async (allReady) => {
      const { account, mailbox, id } = await subscribe({ answers: [500] });
      await allReady();
      await account.publish(event("a"));
      await mailbox.answered(1);
      must(204, await account.api.delete(`/v1/webhooks/${id}`));
      return async () => {
        must(404, await account.api.get(`/v1/webhooks/${id}`));
        assert.equal(must(200, await account.api.get("/v1/webhooks")).json.count, 0);
        assert.equal(await account.publish(event("b")), 0);
        await noMore("requests", () => mailbox.count, 2 * retryMs);
        assert.equal(mailbox.count, 1);
        const object = await dispatcher.webhookObject(account.name, id);
        await until(
          "the storage of the object to be empty",
          async () => !(await dispatcher.nonEmptyWebhookObjects()).includes(object),
        );
      };
    },
  ],
  [
    "keys stay valid, and revoked keys stay revoked",
    async (allReady) => {
      const account = await dispatcher.account();
      const minted = await dispatcher.mintKey({
        account: account.name,
        scopes: ["webhooks:read"],
      });
      must(204, await dispatcher.admin.delete(`/v1/admin/keys/${minted.id}`));
      await allReady();
      return async () => {
        must(200, await account.api.get("/v1/ping"));
        must(200, await dispatcher.client(apiKey).get("/v1/ping"));
        must(401, await dispatcher.client(minted.key).get("/v1/ping"));
      };
    },
  ],
];

test("after a crash between attempts", { concurrency: cases.length }, async (context) => {
  let waiting = cases.length;
  const allReady = async () => {
    waiting -= 1;
    await until("all cases to be ready", () => waiting <= 0);
  };
  const rest = await Promise.all(
    cases.map(async ([, run]) => {
      try {
        return await run(allReady);
      } catch (error) {
        // The test of this case reports the error. The other cases do not wait for it.
        waiting -= 1;
        return () => Promise.reject(error);
      }
    }),
  );
  await dispatcher.kill();
  await dispatcher.restart();
  await Promise.all(cases.map(([title], index) => context.test(title, rest[index]!)));
});

describe("a crash", { concurrency: 3 }, () => {
  test("during the last attempt does not count as its failure", async () => {
    const dispatcher = await startDispatcher({
      vars: {
        RETRY_BASE_MS: 100,
        RETRY_MAX_MS: 100,
        RETRY_LIMIT: 1,
        // So long that an answer is in time even on a slow machine.
        DELIVERY_TIMEOUT_MS: 4_000,
        LEASE_MARGIN_MS: 200,
      },
    });
    const account = await dispatcher.account();
    const [good, bad] = [receiver.mailbox(500, hang, 200), receiver.mailbox(500, hang, 500)];
    const works = await account.create({ target_url: good.url });
    const broken = await account.create({ target_url: bad.url });
    await account.publish(event("a"));
    await Promise.all([good.got(2), bad.got(2)]);
    await dispatcher.kill();
    await dispatcher.restart();
    await good.got(3);
    assert.equal((await account.deactivated(broken.id)).deactivate_reason, "RETRY_COUNT");
    assert.equal(bad.count, 3);
    await account.publish(event("b"));
    await good.got(4);
    await noMore("requests", () => good.count, 500);
    assert.equal((await account.read(works.id)).active, true);
  });

  test("during publishes loses no event that was answered with 202", async () => {
    const dispatcher = await startDispatcher({
      vars: { RETRY_BASE_MS: 100, DELIVERY_TIMEOUT_MS: 1_000, LEASE_MARGIN_MS: 200 },
    });
    const account = await dispatcher.account();
    const mailboxes = [receiver.mailbox(), receiver.mailbox()];
    for (const mailbox of mailboxes) await account.create({ target_url: mailbox.url });
    const kept: string[] = [];
    const calls = Array.from({ length: 80 }, async (_, n) => {
      const answer = await account.api.post("/v1/events", event(`${n}`)).catch(() => undefined);
      if (answer?.status === 202) kept.push(`${n}`);
    });
    await until("some to be answered", () => kept.length >= 20);
    await dispatcher.kill();
    await Promise.all(calls);
    await dispatcher.restart();
    for (const mailbox of mailboxes) {
      const missing = () => kept.filter((mark) => !marks(mailbox.texts).includes(mark));
      await until(
        () => `${kept.length} events, missing: ${missing()}`,
        () => missing().length === 0,
      );
    }
  });

  test("during creations keeps those answered with 201, and no incomplete one", async () => {
    const dispatcher = await startDispatcher();
    const account = await dispatcher.account();
    const kept: string[] = [];
    const calls = Array.from({ length: 40 }, async (_, n) => {
      const body = { target_url: `${nowhere}${n}` };
      const answer = await account.api.post("/v1/webhooks", body).catch(() => undefined);
      if (answer?.status === 201) kept.push(answer.json.id);
    });
    await until("some to be answered", () => kept.length >= 8);
    await dispatcher.kill();
    await Promise.all(calls);
    await dispatcher.restart();
    for (const id of kept) await account.read(id);
    await until("the list to agree with the objects", async () => {
      const { json } = must(200, await account.api.get("/v1/webhooks?page_size=1000"));
      const listed: string[] = json.results.map((webhook: { id: string }) => webhook.id);
      const objects = await Promise.all(
        listed.map((id) => dispatcher.webhookObject(account.name, id)),
      );
      const filled = await dispatcher.nonEmptyWebhookObjects();
      return (
        kept.every((id) => listed.includes(id)) &&
        filled.length === objects.length &&
        objects.every((object) => filled.includes(object))
      );
      // An incomplete creation is undone after 30 s.
    }, 60_000);
  });
});
