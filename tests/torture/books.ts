// The books of a run: what was published and acknowledged, and what arrived. They decide what is
// lost, what is doubled and what came in the wrong order.

import type { Arrival } from "./receivers.ts";
import { takes, type Subscription } from "./subscriptions.ts";

/** One published event. Times are by `nowMs`. */
export interface EventEntry {
  n: number;
  account: number;
  eventType: string;
  /** When it was sent to the dispatcher for the first time. */
  sentAtMs: number;
  /** The number of its batch, in which events are numbered in order; none if it came alone. */
  batch?: number;
  /** When the first 202 for it had come. */
  acknowledgedAtMs?: number;
  /** The id in the first answer that had one: a 202, or a 503 that names it. */
  id?: string;
  /** The numbers of the webhooks that the first 202 named as refused. */
  refused: number[];
  /** Every delivery that a receiver answered with 2xx, in order. */
  arrivals: Arrival[];
}

/** An acknowledged event that did not arrive at a webhook. */
export interface Loss {
  event: EventEntry;
  webhook: Subscription;
}

/** A second or later 2xx for an event at a webhook. */
export interface Duplicate {
  event: EventEntry;
  webhook: Subscription;
  /** The previous 2xx, and this one. */
  before: Arrival;
  again: Arrival;
  /** Whether the dispatcher was killed, or its disk full, from the previous attempt on. */
  isExplained: boolean;
}

/** Two events of an ordered webhook, the second of which arrived first. */
export interface Disorder {
  webhook: Subscription;
  event: EventEntry;
  /** Sent after `event` was acknowledged, and arrived before it. */
  overtaker: EventEntry;
}

/**
 * How long before an attempt came its sender may have been killed: the receiver's process may be
 * late to read what the sender wrote.
 */
const LATE_READ_MS = 1_000;

/** A time in which the outcome of an attempt could be lost. */
export interface Disturbance {
  fromMs: number;
  toMs: number;
}

export class Books {
  readonly events = new Map<number, EventEntry>();
  readonly subscriptions: Subscription[];
  /** The kills and the times with a full disk. */
  readonly disturbances: Disturbance[] = [];
  /** What no rule allows, in words, besides what the methods below find. */
  readonly faults: string[] = [];
  /** Acknowledged events. */
  acknowledged = 0;
  /** Deliveries that acknowledged events must have, and how many of them have arrived. */
  expected = 0;
  arrived = 0;
  /** Deliveries that a 202 named as refused. */
  refused = 0;
  /** All deliveries that were answered with 2xx. */
  successes = 0;
  /** Further answers about an event whose id is known, and those of them with the same id. */
  repeats = 0;
  sameIds = 0;
  readonly #webhookIds = new Map<string, number>();
  #next = 1;

  constructor(subscriptions: Subscription[]) {
    this.subscriptions = subscriptions;
  }

  /** Notes the API's id of a webhook. */
  named(webhook: number, id: string): void {
    this.#webhookIds.set(id, webhook);
  }

