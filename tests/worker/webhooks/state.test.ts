// The state of a webhook: the same in the webhook, in the list, in its statistics and in the
// metrics.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture, type Subscription } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { until } from "../support/wait.ts";

const { dispatcher, receiver, subscribe } = await fixture({
  vars: { RETRY_BASE_MS: 600_000, RETRY_MAX_MS: 600_000 },
});

const { admin } = dispatcher;

/** Returns the states of a webhook in all places that show it. */
async function shown(account: Account, id: string) {
  const { state } = await account.read(id) as { state?: string };
  const listed = must(200, await account.api.get("/v1/webhooks")).json.results
    .find((webhook: { id: string }) => webhook.id === id);
  const stats = must(200, await account.api.get(`/v1/webhooks/${id}/stats`)).json;
  const metrics = must(200, await admin.get(`/metrics?account=${account.name}`)).text;
  const [, metric] = new RegExp(
    `^webhooks_state\\{[^}]*webhook="${id}",webhooks_state="(\\w+)"\\} 1$`, "m",
  ).exec(metrics) ?? [];
  return [state, listed?.state, stats.state, metric];
}

/** Waits until all places show this state. */
async function becomes(account: Account, id: string, state: string) {
  let last: unknown;
  await until(
    () => `all places to show ${state}: ${JSON.stringify(last)}`,
    async () => {
      last = await shown(account, id);
      return (last as unknown[]).every((one) => one === state);
    },
  );
}

async function subscribed(subscription?: Subscription) {
  const subscriber = await subscribe(subscription);
  const { account, id, path } = subscriber;
  return {
    ...subscriber,
    becomes: (state: string) => becomes(account, id, state),
    change: async (fields: object) =>
      must(200, await account.api.patch(path, fields)).json as { state: string },
  };
}

describe("a webhook", { concurrency: 4 }, () => {
  test("is untried, then healthy", async () => {
    const { webhook, publish, becomes } = await subscribed();
    assert.equal((webhook as { state?: string }).state, "untried");
    await becomes("untried");
    await publish("a");
    await becomes("healthy");
  });

  test("is failing after a failure, then degraded, and healthy after 19 events", async () => {
    const { mailbox, publish, becomes } = await subscribed({ answers: [200, 503, 200] });
    await publish("1");
    await becomes("healthy");
    await publish("2");
    await becomes("failing");
    await publish("3");
    await becomes("degraded");
    for (let n = 4; n <= 18; n += 1) await publish(`${n}`);
    await mailbox.got(18);
    await becomes("degraded");
    await publish("19");
    await becomes("healthy");
  });

  test("is failing without an answer, too", async () => {
    const { mailbox, publish, becomes } = await subscribed({ answers: [200] });
    mailbox.answer((_request, response) => void response.socket?.destroy());
    await publish("a");
    await becomes("failing");
  });

  test("is off after a 4xx, and untried again after its activation", async () => {
    const { mailbox, publish, change, becomes } = await subscribed({ answers: [200, 410, 200] });
    await publish("a");
    await becomes("healthy");
    await publish("b");
    await becomes("off");
    assert.equal((await change({ active: true })).state, "untried");
    await becomes("untried");
    await publish("c");
    await mailbox.got(3);
    // The failure before the activation counts no more.
    await becomes("healthy");
  });

  test("is paused by its owner, also from the start", async () => {
    const { account, publish, change, becomes } = await subscribed();
    await publish("a");
    await becomes("healthy");
    assert.equal((await change({ active: false })).state, "paused");
    await becomes("paused");
    assert.equal((await change({ active: true })).state, "untried");
    const paused = await account.create({ target_url: receiver.mailbox().url, active: false });
    assert.equal((paused as { state?: string }).state, "paused");
  });

  test("keeps its state through other changes, and is off in a disabled account", async () => {
    const { account, publish, change, becomes } = await subscribed({ answers: [503] });
    await publish("a");
    await becomes("failing");
    assert.equal((await change({ max_in_flight: 7 })).state, "failing");
    assert.equal((await change({ target_url: receiver.mailbox().url })).state, "failing");
    must(200, await admin.post(`/v1/admin/accounts/${account.name}/disable`));
    await becomes("off");
    must(200, await admin.post(`/v1/admin/accounts/${account.name}/enable`));
    await becomes("failing");
  });

  test("keeps its state when its object is evicted", async () => {
    const { account, id, mailbox, publish, becomes } = await subscribed({ answers: [503, 200] });
    await publish("a");
    await becomes("failing");
    await dispatcher.evictWebhook(account.name, id);
    await becomes("failing");
    await publish("b");
    await mailbox.got(2);
    await becomes("degraded");
    await dispatcher.evictWebhook(account.name, id);
    await becomes("degraded");
  });

  test("is not changed by a ping", async () => {
    const { account, path, becomes } = await subscribed({ answers: [500] });
    must(200, await account.api.post(`${path}/ping`));
    await becomes("untried");
  });

  test("that is the alert has a state", async () => {
    const account = await dispatcher.account();
    const alert = { target_url: receiver.mailbox().url };
    assert.equal(must(201, await account.api.put("/v1/alert", alert)).json.state, "untried");
    assert.equal(must(200, await account.api.get("/v1/alert")).json.state, "untried");
  });
});

