// The field `filter`: which events a webhook gets by their content, and POST /v1/filters/test.
// tests/native/filters has the tables of what matches.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { values } from "../support/receiver.ts";
import { noMore, until } from "../support/wait.ts";

const { dispatcher, receiver, subscribe, startDispatcher } = await fixture({});

const pro = { user: { plan: { $in: ["pro", "team"] } }, score: { $gte: 80 } };

/** An event with a mark and these fields. */
const with_ = (mark: string, fields: Record<string, unknown>) => ({ ...event(mark), ...fields });

const stats = async (account: Account, id: string) =>
  must(200, await account.api.get(`/v1/webhooks/${id}/stats`)).json;

describe("a webhook with a filter", { concurrency: 4 }, () => {
  test("gets what matches, and nothing else", async () => {
    const { account, mailbox, id } = await subscribe({ webhook: { filter: pro } });
    for (const [mark, fields, webhooks] of [
      ["a", { user: { plan: "pro" }, score: 80 }, 1],
      ["b", { user: { plan: "pro" }, score: 79.9 }, 0],
      ["c", { user: { plan: "free" }, score: 99 }, 0],
      ["d", { user: { plan: ["x", "team"] }, score: [1, 85] }, 1],
      ["e", { user: "pro", score: 99 }, 0],
    ] as const) {
      assert.equal(await account.publish(with_(mark, fields)), webhooks, mark);
    }
    await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts), ["a", "d"]);
    await noMore("a POST", () => mailbox.count, 300);
    const { filtered, delivered } = await stats(account, id);
    assert.deepEqual([filtered, delivered], [3, 2]);
    const answer = must(202, await account.api.post("/v1/events", event("f"))).json;
    assert.deepEqual(Object.keys(answer), ["id", "event_type", "webhooks"]);
    const { detail } = must(404, await account.api.get(`/v1/events/${answer.id}`)).json;
    assert.equal(typeof detail, "string", "no webhook has the event");
  });

  test("compares numbers to the last digit", async () => {
    const { account, mailbox } = await subscribe();
    const publish = async (n: string) => {
      const body = `{"event_type":"COURSE_ENROLLMENT","mark":"${n}","n":${n}}`;
      return must(202, await account.api.text("POST", "/v1/events", body)).json.webhooks;
    };
    const body = `{"target_url":"${mailbox.url}x","filter":{"n":9223372036854775807}}`;
    const exact = must(201, await account.api.text("POST", "/v1/webhooks", body));
    assert.match(exact.text, /"filter":\{"n":9223372036854775807\}/);
    assert.equal(await publish("9223372036854775807"), 2);
    assert.equal(await publish("9223372036854775808"), 1);
    assert.equal(await publish("9223372036854775807.0"), 2);
    const path = `/v1/webhooks/${exact.json.id}`;
    for (const [filter, n, webhooks] of [
      ['{"n":{"$lt":1e400}}', "1e308", 2],
      ['{"n":{"$gt":-1e400}}', "-1e308", 2],
      ['{"n":0.1}', "0.10", 2],
      ['{"n":0.1}', "0.1000000000000000055511151231257827", 1],
      ['{"n":1e400}', "1e308", 1],
    ] as const) {
      const changed = must(200, await account.api.text("PATCH", path, `{"filter":${filter}}`));
      assert.ok(changed.text.includes(`"filter":${filter}`), changed.text);
      assert.equal(await publish(n), webhooks, `${filter} ${n}`);
    }
  });

  test("applies it to the events of a batch, each by itself", async () => {
    const { account, mailbox } = await subscribe({ webhook: { filter: { n: { $gte: 2 } } } });
    const other = receiver.mailbox();
    await account.create({ target_url: other.url });
    const events = [1, 2, 3, 0].map((n) => with_(`${n}`, { n }));
    const answers = must(200, await account.api.post("/v1/events/batch", events)).json;
    assert.deepEqual(answers.map(({ webhooks }: any) => webhooks), [1, 2, 2, 1]);
    await Promise.all([mailbox.got(2), other.got(4)]);
    assert.deepEqual(marks(mailbox.texts).sort(), ["2", "3"]);
    assert.deepEqual(marks(other.texts).sort(), ["0", "1", "2", "3"]);
  });

  test("applies it to many publishes at once", async () => {
    const { account, mailbox, id } = await subscribe({ webhook: { filter: { n: 1 } } });
    const events = Array.from({ length: 120 }, (_, n) => with_(`${n}`, { n: n % 3 }));
    const taken = await Promise.all(events.map((one) => account.publish(one)));
    assert.deepEqual(taken, events.map((one: any) => Number(one.n === 1)));
    await mailbox.got(40);
    assert.equal((await stats(account, id)).filtered, 80);
  });

  test("leaves its target to the next webhook", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    for (const [which, filter] of [["even", { n: { $in: [0, 2] } }], ["all", null]] as const) {
      const additional_headers = { "x-which": which };
      await account.create({ target_url: mailbox.url, filter, additional_headers });
    }
    for (const n of [0, 1, 2]) assert.equal(await account.publish(with_(`${n}`, { n })), 1);
    const requests = await mailbox.got(3);
    const which = requests.flatMap((request) => values(request, "x-which"));
    assert.deepEqual(which.sort(), ["all", "even", "even"]);
  });

  test("is repeated with a key as it was published", async () => {
    const { account, id } = await subscribe({ webhook: { filter: { n: 1 } } });
    const publish = async (key: string, n: number) => {
      const body = JSON.stringify(with_(key, { n }));
      const headers = { "content-type": "application/json", "idempotency-key": key };
      return must(202, await account.api.call("POST", "/v1/events", body, headers)).json;
    };
    const first = [await publish("a", 1), await publish("b", 2)];
    assert.deepEqual(first.map(({ webhooks }) => webhooks), [1, 0]);
    assert.deepEqual([await publish("a", 1), await publish("b", 2)], first);
    // Once its outcome is recorded, a repeat is answered by it. Only what was filtered out has one.
    const outcomes = "SELECT count(*) FROM idempotency_record WHERE instr(body, 'published') > 0";
    const recorded = async () => (await dispatcher.queryAccount(account.name, outcomes)) === 1n;
    await until("the outcome of b is recorded", recorded);
    must(200, await account.api.patch(`/v1/webhooks/${id}`, { filter: null }));
    assert.deepEqual([await publish("a", 1), await publish("b", 2)], first);
    assert.equal((await publish("c", 2)).webhooks, 1);
  });

  test("has the changed filter for the next event", async () => {
    const { account, path } = await subscribe({ webhook: { filter: { n: 0 } } });
    for (let n = 1; n <= 20; n += 1) {
      const filter = n % 2 === 0 ? { n } : { $not: { n: { $neq: n } } };
      must(200, await account.api.patch(path, { filter }));
      assert.equal(await account.publish(with_(`${n}`, { n })), 1);
      assert.equal(await account.publish(with_(`${n}`, { n: n - 1 })), 0);
    }
    must(200, await account.api.patch(path, { filter: null }));
    assert.equal(await account.publish(event("all")), 1);
  });

  test("is pinged whatever the filter says, and shows samples", async () => {
    const { account, mailbox, path } = await subscribe({ webhook: { filter: { n: 1 } } });
    assert.equal(must(200, await account.api.post(`${path}/ping`)).json.succeeded, true);
    await mailbox.got(1);
    must(200, await account.api.get("/v1/webhooks/sample-course-enrollment"));
  });

  test("holds only what matches while it is switched off", async () => {
    const { account, id, path } = await subscribe({
      webhook: { filter: { n: 1 } },
      answers: [410, 200],
    });
    await account.publish(with_("a", { n: 1 }));
    await account.deactivated(id);
    const answer = must(202, await account.api.post("/v1/events", with_("b", { n: 1 }))).json;
    assert.equal(answer.held, 1);
    assert.equal(await account.publish(with_("c", { n: 2 })), 0);
    must(200, await account.api.patch(path, { filter: { n: 3 }, active: true }));
    const { held, filtered } = await stats(account, id);
    assert.deepEqual([held, filtered], [1, 1]);
    // What is held matched when it came, so a recovery sends it.
    must(202, await account.api.post(`${path}/recover`));
    await until("it is delivered", async () => (await stats(account, id)).delivered === 2);
  });

  test("may be the alert, which then gets only some operational events", async () => {
    const account = await dispatcher.account();
    const [alert, broken] = [receiver.mailbox(), receiver.mailbox(410)];
    const filter = { webhook_id: { $exist: true }, reason: "RETRY_COUNT" };
    const made = must(201, await account.api.put("/v1/alert", { target_url: alert.url, filter }));
    assert.deepEqual(made.json.filter, filter);
    const { id } = await account.create({ target_url: broken.url });
    await account.publish(event("a"));
    await account.deactivated(id);
    const published = () => dispatcher.log.split("operational_event_published").length - 1;
    await until("the operational event is published", () => published() > 0);
    must(200, await account.api.put("/v1/alert", { filter: { reason: "HTTP_4XX_RESPONSE" } }));
    must(200, await account.api.patch(`/v1/webhooks/${id}`, { active: true }));
    await account.publish(event("b"));
    const [request] = await alert.got(1);
    assert.match(request!.body.toString(), /"reason":"HTTP_4XX_RESPONSE"/);
  });
});

