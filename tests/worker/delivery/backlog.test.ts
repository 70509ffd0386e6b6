// A full backlog: the webhook refuses what is too much, drops nothing, and stops nobody else.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { must, start, type Dispatcher } from "../support/harness.ts";
import { Gate, Receiver } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const receiver = await Receiver.listen();
const dispatchers: Dispatcher[] = [];
after(async () => {
  await receiver.close();
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
});

/** A webhook whose receiver holds requests open, beside one that takes all. */
async function held(vars: Record<string, number>) {
  const dispatcher = await start({ vars: { RETRY_BASE_MS: 50, RETRY_MAX_MS: 100, ...vars } });
  dispatchers.push(dispatcher);
  const gate = new Gate();
  const account = await dispatcher.account();
  const [slow, quick] = [receiver.mailbox(gate.step), receiver.mailbox()];
  const { id } = await account.create({ target_url: slow.url });
  const other = await account.create({ target_url: quick.url });
  const statsOf = async (webhook: string) =>
    must(200, await account.api.get(`/v1/webhooks/${webhook}/stats`)).json;
  const stats = () => statsOf(id);
  /** The limit is the other one's too, so it must have settled what it was sent. */
  const rested = () =>
    until("the other webhook to have nothing to do", async () => {
      const { waiting, in_flight } = await statsOf(other.id);
      return waiting + in_flight === 0;
    });
  const publish = async (mark: string) =>
    must(202, await account.api.post("/v1/events", event(mark))).json;
  return { dispatcher, account, gate, slow, quick, id, stats, rested, publish };
}

test("a webhook with as many deliveries as may wait refuses more, and takes them later", async () => {
  const { dispatcher, account, gate, slow, quick, id, stats, rested, publish } = await held({
    MAX_BACKLOG: 7,
    LEASE_MARGIN_MS: 500,
  });
  const all = ["1", "2", "3", "4", "5", "6", "7"];
  for (const mark of all) assert.equal((await publish(mark)).webhooks, 2);
  await rested();
  const refused = [{ webhook: id, reason: "backlog" }];
  const told = await publish("8");
  assert.deepEqual([told.webhooks, told.refused], [1, refused]);
  const batch = must(200, await account.api.post("/v1/events/batch", [event("9"), event("10")]));
  for (const item of batch.json)
    assert.deepEqual([item.status, item.webhooks, item.refused], [202, 1, refused]);
  // An object that starts anew counts what is stored.
  await dispatcher.evictWebhook(account.name, id);
  assert.deepEqual((await publish("11")).refused, refused);
  const { waiting, in_flight, refused: count } = await stats();
  assert.deepEqual([waiting + in_flight, count], [7, 4]);
  await quick.got(11);

  slow.answer(200);
  while (gate.held > 0) await gate.release(200);
  await until("all that was taken to arrive", async () => (await stats()).delivered === 7);
  assert.deepEqual(new Set(marks(slow.texts)), new Set(all), "nothing was dropped");
  assert.deepEqual((await publish("12")).webhooks, 2);
  await until("the next to arrive", () => marks(slow.texts).includes("12"));
});

test("a webhook for which as many bytes wait as may refuses more", async () => {
  const { gate, slow, stats, rested, publish } = await held({ MAX_BACKLOG_BYTES: 1000 });
  const large = "x".repeat(600);
  for (const mark of [`1${large}`, `2${large}`]) assert.equal((await publish(mark)).webhooks, 2);
  await rested();
  assert.equal((await publish("3")).webhooks, 1);
  slow.answer(200);
  await gate.release(200);
  await until("one to have arrived", async () => (await stats()).delivered === 1);
  assert.equal((await publish("4")).webhooks, 2);
  await gate.release(200);
  await until("the rest to arrive", async () => (await stats()).delivered === 3);
  assert.equal((await stats()).refused, 1);
});