test("the list is filtered by the state", async () => {
  const account = await dispatcher.account();
  const targets = { healthy: 200, failing: 503, off: 410 } as const;
  const ids: Record<string, string> = {};
  for (const [state, status] of Object.entries(targets))
    ids[state] = (await account.create({ target_url: receiver.mailbox(status).url })).id;
  await account.publish(event("a"));
  for (const state of Object.keys(targets)) await becomes(account, ids[state]!, state);
  const target_url = receiver.mailbox().url;
  ids["untried"] = (await account.create({ target_url })).id;
  ids["paused"] = (await account.create({ target_url, active: false })).id;
  for (const [state, id] of Object.entries(ids)) {
    await becomes(account, id, state);
    const page = must(200, await account.api.get(`/v1/webhooks?state=${state}&page_size=1`)).json;
    assert.deepEqual([page.count, page.next, page.results.map((one: any) => one.id)],
      [1, null, [id]]);
  }
  const none = must(200, await account.api.get("/v1/webhooks?state=degraded")).json;
  assert.deepEqual(none, { count: 0, next: null, previous: null, results: [] });
  const both = must(200, await account.api.get("/v1/webhooks?state=failing&active=false")).json;
  assert.equal(both.count, 0);
  // The order stays that of creation.
  const all = must(200, await account.api.get("/v1/webhooks")).json.results;
  assert.deepEqual(all.map((one: any) => one.id), Object.values(ids).sort());
  for (const value of ["", "Off", "off ", "active", "holding"]) {
    const query = new URLSearchParams({ state: value });
    const answer = must(400, await account.api.get(`/v1/webhooks?${query}`));
    assert.deepEqual(answer.json.state, [`"${value}" is not a valid choice.`]);
  }
});

test("records of an earlier release are listed with what is known of them", async () => {
  const account = await dispatcher.account();
  const target_url = receiver.mailbox(410).url;
  const ids = {
    healthy: (await account.create({ target_url: receiver.mailbox().url })).id,
    paused: (await account.create({ target_url: receiver.mailbox().url, active: false })).id,
    off: (await account.create({ target_url })).id,
  };
  await account.publish(event("a"));
  await becomes(account, ids.off, "off");
  await becomes(account, ids.healthy, "healthy");
  const records = await dispatcher.records(`webhook:${account.name}:`);
  const earlier = Object.entries(records).map(([name, text]) => {
    const stored = JSON.parse(text);
    delete stored.record.webhook.state;
    return [name, JSON.stringify(stored)];
  });
  await dispatcher.putRecords(Object.fromEntries(earlier));
  for (const [state, id] of Object.entries(ids)) {
    const page = must(200, await account.api.get(`/v1/webhooks?state=${state}`)).json;
    assert.deepEqual(page.results.map((one: any) => [one.id, one.state]), [[id, state]]);
  }
});