test("an event that is filtered out reaches no object of a webhook, and writes no row", async () => {
  const own = await startDispatcher();
  const { account, id } = await subscribe({
    webhook: { filter: { n: 1 } },
    dispatcher: own,
  });
  const plain = await account.create({ target_url: receiver.mailbox().url, filter: { n: 2 } });
  const objects = [];
  for (const webhook of [id, plain.id]) objects.push(await own.webhookObject(account.name, webhook));
  await own.kill();
  // An object that is called fails from now on.
  for (const object of objects) own.editWebhookObject(object, () => "unreadable");
  await own.restart();
  const tables = () => own.queryAccount(account.name, "SELECT count(*) FROM sqlite_schema");
  const before = await tables();
  for (let n = 3; n < 30; n += 1) assert.equal(await account.publish(with_(`${n}`, { n })), 0);
  assert.equal(await tables(), before, "the account has no table of keys");
  must(503, await account.api.post("/v1/events", with_("a", { n: 1 })));
  must(503, await account.api.post("/v1/events", with_("b", { n: 2 })));
});

test("filters survive a restart, and come to an account that had none", async () => {
  const own = await startDispatcher();
  const { account, path } = await subscribe({ dispatcher: own });
  const column = "SELECT instr(sql, 'filter') > 0 FROM sqlite_schema WHERE name = 'entry'";
  assert.equal(await own.queryAccount(account.name, column), 0n, "without a filter, as before");
  must(200, await account.api.patch(path, { filter: pro }));
  assert.equal(await own.queryAccount(account.name, column), 1n);
  const other = await account.create({ target_url: receiver.mailbox().url });
  await own.kill();
  await own.restart();
  assert.equal(await account.publish(event("a")), 1);
  assert.equal(await account.publish(with_("b", { user: { plan: "pro" }, score: 80 })), 2);
  assert.deepEqual((await account.read(other.id)).filter, null);
  must(200, await account.api.patch(path, { filter: {} }));
  await own.evictAccount(account.name);
  assert.equal(await account.publish(event("c")), 2);
});
