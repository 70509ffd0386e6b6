// `next_try_at` is the time of the next attempt and never in the past. Where the time is not known,
// `waits_for` says what the attempt waits for.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { OpenRequests } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const { dispatcher, receiver, subscribe } = await fixture({
  vars: { RETRY_BASE_MS: 200, RETRY_MAX_MS: 60_000, DELIVERY_TIMEOUT_MS: 20_000 },
});

/** Reads the statistics and the deliveries, and fails if a next attempt is in the past. */
async function read(account: Account, path: string) {
  const asked = Date.now();
  const stats = must(200, await account.api.get(`${path}/stats`)).json;
  const { results } = must(200, await account.api.get(`${path}/deliveries`)).json;
  for (const { next_try_at } of [stats, ...results])
    assert.ok(next_try_at === null || Date.parse(next_try_at) >= asked, `${next_try_at}`);
  for (const { status, next_try_at, waits_for } of results) {
    const known = [next_try_at, waits_for].filter((value) => value !== null).length;
    assert.equal(known, status === "waiting" ? 1 : 0, `${status} ${next_try_at} ${waits_for}`);
  }
  assert.ok(stats.next_try_at === null || stats.waits_for === null);
  const reasons = new Set(results.map((delivery: any) => delivery.waits_for));
  return { stats, results, reasons };
}

/** The sample of a metric of a webhook, or undefined. */
async function metric(account: Account, id: string, name: string): Promise<number | undefined> {
  const { text } = must(200, await dispatcher.admin.get(`/metrics?account=${account.name}`));
  const line = text.split("\n").find((line) => line.startsWith(name) && line.includes(id));
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}

