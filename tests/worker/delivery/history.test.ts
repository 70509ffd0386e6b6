// The history of deliveries: the list with its filters and pages, a delivery with its attempts, the
// deliveries of an event, the statistics, and resends.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { OpenRequests, hang, reply } from "../support/receiver.ts";
import { noMore, until } from "../support/wait.ts";

const baseMs = 50;
const maxMs = 400;
const { dispatcher, receiver, subscribe } = await fixture({
  vars: {
    RETRY_BASE_MS: baseMs,
    RETRY_MAX_MS: maxMs,
    RETRY_LIMIT: 3,
    DELIVERY_TIMEOUT_MS: 600,
    LEASE_MARGIN_MS: 1_000,
  },
});

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/;

async function readDelivery(account: Account, path: string, eventId: string) {
  return must(200, await account.api.get(`${path}/deliveries/${eventId}`)).json;
}

/** Waits until a delivery has this status, and returns it. */
async function reaches(account: Account, path: string, eventId: string, status: string) {
  return until(`${eventId} to be ${status}`, async () => {
    const found = await readDelivery(account, path, eventId);
    return found.status === status ? found : undefined;
  });
}

describe("one delivery", { concurrency: 4 }, () => {
  test("shows the time, duration and answer of each attempt", async () => {
    const { account, path, publish, mailbox } = await subscribe({
      answers: [reply(503, {}, "busy"), hang, 200],
    });
    const id = await publish("a");
    await mailbox.got(3);
    const found = await reaches(account, path, id, "delivered");
    assert.equal(found.event_id, id);
    assert.equal(found.event_type, event("a").event_type);
    assert.equal(found.try_count, 3);
    assert.equal(found.next_try_at, null);
    assert.match(found.accepted_at, iso);
    assert.match(found.delivered_at, iso);
    const [busy, silent, good] = found.tries;
    assert.deepEqual(
      [busy.http_status_code, busy.fault, busy.answer, busy.cause],
      [503, "http_status", "busy", "schedule"],
    );
    assert.deepEqual([silent.http_status_code, silent.fault, silent.answer], [
      null,
      "timeout_answer",
      null,
    ]);
    assert.ok(silent.duration_ms >= 600, `${silent.duration_ms}`);
    assert.equal(good.http_status_code, 200);
    for (const each of found.tries) assert.match(each.at, iso);
  });

  test("keeps the first kilobyte of an answer, without the webhook's secrets", async () => {
    const secrets = ["swordfish-password", "marlin-header-value"];
    const encoded = Buffer.from(`user:${secrets[0]}`).toString("base64");
    const echo = `${secrets.join(" ")} ${encoded} ${"x".repeat(2_000)}`;
    const { account, path, publish } = await subscribe({
      webhook: {
        basic_auth_username: "user",
        basic_auth_password: secrets[0]!,
        additional_headers: { "x-secret": secrets[1]! },
      },
      answers: [reply(500, {}, echo), 200],
    });
    const id = await publish("a");
    const found = await reaches(account, path, id, "delivered");
    const [{ answer }] = found.tries;
    assert.equal(Buffer.byteLength(answer), 1_024);
    for (const secret of [...secrets, encoded]) assert.ok(!answer.includes(secret), answer);
    assert.ok(answer.startsWith("******** ******** ******** x"), answer);
  });

  test("is undelivered after a deactivation, and is kept", async () => {
    const { account, path, publish, id } = await subscribe({ answers: [404] });
    const eventId = await publish("a");
    await account.deactivated(id);
    const found = await readDelivery(account, path, eventId);
    assert.equal(found.status, "undelivered");
    assert.equal(found.next_try_at, null);
    assert.equal(found.tries.length, 1);
  });

  test("is 404 for another account, and if it does not exist", async () => {
    const { account, path, publish } = await subscribe({ answers: [200] });
    const eventId = await publish("a");
    const other = await dispatcher.account();
    must(404, await other.api.get(`${path}/deliveries/${eventId}`));
    must(404, await other.api.get(`${path}/deliveries`));
    must(404, await other.api.get(`${path}/stats`));
    must(404, await other.api.post(`${path}/deliveries/${eventId}/resend`));
    must(404, await other.api.get(`/v1/events/${eventId}`));
    must(404, await account.api.get(`${path}/deliveries/nosuchevent`));
    const detail =
      "No webhook of this account has an event of this id. Either none took it when it was " +
      "published, or it is older than RETENTION_HOURS, or it never was.";
    const unknown = must(404, await account.api.get(`/v1/events/nosuchevent`));
    assert.deepEqual(unknown.json, { detail });
    must(200, await account.api.patch(path, { event_type: "PATH_COMPLETION" }));
    const nowhere = must(202, await account.api.post("/v1/events", event("b"))).json;
    assert.equal(nowhere.webhooks, 0);
    assert.deepEqual(must(404, await account.api.get(`/v1/events/${nowhere.id}`)).json, { detail });
  });
});

