// One slice: load on one system for a short time, until all that it accepted has arrived.
//
// A ratio compares slices of two systems that ran within a second or two of each other. There is
// one ratio for each round, and the median counts. So a slow moment of the machine affects both
// systems.

import type { Load, Receiver } from "./process.ts";
import type { LoadOrder, LoadResult } from "./load.ts";
import { apiKey } from "./system.ts";
import { basic } from "./api.ts";
import { median, quantile } from "./stats.ts";
import { clockMs } from "./http.ts";
import type { Arrivals } from "./receiver.ts";

export interface Rig {
  load: Load;
  receiver: Receiver;
}

/** What is under load: a dispatcher that runs. */
export interface Subject {
  readonly name: string;
  readonly port: number;
  /** How it is published to, if not as to the product by the default account. */
  readonly publishing?: Partial<LoadOrder>;
  /** CPU time of its processes so far, in milliseconds. */
  cpuMs(): number;
}

export interface SliceOptions extends Partial<LoadOrder> {
  publishers: number;
  /** The number of webhooks that receive each event. At the receiver they are numbered from 0. */
  webhooks?: number;
  /** The time to wait until all accepted events have arrived. */
  timeoutMs?: number;
  /** How long the CPU time of the system is counted after the last arrival. */
  settleMs?: number;
}

export interface Slice {
  acceptedPerSecond: number;
  /** The number of events that were published and not accepted. */
  refused: number;
  /** Deliveries per second, from the first publish until the last arrival. */
  deliveredPerSecond: number;
  /** POSTs that arrived before the load ended, per second of the load. */
  receivedPerSecond: number;
  /**
   * The share of the POSTs for accepted events that had arrived when the load ended, at most 1.
   * POSTs in flight at that time count as arrived: one per publisher and webhook, at most a tenth
   * of all.
   */
  keptUp: number;
  /** Milliseconds from the publish until the receiver had the whole POST. */
  p50: number;
  p90: number;
  p99: number;
  /** Milliseconds from the publish to its response. */
  answerP50: number;
  cpuPerDelivery: number;
  received: number;
  /**
   * Milliseconds from the publish until the receiver had the whole POST, for each delivery. One
   * that did not arrive in time has the milliseconds until then, which is too little.
   */
  latencies: number[];
  /** The webhook of each of the `latencies`. */
  webhooks: number[];
  /** The number of deliveries of accepted events that did not arrive in time. */
  missing: number;
  seconds: number;
}

let next = 1;

/** Reserves `count` event numbers and returns the first. */
export function takeNumbers(count: number): number {
  const first = next;
  next += count;
  return first;
}

/** More events than one slice can publish. */
const NUMBERS_PER_SLICE = 100_000;
/** The report of the last attempt belongs to the slice too. */
const SETTLE_MS = 30;
const TIMEOUT_MS = 30_000;
const IN_FLIGHT_MAX = 0.1;

export async function slice(rig: Rig, system: Subject, options: SliceOptions): Promise<Slice> {
  const { webhooks = 1, timeoutMs = TIMEOUT_MS, settleMs = SETTLE_MS, ...rest } = options;
  const first = takeNumbers(rest.count ?? NUMBERS_PER_SLICE);
  await rig.receiver.collect();
  const cpuBefore = system.cpuMs();
  const result = await rig.load.run(order(system, { first, ...rest }));
  const loadEnd = clockMs();
  await rig.receiver.reached(result.accepted * webhooks, timeoutMs);
  const end = clockMs();
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const cpu = system.cpuMs() - cpuBefore;
  const found = deliveries(result, first, webhooks, await rig.receiver.collect(), end);
  const answers = [...result.answered].flatMap((time, index) =>
    time > 0 ? [time - (result.sent[index] ?? 0)] : []);
  const expected = Math.max(1, result.accepted * webhooks);
  const inFlight = Math.min(rest.publishers * webhooks, IN_FLIGHT_MAX * expected);
  const within = found.times.filter((time) => time <= loadEnd).length;
  const lastArrival = found.missing > 0 ? end : found.times.at(-1) ?? end;
  return {
    acceptedPerSecond: result.accepted / result.seconds,
    refused: result.sent.length - result.accepted,
    deliveredPerSecond: (1000 * found.times.length) / (lastArrival - (result.sent[0] ?? 0)),
    receivedPerSecond: within / result.seconds,
    keptUp: Math.min(1, (within + inFlight) / expected),
    p50: median(found.latencies),
    p90: quantile(found.latencies, 0.9),
    p99: quantile(found.latencies, 0.99),
    answerP50: median(answers),
    cpuPerDelivery: cpu / Math.max(1, found.times.length),
    received: found.times.length,
    latencies: found.latencies,
    webhooks: found.webhooks,
    missing: found.missing,
    seconds: result.seconds,
  };
}