  /** Returns the API's id of a webhook. */
  idOf(webhook: number): string {
    for (const [id, index] of this.#webhookIds) if (index === webhook) return id;
    throw new Error(`webhook ${webhook} was not created`);
  }

  /** Enters new events, which are about to be sent together. */
  publish(account: number, eventTypes: string[], sentAtMs: number): EventEntry[] {
    const batch = eventTypes.length > 1 ? { batch: this.#next } : {};
    return eventTypes.map((eventType) => {
      const n = this.#next++;
      const event = { n, account, eventType, sentAtMs, ...batch, refused: [], arrivals: [] };
      this.events.set(n, event);
      return event;
    });
  }

  /** Enters the id of an event that was in an answer. All answers must have the same. */
  answered(event: EventEntry, id: string): void {
    if (event.id === undefined) {
      event.id = id;
      return;
    }
    this.repeats += 1;
    if (event.id === id) this.sameIds += 1;
    else this.faults.push(`event ${event.n} was answered with the ids ${event.id} and ${id}`);
  }

  /** Enters a 202 for an event, which named these webhooks as refused. */
  acknowledge(event: EventEntry, refusedIds: string[], atMs: number): void {
    if (event.acknowledgedAtMs !== undefined) return;
    event.acknowledgedAtMs = atMs;
    event.refused = refusedIds.map((refused) => this.#webhookIds.get(refused) ?? -1);
    this.acknowledged += 1;
    this.refused += event.refused.length;
    const webhooks = this.#webhooksFor(event);
    this.expected += webhooks.length;
    this.arrived += webhooks.filter(({ index }) => hasArrived(event, index)).length;
  }

  /** Enters a delivery that a receiver answered with 2xx. */
  arrive(arrival: Arrival): void {
    this.successes += 1;
    const where = `delivery ${arrival.id} at webhook ${arrival.webhook}`;
    if (arrival.fault !== undefined) this.faults.push(`${where}: ${arrival.fault}`);
    const event = this.events.get(arrival.n);
    const webhook = this.subscriptions[arrival.webhook];
    if (event === undefined || webhook === undefined) {
      this.faults.push(`${where}: nobody published it`);
      return;
    }
    if (!takes(webhook, event.account, event.eventType)) {
      this.faults.push(`${where}: the webhook does not take event ${event.n}`);
    }
    const isFirst = !hasArrived(event, arrival.webhook);
    event.arrivals.push(arrival);
    if (isFirst && isAcknowledged(event) && this.#webhooksFor(event).includes(webhook)) {
      this.arrived += 1;
    }
  }

  /** How many expected deliveries have not arrived. */
  get missing(): number {
    return this.expected - this.arrived;
  }

  /** The expected deliveries that have not arrived. */
  losses(): Loss[] {
    return [...this.events.values()].flatMap((event) =>
      isAcknowledged(event)
        ? this.#webhooksFor(event)
            .filter(({ index }) => !hasArrived(event, index))
            .map((webhook) => ({ event, webhook }))
        : []);
  }

  duplicates(): Duplicate[] {
    const found: Duplicate[] = [];
    for (const event of this.events.values()) {
      const last = new Map<number, Arrival>();
      for (const again of event.arrivals) {
        const before = last.get(again.webhook);
        last.set(again.webhook, again);
        const webhook = this.subscriptions[again.webhook];
        if (before === undefined || webhook === undefined) continue;
        const isExplained = this.disturbances.some(
          ({ fromMs, toMs }) => fromMs <= again.cameAtMs && toMs >= before.cameAtMs - LATE_READ_MS);
        found.push({ event, webhook, before, again, isExplained });
      }
    }
    return found;
  }

  /** The events that arrived under several ids, or under another than they were answered with. */
  wrongIds(): string[] {
    return [...this.events.values()].flatMap(({ n, id, arrivals }) => {
      const ids = new Set([...(id === undefined ? [] : [id]), ...arrivals.map((one) => one.id)]);
      return ids.size > 1 ? [`event ${n} has the ids ${[...ids].join(", ")}`] : [];
    });
  }

  /**
   * The events that arrived too late at ordered webhooks. Two requests at the same time may be
   * accepted in any order. But an event that was acknowledged before another was sent must arrive
   * before it, and the events of a batch in their order.
   */
  disorders(): Disorder[] {
    const ordered = this.subscriptions.filter(({ kind }) => kind === "ordered");
    return ordered.flatMap((webhook) => {
      const found: Disorder[] = [];
      let latest: EventEntry | undefined;
      const lastOfBatch = new Map<number, EventEntry>();
      for (const event of this.#inOrderOfArrival(webhook)) {
        const sibling = event.batch === undefined ? undefined : lastOfBatch.get(event.batch);
        if (sibling !== undefined && sibling.n > event.n) {
          found.push({ webhook, event, overtaker: sibling });
        } else if (latest !== undefined && (event.acknowledgedAtMs ?? Infinity) < latest.sentAtMs) {
          found.push({ webhook, event, overtaker: latest });
        }
        if (event.batch !== undefined) lastOfBatch.set(event.batch, event);
        if (latest === undefined || event.sentAtMs > latest.sentAtMs) latest = event;
      }
      return found;
    });
  }

  /** The events that arrived at a webhook, in the order of their first arrivals. */
  #inOrderOfArrival({ index }: Subscription): EventEntry[] {
    const first = (event: EventEntry) =>
      event.arrivals.find(({ webhook }) => webhook === index)?.atMs;
    return [...this.events.values()]
      .map((event) => ({ event, atMs: first(event) }))
      .filter((one): one is { event: EventEntry; atMs: number } => one.atMs !== undefined)
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ event }) => event);
  }

  /** The webhooks at which an acknowledged event must arrive. */
  #webhooksFor(event: EventEntry): Subscription[] {
    return this.subscriptions.filter((webhook) =>
      takes(webhook, event.account, event.eventType) && !event.refused.includes(webhook.index));
  }
}

function isAcknowledged(event: EventEntry): boolean {
  return event.acknowledgedAtMs !== undefined;
}

function hasArrived(event: EventEntry, webhook: number): boolean {
  return event.arrivals.some((arrival) => arrival.webhook === webhook);
}
