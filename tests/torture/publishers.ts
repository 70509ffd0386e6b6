// The publishers: several at once, each sends one request after the other.
//
// A request has one event or a batch, with or without an `Idempotency-Key`. With a key it is
// repeated until it is answered, and some are repeated once more later. Without one it is sent
// once. If the answer is 503 with an id, that id is the key of a repeat (docs/PUBLISHING.md), or
// the event is given up. What was given up may arrive or not.

import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Answer } from "./api.ts";
import type { Books, EventEntry } from "./books.ts";
import { nowMs } from "./clock.ts";
import type { Random } from "./random.ts";
import { bodyOf, EVENT_TYPES } from "./subscriptions.ts";

type Style = "one with key" | "one" | "batch with key" | "batch";

const STYLES: Record<Style, number> = {
  "one with key": 35, one: 35, "batch with key": 15, batch: 15,
};
const BATCH = { min: 2, max: 10 };
/** The pause after a request. */
const PAUSE_MS = { min: 20, max: 300 };
/** The pause before a repeat. Short, because a restart takes only a tenth of a second. */
const REPEAT_MS = { min: 20, max: 150 };
/** The share of keyed requests that are repeated after their answer. */
const LATE_SHARE = 0.2;
/** The share of requests before which a late repeat is sent, if one waits. */
const LATE_NOW_SHARE = 0.3;
/** The share of events without a key that are repeated under the id of a 503. */
const USE_ID_SHARE = 0.5;
/** Publishers wait while more deliveries are missing, or a slow machine would never catch up. */
const MISSING_MAX = 1_000;
const WAIT_POLL_MS = 20;

/** The answer to one event, alone or as an item of a batch. */
interface Item {
  status: number;
  id?: string;
  refused?: { webhook: string }[];
}

interface Request {
  events: EventEntry[];
  isBatch: boolean;
  idempotencyKey?: string;
}

