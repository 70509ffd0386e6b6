// Measures how a backlog drains after an outage, to a receiver that takes 100 ms and that answers
// 503 to what comes while 100 others wait for their answer.
//
// So a sender that opens more at a time than the receiver bears is found out. The rate is that of
// the deliveries after the first fifth, when the number of attempts at a time has had time to grow
// from 1. The figure does not count if an attempt failed after the outage.

import { setTimeout as sleep } from "node:timers/promises";
import { call, createWebhook } from "../api.ts";
import { figure } from "../figures.ts";
import { clockMs } from "../http.ts";
import type { Measured, Plan } from "../plan.ts";
import { publishAll, repeated, type Rig } from "../slice.ts";
import { median, rounded } from "../stats.ts";
import { product, System } from "../system.ts";

const BACKLOG = 5_000;
const BATCH = 100;
/** More than the failures in a row that are an outage. */
const FIRST_EVENTS = 10;
const ROUNDS = 3;
/** The most time for the rounds. */
const BUDGET_MS = 50_000;
/** The most time for a drain: 5,000 at 200 a second, half the target. */
const DRAIN_TIMEOUT_MS = 25_000;
/** The most time from the last arrival until its outcome is stored. */
const SETTLE_TIMEOUT_MS = 3_000;
const POLL_MS = 50;
/** The share of the deliveries in which the window opens. */
const OPENING = 0.2;

interface Drain {
  perSecond: number;
  /** The number of deliveries that did not arrive in time. */
  missing: number;
  /** Milliseconds from the end of the outage until the window had opened. */
  openingMs: number;
  mostAtOnce: number;
  /** Answers of 503 after the outage, because too many came at a time. */
  beyond: number;
  /** Requests after the outage whose sender closed the connection before the answer. */
  abandoned: number;
  /** Attempts after the outage that failed, as the product counts them; `null` if not all ended. */
  failed: number | null;
}

export async function drain(rig: Rig, plan: Plan): Promise<Measured> {
  const backlog = plan.isQuick ? 500 : BACKLOG;
  const rounds = await repeated(Math.min(ROUNDS, plan.rounds), BUDGET_MS, () =>
    measure(rig, backlog));
  const rate = median(rounds.map((one) => one.perSecond));
  return {
    figures: [figure("drain_slow_receiver", rate, flaw(rounds))],
    details: {
      [`backlog of ${backlog}, receiver of 100 ms, at most 100 at a time`]: rounds.map(shown),
    },
  };
}

function shown(one: Drain): Record<string, number | null> {
  return {
    per_second: rounded(one.perSecond),
    missing: one.missing,
    window_opened_after_ms: rounded(one.openingMs),
    most_at_once: one.mostAtOnce,
    answers_of_503: one.beyond,
    timeouts: one.abandoned,
    failed_attempts: one.failed,
  };
}

function flaw(rounds: Drain[]): string | undefined {
  const most = (pick: (one: Drain) => number | null): number =>
    Math.max(...rounds.map((one) => pick(one) ?? 0));
  const missing = most((one) => one.missing);
  if (most((one) => one.beyond) > 0) return `${most((one) => one.beyond)} answers of 503`;
  if (most((one) => one.abandoned) > 0) return `${most((one) => one.abandoned)} timeouts`;
  if (most((one) => one.failed) > 0) return `${most((one) => one.failed)} attempts failed`;
  return missing > 0 ? `${missing} deliveries did not arrive in time` : undefined;
}

async function measure(rig: Rig, backlog: number): Promise<Drain> {
  const events = FIRST_EVENTS + backlog;
  const system = await System.start(product, { storage: "disk" });
  try {
    await rig.receiver.down(0, true);
    await rig.receiver.collect();
    // Of one type, so it does not get the dispatcher's own events about the outage.
    const fields = { target_url: rig.receiver.url("full", 0), event_type: "COURSE_COMPLETION" };
    const id = await createWebhook(system, fields);
    await publishAll(rig, system, { count: FIRST_EVENTS });
    await publishAll(rig, system, { count: backlog, batch: BATCH });
    const path = `/v1/webhooks/${id}/deliveries`;
    const [newest] = (await call(system, "GET", path))["results"] as { event_id: string }[];
    await rig.receiver.down(0, false);
    const start = clockMs();
    // Ends the outage now and not with the next probe, which may be 10 s away.
    await call(system, "POST", `${path}/${newest?.event_id}/resend`);
    const { delivered, refused } = await arrivals(rig, events);
    const { most, beyond, abandoned } = await rig.receiver.crowd();
    const opening = Math.floor(delivered.length * OPENING);
    const opened = delivered[opening] ?? start;
    const end = delivered.length < events ? clockMs() : delivered.at(-1) ?? start;
    // All but the one that was sent again succeeded by their schedule.
    const failed = async (): Promise<number> =>
      Math.max(0, await attemptsMade(system, id, events) - (refused - beyond) - (events - 1));
    return {
      perSecond: (1000 * (delivered.length - opening)) / (end - opened),
      missing: events - delivered.length,
      openingMs: opened - start,
      mostAtOnce: most,
      beyond,
      abandoned,
      failed: delivered.length < events ? null : await failed(),
    };
  } finally {
    await system.stop();
  }
}

interface Found {
  /** When each event arrived at its first attempt that was answered 200, in this order. */
  delivered: number[];
  /** The number of answers of 503, since the first event was published. */
  refused: number;
}

/** Collects what arrives until `events` were delivered, or `DRAIN_TIMEOUT_MS` are over. */
async function arrivals(rig: Rig, events: number): Promise<Found> {
  const end = performance.now() + DRAIN_TIMEOUT_MS;
  const found: Found = { delivered: [], refused: 0 };
  const seen = new Set<number>();
  while (seen.size < events && performance.now() < end) {
    await sleep(POLL_MS);
    const { numbers, statuses, times } = await rig.receiver.collect();
    for (const [index, number] of numbers.entries()) {
      if (statuses[index] !== 200) {
        found.refused += 1;
      } else if (!seen.has(number)) {
        seen.add(number);
        found.delivered.push(times[index] ?? 0);
      }
    }
  }
  return found;
}

/** The attempts of the schedule, as the product counts them, when all outcomes are stored. */
async function attemptsMade(system: System, id: string, events: number): Promise<number> {
  const end = performance.now() + SETTLE_TIMEOUT_MS;
  for (;;) {
    const { delivered } = await call(system, "GET", `/v1/webhooks/${id}/stats`);
    if (delivered === events || performance.now() > end) break;
    await sleep(POLL_MS);
  }
  let attempts = 0;
  let path: string | undefined = `/v1/webhooks/${id}/deliveries?page_size=1000`;
  while (path !== undefined) {
    const page = await call(system, "GET", path);
    for (const { try_count } of page["results"] as { try_count: number }[]) attempts += try_count;
    const next = page["next"] as string | null;
    path = next === null ? undefined : next.slice(system.url.length);
  }
  return attempts;
}
