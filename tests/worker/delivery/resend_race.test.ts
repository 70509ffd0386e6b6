// A resend at the time of the automatic retry.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import type { Responder } from "../support/receiver.ts";
import { noMore, until } from "../support/wait.ts";

const retryMs = 400;
/** How long the receiver takes to answer, so that a concurrent POST is noticed. */
const openMs = 150;
/** When the resend is requested: from before the retry is due until it has been answered. */
const offsetsMs = Array.from({ length: 16 }, (_, n) => retryMs - 150 + 25 * n);

const { subscribe } = await fixture({ vars: { RETRY_BASE_MS: retryMs, RETRY_MAX_MS: retryMs } });

const slow: Responder = async (_request, response) => {
  await pause(openMs);
  response.writeHead(200, { "content-length": "0" }).end();
};

const title = "a resend at the time of the automatic retry is one more POST, after or before it";

test(title, { concurrency: 8 }, async (context) => {
  const races = offsetsMs.map((offsetMs) =>
    context.test(`requested ${offsetMs} ms after the failure`, async () => {
      const { account, mailbox, path, publish } = await subscribe({ answers: [500, slow] });
      const id = await publish("a");
      await mailbox.answered(1);
      await pause(offsetMs);
      must(202, await account.api.post(`${path}/deliveries/${id}/resend`));
      const read = async () => must(200, await account.api.get(`${path}/deliveries/${id}`)).json;
      await until("the resend and the delivery of the event", async () => {
        const { status, tries } = await read();
        return status === "delivered" && tries.some(({ cause }: any) => cause === "resend");
      });
      await noMore("requests", () => mailbox.count, 2 * retryMs);
      const { status, tries, try_count } = await read();
      const causes: string[] = tries.map(({ cause }: any) => cause);
      const resends = causes.filter((cause) => cause === "resend");
      assert.equal(status, "delivered");
      assert.equal(mailbox.openMax, 1, "one POST of an event at a time");
      assert.equal(mailbox.count, causes.length, "every POST is in the history");
      assert.equal(resends.length, 1, `${causes}`);
      assert.equal(causes.length - resends.length, try_count, "a resend is not counted");
      assert.ok(try_count <= 2, `${causes}`);
    }),
  );
  await Promise.all(races);
});
