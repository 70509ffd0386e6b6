// Delivery at least once: answers that arrive while the dispatcher is killed, and alarms that fire
// again although their work is done.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture, type Subscriber } from "../support/fixture.ts";
import { must, type Dispatcher } from "../support/harness.ts";
import { OpenRequests, hang, reply, values } from "../support/receiver.ts";
import type { Received, Responder, Step } from "../support/receiver.ts";
import { header, isSignedWith } from "../support/signatures.ts";
import { noMore, until } from "../support/wait.ts";

const { startDispatcher, subscribe } = await fixture();

/** One event for one webhook. */
type Delivery = Omit<Subscriber, "publish"> & { eventId: string };

/** Creates an account with one webhook, and publishes an event. */
async function publishTo(dispatcher: Dispatcher, ...answers: Step[]): Promise<Delivery> {
  const { publish, ...rest } = await subscribe({ dispatcher, answers });
  return { ...rest, eventId: await publish("a") };
}

type DeliveryId = Pick<Delivery, "account" | "path" | "eventId">;

async function read({ account, path, eventId }: DeliveryId): Promise<any> {
  return must(200, await account.api.get(`${path}/deliveries/${eventId}`)).json;
}

/** Waits until the event is delivered. Returns its attempts, each as its status or its failure. */
async function attempts(delivery: Delivery): Promise<(number | string)[]> {
  const found = await until("the delivery to be recorded", async () => {
    const found = await read(delivery);
    return found.status === "delivered" ? found : undefined;
  });
  assert.equal(found.try_count, found.tries.length, "every attempt counts");
  return found.tries.map((each: any) => each.http_status_code ?? each.fault);
}

/** The class of an attempt whose outcome was lost, as the dispatcher was restarted during it. */
const lost = "lost";

function assertSameEvent(requests: Received[], secret: string): void {
  assert.equal(new Set(requests.map((request) => header(request, "webhook-id"))).size, 1);
  assert.equal(new Set(requests.map((request) => request.body.toString("utf8"))).size, 1);
  for (const request of requests) assert.ok(isSignedWith(secret, request));
}