/** An order to publish events of 1 kB to a system, unless `rest` says otherwise. */
function order(
  system: Subject,
  rest: Partial<LoadOrder> & { first: number; publishers: number },
): LoadOrder {
  return {
    port: system.port,
    path: rest.batch === undefined ? "/v1/events" : "/v1/events/batch",
    authorization: basic(apiKey),
    eventType: "COURSE_COMPLETION",
    bytes: 1_000,
    ...system.publishing,
    ...rest,
  };
}

/** Publishes events by one publisher. Throws if one is not accepted. */
export async function publishAll(
  rig: Rig,
  system: Subject,
  load: Partial<LoadOrder> & { count: number },
): Promise<void> {
  const first = takeNumbers(load.count);
  const result = await rig.load.run(order(system, { first, publishers: 1, ...load }));
  if (result.accepted < load.count) {
    throw new Error(`${system.name} answered ${JSON.stringify(result.statuses)}`);
  }
}

interface Deliveries {
  latencies: number[];
  webhooks: number[];
  /** When those that arrived did so, in this order. */
  times: number[];
  missing: number;
}

/** Pairs accepted events with their first arrivals at each webhook. */
function deliveries(
  result: LoadResult,
  first: number,
  webhooks: number,
  arrivals: Arrivals,
  end: number,
): Deliveries {
  const found: Deliveries = { latencies: [], webhooks: [], times: [], missing: 0 };
  const seen = new Set<number>();
  for (const [index, number] of arrivals.numbers.entries()) {
    const sent = result.sent[number - first];
    const webhook = arrivals.webhooks[index] ?? 0;
    const delivery = (number - first) * webhooks + webhook;
    const time = arrivals.times[index] ?? 0;
    if (sent === undefined || seen.has(delivery)) continue;
    seen.add(delivery);
    found.latencies.push(time - sent);
    found.webhooks.push(webhook);
    found.times.push(time);
  }
  for (const [event, answered] of result.answered.entries()) {
    for (let webhook = 0; webhook < webhooks && answered > 0; webhook++) {
      if (seen.has(event * webhooks + webhook)) continue;
      found.latencies.push(end - (result.sent[event] ?? 0));
      found.webhooks.push(webhook);
      found.missing += 1;
    }
  }
  return found;
}

/** Why a figure from these slices does not count, whatever its value; `undefined` if it does. */
export function flaw(slices: Slice[]): string | undefined {
  const sum = (pick: (one: Slice) => number): number =>
    slices.reduce((all, one) => all + pick(one), 0);
  const [missing, refused] = [sum((one) => one.missing), sum((one) => one.refused)];
  if (refused > 0) return `${refused} events were not accepted`;
  return missing > 0 ? `${missing} deliveries did not arrive in time` : undefined;
}

/**
 * Runs rounds one after the other, at most `times`. At least one runs, and none begins when
 * `budgetMs` is over.
 */
export async function repeated<T>(
  times: number,
  budgetMs: number,
  one: (round: number) => Promise<T>,
): Promise<T[]> {
  const end = performance.now() + budgetMs;
  const all: T[] = [];
  while (all.length === 0 || (all.length < times && performance.now() < end)) {
    all.push(await one(all.length));
  }
  return all;
}

/** The median over the rounds of the ratio of `a` to `b`, for the number that `pick` returns. */
export function paired(a: Slice[], b: Slice[], pick: (slice: Slice) => number): number {
  return median(a.map((slice, round) => {
    const other = b[round];
    return other === undefined ? Number.NaN : pick(slice) / pick(other);
  }));
}

/** The name of a load to one webhook whose receiver answers at once. */
export function plainLoad(publishers: number): string {
  return `1 webhook, 1 kB, ${publishers} publisher${publishers === 1 ? "" : "s"}`;
}

/** The median over the rounds of each number, for the details. */
export function typical(slices: Slice[]): Record<string, number | boolean> {
  const of = (pick: (slice: Slice) => number): number =>
    Number(median(slices.map(pick)).toPrecision(4));
  return {
    accepted_per_second: of((one) => one.acceptedPerSecond),
    delivered_per_second: of((one) => one.deliveredPerSecond),
    received_per_second: of((one) => one.receivedPerSecond),
    kept_up: of((one) => one.keptUp),
    receive_p50_ms: of((one) => one.p50),
    receive_p90_ms: of((one) => one.p90),
    receive_p99_ms: of((one) => one.p99),
    answer_p50_ms: of((one) => one.answerP50),
    cpu_ms_per_delivery: of((one) => one.cpuPerDelivery),
    complete: slices.every((one) => one.missing === 0),
    refused: slices.reduce((all, one) => all + one.refused, 0),
    rounds: slices.length,
  };
}
