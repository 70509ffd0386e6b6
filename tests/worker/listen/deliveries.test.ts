// `GET /v1/listen`: a client is the receiver of a temporary webhook. What it gets, and what its
// answers do.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { codeBlocks, documentText } from "../support/document.ts";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { listening as listeningOf, outcomes } from "../support/listening.ts";
import { OpenRequests, hang, nowhere, reply, values } from "../support/receiver.ts";
import { isSignedBy, isSignedWith } from "../support/signatures.ts";
import { noMore, until } from "../support/wait.ts";

const retryMs = 100;
const timeoutMs = 1_000;
const set = await fixture({
  vars: {
    RETRY_BASE_MS: retryMs,
    RETRY_MAX_MS: retryMs,
    DELIVERY_TIMEOUT_MS: timeoutMs,
    LEASE_MARGIN_MS: 500,
  },
});
const listening = listeningOf(set);
const isDelivered = ({ status }: any) => status === "delivered";
const hasTries = (count: number) => ({ tries }: any) => tries.length >= count;

describe("a listener gets", { concurrency: 4 }, () => {
  test("the exact headers and body, and its server's answer counts", async () => {
    const { account, mailbox, listener, id, delivery } = await listening();
    mailbox.answer(reply(201, { "x-answer": "yes" }, "thanks"));
    const body = '{ "event_type":"COURSE_COMPLETION",\n "é":  1.0e0 }';
    const published = must(202, await account.api.text("POST", "/v1/events", body)).json;
    assert.equal(published.webhooks, 1);
    const [request] = await mailbox.got(1);
    assert.equal(request!.body.toString("utf8"), body);
    assert.ok(isSignedWith(listener.ready!.signing_secret!, request!));
    const [frame] = listener.deliveries;
    assert.deepEqual(frame!.headers.slice(0, 2), [
      ["Content-Type", "application/json"],
      ["User-Agent", "skilljar"],
    ]);
    const names = frame!.headers.slice(2).map(([name]) => name);
    assert.deepEqual(
      names.filter((name) => name.startsWith("webhook-")),
      ["webhook-id", "webhook-timestamp", "webhook-signature"],
    );
    for (const [name, value] of frame!.headers) assert.deepEqual(values(request!, name), [value]);
    assert.deepEqual([frame!.method, frame!.timeout_ms], ["POST", timeoutMs]);
    assert.deepEqual(values(request!, "webhook-id"), [published.id]);
    const found = await delivery(published.id, isDelivered);
    assert.equal(found.tries[0].http_status_code, 201);
    assert.equal(found.tries[0].answer, "thanks");
    const webhook = await account.read(id);
    assert.equal(webhook.target_url, `https://${id}.listen.invalid/`);
    assert.equal(webhook.listener, true);
    const sent = must(200, await account.api.get(
      `/v1/webhooks/${id}/deliveries/${published.id}/request`)).json;
    assert.equal(sent.body, body);
  });

  test("only what the fields in its query ask for", async () => {
    const filter = encodeURIComponent('{"mark": {"$startsWith": "b"}}');
    const query = `event_types=["QUIZ_*"]&filter=${filter}&name=My%20laptop&timeout_ms=1500`;
    const { account, mailbox, listener, id } = await listening({ query });
    assert.equal(await account.publish(event("b", "PATH_COMPLETION")), 0);
    assert.equal(await account.publish(event("a", "QUIZ_COMPLETION")), 0);
    assert.equal(await account.publish(event("b", "QUIZ_COMPLETION")), 1);
    await mailbox.got(1);
    assert.equal(listener.deliveries[0]!.timeout_ms, 1_500);
    const { name, event_type } = await account.read(id);
    assert.deepEqual([name, event_type], ["My laptop", null]);
  });

  test("deliveries that are signed with the secret that it gives", async () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const { mailbox, listener, publish } = await listening({ secret });
    assert.equal(listener.ready!.signing_secret, `${secret}`);
    await publish("a");
    assert.ok(isSignedWith(secret, (await mailbox.got(1))[0]!));
  });

  test("the public key of its webhook with Ed25519", async () => {
    const { mailbox, listener, publish } = await listening({ query: "signature=ed25519" });
    const { signing_secret, signing_public_key } = listener.ready as any;
    assert.equal(signing_secret, null);
    await publish("a");
    assert.ok(isSignedBy(signing_public_key, (await mailbox.got(1))[0]!));
  });

  test("a batch in order, one at a time, if it asks for that", async () => {
    const { account, mailbox } = await listening({ query: "ordered=true" });
    const all = Array.from({ length: 30 }, (_, number) => `e${number}`);
    must(200, await account.api.post("/v1/events/batch", all.map((mark) => event(mark))));
    await mailbox.got(30);
    assert.deepEqual(marks(mailbox.texts), all);
    assert.equal(mailbox.openMax, 1);
  });

  test("no more at a time than its window", async () => {
    const open = new OpenRequests();
    const query = "max_in_flight=3";
    const { account, mailbox } = await listening({ query, answers: [open.step] });
    const all = Array.from({ length: 9 }, (_, number) => event(`e${number}`));
    must(200, await account.api.post("/v1/events/batch", all));
    for (let number = 0; number < 9; number += 1) await open.answer(200);
    await mailbox.got(9);
    assert.ok(mailbox.openMax <= 3, `${mailbox.openMax} at a time`);
  });

  test("an event of 200 kB that JSON writes longer", async () => {
    const { account, mailbox } = await listening();
    const body = JSON.stringify({ event_type: "QUIZ_COMPLETION", a: "\u0001\"é".repeat(25_000) });
    must(202, await account.api.text("POST", "/v1/events", body));
    assert.equal((await mailbox.got(1))[0]!.body.toString("utf8"), body);
  });

  test("pings", async () => {
    const { account, mailbox, path } = await listening({ answers: [reply(200, {}, "hello")] });
    const pinged = must(200, await account.api.post(`${path}/ping`)).json;
    assert.deepEqual([pinged.succeeded, pinged.answer], [true, "hello"]);
    assert.equal(JSON.parse(mailbox.texts[0]!).event_type, "PING");
  });
});

