// A full object never stops a customer: the object of an account that publishes ten times as many
// idempotency keys as it has room for drops the oldest. Every event is delivered, and the newest
// keys are known.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Account } from "../support/harness.ts";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";

const historyBytes = 1_048_576;
const { dispatcher, subscribe } = await fixture({ vars: { HISTORY_BYTES: historyBytes } });

/** Rounds of publishes. Each adds about 75 kB to the account's object. */
const rounds = 150;
const batchesOfRound = 10;

function publish(account: Account, path: string, value: unknown, key: string) {
  const headers = { "content-type": "application/json", "idempotency-key": key };
  return account.api.call("POST", path, JSON.stringify(value), headers);
}

test("an object with ten times as many keys as it has room for", async () => {
  const webhook = { event_type: "PATH_COMPLETION" };
  const { account, mailbox } = await subscribe({ webhook });
  const storedBytes = async (): Promise<number> =>
    must(200, await dispatcher.admin.get(`/v1/admin/accounts/${account.name}`)).json.stored_bytes;
  const one = (n: number) =>
    publish(account, "/v1/events", event(`${n}`, "PATH_COMPLETION"), `event-${n}`);
  // Events that no webhook wants. The record of a batch's key has all their ids.
  const batch = Array.from({ length: 100 }, () => ({ event_type: "QUIZ_COMPLETION" }));
  const ids: string[] = [];
  let largest = 0;
  let keys = 0;
  for (let n = 0; n < rounds; n += 1) {
    const batches = Array.from({ length: batchesOfRound }, (_, index) =>
      publish(account, "/v1/events/batch", batch, `batch-${n}-${index}`));
    const { json } = must(202, await one(n));
    assert.equal(json.webhooks, 1);
    assert.deepEqual(json.refused, undefined);
    ids.push(json.id);
    for (const answer of await Promise.all(batches)) keys += must(200, answer).text.length;
    largest = Math.max(largest, await storedBytes());
  }
  assert.ok(keys > 10 * historyBytes, `${keys} bytes of answers were to be kept`);
  assert.ok(largest > historyBytes / 2, `${largest} bytes were the most`);
  assert.ok(largest < 1.5 * historyBytes, `${largest} bytes were the most`);
  for (let n = rounds - 10; n < rounds; n += 1) {
    assert.equal(must(202, await one(n)).json.id, ids[n], `event-${n} is known`);
  }
  await mailbox.got(rounds);
  const sent = marks(mailbox.texts).map(Number).sort((a, b) => a - b);
  assert.deepEqual(sent, Array.from({ length: rounds }, (_, n) => n));
  assert.match(dispatcher.log, /keys_dropped/);
  // The oldest keys are forgotten, so their events are new ones.
  assert.notEqual(must(202, await one(0)).json.id, ids[0]);
  await mailbox.got(rounds + 1);
});
