// A resend at the very moment when the schedule would try again by itself.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { event } from "../support/events.ts";
import { must, start } from "../support/harness.ts";
import { Receiver, type Answering } from "../support/receiver.ts";
import { subscribe } from "../support/retries.ts";
import { quiet, until } from "../support/wait.ts";

const retryMs = 400;
/** How long a POST stays open, so that another beside it would be seen. */
const openMs = 150;
/** From before the retry is due to when it has been answered. */
const offsetsMs = Array.from({ length: 16 }, (_, n) => retryMs - 150 + 25 * n);

const dispatcher = await start({ vars: { RETRY_BASE_MS: retryMs, RETRY_MAX_MS: retryMs } });
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await dispatcher.stop();
});

const slow: Answering = async (_request, response) => {
  await pause(openMs);
  response.writeHead(200, { "content-length": "0" }).end();
};

test("a resend beside the automatic retry is one POST more, neither lost nor at the same time", { concurrency: 8 }, async (context) => {
  const races = offsetsMs.map((offsetMs) =>
    context.test(`asked for ${offsetMs} ms after the failure`, async () => {
      const { account, mailbox, path } = await subscribe(dispatcher, receiver, 500, slow);
      const { id } = must(202, await account.api.post("/v1/events", event("a"))).json;
      await mailbox.answered(1);
      await pause(offsetMs);
      must(202, await account.api.post(`${path}/deliveries/${id}/resend`));
      const read = async () => must(200, await account.api.get(`${path}/deliveries/${id}`)).json;
      await until("the resend to be made and the event to arrive", async () => {
        const { status, tries } = await read();
        return status === "delivered" && tries.some(({ cause }: any) => cause === "resend");
      });
      await quiet("requests", () => mailbox.count, 2 * retryMs);
      const { status, tries, try_count } = await read();
      const causes: string[] = tries.map(({ cause }: any) => cause);
      const resends = causes.filter((cause) => cause === "resend");
      assert.equal(status, "delivered");
      assert.equal(mailbox.openMax, 1, "one POST of an event at a time");
      assert.equal(mailbox.count, causes.length, "every POST is in the history");
      assert.equal(resends.length, 1, `${causes}`);
      assert.equal(causes.length - resends.length, try_count, "a resend uses up no try");
      assert.ok(try_count <= 2, `${causes}`);
    }),
  );
  await Promise.all(races);
});
