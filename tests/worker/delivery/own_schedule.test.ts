// Webhooks with a retry schedule and a timeout of their own, beside others with those of the
// deployment.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { hang, type Responder } from "../support/receiver.ts";
import { toleranceMs } from "../support/retries.ts";
import { noMore, until } from "../support/wait.ts";

// The second dispatcher makes three retries, 1 + 2 + 2 = 5 seconds.
const { dispatcher, dispatchers: [, short], subscribe } = await fixture(
  { vars: { DELIVERY_TIMEOUT_MS: 1_500 } },
  { vars: { RETRY_BASE_MS: 1_000, RETRY_MAX_MS: 2_000, RETRY_LIMIT: 3 } },
);

/** Answers after this time. */
const after = (delayMs: number, status: number): Responder => (_request, response) => {
  setTimeout(() => response.writeHead(status, { "content-length": "0" }).end(), delayMs);
};

describe("the retry schedule of a webhook", { concurrency: 8 }, () => {
  test("is its own beside those of others", async () => {
    const schedules: [retry: Record<string, number> | null, delaysMs: number[]][] = [
      [{ limit: 3, base_ms: 100, max_ms: 250 }, [100, 200, 250]],
      [{ limit: 0 }, []],
      [{ limit: 2, max_ms: 50 }, [50, 50]],
      [{ base_ms: 300, limit: 1 }, [300]],
    ];
    const others = await Promise.all(
      [null, {}].map((retry) => subscribe({ answers: [500], webhook: { retry } })),
    );
    await Promise.all(others.map(({ publish }) => publish("default")));
    await Promise.all(
      schedules.map(async ([retry, delaysMs]) => {
        const { account, mailbox, id, publish } = await subscribe({
          answers: [500],
          webhook: { retry },
        });
        await publish("a");
        const webhook = await account.deactivated(id);
        assert.equal(webhook.deactivate_reason, "RETRY_COUNT");
        const gapsMs = mailbox.gapsMs();
        assert.equal(gapsMs.length, delaysMs.length, JSON.stringify(retry));
        for (const [index, gapMs] of gapsMs.entries())
          assert.ok(gapMs >= delaysMs[index]! - toleranceMs, `${gapsMs} instead of ${delaysMs}`);
      }),
    );
    for (const { account, webhook, mailbox } of others) {
      assert.equal(webhook.retry, null);
      assert.equal((await account.read(webhook.id)).active, true);
      // The first retry of the deployment's schedule comes after two seconds.
      await mailbox.got(2);
      assert.ok(mailbox.gapsMs()[0]! >= 2_000 - toleranceMs);
    }
  });

  test("counts from the next failure on when it is changed", async () => {
    const { account, mailbox, id, path, publish } = await subscribe({
      answers: [500],
      webhook: { retry: { limit: 100, base_ms: 100, max_ms: 100 } },
    });
    await publish("a");
    await mailbox.answered(3);
    must(200, await account.api.patch(path, { retry: { limit: 1 } }));
    await account.deactivated(id);
    const posts = mailbox.count;
    await noMore("requests", () => mailbox.count, 500);
    // Written in full, and back to that of the deployment.
    const own = { retry: { limit: 1, base_ms: 50, max_ms: 100 } };
    assert.deepEqual(must(200, await account.api.patch(path, own)).json.retry, own.retry);
    const changes = { active: true, retry: null, timeout_ms: null };
    assert.equal(must(200, await account.api.patch(path, changes)).json.retry, null);
    await publish("b");
    await mailbox.answered(posts + 1);
    assert.equal((await account.read(id)).active, true);
  });

  test("is told in words in the statistics", async () => {
    const words = async (on: typeof dispatcher, fields: Record<string, unknown>) => {
      const { account, path } = await subscribe({ dispatcher: on, webhook: fields });
      return must(200, await account.api.get(`${path}/stats`)).json.schedule;
    };
    const cases: [on: typeof dispatcher, fields: Record<string, unknown>, expected: string][] = [
      [dispatcher, {}, "60 retries within 51 hours; an attempt takes at most 2 seconds"],
      [
        dispatcher,
        { retry: { limit: 12 }, timeout_ms: 28_000 },
        "12 retries within 3 hours; an attempt takes at most 28 seconds",
      ],
      [dispatcher, { retry: { limit: 0 } }, "no retries; an attempt takes at most 2 seconds"],
      [short, {}, "3 retries within 5 seconds; an attempt takes at most 10 seconds"],
      [
        short,
        { retry: { limit: 1, base_ms: 100 }, timeout_ms: 1_000 },
        "1 retry within 1 second; an attempt takes at most 1 second",
      ],
    ];
    for (const [on, fields, expected] of cases) assert.equal(await words(on, fields), expected);
  });

  test("takes at most as long as that of the deployment", async () => {
    const account = await short.account();
    const target_url = "https://example.com/";
    for (const retry of [
      { limit: 5, base_ms: 1_000, max_ms: 1_000 },
      { limit: 100, base_ms: 50, max_ms: 50 },
      { limit: 1, base_ms: 5_000, max_ms: 5_000 },
      { limit: 2, base_ms: 1_500, max_ms: 3_000 },
      { base_ms: 1, max_ms: 1 },
    ]) {
      const webhook = await account.create({ target_url, retry });
      assert.deepEqual(webhook.retry, retry);
    }
    const refused: [retry: Record<string, number>, ms: number][] = [
      [{ limit: 4 }, 7_000],
      [{ limit: 1, base_ms: 5_001, max_ms: 5_001 }, 5_001],
      [{ base_ms: 2_000 }, 6_000],
      [{ limit: 100, base_ms: 51, max_ms: 51 }, 5_100],
    ];
    for (const [retry, ms] of refused) {
      const limit = retry["limit"] ?? 3;
      const answer = await account.api.post("/v1/webhooks", { target_url, retry });
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(answer.json, {
        retry: [`The ${limit} retries would take ${ms} ms; at most 5000 ms are allowed.`],
      });
    }
    assert.equal(must(200, await account.api.get("/v1/webhooks?page_size=1")).json.count, 5);
  });
});