describe("the list", { concurrency: 4 }, () => {
  test("has the newest first, and new ones do not shift its pages", async () => {
    const { account, path, publish, mailbox } = await subscribe({ answers: [200] });
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) ids.push(await publish(`${n}`));
    await mailbox.got(7);
    // An outcome is recorded after the arrival, and would change the list.
    for (const id of ids) await reaches(account, path, id, "delivered");
    const seen: string[] = [];
    let link: string | null = `${path}/deliveries?page_size=3`;
    const first = must(200, await account.api.get(link)).json;
    assert.deepEqual(Object.keys(first), ["next", "previous", "results"]);
    assert.equal(first.previous, null);
    await publish("one more");
    while (link !== null) {
      const page: any = must(200, await account.api.get(link)).json;
      seen.push(...page.results.map((each: any) => each.event_id));
      assert.ok(page.results.length <= 3);
      link = page.next;
    }
    assert.deepEqual(seen.slice(1), [...ids].reverse());
    const second = must(200, await account.api.get(first.next)).json;
    const back = must(200, await account.api.get(second.previous)).json;
    assert.deepEqual(back.results, first.results);
  });

  test("is filtered by status, type and time", async () => {
    const { account, path, mailbox } = await subscribe({ answers: [200] });
    for (const event_type of ["QUIZ_COMPLETION", "COURSE_COMPLETION", "QUIZ_COMPLETION"]) {
      must(202, await account.api.post("/v1/events", { event_type }));
    }
    await mailbox.got(3);
    const list = async (query: string) =>
      must(200, await account.api.get(`${path}/deliveries?${query}`)).json.results;
    await until("all to be delivered", async () => (await list("status=delivered")).length === 3);
    assert.equal((await list("event_type=QUIZ_COMPLETION")).length, 2);
    assert.equal((await list("status=waiting")).length, 0);
    const [newest, middle, oldest] = await list("");
    const times = [oldest, middle, newest].map((each) => encodeURIComponent(each.accepted_at));
    assert.ok((await list(`after=${times[1]}`)).length >= 2);
    assert.ok((await list(`before=${times[2]}`)).length <= 2);
    assert.equal((await list(`before=2001-01-01T00:00:00Z`)).length, 0);
  });

  test("is refused with an invalid filter, which the answer names", async () => {
    const { account, path } = await subscribe({ answers: [200] });
    for (const [query, field] of [
      ["status=nope", "status"],
      ["after=yesterday", "after"],
      ["before=5", "before"],
      ["cursor=x", "cursor"],
    ]) {
      const answer = must(400, await account.api.get(`${path}/deliveries?${query}`));
      assert.deepEqual(Object.keys(answer.json), [field]);
    }
  });
});

test("an event shows its deliveries", async () => {
  const account = await dispatcher.account();
  const [good, bad] = [receiver.mailbox(200), receiver.mailbox(404)];
  const first = await account.create({ target_url: good.url });
  const second = await account.create({ target_url: bad.url });
  await account.create({ target_url: receiver.mailbox().url, event_type: "PATH_COMPLETION" });
  const { id } = must(202, await account.api.post("/v1/events", event("a"))).json;
  await account.deactivated(second.id);
  await good.got(1);
  const found = await until("both deliveries to be settled", async () => {
    const answer = must(200, await account.api.get(`/v1/events/${id}`)).json;
    return answer.deliveries.every((each: any) => each.status !== "in_flight") ? answer : undefined;
  });
  assert.equal(found.id, id);
  assert.deepEqual(
    found.deliveries.map((each: any) => [each.webhook, each.status]),
    [
      [first.id, "delivered"],
      [second.id, "undelivered"],
    ],
  );
});