export interface PublisherOptions {
  /** Its number, from 0. */
  index: number;
  url: string;
  books: Books;
  /** Chooses the requests. */
  random: Random;
  /** Chooses what becomes of those that fail. */
  repeats: Random;
  /** The API key of each account. */
  keys: string[];
  /** Called whenever a request was sent. */
  onSent: () => void;
  /** Counts the requests that got no answer, and those answered with 5xx. */
  failures: { unanswered: number; refused: number };
}

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #client: Client;
  /** Answered requests that are to be repeated. */
  readonly #late: Request[] = [];
  #requests = 0;
  #isStopping = false;
  #isAbandoned = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#client = new Client(options.url);
  }

  /** Publishes until `stop`, then until every request with a key is answered. */
  async run(): Promise<void> {
    const { random } = this.#options;
    while (!this.#isStopping) {
      await this.#waitForRoom();
      if (random.chance(LATE_NOW_SHARE)) await this.#repeatLate();
      await this.#publish(this.#newRequest());
      await sleep(random.integer(PAUSE_MS.min, PAUSE_MS.max));
    }
    while (this.#late.length > 0) await this.#repeatLate();
    this.#client.end();
  }

  /** Publishes nothing new from now on. */
  stop(): void {
    this.#isStopping = true;
  }

  /** Does not wait for answers any more either. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  async #waitForRoom(): Promise<void> {
    while (this.#options.books.missing > MISSING_MAX && !this.#isStopping) {
      await sleep(WAIT_POLL_MS);
    }
  }

  #newRequest(): Request {
    const { index, books, random, keys } = this.#options;
    const style = random.weighted(STYLES);
    const isBatch = style.startsWith("batch");
    const count = isBatch ? random.integer(BATCH.min, BATCH.max) : 1;
    const account = random.integer(0, keys.length - 1);
    const types = Array.from({ length: count }, () => random.pick(EVENT_TYPES));
    const events = books.publish(account, types, nowMs());
    const idempotencyKey = `publisher-${index}-request-${this.#requests++}`;
    return { events, isBatch, ...(style.endsWith("with key") ? { idempotencyKey } : {}) };
  }

  async #publish(request: Request): Promise<void> {
    if (request.idempotencyKey === undefined) {
      for (const repeat of await this.#sendOnce(request)) await this.#untilAnswered(repeat);
      return;
    }
    await this.#untilAnswered(request);
    if (this.#options.random.chance(LATE_SHARE)) this.#late.push(request);
  }

  async #repeatLate(): Promise<void> {
    const request = this.#late.shift();
    if (request !== undefined) await this.#untilAnswered(request);
  }

  /** Sends a request with a key again and again, until every event of it has its 202. */
  async #untilAnswered(request: Request): Promise<void> {
    const { repeats } = this.#options;
    while (!this.#isAbandoned) {
      const items = this.#enter(request, await this.#send(request));
      if (items !== undefined && items.every(({ status }) => status !== 503)) return;
      await sleep(repeats.integer(REPEAT_MS.min, REPEAT_MS.max));
    }
  }

  /** Sends a request without a key once. Returns the requests that complete it. */
  async #sendOnce(request: Request): Promise<Request[]> {
    const answer = await this.#send(request);
    const items = this.#enter(request, answer) ?? incomplete(answer);
    return items.flatMap(({ status, id }, index) => {
      const event = request.events[index];
      if (status !== 503 || id === undefined || event === undefined) return [];
      if (!this.#options.repeats.chance(USE_ID_SHARE)) return [];
      // It is published alone now, so its place in the batch is lost.
      delete event.batch;
      return [{ events: [event], isBatch: false, idempotencyKey: id }];
    });
  }

  async #send({ events, isBatch, idempotencyKey }: Request): Promise<Answer | undefined> {
    const bodies = events.map(({ n, eventType }) => bodyOf(n, eventType));
    return this.#client.call({
      method: "POST",
      path: isBatch ? "/v1/events/batch" : "/v1/events",
      key: this.#options.keys[events[0]?.account ?? 0] ?? "",
      body: isBatch ? `[${bodies.join(", ")}]` : (bodies[0] ?? ""),
      headers: idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey },
      onSent: this.#options.onSent,
    });
  }

  /** Enters an answer into the books. Returns the answers to the events, or undefined for none. */
  #enter({ events, isBatch }: Request, answer: Answer | undefined): Item[] | undefined {
    const { books, failures } = this.#options;
    if (answer === undefined) {
      failures.unanswered += 1;
      return undefined;
    }
    if (answer.status >= 500) {
      failures.refused += 1;
      for (const [index, { id }] of incomplete(answer).entries()) {
        const event = events[index];
        if (event !== undefined && id !== undefined) books.answered(event, id);
      }
      return undefined;
    }
    const items = itemsOf(answer, isBatch);
    if (items?.length !== events.length) {
      books.faults.push(`a publish was answered with ${answer.status} ${answer.text}`);
      return [];
    }
    for (const [index, item] of items.entries()) this.#enterItem(events[index]!, item);
    return items;
  }

  #enterItem(event: EventEntry, { status, id, refused = [] }: Item): void {
    const { books } = this.#options;
    if (id !== undefined) books.answered(event, id);
    if (status === 202) books.acknowledge(event, refused.map(({ webhook }) => webhook), nowMs());
    else if (status !== 503) books.faults.push(`event ${event.n} was answered with ${status}`);
  }
}

/** Returns the answers to the single events; undefined if there are none. */
function itemsOf({ status, json }: Answer, isBatch: boolean): Item[] | undefined {
  if (isBatch) return status === 200 ? (json as Item[]) : undefined;
  return status === 202 ? [{ status, ...json }] : undefined;
}

/** Returns the answer to a single event of a 503, which may have its id. */
function incomplete(answer: Answer | undefined): Item[] {
  return answer?.status === 503 ? [{ status: 503, ...answer.json }] : [];
}
