// A full object never stops a customer: a webhook that gets ten times as much as its object may
// have drops the bodies of delivered events and then their history, and delivers everything. What
// is not delivered stays, even beyond the limit, until the object has room for outcomes only.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Account } from "../support/harness.ts";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { until } from "../support/wait.ts";

const historyBytes = 1_048_576;
const { dispatcher, subscribe } = await fixture({
  vars: { HISTORY_BYTES: historyBytes, RETRY_BASE_MS: 50, RETRY_MAX_MS: 100 },
});

/** Bytes of the event of the first test, and of a large one. */
const small = 1_000;
const large = 100_000;

function sized(mark: string, bytes: number) {
  return { ...event(mark), filler: "x".repeat(bytes) };
}

async function statsOf(account: Account, id: string) {
  return must(200, await account.api.get(`/v1/webhooks/${id}/stats`)).json;
}

/** Waits until every accepted event is delivered and the object is no longer too large. */
async function settled(account: Account, id: string): Promise<void> {
  let state: unknown;
  await until(() => `the object to have room: ${JSON.stringify(state)}`, async () => {
    const stats = await statsOf(account, id);
    const bytes = await dispatcher.webhookBytes(account.name, id);
    state = { ...stats, bytes };
    const { waiting, in_flight, held, undelivered } = stats;
    return waiting + in_flight + held + undelivered === 0 && bytes <= historyBytes;
  });
}

/** Returns the whole history, the newest delivery first. */
async function history(account: Account, id: string): Promise<any[]> {
  const found = [];
  let next: string | null = `/v1/webhooks/${id}/deliveries?page_size=1000`;
  while (next !== null) {
    const page: any = must(200, await account.api.get(next.replace(/^https?:\/\/[^/]+/, ""))).json;
    found.push(...page.results);
    next = page.next;
  }
  return found;
}

test("a webhook that gets ten times as much as its object may have", async () => {
  const { account, mailbox, id } = await subscribe();
  const ids: string[] = [];
  for (let bytes = 0; bytes < 10 * historyBytes; bytes += 100 * small) {
    const events = Array.from({ length: 100 }, (_, n) => sized(`${ids.length + n}`, small));
    const { json } = must(200, await account.api.post("/v1/events/batch", events));
    for (const item of json) {
      assert.deepEqual([item.status, item.webhooks, item.refused], [202, 1, undefined]);
      ids.push(item.id);
    }
    await mailbox.got(ids.length);
    // A full object refuses events. Here it is full half a megabyte beyond the limit, not 3 GB.
    await until("some room", async () =>
      (await dispatcher.webhookBytes(account.name, id)) < 1.25 * historyBytes);
  }
  const sent = marks(mailbox.texts).map(Number);
  assert.deepEqual(sent.toSorted((a, b) => a - b), ids.map((_, n) => n), "each arrived once");
  await settled(account, id);

  const { bodies_since, history_since, delivered, refused } = await statsOf(account, id);
  const deliveries = await history(account, id);
  assert.ok(deliveries.length < ids.length, "the history was shortened");
  assert.deepEqual([deliveries.length, refused], [delivered, 0]);
  const kept = ids.slice(ids.length - deliveries.length).reverse();
  assert.deepEqual(deliveries.map((it) => it.event_id), kept, "only its old end is missing");
  assert.ok(deliveries.every((it) => it.status === "delivered" && it.try_count === 1));
  const ms = (time: string) => new Date(time).getTime();
  assert.ok(ms(history_since) <= ms(bodies_since), `${history_since} ${bodies_since}`);
  const [newest, oldest] = [deliveries[0], deliveries.at(-1)];
  // Something of others of the same millisecond may be gone.
  assert.ok(ms(oldest.accepted_at) >= ms(history_since) - 1, `${oldest.accepted_at}`);
  assert.match(dispatcher.log, /"history_dropped"/);

  // The newest bodies are there, the oldest are not.
  assert.ok(ms(newest.accepted_at) >= ms(bodies_since) - 1, `${newest.accepted_at}`);
  assert.ok(ms(oldest.accepted_at) < ms(bodies_since));
  const path = `/v1/webhooks/${id}/deliveries`;
  must(409, await account.api.post(`${path}/${oldest.event_id}/resend`));
  must(404, await account.api.post(`${path}/${ids[0]}/resend`));
  must(202, await account.api.post(`${path}/${newest.event_id}/resend`));
  await mailbox.got(ids.length + 1);
  assert.equal(marks(mailbox.texts).at(-1), `${ids.length - 1}`);

  // After a start the object still knows what it dropped.
  await dispatcher.evictWebhook(account.name, id);
  const again = await statsOf(account, id);
  assert.deepEqual([again.bodies_since, again.history_since], [bodies_since, history_since]);
});

