// One slice: load on one system for a moment, until everything that it accepted has arrived.
//
// Ratios are made of slices of two systems that follow one another within a second or two, round
// by round, and the median over the rounds is taken: what slows the machine for a while slows both.

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
  /** How many webhooks take each event. */
  webhooks?: number;
  /** How long to wait for what was accepted. */
  patienceMs?: number;
}

export interface Slice {
  acceptedPerSecond: number;
  /** POSTs that arrived before the load ended, by second of the load. */
  receivedPerSecond: number;
  /**
   * POSTs that arrived by the end of the load, of those that all accepted events led to. What is
   * just under way has not fallen behind: one for each publisher and webhook, at most a tenth.
   */
  keptUp: number;
  /** From the publish to the whole POST at the receiver. */
  p50: number;
  p90: number;
  p99: number;
  /** From the publish to its answer. */
  answerP50: number;
  cpuPerDelivery: number;
  received: number;
  /** From the publish to the whole POST, one for each. */
  latencies: number[];
  /** Whether all that was accepted arrived in time. */
  complete: boolean;
  seconds: number;
}

let next = 1;

/** Takes so many event numbers, and answers the first. */
export function takeNumbers(count: number): number {
  const first = next;
  next += count;
  return first;
}

/** More than one slice can publish. */
const NUMBERS_PER_SLICE = 100_000;
const SETTLE_MS = 30;
const UNDER_WAY_MAX = 0.1;

export async function slice(rig: Rig, system: System, options: SliceOptions): Promise<Slice> {
  const { webhooks = 1, patienceMs = 30_000, ...rest } = options;
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
  const complete = await rig.receiver.reached(result.accepted * webhooks, patienceMs);
  // What is settled after the last POST belongs to the slice too.
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const cpu = cpuMs(system.pid) - cpuBefore;
  const arrivals = await rig.receiver.collect();
  const answers = [...result.answered].flatMap((at, place) =>
    at > 0 ? [at - (result.sent[place] ?? 0)] : []);
  const due = Math.max(1, result.accepted * webhooks);
  const underWay = Math.min(rest.publishers * webhooks, UNDER_WAY_MAX * due);
  const latencies: number[] = [];
  let within = 0;
  for (const [place, number] of arrivals.numbers.entries()) {
    const sent = result.sent[number - first];
    const time = arrivals.times[place] ?? 0;
    if (sent === undefined) continue;
    latencies.push(time - sent);
    if (time <= loadEnd) within += 1;
  }
  return {
    acceptedPerSecond: result.accepted / result.seconds,
    receivedPerSecond: within / result.seconds,
    keptUp: Math.min(1, (within + underWay) / due),
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

/** The median of what `pick` finds in each pair, taken round by round. */
export function paired(a: Slice[], b: Slice[], pick: (slice: Slice) => number): number {
  return median(a.map((slice, round) => {
    const other = b[round];
    return other === undefined ? Number.NaN : pick(slice) / pick(other);
  }));
}

/** A slice that shows the median of each number over the rounds. */
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
