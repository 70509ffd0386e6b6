// The rules of the books: what is lost, doubled or out of order.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Books, type EventEntry } from "./books.ts";
import { subscriptions } from "./subscriptions.ts";

/** The webhooks of account 0: a plain one, an ordered one, and one that is limited. */
const [PLAIN, ORDERED, LIMITED] = [0, 1, 2];
const ORDERED_TYPE = "LESSON_COMPLETION";

function openBooks(): Books {
  const books = new Books(subscriptions(3));
  for (const { index } of books.subscriptions) books.named(index, `webhook-${index}`);
  return books;
}

/** Publishes an event of account 0 at `sentAtMs`. `acknowledgedAtMs` is when its 202 comes. */
function publish(
  books: Books, sentAtMs: number, acknowledgedAtMs?: number, refused: string[] = [],
): EventEntry {
  const [event] = books.publish(0, [ORDERED_TYPE], sentAtMs);
  if (acknowledgedAtMs !== undefined) acknowledge(books, event!, acknowledgedAtMs, refused);
  return event!;
}

function acknowledge(books: Books, event: EventEntry, atMs: number, refused: string[] = []): void {
  books.answered(event, `id-${event.n}`);
  books.acknowledge(event, refused, atMs);
}

function arrive(
  books: Books, { n }: EventEntry, webhook: number, atMs: number, id = `id-${n}`,
): void {
  books.arrive({ webhook, n, id, cameAtMs: atMs, atMs });
}

test("an acknowledged event must arrive at every webhook that takes it", () => {
  const books = openBooks();
  const event = publish(books, 1, 2);
  assert.deepEqual([books.expected, books.arrived, books.missing], [2, 0, 2]);
  arrive(books, event, PLAIN, 3);
  assert.deepEqual(books.losses().map(({ webhook }) => webhook.index), [ORDERED]);
  arrive(books, event, ORDERED, 3);
  assert.deepEqual([books.losses(), books.missing, books.faults], [[], 0, []]);
});

test("an event may arrive before it is acknowledged", () => {
  const books = openBooks();
  const event = publish(books, 1);
  arrive(books, event, PLAIN, 2);
  assert.deepEqual([books.expected, books.arrived], [0, 0]);
  acknowledge(books, event, 3);
  assert.deepEqual([books.expected, books.arrived, books.missing], [2, 1, 1]);
});

test("what was not acknowledged may be lost, and so may what a 202 names as refused", () => {
  const books = openBooks();
  publish(books, 1);
  const refused = publish(books, 1, 2, ["webhook-1"]);
  arrive(books, refused, PLAIN, 3);
  assert.deepEqual([books.losses(), books.refused], [[], 1]);
});

test("a delivery that nobody ordered is a fault", () => {
  const books = openBooks();
  const event = publish(books, 1, 2);
  arrive(books, event, LIMITED, 3);
  arrive(books, { ...event, n: 99 }, PLAIN, 3);
  arrive(books, event, 77, 3);
  books.arrive({ webhook: PLAIN, n: event.n, id: "id-1", cameAtMs: 3, atMs: 3, fault: "bad" });
  assert.equal(books.faults.length, 4, books.faults.join("\n"));
});

test("an event has one id in all answers and deliveries", () => {
  const books = openBooks();
  const [good, answeredTwice, arrivedTwice, unacknowledged] = [1, 2, 3, 4].map((at) =>
    publish(books, at, at === 4 ? undefined : 10)) as [
      EventEntry, EventEntry, EventEntry, EventEntry];
  books.answered(good, "id-1");
  books.answered(answeredTwice, "other");
  assert.deepEqual([books.repeats, books.sameIds, books.faults.length], [2, 1, 1]);
  for (const event of [good, arrivedTwice, unacknowledged]) arrive(books, event, PLAIN, 20);
  assert.deepEqual(books.wrongIds(), []);
  arrive(books, arrivedTwice, ORDERED, 21, "other");
  arrive(books, unacknowledged, ORDERED, 21, "other");
  assert.equal(books.wrongIds().length, 2);
});

test("a duplicate is explained by a kill from the previous attempt on, or a full disk", () => {
  const cases: [fromMs: number, toMs: number, isExplained: boolean][] = [
    [7_000, 7_900, false],
    // The receiver was late to read what the killed sender had written.
    [7_000, 9_100, true],
    [7_000, 10_000, true],
    [12_000, 12_000, true],
    [20_000, 30_000, true],
    [20_001, 30_000, false],
  ];
  for (const [fromMs, toMs, isExplained] of cases) {
    const books = openBooks();
    books.disturbances.push({ fromMs, toMs });
    const event = publish(books, 1, 2);
    arrive(books, event, PLAIN, 10_000);
    arrive(books, event, ORDERED, 10_000);
    arrive(books, event, PLAIN, 20_000);
    const found = books.duplicates().map((one) => [one.webhook.index, one.isExplained]);
    assert.deepEqual(found, [[PLAIN, isExplained]], `a disturbance from ${fromMs} to ${toMs}`);
  }
});

test("what was acknowledged before another event was sent arrives before it", () => {
  const cases: [name: string, secondSentAtMs: number, isBad: boolean][] = [
    ["one after the other", 3, true],
    ["at the same time", 1.5, false],
  ];
  for (const [name, secondSentAtMs, isBad] of cases) {
    const books = openBooks();
    const [early, late] = [publish(books, 1, 2), publish(books, secondSentAtMs, 4)];
    arrive(books, late, ORDERED, 10);
    arrive(books, early, ORDERED, 11);
    // A plain webhook gets events in any order.
    arrive(books, late, PLAIN, 10);
    arrive(books, early, PLAIN, 11);
    const found = books.disorders().map(({ event, overtaker }) => [event.n, overtaker.n]);
    assert.deepEqual(found, isBad ? [[early.n, late.n]] : [], name);
  }
});

test("a repeated delivery of an earlier event is no disorder", () => {
  const books = openBooks();
  const [early, late] = [publish(books, 1, 2), publish(books, 3, 4)];
  arrive(books, early, ORDERED, 10);
  arrive(books, late, ORDERED, 11);
  arrive(books, early, ORDERED, 12);
  assert.deepEqual(books.disorders(), []);
});

test("the events of a batch arrive in their order", () => {
  const books = openBooks();
  const batch = books.publish(0, [ORDERED_TYPE, ORDERED_TYPE, ORDERED_TYPE], 1);
  for (const event of batch) acknowledge(books, event, 2);
  const [first, second, third] = batch as [EventEntry, EventEntry, EventEntry];
  arrive(books, first, ORDERED, 10);
  arrive(books, third, ORDERED, 11);
  arrive(books, second, ORDERED, 12);
  const found = books.disorders().map(({ event, overtaker }) => [event.n, overtaker.n]);
  assert.deepEqual(found, [[second.n, third.n]]);
});
