// A full backlog: the webhook refuses further events and drops none. Other webhooks still accept
// events.

import assert from "node:assert/strict";
import { test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { OpenRequests } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const { receiver, startDispatcher, subscribe } = await fixture();

/** Creates a webhook whose requests stay open, `slow`, and another one in the same account. */
async function withSlowWebhook(vars: Record<string, number>) {
  const dispatcher = await startDispatcher({
    vars: { RETRY_BASE_MS: 50, RETRY_MAX_MS: 100, ...vars },
  });
  const open = new OpenRequests();
  const { account, mailbox: slow, id } = await subscribe({ dispatcher, answers: [open.step] });
  const quick = receiver.mailbox();
  const other = await account.create({ target_url: quick.url });
  const statsOf = async (webhook: string) =>
    must(200, await account.api.get(`/v1/webhooks/${webhook}/stats`)).json;
  const stats = () => statsOf(id);
  /** Waits until the other webhook, which has the same limit, has an empty backlog. */
  const quickIsIdle = () =>
    until("the other webhook to have no delivery left", async () => {
      const { waiting, in_flight } = await statsOf(other.id);
      return waiting + in_flight === 0;
    });
  const publish = async (mark: string) =>
    must(202, await account.api.post("/v1/events", event(mark))).json;
  return { dispatcher, account, open, slow, quick, id, stats, quickIsIdle, publish };
}

test("a webhook with MAX_BACKLOG deliveries refuses more until some are delivered", async () => {
  const { dispatcher, account, open, slow, quick, id, stats, quickIsIdle, publish } =
    await withSlowWebhook({ MAX_BACKLOG: 7, LEASE_MARGIN_MS: 500 });
  const all = ["1", "2", "3", "4", "5", "6", "7"];
  for (const mark of all) assert.equal((await publish(mark)).webhooks, 2);
  await quickIsIdle();
  const refused = [{ webhook: id, reason: "backlog" }];
  const eighth = await publish("8");
  assert.deepEqual([eighth.webhooks, eighth.refused], [1, refused]);
  const batch = must(200, await account.api.post("/v1/events/batch", [event("9"), event("10")]));
  for (const item of batch.json)
    assert.deepEqual([item.status, item.webhooks, item.refused], [202, 1, refused]);
  // After an eviction the object counts the stored deliveries.
  await dispatcher.evictWebhook(account.name, id);
  assert.deepEqual((await publish("11")).refused, refused);
  const { waiting, in_flight, refused: count } = await stats();
  assert.deepEqual([waiting + in_flight, count], [7, 4]);
  await quick.got(11);

  slow.answer(200);
  while (open.count > 0) await open.answer(200);
  await until("all accepted events to be delivered", async () => (await stats()).delivered === 7);
  assert.deepEqual(new Set(marks(slow.texts)), new Set(all), "nothing was dropped");
  assert.deepEqual((await publish("12")).webhooks, 2);
  await until("the next to arrive", () => marks(slow.texts).includes("12"));
});

test("a webhook whose backlog has MAX_BACKLOG_BYTES refuses more", async () => {
  const { open, slow, stats, quickIsIdle, publish } = await withSlowWebhook({
    MAX_BACKLOG_BYTES: 1000,
  });
  const large = "x".repeat(600);
  for (const mark of [`1${large}`, `2${large}`]) assert.equal((await publish(mark)).webhooks, 2);
  await quickIsIdle();
  assert.equal((await publish("3")).webhooks, 1);
  slow.answer(200);
  await open.answer(200);
  await until("one event to be delivered", async () => (await stats()).delivered === 1);
  assert.equal((await publish("4")).webhooks, 2);
  await open.answer(200);
  await until("the others to be delivered", async () => (await stats()).delivered === 3);
  assert.equal((await stats()).refused, 1);
});
