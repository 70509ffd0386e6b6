// RETRY_JITTER: webhooks that failed in the same moment are not all retried in the same moment. The
// times of the next attempts are read, so no test waits for them.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Dispatcher } from "../support/harness.ts";
import { reply } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const baseMs = 600_000;
const vars = { RETRY_BASE_MS: baseMs, RETRY_MAX_MS: baseMs, RETRY_LIMIT: 3 };
const { dispatchers: [exact, spread], receiver } = await fixture(
  { vars },
  { vars: { ...vars, RETRY_JITTER: "0.5" } },
);

/** The delays before the first retries of webhooks that fail at the same time, in milliseconds. */
async function delays(dispatcher: Dispatcher, count: number, header?: string): Promise<number[]> {
  const account = await dispatcher.account();
  const answer = reply(503, header === undefined ? {} : { "retry-after": header });
  const mailboxes = Array.from({ length: count }, () => receiver.mailbox(answer));
  const webhooks = await Promise.all(
    mailboxes.map(({ url }) => account.create({ target_url: url })),
  );
  const { id } = must(202, await account.api.post("/v1/events", event("a"))).json;
  await Promise.all(mailboxes.map((mailbox) => mailbox.answered(1)));
  return Promise.all(
    webhooks.map(async (webhook) => {
      const path = `/v1/webhooks/${webhook.id}/deliveries/${id}`;
      const found = await until("the answer to be settled", async () => {
        const { json } = must(200, await account.api.get(path));
        return json.next_try_at === null ? undefined : json;
      });
      const { at, duration_ms } = found.tries[0];
      return Date.parse(found.next_try_at) - Date.parse(at) - duration_ms;
    }),
  );
}

/** From the end of an attempt until its outcome is settled, on a busy machine. */
const settleMs = 20_000;

describe("webhooks that fail at the same time", { concurrency: 2 }, () => {
  test("are retried after the documented delay by default", async () => {
    for (const delayMs of await delays(exact, 20))
      assert.ok(delayMs >= baseMs && delayMs < baseMs + settleMs, `${delayMs}`);
  });

  for (const [header, leastMs] of [[undefined, baseMs], ["1200", 1_200_000]] as const) {
    test(`are spread over half of the delay, Retry-After: ${header}`, async () => {
      const found = await delays(spread, 60, header);
      for (const delayMs of found)
        assert.ok(delayMs >= leastMs && delayMs <= leastMs * 1.5 + settleMs, `${delayMs}`);
      const tenth = leastMs / 20;
      const parts = new Set(found.map((delayMs) => Math.floor((delayMs - leastMs) / tenth)));
      assert.ok(parts.size >= 8, `60 delays are in ${parts.size} of ten parts: ${found}`);
      const late = found.filter((delayMs) => delayMs > leastMs * 1.25).length;
      assert.ok(late > 10 && late < 50, `${late} of 60 are in the later half`);
    });
  }
});
