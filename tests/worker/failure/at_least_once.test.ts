// What the dispatcher did and did not write down: answers that came as it was killed, and alarms
// that are delivered once more although they had done their work.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event } from "../support/events.ts";
import { must, start, type Account, type Dispatcher } from "../support/harness.ts";
import {
  Gate,
  Receiver,
  hang,
  reply,
  values,
  type Mailbox,
  type Received,
  type Step,
} from "../support/receiver.ts";
import { header, isSignedWith } from "../support/signatures.ts";
import { quiet, until } from "../support/wait.ts";

const receiver = await Receiver.listen();
const dispatchers: Dispatcher[] = [];
after(async () => {
  await receiver.close();
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
});

async function started(vars: Record<string, number>): Promise<Dispatcher> {
  const dispatcher = await start({ vars });
  dispatchers.push(dispatcher);
  return dispatcher;
}

/** One event on its way to one webhook. */
interface Delivery {
  account: Account;
  mailbox: Mailbox;
  path: string;
  eventId: string;
  secret: string;
}

/** An account with one webhook to a mailbox that gives these answers, and an event for it. */
async function published(dispatcher: Dispatcher, ...steps: Step[]): Promise<Delivery> {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(...steps);
  const body = { target_url: mailbox.url };
  const created = must(201, await account.api.post("/v1/webhooks", body)).json;
  const { id: eventId } = must(202, await account.api.post("/v1/events", event("a"))).json;
  const path = `/v1/webhooks/${created.id}`;
  return { account, mailbox, path, eventId, secret: created.signing_secret };
}

async function found({ account, path, eventId }: Delivery): Promise<any> {
  return must(200, await account.api.get(`${path}/deliveries/${eventId}`)).json;
}

/** Waits for the delivery's end and answers with its tries: a status, or what became of it. */
async function tries(delivery: Delivery): Promise<(number | string)[]> {
  const { json } = await until("the delivery to be recorded", async () => {
    const json = await found(delivery);
    return json.status === "delivered" ? { json } : undefined;
  });
  assert.equal(json.try_count, json.tries.length, "a try that was made counts");
  return json.tries.map((each: any) => each.http_status_code ?? each.fault);
}

const lost = "the outcome was lost: the dispatcher was restarted during the try";

function isSameEvent(requests: Received[], secret: string): void {
  assert.equal(new Set(requests.map((request) => header(request, "webhook-id"))).size, 1);
  assert.equal(new Set(requests.map((request) => request.body.toString("utf8"))).size, 1);
  for (const request of requests) assert.ok(isSignedWith(secret, request));
}