describe("the timeout of a webhook", { concurrency: 4 }, () => {
  test("is longer or shorter than that of the deployment", async () => {
    const cases: [timeout_ms: number | null, succeeds: boolean][] = [
      [null, false],
      [1_000, false],
      [6_000, true],
    ];
    await Promise.all(
      cases.map(async ([timeout_ms, succeeds]) => {
        // The first request, which the publish makes, and the later ones of couriers.
        const { account, mailbox, webhook, path, publish } = await subscribe({
          answers: [after(2_500, 200)],
          webhook: { timeout_ms, retry: { limit: 2, base_ms: 10, max_ms: 10 } },
        });
        assert.equal(webhook.timeout_ms, timeout_ms);
        const id = await publish("a");
        const delivery = await until("the delivery to end", async () => {
          const { json } = must(200, await account.api.get(`${path}/deliveries/${id}`));
          return ["delivered", "undelivered"].includes(json.status) ? json : undefined;
        });
        assert.equal(delivery.status, succeeds ? "delivered" : "undelivered");
        assert.equal(mailbox.count, succeeds ? 1 : 3);
        for (const { duration_ms, fault } of delivery.tries) {
          const least = succeeds ? 2_500 : (timeout_ms ?? 1_500);
          assert.ok(duration_ms >= least - toleranceMs && duration_ms < least + 900, duration_ms);
          assert.equal(fault === null, succeeds, fault);
        }
      }),
    );
  });

  test("bounds a ping", async () => {
    const { account, path } = await subscribe({ answers: [hang], webhook: { timeout_ms: 1_000 } });
    const begun = performance.now();
    const { json } = must(200, await account.api.post(`${path}/ping`));
    const tookMs = performance.now() - begun;
    assert.deepEqual([json.succeeded, json.http_status_code], [false, null]);
    assert.ok(tookMs >= 1_000 - toleranceMs, `${tookMs} ms`);
    must(200, await account.api.patch(path, { timeout_ms: 6_000 }));
    const slow = await subscribe({ answers: [after(2_500, 204)], webhook: { timeout_ms: 6_000 } });
    const answered = must(200, await slow.account.api.post(`${slow.path}/ping`)).json;
    assert.deepEqual([answered.succeeded, answered.http_status_code], [true, 204]);
  });

  test("may become longer while attempts are in flight", async () => {
    const { account, mailbox, path, publish } = await subscribe({
      answers: [after(2_500, 200)],
      webhook: { timeout_ms: 1_000, retry: { limit: 20, base_ms: 10, max_ms: 10 } },
    });
    for (const mark of ["a", "b", "c", "d", "e", "f", "g"]) await publish(mark);
    await mailbox.got(7);
    must(200, await account.api.patch(path, { timeout_ms: 28_000 }));
    const stats = await until("all to be delivered", async () => {
      const { json } = must(200, await account.api.get(`${path}/stats`));
      return json.delivered === 7 ? json : undefined;
    });
    assert.equal(stats.in_flight, 0);
    assert.deepEqual(new Set(marks(mailbox.texts)).size, 7);
  });
});
