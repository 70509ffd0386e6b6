// The dispatcher is killed while a listener gets a thousand events. Every event reaches its server,
// and the tries are right.

import assert from "node:assert/strict";
import { test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { listening as listeningOf } from "../support/listening.ts";
import { jsonBody, values, type Received } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const set = await fixture({
  vars: { RETRY_BASE_MS: 100, RETRY_MAX_MS: 500, DELIVERY_TIMEOUT_MS: 2_000, LEASE_MARGIN_MS: 500 },
});
const { dispatcher } = set;
const listening = listeningOf(set);
const EVENTS = 1_000;
const KILLS = 3;

test("a thousand events arrive although the dispatcher is killed three times", async () => {
  // Every tenth event fails once.
  const failed = new Set<string>();
  const fails = ({ mark }: any) => Number(mark.slice(1)) % 10 === 0;
  const server = set.receiver.mailbox((request, response) => {
    const body = jsonBody(request);
    const isFirst = fails(body) && !failed.has(body.mark);
    failed.add(body.mark);
    setTimeout(() => response.writeHead(isFirst ? 500 : 200).end(), 5);
  });
  const first = await listening({ to: server.url });
  const { account, path, id } = first;
  let { listener } = first;
  const ids: string[] = [];
  for (let begin = 0; begin < EVENTS; begin += 100) {
    const batch = Array.from({ length: 100 }, (_, number) => event(`m${begin + number}`));
    const { json: stored } = must(200, await account.api.post("/v1/events/batch", batch));
    ids.push(...stored.map(({ id: eventId }: { id: string }) => eventId));
    if ((begin / 100) % 3 !== 2 || begin / 300 >= KILLS) continue;
    await until("some to arrive", () => new Set(marks(server.texts)).size > begin / 2);
    await dispatcher.kill();
    assert.equal((await listener.ended()).code, 1_006);
    await dispatcher.restart();
    listener = await first.again({ to: server.url });
    assert.equal(listener.id, id);
  }
  const arrived = () => new Set(marks(server.texts)).size;
  const missing = () => `${EVENTS - arrived()} more events to arrive`;
  await until(missing, () => arrived() === EVENTS, 60_000);
  const stats = async () => must(200, await account.api.get(`${path}/stats`)).json;
  await until("all to be delivered", async () => {
    const { waiting, in_flight, delivered } = await stats();
    return waiting + in_flight === 0 && delivered === EVENTS;
  }, 60_000);
  const byId = new Map<string, Received[]>();
  for (const request of server.received) {
    const [eventId] = values(request, "webhook-id");
    byId.set(eventId!, [...(byId.get(eventId!) ?? []), request]);
  }
  assert.deepEqual([...byId.keys()].sort(), ids.sort());
  // What the object has of each delivery agrees with what its server saw: the last try succeeded,
  // each 500 that reached the dispatcher is there, and no other failure than a break.
  for (const eventId of ids.filter((_, index) => index % 25 === 0)) {
    const found = must(200, await account.api.get(`${path}/deliveries/${eventId}`)).json;
    const tries: any[] = found.tries;
    assert.equal(tries.at(-1).http_status_code, 200);
    const failures = tries.slice(0, -1);
    for (const one of failures)
      assert.ok(["reset", "lost", "http_status"].includes(one.fault), `${one.fault}`);
    const refused = failures.filter(({ http_status_code: status }) => status === 500).length;
    const requests = byId.get(eventId)!;
    assert.ok(refused <= Number(fails(jsonBody(requests[0]!))), `${refused} answers of 500`);
    // A kill hides a try from the object, or a request from the server.
    const difference = Math.abs(tries.length - requests.length);
    assert.ok(difference <= KILLS, `${tries.length} tries, ${requests.length} requests`);
  }
  assert.equal((await account.read(id)).active, true);
});

test("a listener that does not come back after a kill is removed", async () => {
  const { account, path } = await listening();
  await account.publish(event("a"));
  const object = await dispatcher.webhookObject(account.name, path.split("/").at(-1)!);
  await dispatcher.kill();
  // As if its object had found a minute ago that the client is gone.
  dispatcher.editWebhookObject(object, (record) => {
    const { record: inner, ...rest } = JSON.parse(record);
    return JSON.stringify({ ...rest, record: { ...inner, disconnected_at: Date.now() - 60_000 } });
  });
  dispatcher.repeatAlarm(object);
  await dispatcher.restart();
  await until("the webhook to be removed", async () =>
    (await account.api.get(path)).status === 404);
});