describe("the dispatcher", { concurrency: 4 }, () => {
  test("killed between an attempt and its record repeats it under the same id", async () => {
    const dispatcher = await startDispatcher({
      vars: {
        RETRY_BASE_MS: 100,
        RETRY_MAX_MS: 100,
        RETRY_LIMIT: 2,
        DELIVERY_TIMEOUT_MS: 1_500,
        LEASE_MARGIN_MS: 200,
      },
    });
    const open = new OpenRequests();
    const [first, second, last] = await Promise.all([
      publishTo(dispatcher, open.step, 200),
      publishTo(dispatcher, 500, open.step, 200),
      publishTo(dispatcher, 500, 503, open.step, 200),
    ]);
    await until("each to wait for its answer", () => open.count === 3);
    const killed = dispatcher.kill();
    // The receiver answers, but the dispatcher is gone.
    for (let n = 0; n < 3; n += 1) await open.answer(200);
    await killed;
    await dispatcher.restart();

    assert.deepEqual(await attempts(first), [lost, 200]);
    assert.deepEqual(await attempts(second), [500, lost, 200]);
    assert.deepEqual(await attempts(last), [500, 503, lost, 200], "a lost last one is repeated");
    for (const { account, mailbox, path, secret } of [first, second, last]) {
      await noMore("requests", () => mailbox.count, 300);
      assertSameEvent(mailbox.received, secret);
      const times = mailbox.received.map((each) => Number(header(each, "webhook-timestamp")));
      assert.ok(times.at(-1)! > times.at(-2)!, "the repeat has a new timestamp");
      assert.equal(must(200, await account.api.get(path)).json.active, true);
    }
    assert.deepEqual([first, second, last].map(({ mailbox }) => mailbox.count), [2, 3, 4]);
  });

  test("killed during many deliveries loses no event and counts every attempt", async () => {
    const dispatcher = await startDispatcher({
      vars: {
        RETRY_BASE_MS: 50,
        RETRY_MAX_MS: 50,
        DELIVERY_TIMEOUT_MS: 1_000,
        LEASE_MARGIN_MS: 200,
      },
    });
    const posts = new Map<string, number>();
    let answers = 0;
    let killed: Promise<void> | undefined;
    const killAfter40: Responder = (request, response) => {
      const [id] = values(request, "webhook-id");
      posts.set(id!, (posts.get(id!) ?? 0) + 1);
      reply(200)(request, response);
      answers += 1;
      // Some answers have not arrived or are not recorded yet.
      if (answers === 40) killed = dispatcher.kill();
    };
    const { account, path } = await subscribe({ dispatcher, answers: [killAfter40] });
    const stored: string[] = [];
    const publishers = Array.from({ length: 8 }, async () => {
      for (let n = 0; n < 20 && answers < 40; n += 1) {
        const answer = await account.api.post("/v1/events", event("a")).catch(() => undefined);
        if (answer?.status === 202) stored.push(answer.json.id);
      }
    });
    await until("the crash", () => killed !== undefined);
    await killed;
    await Promise.all(publishers);
    const before = new Set(posts.keys());
    await dispatcher.restart();
    for (const eventId of new Set([...stored, ...before])) {
      const found = await until(`${eventId} to be delivered`, async () => {
        const found = await read({ account, path, eventId });
        return found.status === "delivered" ? found : undefined;
      });
      const count = posts.get(eventId) ?? 0;
      const lostCount = found.tries.filter((each: any) => each.fault === lost).length;
      const what = `${count} POSTs, ${found.try_count} attempts, ${lostCount} of them lost`;
      // An attempt may be lost before its POST, but every POST is a counted attempt.
      assert.ok(count <= found.try_count && count >= found.try_count - lostCount, what);
      assert.ok(count >= 1, what);
    }
  });

  test("does not repeat an attempt when an alarm fires twice", async () => {
    const dispatcher = await startDispatcher({
      vars: {
        RETRY_BASE_MS: 100,
        RETRY_MAX_MS: 100,
        // A lease that outlasts even a slow restart.
        DELIVERY_TIMEOUT_MS: 28_000,
      },
    });
    const [inFlight, waiting, delivered] = await Promise.all([
      publishTo(dispatcher, 500, hang, 200),
      publishTo(dispatcher, 500, reply(503, { "retry-after": "3000" }), 200),
      publishTo(dispatcher, 500, 200),
    ]);
    const all = [inFlight, waiting, delivered];
    // The alarm causes the second request of each.
    for (const { mailbox } of all) await mailbox.got(2);
    await attempts(delivered);
    await until("the long delay", async () => (await read(waiting)).tries.length === 2);

    const objects = await Promise.all(
      all.map(({ account, path }) =>
        dispatcher.webhookObject(account.name, path.split("/").at(-1)!),
      ),
    );
    await dispatcher.kill();
    const firedAt = objects.map((object) => dispatcher.repeatAlarm(object));
    await dispatcher.restart();
    await until("the alarms to fire again and to be set anew", () =>
      objects.every((object, n) => dispatcher.alarmAt(object) > firedAt[n]!),
    );
    await noMore("requests", () => all.reduce((sum, { mailbox }) => sum + mailbox.count, 0), 500);
    assert.deepEqual(all.map(({ mailbox }) => mailbox.count), [2, 2, 2]);
    const { status, try_count, tries: ended } = await read(inFlight);
    assert.deepEqual([status, try_count, ended.length], ["in_flight", 2, 1], "its lease is open");
    assert.equal((await read(waiting)).status, "waiting");
    assert.equal((await read(delivered)).status, "delivered");
  });

  test("does not repeat an attempt when its objects wake during attempts", async () => {
    const dispatcher = await startDispatcher({ vars: { RETRY_BASE_MS: 30, RETRY_MAX_MS: 30 } });
    const posts = new Map<string, number>();
    const open = new Set<string>();
    let overlaps = 0;
    const succeedAtThird: Responder = (request, response) => {
      const id = header(request, "webhook-id");
      const count = (posts.get(id) ?? 0) + 1;
      posts.set(id, count);
      if (open.has(id)) overlaps += 1;
      open.add(id);
      setTimeout(() => {
        open.delete(id);
        reply(count === 3 ? 200 : 500)(request, response);
      }, 20);
    };
    const { account, path } = await subscribe({ dispatcher, answers: [succeedAtThird] });
    for (let n = 0; n < 12; n += 1) await account.publish(event(`${n}`));
    await until("all to be delivered", async () => {
      // The cron trigger wakes the object as its alarm does.
      await Promise.all(Array.from({ length: 4 }, () => dispatcher.scheduled()));
      const stats = must(200, await account.api.get(`${path}/stats`)).json;
      return stats.delivered === 12;
    });
    assert.deepEqual([...posts.values()], Array(12).fill(3));
    assert.equal(overlaps, 0, "one attempt of an event at a time");
  });
});
