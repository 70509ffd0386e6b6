// The alert of an account: the one webhook that gets every operational event, and nothing else.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event } from "../support/events.ts";
import { must, start, type Account } from "../support/harness.ts";
import { Receiver, nowhere, values, type Received } from "../support/receiver.ts";
import { isSignedWith } from "../support/signatures.ts";
import { quiet, until } from "../support/wait.ts";

const dispatcher = await start({
  vars: { RETRY_BASE_MS: 20, RETRY_MAX_MS: 40, RETRY_LIMIT: 10, MAX_WEBHOOKS: 4 },
});
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await dispatcher.stop();
});

const said = (request: Received): any => JSON.parse(request.body.toString("utf8"));

async function put(account: Account, fields: Record<string, unknown>) {
  return must(201, await account.api.put("/v1/alert", fields)).json;
}

describe("an alert", { concurrency: 4 }, () => {
  test("is told, signed, when the receiver of a webhook has it switched off", async () => {
    const account = await dispatcher.account();
    const told = receiver.mailbox(503, 200);
    const alert = await put(account, {
      target_url: told.url,
      basic_auth_username: "owner",
      basic_auth_password: "swordfish",
    });
    const broken = receiver.mailbox(410);
    const { id } = await account.create({ target_url: broken.url });
    await account.publish(event("a"));
    // The first answer was 503, so it comes again.
    const [, deactivated] = await told.got(2);
    const { event_type, webhook_id, target_url, reason } = said(deactivated!);
    assert.deepEqual(
      [event_type, webhook_id, target_url, reason],
      ["WEBHOOK_DEACTIVATED", id, broken.url, "HTTP_4XX_RESPONSE"],
    );
    const authorization = `Basic ${Buffer.from("owner:swordfish").toString("base64")}`;
    assert.deepEqual(values(deactivated!, "authorization"), [authorization]);
    assert.ok(isSignedWith(alert.signing_secret, deactivated!));
    // Its deliveries are those of a webhook.
    const event_id = values(deactivated!, "webhook-id")[0];
    const delivered = await until("the delivery is settled", async () => {
      const path = `/v1/webhooks/${alert.id}/deliveries/${event_id}`;
      const { json } = must(200, await account.api.get(path));
      return json.status === "delivered" ? json : undefined;
    });
    assert.equal(delivered.event_type, "WEBHOOK_DEACTIVATED");
    assert.equal(delivered.tries.length, 2);
  });

  test("is told of failing and of recovery, and gets no event that was published", async () => {
    const account = await dispatcher.account();
    const told = receiver.mailbox();
    await put(account, { target_url: told.url });
    const flaky = receiver.mailbox(500, 500, 500, 500, 500, 200);
    const { id } = await account.create({ target_url: flaky.url });
    assert.equal(await account.publish(event("a")), 1);
    const heard = (await told.got(2)).map(said);
    assert.deepEqual(
      heard.map(({ event_type }) => event_type).sort(),
      ["WEBHOOK_FAILING", "WEBHOOK_RECOVERED"],
    );
    for (const { webhook_id } of heard) assert.equal(webhook_id, id);
    assert.equal(await account.publish(event("b")), 1);
    await flaky.got(7);
    await quiet("that the alert is told", () => told.count, 300);
  });

  test("that is switched off itself tells nobody, and holds what it is to be told", async () => {
    const account = await dispatcher.account();
    const told = receiver.mailbox(404, 200);
    const other = receiver.mailbox();
    const alert = await put(account, { target_url: told.url });
    await account.create({ target_url: other.url, event_type: "WEBHOOK_DEACTIVATED" });
    for (const mark of ["a", "b"]) {
      const broken = receiver.mailbox(404);
      const { id } = await account.create({ target_url: broken.url });
      await account.publish(event(mark));
      await account.deactivated(id);
      await until("the other is told", () => other.received.some((it) => said(it).webhook_id === id));
      const { deactivate_reason } = await account.deactivated(alert.id);
      assert.equal(deactivate_reason, "HTTP_4XX_RESPONSE");
      must(204, await account.api.delete(`/v1/webhooks/${id}`));
    }
    await quiet("operational events", () => other.count, 300);
    assert.equal(other.count, 2, "nothing of the alert");
    assert.equal(told.count, 1);
    must(200, await account.api.put("/v1/alert", { active: true }));
    must(202, await account.api.post(`/v1/webhooks/${alert.id}/recover`, { status: "held" }));
    const [, held] = await told.got(2);
    assert.equal(said(held!).event_type, "WEBHOOK_DEACTIVATED");
  });

  test("is made once, then changed, read, listed and deleted", async () => {
    const account = await dispatcher.account();
    const target_url = `${nowhere}alert`;
    const { api } = account;
    must(404, await api.get("/v1/alert"));
    must(404, await api.delete("/v1/alert"));
    const required = must(400, await api.put("/v1/alert", {}));
    assert.deepEqual(required.json, { target_url: ["This field is required."] });
    const { signing_secret, ...made } = await put(account, { target_url, event_type: "NOTHING" });
    assert.match(signing_secret, /^whsec_/);
    assert.deepEqual([made.event_type, made.active], ["WEBHOOK_ALERT", true]);
    assert.deepEqual(must(200, await api.get("/v1/alert")).json, made);
    assert.deepEqual(await account.read(made.id), made);
    const form = new URLSearchParams({ basic_auth_username: "u" });
    const changed = must(200, await api.call("PUT", "/v1/alert", form)).json;
    assert.deepEqual(changed, { ...made, basic_auth_username: "u" });
    // What was read can be written back, here and there; nothing else makes an alert or ends it.
    assert.deepEqual(must(200, await api.put("/v1/alert", changed)).json, changed);
    const path = `/v1/webhooks/${made.id}`;
    assert.deepEqual(must(200, await api.put(path, changed)).json, changed);
    const stays = { event_type: ["PUT /v1/alert makes the alert, which stays one."] };
    assert.deepEqual(must(400, await api.patch(path, { event_type: null })).json, stays);
    const webhook = await account.create({ target_url });
    const turn = { event_type: "WEBHOOK_ALERT" };
    assert.deepEqual(must(400, await api.patch(`/v1/webhooks/${webhook.id}`, turn)).json, stays);
    must(400, await api.post("/v1/webhooks", { target_url, ...turn }));
    must(400, await api.post("/v1/events", turn));
    await until("it is listed", async () => {
      const list = must(200, await api.get("/v1/webhooks?event_type=WEBHOOK_ALERT")).json;
      return list.count === 1 && list.results[0].id === made.id;
    });
    must(200, await api.post(`${path}/rotate-secret`));
    must(204, await api.delete("/v1/alert"));
    must(404, await api.get("/v1/alert"));
    must(404, await api.get(path));
    // Another one can be made at once.
    assert.notEqual((await put(account, { target_url })).id, made.id);
  });

  test("is one, however many make it at a time, and is none of the webhooks that may be", async () => {
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

  test("is refused the targets that any webhook is, and keys without the scope", async () => {
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
    await put(other, { target_url: nowhere });
    must(404, await account.api.get("/v1/alert"));
    const answer = await account.api.post("/v1/alert", {});
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get("allow"), "GET, PUT, DELETE, HEAD, OPTIONS");
  });

  test("stops with its account, and goes with it", async () => {
    const account = await dispatcher.account();
    const standing = `/v1/admin/accounts/${account.name}`;
    await put(account, { target_url: nowhere });
    must(200, await dispatcher.admin.post(`${standing}/disable`));
    await until("it is suspended", async () => {
      const alert = must(200, await account.api.get("/v1/alert")).json;
      return alert.deactivate_reason === "ORG_DISABLED";
    });
    must(409, await account.api.put("/v1/alert", { active: true }));
    must(200, await dispatcher.admin.post(`${standing}/enable`));
    must(202, await dispatcher.admin.delete(standing));
    await until("nothing is left of it", async () => {
      const { json } = must(200, await dispatcher.admin.get(standing));
      return json.deletion === null || json.deletion.webhooks_left === 0;
    });
    assert.deepEqual(await dispatcher.records(`webhook:${account.name}:`), {});
  });
});