describe("the answer of the server behind a listener", { concurrency: 4 }, () => {
  test("500 is retried", async () => {
    const { mailbox, publish, delivery } = await listening({ answers: [500, 503, 200] });
    const id = await publish("a");
    await mailbox.got(3);
    assert.deepEqual(outcomes(await delivery(id, isDelivered)), [500, 503, 200]);
  });

  test("429 with Retry-After is obeyed", async () => {
    const wait = reply(503, { "retry-after": "2" });
    const { mailbox, publish } = await listening({ answers: [wait, 200] });
    await publish("a");
    await mailbox.got(2);
    assert.ok(mailbox.gapsMs()[0]! > 1_800, `${mailbox.gapsMs()[0]} ms`);
  });

  test("404 deactivates the webhook, which can be activated again", async () => {
    const { account, mailbox, listener, id, path, publish } = await listening({
      answers: [404, 200],
    });
    await publish("a");
    const webhook = await account.deactivated(id);
    assert.equal(webhook.deactivate_reason, "HTTP_4XX_RESPONSE");
    assert.equal(listener.closed, undefined);
    must(200, await account.api.patch(path, { active: true }));
    await publish("b");
    await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts), ["a", "b"]);
  });

  test("`webhook-delivery: disable` deactivates the webhook", async () => {
    const { account, id, publish } = await listening({
      answers: [reply(200, { "webhook-delivery": "disable" })],
    });
    await publish("a");
    await account.deactivated(id);
  });

  test("none in time is a timeout, which is told to the client, and retried", async () => {
    const { listener, mailbox, publish, delivery } = await listening({ answers: [hang, 200] });
    const id = await publish("a");
    await mailbox.got(2);
    const found = await delivery(id, isDelivered);
    assert.deepEqual(outcomes(found), ["timeout_answer", 200]);
    assert.deepEqual(listener.cancelled, [listener.deliveries[0]!.id]);
  });

  test("a late one is ignored", async () => {
    const late = Promise.withResolvers<void>();
    const { listener, publish, delivery } = await listening({
      to: async ({ id }, { deliveries }) => {
        if (id === deliveries[0]!.id) await late.promise;
        return { type: "answer", status: id === deliveries[0]!.id ? 500 : 200 };
      },
    });
    const id = await publish("a");
    await delivery(id, isDelivered);
    late.resolve();
    await until("the late answer is sent", () => listener.socket.bufferedAmount === 0);
    assert.deepEqual(outcomes(await delivery(id, isDelivered)), ["timeout_answer", 200]);
    assert.equal(listener.closed, undefined);
  });

  test("none at all has the class that the client says", async () => {
    const { publish, delivery } = await listening({ to: nowhere });
    const found = await delivery(await publish("a"), hasTries(2));
    assert.equal(found.tries[0].fault, "refused");
    const faults = ["dns", "tls", "certificate", "timeout_connect", "not_http", "reset"];
    const { publish: again, delivery: of } = await listening({
      to: (_, { deliveries }) => ({ type: "failure", fault: faults[deliveries.length - 1] }),
      query: 'retry={"limit":6}',
    });
    const failed = await of(await again("a"), hasTries(6));
    assert.deepEqual(outcomes(failed).slice(0, 6), faults);
  });

  test("of 100 kB is kept as of any receiver", async () => {
    const { publish, delivery } = await listening({
      answers: [reply(200, { "content-type": "text/plain" }, "x".repeat(100_000))],
    });
    const found = await delivery(await publish("a"), isDelivered);
    assert.equal(found.tries[0].answer, "x".repeat(1_024));
  });

  test("without a body, 204, is a success", async () => {
    const { publish, delivery } = await listening({ answers: [204] });
    assert.deepEqual(outcomes(await delivery(await publish("a"), isDelivered)), [204]);
  });
});