describe("the dispatcher", { concurrency: 4 }, () => {
  test("killed between a send and its record sends once more what had arrived, under the same id, and the tries are counted", async () => {
    const dispatcher = await started({
      RETRY_BASE_MS: 100,
      RETRY_MAX_MS: 100,
      RETRY_LIMIT: 2,
      DELIVERY_TIMEOUT_MS: 1_500,
      LEASE_MARGIN_MS: 200,
    });
    const gate = new Gate();
    const [first, second, last] = await Promise.all([
      published(dispatcher, gate.step, 200),
      published(dispatcher, 500, gate.step, 200),
      published(dispatcher, 500, 503, gate.step, 200),
    ]);
    await until("each to wait for its answer", () => gate.held === 3);
    const gone = dispatcher.kill();
    // The receiver has taken the event and says so; nobody is there to hear it.
    for (let n = 0; n < 3; n += 1) await gate.release(200);
    await gone;
    await dispatcher.restart();

    assert.deepEqual(await tries(first), [lost, 200]);
    assert.deepEqual(await tries(second), [500, lost, 200]);
    assert.deepEqual(await tries(last), [500, 503, lost, 200], "a lost last try is repeated");
    for (const { account, mailbox, path, secret } of [first, second, last]) {
      await quiet("requests", () => mailbox.count, 300);
      isSameEvent(mailbox.received, secret);
      const times = mailbox.received.map((each) => Number(header(each, "webhook-timestamp")));
      assert.ok(times.at(-1)! > times.at(-2)!, "the repeat has the time of its own");
      assert.equal(must(200, await account.api.get(path)).json.active, true);
    }
    assert.deepEqual([first, second, last].map(({ mailbox }) => mailbox.count), [2, 3, 4]);
  });

  test("killed in the thick of it leaves no try uncounted and no event behind", async () => {
    const dispatcher = await started({
      RETRY_BASE_MS: 50,
      RETRY_MAX_MS: 50,
      DELIVERY_TIMEOUT_MS: 1_000,
      LEASE_MARGIN_MS: 200,
    });
    const account = await dispatcher.account();
    const posts = new Map<string, number>();
    let answers = 0;
    let gone: Promise<void> | undefined;
    const mailbox = receiver.mailbox((request, response) => {
      const [id] = values(request, "webhook-id");
      posts.set(id!, (posts.get(id!) ?? 0) + 1);
      reply(200)(request, response);
      answers += 1;
      // Its answers are on their way or half recorded.
      if (answers === 40) gone = dispatcher.kill();
    });
    const { id } = await account.create({ target_url: mailbox.url });
    const stored: string[] = [];
    const publishers = Array.from({ length: 8 }, async () => {
      for (let n = 0; n < 20 && answers < 40; n += 1) {
        const answer = await account.api.post("/v1/events", event("a")).catch(() => undefined);
        if (answer?.status === 202) stored.push(answer.json.id);
      }
    });
    await until("the crash", () => gone !== undefined);
    await gone;
    await Promise.all(publishers);
    const before = new Set(posts.keys());
    await dispatcher.restart();
    for (const eventId of new Set([...stored, ...before])) {
      const path = `/v1/webhooks/${id}`;
      const made = await until(`${eventId} to be delivered`, async () => {
        const json = await found({ account, mailbox, path, eventId, secret: "" });
        return json.status === "delivered" ? json : undefined;
      });
      const count = posts.get(eventId) ?? 0;
      const unheard = made.tries.filter((each: any) => each.fault === lost).length;
      const what = `${count} POSTs, ${made.try_count} tries, ${unheard} of them lost`;
      // A try may be lost before it was sent; none may be sent without being counted.
      assert.ok(count <= made.try_count && count >= made.try_count - unheard, what);
      assert.ok(count >= 1, what);
    }
  });

  test("whose alarm is delivered twice sends nothing twice: neither what is in flight, nor what waits, nor what has arrived", async () => {
    const dispatcher = await started({
      RETRY_BASE_MS: 100,
      RETRY_MAX_MS: 100,
      // A lease that outlasts the restart, however slow that is.
      DELIVERY_TIMEOUT_MS: 60_000,
    });
    const [flying, waiting, arrived] = await Promise.all([
      published(dispatcher, 500, hang, 200),
      published(dispatcher, 500, reply(503, { "retry-after": "3000" }), 200),
      published(dispatcher, 500, 200),
    ]);
    const all = [flying, waiting, arrived];
    // The second request of each is the work of its alarm.
    for (const { mailbox } of all) await mailbox.got(2);
    await tries(arrived);
    await until("the long wait", async () => (await found(waiting)).tries.length === 2);

    const objects = await Promise.all(
      all.map(({ account, path }) =>
        dispatcher.webhookObject(account.name, path.split("/").at(-1)!),
      ),
    );
    await dispatcher.kill();
    const firedAt = objects.map((object) => dispatcher.repeatAlarm(object));
    await dispatcher.restart();
    await until("the alarms to have fired again, and to be set to what comes next", () =>
      objects.every((object, n) => dispatcher.alarmAt(object) > firedAt[n]!),
    );
    await quiet("requests", () => all.reduce((sum, { mailbox }) => sum + mailbox.count, 0), 500);
    assert.deepEqual(all.map(({ mailbox }) => mailbox.count), [2, 2, 2]);
    const { status, try_count, tries: ended } = await found(flying);
    assert.deepEqual([status, try_count, ended.length], ["in_flight", 2, 1], "its lease is open");
    assert.equal((await found(waiting)).status, "waiting");
    assert.equal((await found(arrived)).status, "delivered");
  });

  test("woken over and over while its sends run tries each event as often as it should", async () => {
    const dispatcher = await started({ RETRY_BASE_MS: 30, RETRY_MAX_MS: 30 });
    const account = await dispatcher.account();
    const posts = new Map<string, number>();
    const open = new Set<string>();
    let overlaps = 0;
    const mailbox = receiver.mailbox((request, response) => {
      const id = header(request, "webhook-id");
      const count = (posts.get(id) ?? 0) + 1;
      posts.set(id, count);
      if (open.has(id)) overlaps += 1;
      open.add(id);
      setTimeout(() => {
        open.delete(id);
        reply(count === 3 ? 200 : 500)(request, response);
      }, 20);
    });
    const { id } = await account.create({ target_url: mailbox.url });
    for (let n = 0; n < 12; n += 1) await account.publish(event(`${n}`));
    await until("all to be delivered", async () => {
      // The trigger wakes the object as its alarm does.
      await Promise.all(Array.from({ length: 4 }, () => dispatcher.scheduled()));
      const stats = must(200, await account.api.get(`/v1/webhooks/${id}/stats`)).json;
      return stats.delivered === 12;
    });
    assert.deepEqual([...posts.values()], Array(12).fill(3));
    assert.equal(overlaps, 0, "one try of an event at a time");
  });
});