/** Publishes large events until one is refused. Returns the marks of those that were not. */
async function fill(account: Account, id: string, first: number): Promise<string[]> {
  const accepted: string[] = [];
  for (let n = first; ; n += 1) {
    const { json } = must(202, await account.api.post("/v1/events", sized(`${n}`, large)));
    if (json.refused !== undefined) {
      assert.deepEqual(json.refused, [{ webhook: id, reason: "storage" }]);
      assert.equal(json.webhooks, 0);
      return accepted;
    }
    accepted.push(`${n}`);
    assert.ok(accepted.length < 100, "it is never full");
  }
}

test("what waits stays beyond the limit, and a full object refuses new events", async () => {
  const { account, mailbox, id } = await subscribe();
  for (let n = 0; n < 5; n += 1) await account.publish(sized(`${n}`, large));
  await mailbox.got(5);
  mailbox.answer(503);
  const waits = await fill(account, id, 5);
  assert.ok(waits.length * large > historyBytes / 2, `${waits.length} were accepted`);
  assert.ok((await dispatcher.webhookBytes(account.name, id)) > historyBytes);
  const before = await statsOf(account, id);
  assert.equal(before.waiting + before.in_flight, waits.length);
  assert.deepEqual([before.undelivered, before.refused], [0, 1]);
  // It dropped what it could.
  await until("the bodies to be dropped", async () =>
    (await statsOf(account, id)).bodies_since !== null);

  mailbox.answer(200);
  await settled(account, id);
  const sent = new Set(marks(mailbox.texts));
  for (const mark of waits) assert.ok(sent.has(mark), `${mark} arrived`);
  const { json } = must(202, await account.api.post("/v1/events", sized("last", large)));
  assert.deepEqual([json.webhooks, json.refused], [1, undefined]);
  await until("the new event to arrive", () => marks(mailbox.texts).includes("last"));
});

test("what is held or undelivered stays beyond the limit and can be recovered", async () => {
  const { account, mailbox, id } = await subscribe();
  for (let n = 0; n < 5; n += 1) await account.publish(sized(`${n}`, large));
  await mailbox.got(5);
  mailbox.answer(400);
  await account.publish(sized("5", large));
  await until("the webhook to be deactivated", async () =>
    !must(200, await account.api.get(`/v1/webhooks/${id}`)).json.active);
  const held = await fill(account, id, 6);
  const { held: count, undelivered } = await statsOf(account, id);
  assert.deepEqual([count, undelivered], [held.length, 1]);

  mailbox.answer(200);
  must(200, await account.api.patch(`/v1/webhooks/${id}`, { active: true }));
  must(202, await account.api.post(`/v1/webhooks/${id}/recover`));
  await settled(account, id);
  const sent = new Set(marks(mailbox.texts));
  for (const mark of ["5", ...held]) assert.ok(sent.has(mark), `${mark} arrived`);
  const stats = await statsOf(account, id);
  assert.deepEqual([stats.held, stats.undelivered], [0, 0]);
  const { json } = must(202, await account.api.post("/v1/events", sized("last", large)));
  assert.deepEqual([json.webhooks, json.refused], [1, undefined]);
});
