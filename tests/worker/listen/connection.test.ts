// The connection of a listener: breaks and new ones, its end, and frames that break the protocol.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { listening as listeningOf, outcomes } from "../support/listening.ts";
import { OpenRequests, jsonBody } from "../support/receiver.ts";
import { noMore, until } from "../support/wait.ts";

const set = await fixture({
  vars: { RETRY_BASE_MS: 100, RETRY_MAX_MS: 100, DELIVERY_TIMEOUT_MS: 5_000, LEASE_MARGIN_MS: 500 },
});
const { dispatcher } = set;
const listening = listeningOf(set);
const isDelivered = ({ status }: any) => status === "delivered";

/** The actions of the audit log, the oldest first, each with its author. */
async function actions(account: Account): Promise<[action: string, by: string][]> {
  const { results } = must(200, await account.api.get("/v1/audit")).json;
  return results.map(({ action, by }: any) => [action, by]).reverse();
}

describe("a listener that is gone", { concurrency: 4 }, () => {
  test("is sent nothing until it is back, and then everything", async () => {
    const { account, listener, mailbox, path, again, publish, delivery } = await listening();
    await delivery(await publish("a"), isDelivered);
    await listener.close();
    const id = await publish("b");
    const waiting = await delivery(id, ({ waits_for }) => waits_for === "listener");
    assert.deepEqual([waiting.status, waiting.try_count, waiting.tries], ["waiting", 0, []]);
    const stats = must(200, await account.api.get(`${path}/stats`)).json;
    assert.deepEqual([stats.waiting, stats.waits_for], [1, "listener"]);
    await noMore("requests", () => mailbox.count, 500);
    const more = Array.from({ length: 40 }, (_, number) => `c${number}`);
    must(200, await account.api.post("/v1/events/batch", more.map((mark) => event(mark))));
    const back = await again();
    assert.deepEqual(back.ready!.signing_secret, null);
    await mailbox.got(42);
    assert.deepEqual(marks(mailbox.texts).sort(), ["a", "b", ...more].sort());
    assert.deepEqual(outcomes(await delivery(id, isDelivered)), [200]);
  });

  test("fails what was in flight, which is retried when it is back", async () => {
    const open = new OpenRequests();
    const { listener, mailbox, again, publish, delivery } = await listening({
      answers: [open.step],
    });
    const id = await publish("a");
    await until("the request", () => open.count === 1);
    await listener.close();
    const failed = await delivery(id, ({ tries }) => tries.length === 1);
    assert.deepEqual([outcomes(failed), failed.status], [["reset"], "waiting"]);
    mailbox.answer(200);
    await again();
    assert.deepEqual(outcomes(await delivery(id, isDelivered)), ["reset", 200]);
  });

  test("keeps what an eviction of its object leaves waiting", async () => {
    const { account, listener, id, mailbox, again, publish } = await listening();
    await listener.close();
    await publish("a");
    await dispatcher.evictWebhook(account.name, id);
    await publish("b");
    await again();
    await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts).sort(), ["a", "b"]);
  });

  test("has its webhook removed after a minute, and not before", async () => {
    const { account, listener, id, path } = await listening();
    const left = performance.now();
    await listener.close();
    const gone = async () => (await account.api.get(path)).status === 404;
    await until("the webhook to be removed", gone, 90_000);
    const tookMs = performance.now() - left;
    assert.ok(tookMs > 59_000, `after ${tookMs} ms`);
    assert.deepEqual((await actions(account)).at(-1), ["webhook.deleted", "dispatcher"]);
    assert.equal(await account.publish(event("a")), 0);
    assert.match(dispatcher.log, new RegExp(`"listener_removed".*"${id}","reason":"gone"`));
    const records = async () => Object.keys(await dispatcher.records(`webhook:${account.name}:`));
    await until("the record to be removed", async () => (await records()).length === 0);
  });
});

describe("a client that says nothing", () => {
  test("is taken for gone when the alarm of its object comes, and can go on", async () => {
    const { listener, mailbox, again, publish } = await listening({ pings: false });
    // The alarm of the creation comes after half a minute, and the next one a minute later.
    const { code, reason } = await until("the end", () => listener.closed, 140_000);
    assert.deepEqual([code, reason], [1_001, "no ping"]);
    await publish("a");
    await again();
    await mailbox.got(1);
  });
});