describe("the next attempt", { concurrency: 4 }, () => {
  test("of a failed delivery is at the time of its retry", async () => {
    const { account, path, publish, mailbox } = await subscribe({ answers: [500, 500, 500, 200] });
    const id = await publish("a");
    await mailbox.answered(2);
    const { stats } = await until("the third attempt to be scheduled", async () => {
      const found = await read(account, path);
      return found.results[0].try_count === 2 && found.stats.next_try_at !== null ? found : null;
    });
    const delivery = must(200, await account.api.get(`${path}/deliveries/${id}`)).json;
    if (delivery.try_count === 2) assert.equal(stats.next_try_at, delivery.next_try_at);
    await mailbox.answered(4);
  });

  test("is never in the past during an outage, and the others wait for a probe", async () => {
    const { account, path, mailbox, id } = await subscribe({ answers: [503] });
    const events = Array.from({ length: 20 }, (_, n) => event(`${n}`));
    must(200, await account.api.post("/v1/events/batch", events));
    await mailbox.got(20);
    const isProbed = async () => (await read(account, path)).reasons.has("probe");
    await until("the outage to begin", isProbed);
    let timed = 0;
    // The oldest is retried after 200 ms, 400 ms and so on. Read all the time until it waits long.
    await until("the oldest to wait for a minute", async () => {
      const { stats, results } = await read(account, path);
      const withTime = results.filter((delivery: any) => delivery.next_try_at !== null);
      assert.ok(withTime.length <= 1, "only the oldest has a time of its own");
      if (stats.next_try_at !== null) timed += 1;
      else assert.ok(["probe", "courier"].includes(stats.waits_for), stats.waits_for);
      return mailbox.count >= 27;
    }, 60_000);
    assert.ok(timed > 5, `${timed}`);
    const { stats } = await until("a time that is known", async () => {
      const found = await read(account, path);
      return found.stats.next_try_at === null ? undefined : found;
    });
    const seconds = await metric(account, id, "webhooks_next_try_timestamp_seconds");
    if (seconds !== undefined) assert.ok(seconds * 1_000 >= Date.parse(stats.next_try_at) - 1);
    mailbox.answer(200);
    must(204, await account.api.delete(path));
  });

  test("waits for the one in flight when the window is full", async () => {
    const open = new OpenRequests();
    const { account, path, mailbox } = await subscribe({
      webhook: { max_in_flight: 1 },
      answers: [open.step],
    });
    for (const mark of ["a", "b", "c"]) await account.publish(event(mark));
    await mailbox.got(1);
    const { stats, reasons } = await read(account, path);
    assert.deepEqual([stats.next_try_at, stats.waits_for], [null, "window"]);
    assert.deepEqual([...reasons].sort(), [null, "window"].sort());
    for (let n = 0; n < 3; n += 1) await open.answer(200);
    await until("nothing to wait", async () => {
      const found = await read(account, path);
      return found.stats.waiting + found.stats.in_flight === 0 ? found : undefined;
    });
    const done = await read(account, path);
    assert.deepEqual([done.stats.next_try_at, done.stats.waits_for], [null, null]);
  });

  test("waits for the one before it when the webhook is ordered", async () => {
    const { account, path, mailbox } = await subscribe({
      webhook: { ordered: true },
      answers: [500, 500, 500, 500, 500, 500, 500, 200],
    });
    const ids: string[] = [];
    for (const mark of ["a", "b", "c"])
      ids.push(must(202, await account.api.post("/v1/events", event(mark))).json.id);
    await mailbox.got(2);
    const { results } = await until("the oldest to wait", async () => {
      const found = await read(account, path);
      return found.results.at(-1).next_try_at === null ? undefined : found;
    });
    assert.deepEqual(results.slice(0, 2).map((d: any) => d.waits_for), ["order", "order"]);
    mailbox.answer(200);
    await mailbox.got(5, 40_000);
  });

  test("waits for the next second when the rate is reached", async () => {
    const { account, path, mailbox } = await subscribe({ webhook: { max_per_second: 1 } });
    const events = Array.from({ length: 6 }, (_, n) => event(`${n}`));
    must(200, await account.api.post("/v1/events/batch", events));
    await mailbox.got(1);
    const { results, stats } = await read(account, path);
    const waiting = results.filter((delivery: any) => delivery.status === "waiting");
    assert.ok(waiting.length > 0);
    for (const { waits_for } of waiting) assert.ok(["rate", "window"].includes(waits_for));
    assert.ok(stats.next_try_at !== null || stats.waits_for !== null);
    await mailbox.got(6);
  });

  test("waits for the account while that is disabled", async () => {
    const { account, path, publish, mailbox } = await subscribe({ answers: [500] });
    await publish("a");
    await mailbox.answered(1);
    const where = `/v1/admin/accounts/${account.name}`;
    must(200, await dispatcher.admin.post(`${where}/disable`));
    const { results, stats } = await until("the webhook to be told", async () => {
      const found = await read(account, path);
      const isTold = found.stats.waits_for === "account";
      return isTold && found.results[0].waits_for === "account" ? found : undefined;
    });
    assert.deepEqual([results[0].next_try_at, stats.next_try_at], [null, null]);
    assert.equal(stats.waits_for, "account");
  });

  test("is none of a webhook that is off, and of what was resent it is at once", async () => {
    const { account, path, publish, mailbox, id } = await subscribe({ answers: [404] });
    const first = await publish("a");
    await account.deactivated(id);
    await account.publish(event("held"));
    const { stats, reasons } = await read(account, path);
    assert.deepEqual([stats.next_try_at, stats.waits_for, [...reasons]], [null, null, [null]]);
    mailbox.answer(200);
    must(200, await account.api.patch(path, { active: true }));
    const { json } = must(202, await account.api.post(`${path}/deliveries/${first}/resend`));
    assert.equal(json.next_try_at, null);
    await mailbox.got(2);
  });

  test("is what it was for a webhook whose receiver never answers", async () => {
    const open = new OpenRequests();
    const mailbox = receiver.mailbox(open.step);
    const account = await dispatcher.account();
    const { id } = await account.create({ target_url: mailbox.url });
    await account.publish(event("a"));
    await mailbox.got(1);
    const { results } = await read(account, `/v1/webhooks/${id}`);
    assert.deepEqual(
      [results[0].status, results[0].next_try_at, results[0].waits_for],
      ["in_flight", null, null],
    );
    await open.answer(200);
  });
});