describe("a resend", { concurrency: 4 }, () => {
  test("is one more POST, also of a delivered event", async () => {
    const { account, path, publish, mailbox } = await subscribe({ answers: [200] });
    const id = await publish("a");
    await reaches(account, path, id, "delivered");
    for (let n = 0; n < 2; n++) {
      must(202, await account.api.post(`${path}/deliveries/${id}/resend`));
    }
    await mailbox.got(3);
    const found = await until("three attempts to be recorded", async () => {
      const found = await readDelivery(account, path, id);
      return found.tries.length === 3 ? found : undefined;
    });
    assert.deepEqual(found.tries.map((each: any) => each.cause), ["schedule", "resend", "resend"]);
    assert.equal(found.try_count, 1);
    assert.equal(new Set(mailbox.texts).size, 1);
    await noMore("requests", () => mailbox.count, 2 * maxMs);
  });

  test("replaces a waiting retry, and is not counted in the schedule", async () => {
    const { account, path, publish, mailbox, id: webhook } = await subscribe({ answers: [500] });
    const id = await publish("a");
    await mailbox.got(1);
    must(202, await account.api.post(`${path}/deliveries/${id}/resend`));
    await account.deactivated(webhook);
    // The first attempt, three retries, and the resend.
    assert.equal(mailbox.count, 5);
    const found = await readDelivery(account, path, id);
    assert.equal(found.try_count, 4);
    assert.equal(found.tries.filter((each: any) => each.cause === "resend").length, 1);
  });

  test("that is requested during an attempt follows it, as one more POST", async () => {
    const open = new OpenRequests();
    const { account, path, publish, mailbox } = await subscribe({ answers: [open.step, 200] });
    const id = await publish("a");
    await mailbox.got(1);
    must(202, await account.api.post(`${path}/deliveries/${id}/resend`));
    await noMore("requests during the one in flight", () => mailbox.count, 3 * baseMs);
    await open.answer(500);
    const found = await reaches(account, path, id, "delivered");
    assert.equal(found.tries.at(-1).cause, "resend");
    await noMore("requests", () => mailbox.count, 2 * maxMs);
    assert.equal(mailbox.count, 2);
  });

  test("is refused while the webhook is inactive", async () => {
    const { account, path, publish, mailbox, id: webhook } = await subscribe({
      answers: [404, 200],
    });
    const id = await publish("a");
    await account.deactivated(webhook);
    const answer = must(409, await account.api.post(`${path}/deliveries/${id}/resend`));
    assert.deepEqual(Object.keys(answer.json), ["detail"]);
    must(200, await account.api.patch(path, { active: true }));
    must(202, await account.api.post(`${path}/deliveries/${id}/resend`));
    await reaches(account, path, id, "delivered");
    assert.equal(mailbox.count, 2);
  });
});

test("the statistics count deliveries and attempts", async () => {
  const { account, path, publish, mailbox } = await subscribe({ answers: [500, 200] });
  const none = must(200, await account.api.get(`${path}/stats`)).json;
  assert.equal(none.tries, 0);
  assert.equal(none.success_rate, null);
  const id = await publish("a");
  await reaches(account, path, id, "delivered");
  await mailbox.got(2);
  const stats = must(200, await account.api.get(`${path}/stats`)).json;
  assert.equal(stats.delivered, 1);
  assert.equal(stats.waiting + stats.in_flight + stats.undelivered, 0);
  assert.equal(stats.tries, 2);
  assert.equal(stats.success_rate, 0.5);
  assert.match(stats.last_success_at, iso);
  assert.match(stats.last_failure_at, iso);
  assert.ok(stats.duration_ms_p99 >= stats.duration_ms_p50);
});