describe("a second connection", { concurrency: 4 }, () => {
  test("replaces the first one", async () => {
    const { listener, mailbox, again, publish } = await listening();
    const second = await again();
    const reason = "replaced by a newer connection";
    assert.deepEqual(await listener.ended(), { code: 4_000, reason });
    await publish("a");
    await mailbox.got(1);
    assert.deepEqual([listener.deliveries.length, second.deliveries.length], [0, 1]);
  });

  test("gets again what the first one had in flight", async () => {
    const open = new OpenRequests();
    const { mailbox, again, publish, delivery } = await listening({ answers: [open.step] });
    const id = await publish("a");
    await until("the request", () => open.count === 1);
    mailbox.answer(200);
    await again();
    assert.deepEqual(outcomes(await delivery(id, isDelivered)), ["reset", 200]);
  });

  test("stays when the first one closes", async () => {
    const { listener, mailbox, again, publish } = await listening();
    const second = await again();
    await listener.close();
    await publish("a");
    await mailbox.got(1);
    assert.equal(second.closed, undefined);
  });
});

describe("the webhook of a listener", { concurrency: 4 }, () => {
  test("is removed at once by `end`, which the audit log has", async () => {
    const { account, listener, id, path } = await listening();
    listener.send({ type: "end" });
    assert.deepEqual(await listener.ended(), { code: 4_001, reason: "the webhook was deleted" });
    must(404, await account.api.get(path));
    assert.equal(await account.publish(event("a")), 0);
    const logged = async () => (await actions(account)).length >= 3;
    await until("the entries", logged);
    const [, created, deleted] = await actions(account);
    assert.equal(created![0], "webhook.created");
    assert.deepEqual(deleted, ["webhook.deleted", "dispatcher"]);
    assert.match(dispatcher.log, new RegExp(`"listener_removed".*"${id}","reason":"done"`));
  });

  test("closes the connection when it is deleted", async () => {
    const { account, listener, path } = await listening();
    must(204, await account.api.delete(path));
    assert.equal((await listener.ended()).code, 4_001);
  });

  test("closes the connection when its account is deleted", async () => {
    const { account, listener } = await listening();
    must(202, await dispatcher.admin.delete(`/v1/admin/accounts/${account.name}`));
    assert.equal((await listener.ended()).code, 4_001);
  });

  test("waits while its account is disabled", async () => {
    const { account, listener, mailbox, delivery, publish } = await listening({
      answers: [500, 200],
    });
    const at = `/v1/admin/accounts/${account.name}`;
    const id = await publish("a");
    await mailbox.got(1);
    must(200, await dispatcher.admin.post(`${at}/disable`));
    must(200, await dispatcher.admin.post(`${at}/enable`));
    await delivery(id, isDelivered);
    assert.equal(listener.closed, undefined);
  });

  test("can be changed, but for its target", async () => {
    const { account, listener, mailbox, path, publish } = await listening();
    const target_url = mailbox.url;
    const refused = must(400, await account.api.patch(path, { target_url }));
    assert.deepEqual(Object.keys(refused.json), ["target_url"]);
    must(200, await account.api.patch(path, { name: "x", additional_headers: { "X-A": "1" } }));
    await publish("a");
    await mailbox.got(1);
    const [frame] = listener.deliveries;
    assert.deepEqual(frame!.headers.find(([name]) => name === "X-A"), ["X-A", "1"]);
    assert.deepEqual(jsonBody(mailbox.received[0]!).mark, "a");
  });
});

describe("a frame", { concurrency: 4 }, () => {
  test("ping is answered by pong", async () => {
    const { listener } = await listening();
    listener.send("ping");
    const pongs = () => listener.others.filter((text) => text === "pong").length;
    await until("the answers", () => pongs() === 2);
  });

  const answer = { type: "answer", id: "x", status: 200 };
  const bad: [what: string, frame: string | Uint8Array<ArrayBuffer>][] = [
    ["that is no JSON", "hello"],
    ["of another type", JSON.stringify({ type: "ready" })],
    ["with a status that no receiver answers", JSON.stringify({ ...answer, status: 101 })],
    ["with a fault that no client finds", '{"type":"failure","id":"x","fault":"lost"}'],
    ["that is too long", JSON.stringify({ ...answer, body: "x".repeat(131_072) })],
    ["of 3 MB", JSON.stringify({ ...answer, body: "x".repeat(3_000_000) })],
    ["with 101 headers", JSON.stringify({ ...answer, headers: Array(101).fill(["a", "b"]) })],
    ["that is nested 100,000 deep", `{"type":"end","x":${"[".repeat(100_000)}`],
    ["of bytes", new Uint8Array([1, 2, 3])],
  ];
  for (const [what, frame] of bad) {
    test(`${what} ends the connection, and the listener can go on`, async () => {
      const { listener, mailbox, again, publish } = await listening();
      listener.socket.send(frame);
      assert.equal((await listener.ended()).code, 4_002);
      await publish("a");
      await again();
      await mailbox.got(1);
    });
  }

  test("about a delivery that nobody waits for changes nothing", async () => {
    const { listener, mailbox, publish } = await listening();
    listener.send(answer);
    listener.send({ ...answer, id: "1".repeat(1_000) });
    await publish("a");
    await mailbox.got(1);
    assert.equal(listener.closed, undefined);
  });
});