describe("an alert of the account", () => {
  test("is not sent for a listener that fails, and the metrics leave it out", async () => {
    const { account, mailbox, id, publish } = await listening({ answers: [404] });
    const alert = set.receiver.mailbox();
    must(201, await account.api.put("/v1/alert", { target_url: alert.url }));
    const other = await account.create({ target_url: set.receiver.mailbox(404).url });
    await publish("a");
    await mailbox.got(1);
    await account.deactivated(id);
    await account.deactivated(other.id);
    await alert.got(1);
    await noMore("alerts", () => alert.count, 1_000);
    const body = JSON.parse(alert.texts[0]!);
    assert.deepEqual([body.event_type, body.webhook_id], ["WEBHOOK_DEACTIVATED", other.id]);
    const metrics = `/metrics?account=${account.name}`;
    const { text } = must(200, await set.dispatcher.admin.call("GET", metrics, undefined, {
      accept: "text/plain",
    }));
    assert.deepEqual([text.includes(other.id), text.includes(id)], [true, false]);
  });
});

test("the frames are those of docs/API.md", async () => {
  const [sent, said] = codeBlocks(documentText("docs/API.md"))
    .filter(({ heading }) => heading === "Listen")
    .map(({ code }) => code.trim().split("\n").map((line) => JSON.parse(line)));
  const { listener, mailbox, publish } = await listening({ answers: [hang, 200] });
  await publish("a");
  await mailbox.got(2);
  const [delivery] = listener.deliveries;
  const cancel = { type: "cancel", id: listener.cancelled[0] };
  const members = (frames: object[]) => frames.map((frame) => Object.keys(frame).join());
  assert.deepEqual(members([listener.ready!, delivery!, cancel]), members(sent!));
  for (const frame of said!.slice(0, -1)) listener.send(frame);
  await publish("b");
  await mailbox.got(3);
  listener.send(said!.at(-1));
  assert.equal((await listener.ended()).code, 4_001);
});

test("two listeners of an account get each event", async () => {
  const first = await listening();
  const second = await listening({ account: first.account });
  assert.equal(await first.account.publish(event("a")), 2);
  await Promise.all([first.mailbox.got(1), second.mailbox.got(1)]);
});
