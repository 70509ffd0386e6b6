// POST /v1/events/batch: publishes many events in one call, with an answer for each.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Answer } from "../support/api.ts";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { noMore } from "../support/wait.ts";

const eventBytesMax = 4_096;
const batchBytesMax = 65_536;
const { dispatchers: [dispatcher, defaults, crashing], receiver, subscribe } = await fixture(
  { vars: { MAX_EVENT_BYTES: eventBytesMax, MAX_BATCH_BYTES: batchBytesMax } },
  {},
  { vars: { RETRY_BASE_MS: 60_000, RETRY_MAX_MS: 60_000 } },
);

const path = "/v1/events/batch";

function post(account: Account, body: string, key?: string): Promise<Answer> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (key !== undefined) headers["idempotency-key"] = key;
  return account.api.call("POST", path, body, headers);
}

const statuses = (answer: Answer): number[] =>
  must(200, answer).json.map((item: { status: number }) => item.status);

describe("a batch", { concurrency: 8 }, () => {
  test("is answered in order, and each event goes to the webhooks with its type", async () => {
    const account = await dispatcher.account();
    const [all, quiz] = [receiver.mailbox(), receiver.mailbox()];
    await account.create({ target_url: all.url });
    await account.create({ target_url: quiz.url, event_type: "QUIZ_COMPLETION" });
    const events = [event("a"), event("b", "QUIZ_COMPLETION"), event("c"), event("d")];
    const { json } = must(200, await post(account, JSON.stringify(events)));
    assert.deepEqual(
      json.map(({ id, ...rest }: { id: string }) => rest),
      events.map(({ event_type }) => ({
        status: 202,
        event_type,
        webhooks: event_type === "QUIZ_COMPLETION" ? 2 : 1,
      })),
    );
    for (const item of json)
      assert.deepEqual(Object.keys(item), ["status", "id", "event_type", "webhooks"]);
    const ids = json.map(({ id }: { id: string }) => id);
    assert.equal(new Set(ids).size, events.length);
    await Promise.all([all.got(4), quiz.got(1)]);
    assert.deepEqual(marks(all.texts).sort(), ["a", "b", "c", "d"]);
    assert.deepEqual(marks(quiz.texts), ["b"]);
  });

  test("is sent in its order to a webhook with ordered: true", async () => {
    const { account, mailbox } = await subscribe({ webhook: { ordered: true } });
    const names = Array.from({ length: 20 }, (_, n) => `${n}`);
    must(200, await post(account, JSON.stringify(names.map((name) => event(name)))));
    await mailbox.got(names.length);
    assert.deepEqual(marks(mailbox.texts), names);
  });

  test("delivers each event byte for byte", async () => {
    const { account, mailbox } = await subscribe();
    const texts = [
      `{ "event_type" :\t"QUIZ_COMPLETION",\n"a":1.50e+2,"a":"\\u00e9/\\/" }`,
      `{"z":[1, 2 ,{}],"event_type":"PATH_COMPLETION","é":"😀"}`,
    ];
    must(200, await post(account, ` [ ${texts.join("\n,\t")}\r\n] `));
    await mailbox.got(2);
    assert.deepEqual(mailbox.texts.sort(), [...texts].sort());
  });

  test("delivers its valid events, and answers an error for each invalid one", async () => {
    const { account, mailbox } = await subscribe();
    const good = (mark: string) => JSON.stringify(event(mark));
    const large = JSON.stringify({ ...event("x"), pad: "x".repeat(eventBytesMax) });
    const bodies = [good("a"), "{}", "5", `{"event_type":"NOPE"}`, large, `{"a":1e309}`, good("b")];
    const answer = await post(account, `[${bodies.join()}]`);
    assert.deepEqual(statuses(answer), [202, 400, 400, 400, 413, 400, 202]);
    for (const [index, body] of bodies.entries()) {
      const { status, ...rest } = answer.json[index];
      const alone = await account.api.text("POST", "/v1/events", body);
      assert.equal(status, alone.status, body);
      if (status !== 202) assert.deepEqual(rest, alone.json);
    }
    await mailbox.got(4);
    assert.deepEqual(marks(mailbox.texts).sort(), ["a", "a", "b", "b"]);
  });

  test("of only invalid events is answered with an error for each", async () => {
    const account = await dispatcher.account();
    assert.deepEqual(statuses(await post(account, "[{},null]", "k")), [400, 400]);
  });

  const refused: [body: string, answer: Record<string, unknown>][] = [
    ["[]", { non_field_errors: ["This list may not be empty."] }],
    ["", { non_field_errors: [`Expected a list of items but got type "dict".`] }],
    [
      JSON.stringify(event("a")),
      { non_field_errors: [`Expected a list of items but got type "dict".`] },
    ],
    [
      JSON.stringify(Array.from({ length: 101 }, () => ({ event_type: "QUIZ_COMPLETION" }))),
      { non_field_errors: ["Ensure this field has no more than 100 elements."] },
    ],
  ];
  for (const [body, expected] of refused) {
    test(`is refused if it is ${body === "" ? "empty" : body.slice(0, 30)}`, async () => {
      const account = await dispatcher.account();
      assert.deepEqual(must(400, await post(account, body)).json, expected);
    });
  }

  for (const body of [
    "[",
    "{",
    `[${JSON.stringify(event("a"))}`,
    `[${JSON.stringify(event("a"))},]`,
    `[${JSON.stringify(event("a"))}] x`,
    `[{"event_type":"QUIZ_COMPLETION",}]`,
    "[".repeat(60_000),
    `[{"a":"\u0001"}]`,
  ]) {
    test(`is refused as malformed JSON: ${JSON.stringify(body.slice(-30))}`, async () => {
      const { account, mailbox } = await subscribe();
      assert.match(must(400, await post(account, body)).json.detail, /^JSON parse error - /);
      await account.publish(event("good"));
      await mailbox.got(1);
      await noMore("requests", () => mailbox.count, 100);
    });
  }

  test("is 413 over MAX_BATCH_BYTES, and 415 in another content type than JSON", async () => {
    const account = await dispatcher.account();
    const padded = (bytes: number) => {
      const batch = JSON.stringify([event("a")]);
      return batch + " ".repeat(bytes - batch.length);
    };
    must(200, await post(account, padded(batchBytesMax)));
    must(413, await post(account, padded(batchBytesMax + 1)));
    const text = { "content-type": "text/plain" };
    must(415, await account.api.call("POST", path, padded(300), text));
  });

  test("is refused with webhook-id, a header of deliveries", async () => {
    const account = await dispatcher.account();
    const headers = { "content-type": "application/json", "webhook-id": "x" };
    must(400, await account.api.call("POST", path, JSON.stringify([event("a")]), headers));
  });

  test("is accepted by POST only", async () => {
    const { api } = await dispatcher.account();
    assert.equal(must(405, await api.get(path)).headers.get("allow"), "POST, OPTIONS");
  });

  test("with a key is accepted once, and every repeat gets the same answer", async () => {
    const { account, mailbox } = await subscribe();
    const body = `[${JSON.stringify(event("a"))},{},${JSON.stringify(event("b"))}]`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(account, body, "k")));
    const texts = new Set(answers.map((answer) => must(200, answer).text));
    assert.equal(texts.size, 1, [...texts].join("\n"));
    must(422, await post(account, JSON.stringify([event("a"), event("b")]), "k"));
    must(422, await account.api.call("POST", "/v1/events", JSON.stringify(event("a")), {
      "content-type": "application/json",
      "idempotency-key": "k",
    }));
    await account.publish(event("last"));
    await mailbox.got(3);
    assert.deepEqual(marks(mailbox.texts).sort(), ["a", "b", "last"]);
  });
});

