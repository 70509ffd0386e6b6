// The alert of an account: a webhook that gets all operational events, and no others.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { jsonBody, nowhere, values } from "../support/receiver.ts";
import { isSignedWith } from "../support/signatures.ts";
import { noMore, until } from "../support/wait.ts";

const { dispatcher, receiver } = await fixture({
  vars: { RETRY_BASE_MS: 20, RETRY_MAX_MS: 40, RETRY_LIMIT: 10, MAX_WEBHOOKS: 4 },
});

/** Creates the alert of an account. Returns it with its signing secret. */
async function createAlert(account: Account, fields: Record<string, unknown>) {
  return must(201, await account.api.put("/v1/alert", fields)).json;
}

describe("an alert", { concurrency: 4 }, () => {
  test("gets a signed event when a webhook is deactivated", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox(503, 200);
    const alert = await createAlert(account, {
      target_url: mailbox.url,
      basic_auth_username: "owner",
      basic_auth_password: "swordfish",
    });
    const broken = receiver.mailbox(410);
    const { id } = await account.create({ target_url: broken.url });
    await account.publish(event("a"));
    // The answer to the first request was 503, so this is the retry.
    const [, deactivated] = await mailbox.got(2);
    const { event_type, webhook_id, target_url, reason } = jsonBody(deactivated!);
    assert.deepEqual(
      [event_type, webhook_id, target_url, reason],
      ["WEBHOOK_DEACTIVATED", id, broken.url, "HTTP_4XX_RESPONSE"],
    );
    const authorization = `Basic ${Buffer.from("owner:swordfish").toString("base64")}`;
    assert.deepEqual(values(deactivated!, "authorization"), [authorization]);
    assert.ok(isSignedWith(alert.signing_secret, deactivated!));
    // The alert has deliveries like any webhook.
    const event_id = values(deactivated!, "webhook-id")[0];
    const delivered = await until("the delivery to be recorded", async () => {
      const path = `/v1/webhooks/${alert.id}/deliveries/${event_id}`;
      const { json } = must(200, await account.api.get(path));
      return json.status === "delivered" ? json : undefined;
    });
    assert.equal(delivered.event_type, "WEBHOOK_DEACTIVATED");
    assert.equal(delivered.tries.length, 2);
  });

  test("gets the events of a failure and a recovery, but no published event", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    await createAlert(account, { target_url: mailbox.url });
    const flaky = receiver.mailbox(500, 500, 500, 500, 500, 200);
    const { id } = await account.create({ target_url: flaky.url });
    assert.equal(await account.publish(event("a")), 1);
    const events = (await mailbox.got(2)).map(jsonBody);
    assert.deepEqual(
      events.map(({ event_type }) => event_type).sort(),
      ["WEBHOOK_FAILING", "WEBHOOK_RECOVERED"],
    );
    for (const { webhook_id } of events) assert.equal(webhook_id, id);
    assert.equal(await account.publish(event("b")), 1);
    await flaky.got(7);
    await noMore("requests to the alert", () => mailbox.count, 300);
  });

  test("that is deactivated causes no event, and holds new events", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox(404, 200);
    const other = receiver.mailbox();
    const alert = await createAlert(account, { target_url: mailbox.url });
    await account.create({ target_url: other.url, event_type: "WEBHOOK_DEACTIVATED" });
    for (const mark of ["a", "b"]) {
      const broken = receiver.mailbox(404);
      const { id } = await account.create({ target_url: broken.url });
      await account.publish(event(mark));
      await account.deactivated(id);
      const isReported = () => other.received.some((one) => jsonBody(one).webhook_id === id);
      await until("the other webhook to get the event", isReported);
      const { deactivate_reason } = await account.deactivated(alert.id);
      assert.equal(deactivate_reason, "HTTP_4XX_RESPONSE");
      must(204, await account.api.delete(`/v1/webhooks/${id}`));
    }
    await noMore("operational events", () => other.count, 300);
    assert.equal(other.count, 2, "no event about the alert");
    assert.equal(mailbox.count, 1);
    must(200, await account.api.put("/v1/alert", { active: true }));
    must(202, await account.api.post(`/v1/webhooks/${alert.id}/recover`, { status: "held" }));
    const [, held] = await mailbox.got(2);
    assert.equal(jsonBody(held!).event_type, "WEBHOOK_DEACTIVATED");
  });

  test("is created once, then updated, read, listed and deleted", async () => {
    const account = await dispatcher.account();
    const target_url = `${nowhere}alert`;
    const { api } = account;
    must(404, await api.get("/v1/alert"));
    must(404, await api.delete("/v1/alert"));
    const required = must(400, await api.put("/v1/alert", {}));
    assert.deepEqual(required.json, { target_url: ["This field is required."] });
    const request = { target_url, event_type: "NOTHING" };
    const { signing_secret, ...made } = await createAlert(account, request);
    assert.match(signing_secret, /^whsec_/);
    assert.deepEqual([made.event_type, made.active], ["WEBHOOK_ALERT", true]);
    assert.deepEqual(must(200, await api.get("/v1/alert")).json, made);
    assert.deepEqual(await account.read(made.id), made);
    const form = new URLSearchParams({
      basic_auth_username: "u", max_in_flight: "7", name: "Alerts", metadata: '{"team":"a"}',
    });
    const changed = must(200, await api.call("PUT", "/v1/alert", form)).json;
    const { updated_at } = changed;
    const labels = { name: "Alerts", metadata: { team: "a" } };
    const expected = { ...made, basic_auth_username: "u", max_in_flight: 7, ...labels, updated_at };
    assert.deepEqual(changed, expected);
    // The alert can be written back as read. Only PUT /v1/alert creates an alert, and no update
    // changes its type.
    assert.deepEqual(must(200, await api.put("/v1/alert", changed)).json, changed);
    const path = `/v1/webhooks/${made.id}`;
    assert.deepEqual(must(200, await api.put(path, changed)).json, changed);
    const stays = { event_type: ["PUT /v1/alert makes the alert, which stays one."] };
    assert.deepEqual(must(400, await api.patch(path, { event_type: null })).json, stays);
    const webhook = await account.create({ target_url });
    const alertType = { event_type: "WEBHOOK_ALERT" };
    const other = `/v1/webhooks/${webhook.id}`;
    assert.deepEqual(must(400, await api.patch(other, alertType)).json, stays);
    must(400, await api.post("/v1/webhooks", { target_url, ...alertType }));
    must(400, await api.post("/v1/events", alertType));
    await until("the alert to be listed", async () => {
      const list = must(200, await api.get("/v1/webhooks?event_type=WEBHOOK_ALERT")).json;
      return list.count === 1 && list.results[0].id === made.id;
    });
    must(200, await api.post(`${path}/rotate-secret`));
    must(204, await api.delete("/v1/alert"));
    must(404, await api.get("/v1/alert"));
    must(404, await api.get(path));
    // Another alert can be created at once.
    assert.notEqual((await createAlert(account, { target_url })).id, made.id);
  });

  test("is created once by concurrent calls, and does not count in MAX_WEBHOOKS", async () => {
    const account = await dispatcher.account();
    const target_url = `${nowhere}alert`;
    for (let n = 0; n < 4; n += 1) await account.create({ target_url: `${target_url}${n}` });
    must(403, await account.api.post("/v1/webhooks", { target_url }));
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => account.api.put("/v1/alert", { target_url })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 201]);
    assert.equal(new Set(answers.map(({ json }) => json.id)).size, 1);
    must(403, await account.api.post("/v1/webhooks", { target_url }));
    const { json } = must(200, await dispatcher.admin.get(`/v1/admin/accounts/${account.name}`));
    assert.equal(json.webhooks, 5);
  });

  test("is refused with an invalid target, and for a key without the scope", async () => {
    const account = await dispatcher.account();
    for (const target_url of [dispatcher.url, "ftp://example.com/", "http://u:p@example.com/"]) {
      const answer = must(400, await account.api.put("/v1/alert", { target_url }));
      assert.deepEqual(Object.keys(answer.json), ["target_url"]);
    }
    const reader = await dispatcher.account(account.name, ["webhooks:read"]);
    must(403, await reader.api.put("/v1/alert", { target_url: nowhere }));
    must(403, await reader.api.delete("/v1/alert"));
    must(404, await reader.api.get("/v1/alert"));
    const other = await dispatcher.account();
    await createAlert(other, { target_url: nowhere });
    must(404, await account.api.get("/v1/alert"));
    const answer = await account.api.post("/v1/alert", {});
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get("allow"), "GET, PUT, DELETE, HEAD, OPTIONS");
  });

  test("is suspended and deleted with its account", async () => {
    const account = await dispatcher.account();
    const accountPath = `/v1/admin/accounts/${account.name}`;
    await createAlert(account, { target_url: nowhere });
    must(200, await dispatcher.admin.post(`${accountPath}/disable`));
    await until("the alert to be suspended", async () => {
      const alert = must(200, await account.api.get("/v1/alert")).json;
      return alert.deactivate_reason === "ORG_DISABLED";
    });
    must(409, await account.api.put("/v1/alert", { active: true }));
    must(200, await dispatcher.admin.post(`${accountPath}/enable`));
    must(202, await dispatcher.admin.delete(accountPath));
    await until("the deletion to end", async () => {
      const { json } = must(200, await dispatcher.admin.get(accountPath));
      return json.deletion === null || json.deletion.webhooks_left === 0;
    });
    assert.deepEqual(await dispatcher.records(`webhook:${account.name}:`), {});
  });
});
