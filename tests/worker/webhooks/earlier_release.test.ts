// Webhooks and an earlier release: what that one stored is read, and a webhook without any option
// that it does not know is stored as it would store it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { until } from "../support/wait.ts";

const { dispatcher, subscribe } = await fixture({});

/** Returns the record that a webhook's object stores. Only after `kill`. */
function stored(object: string): any {
  let text = "";
  dispatcher.editWebhookObject(object, (record) => (text = record));
  return JSON.parse(text).record;
}

test("a webhook without options is stored as before, and an earlier one is read", async () => {
  const { account, webhook, id, path } = await subscribe();
  const { id: changed } = await account.create({ target_url: `${webhook.target_url}?2` });
  must(200, await account.api.patch(`/v1/webhooks/${changed}`, { active: false }));
  const key = (of: string) => `webhook:${account.name}:${of}`;
  await until("KV to have both", async () => {
    const records = await dispatcher.records("webhook:");
    return key(id) in records && records[key(changed)]?.includes('"active":false');
  });
  const objects = await Promise.all(
    [id, changed].map((of) => dispatcher.webhookObject(account.name, of)),
  );

  await dispatcher.kill();
  const { version, stage } = stored(objects[0]!);
  assert.equal(version, 1);
  assert.deepEqual(Object.keys(stage.Live), ["configuration", "activity", "epoch", "created_at"]);
  assert.deepEqual(Object.keys(stage.Live.configuration), [
    "target_url", "event_type", "basic_auth", "additional_headers", "signing",
  ]);
  // As an earlier release leaves the record after a change.
  dispatcher.editWebhookObject(objects[1]!, (record) => {
    assert.match(record, /,"updated_at":\d+/);
    return record.replace(/,"updated_at":\d+/, "");
  });
  await dispatcher.restart();

  assert.deepEqual(await account.read(id), webhook);
  const read = await account.read(changed);
  assert.match(String(read.created_at), /^20/);
  assert.equal(read.updated_at, null);
  const records = await dispatcher.records("webhook:");
  const kept = JSON.parse(records[key(id)]!);
  const { created_at: _, updated_at: __, ...others } = kept.record.webhook;
  assert.deepEqual(Object.keys(others), [
    "id", "target_url", "active", "deactivate_reason", "event_type", "basic_auth_username",
    "basic_auth_password", "additional_headers", "max_in_flight", "state",
  ]);
  kept.record.webhook = others;
  await dispatcher.putRecords({ [key(id)]: JSON.stringify(kept) });
  await until("the list to have the earlier record", async () => {
    const { results } = must(200, await account.api.get("/v1/webhooks")).json;
    return results[0].created_at === null && results[0].updated_at === null;
  });
  // The next change brings all of it up to date.
  const named = must(200, await account.api.patch(path, { name: "Orders" })).json;
  assert.equal(named.created_at, webhook.created_at);
  await until("the list to have the change", async () => {
    const { results } = must(200, await account.api.get("/v1/webhooks")).json;
    return results[0].name === "Orders" && results[0].created_at === webhook.created_at;
  });
});