test("100 events of 10 kB reach each of 10 webhooks", async () => {
  const account = await defaults.account();
  const mailboxes = Array.from({ length: 10 }, () => receiver.mailbox());
  for (const mailbox of mailboxes) await account.create({ target_url: mailbox.url });
  const pad = "x".repeat(10_000);
  const events = Array.from({ length: 100 }, (_, n) => ({ ...event(`${n}`), pad }));
  const answer = await post(account, JSON.stringify(events));
  assert.deepEqual(new Set(statuses(answer)), new Set([202]));
  assert.ok(answer.json.every(({ webhooks }: { webhooks: number }) => webhooks === 10));
  for (const mailbox of mailboxes) {
    await mailbox.got(events.length);
    assert.deepEqual(new Set(mailbox.texts), new Set(events.map((one) => JSON.stringify(one))));
    assert.equal(mailbox.count, events.length);
  }
});

test("an event that one webhook lacks is 503, and a repeat with its id completes it", async () => {
  const account = await crashing.account();
  const [good, bad] = [receiver.mailbox(), receiver.mailbox()];
  await account.create({ target_url: good.url });
  const { id } = await account.create({ target_url: bad.url, event_type: "QUIZ_COMPLETION" });
  const object = await crashing.webhookObject(account.name, id);
  await crashing.kill();
  // The object cannot read this record, so it answers no call.
  crashing.editWebhookObject(object, (record) => `?${record}`);
  await crashing.restart();
  const events = [event("a"), event("b", "QUIZ_COMPLETION"), event("c", "QUIZ_COMPLETION")];
  const answer = await post(account, JSON.stringify(events));
  assert.deepEqual(statuses(answer), [202, 503, 503]);
  const keyed = await post(account, JSON.stringify(events), "k");
  assert.deepEqual(statuses(keyed), [202, 503, 503]);
  await good.answered(6);
  await crashing.kill();
  crashing.editWebhookObject(object, (record) => record.slice(1));
  await crashing.restart();
  const again = await account.api.call("POST", "/v1/events", JSON.stringify(events[1]), {
    "content-type": "application/json",
    "idempotency-key": answer.json[1].id,
  });
  assert.equal(must(202, again).json.id, answer.json[1].id);
  const completed = await post(account, JSON.stringify(events), "k");
  assert.deepEqual(statuses(completed), [202, 202, 202]);
  assert.deepEqual(
    completed.json.map((item: { id: string }) => item.id),
    keyed.json.map((item: { id: string }) => item.id),
  );
  await bad.got(3);
  assert.equal(good.count, 6);
  assert.deepEqual(marks(bad.texts).sort(), ["b", "b", "c"]);
});
