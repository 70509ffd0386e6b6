// One slice: load on one system for a short time, until all that it accepted has arrived.
//
// A ratio compares slices of two systems that ran within a second or two of each other. There is
// one ratio for each round, and the median counts. So a slow moment of the machine affects both
// systems.

import type { Load, Receiver } from "./process.ts";
import type { LoadOrder } from "./load.ts";
import { apiKey, cpuMs, type System } from "./system.ts";
import { basic } from "./api.ts";
import { median, quantile } from "./stats.ts";
import { clockMs } from "./http.ts";

export interface Rig {
  load: Load;
  receiver: Receiver;
}

export interface SliceOptions extends Partial<LoadOrder> {
  publishers: number;
  /** The number of webhooks that receive each event. */
  webhooks?: number;
  /** The time to wait until all accepted events have arrived. */
  timeoutMs?: number;
}

export interface Slice {
  acceptedPerSecond: number;
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
  /** Milliseconds from the publish until the receiver had the whole POST, for each POST. */
  latencies: number[];
  /** Whether all accepted events arrived in time. */
  complete: boolean;
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
const SETTLE_MS = 30;
const IN_FLIGHT_MAX = 0.1;

export async function slice(rig: Rig, system: System, options: SliceOptions): Promise<Slice> {
  const { webhooks = 1, timeoutMs = 30_000, ...rest } = options;
  const first = takeNumbers(rest.count ?? NUMBERS_PER_SLICE);
  await rig.receiver.collect();
  const cpuBefore = cpuMs(system.pid);
  const result = await rig.load.run({
    port: system.port,
    path: "/v1/events",
    authorization: basic(apiKey),
    eventType: "COURSE_COMPLETION",
    bytes: 1_000,
    first,
    ...rest,
  });
  const loadEnd = clockMs();
  const complete = await rig.receiver.reached(result.accepted * webhooks, timeoutMs);
  // The report of the last attempt belongs to the slice too.
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const cpu = cpuMs(system.pid) - cpuBefore;
  const arrivals = await rig.receiver.collect();
  const answers = [...result.answered].flatMap((time, index) =>
    time > 0 ? [time - (result.sent[index] ?? 0)] : []);
  const expected = Math.max(1, result.accepted * webhooks);
  const inFlight = Math.min(rest.publishers * webhooks, IN_FLIGHT_MAX * expected);
  const latencies: number[] = [];
  let within = 0;
  for (const [index, number] of arrivals.numbers.entries()) {
    const sent = result.sent[number - first];
    const time = arrivals.times[index] ?? 0;
    if (sent === undefined) continue;
    latencies.push(time - sent);
    if (time <= loadEnd) within += 1;
  }
  return {
    acceptedPerSecond: result.accepted / result.seconds,
    receivedPerSecond: within / result.seconds,
    keptUp: Math.min(1, (within + inFlight) / expected),
    p50: median(latencies),
    p90: quantile(latencies, 0.9),
    p99: quantile(latencies, 0.99),
    answerP50: median(answers),
    cpuPerDelivery: cpu / Math.max(1, latencies.length),
    received: latencies.length,
    latencies,
    complete,
    seconds: result.seconds,
  };
}

/** The median over the rounds of the ratio of `a` to `b`, for the number that `pick` returns. */
export function paired(a: Slice[], b: Slice[], pick: (slice: Slice) => number): number {
  return median(a.map((slice, round) => {
    const other = b[round];
    return other === undefined ? Number.NaN : pick(slice) / pick(other);
  }));
}

/** The median over the rounds of each number, for the details. */
export function typical(slices: Slice[]): Record<string, number | boolean> {
  const of = (pick: (slice: Slice) => number): number =>
    Number(median(slices.map(pick)).toPrecision(4));
  return {
    accepted_per_second: of((one) => one.acceptedPerSecond),
    received_per_second: of((one) => one.receivedPerSecond),
    kept_up: of((one) => one.keptUp),
    receive_p50_ms: of((one) => one.p50),
    receive_p90_ms: of((one) => one.p90),
    receive_p99_ms: of((one) => one.p99),
    answer_p50_ms: of((one) => one.answerP50),
    cpu_ms_per_delivery: of((one) => one.cpuPerDelivery),
    complete: slices.every((one) => one.complete),
  };
}
