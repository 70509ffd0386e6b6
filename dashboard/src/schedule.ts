// A retry schedule in words.

import { count, duration } from "./format.ts";
import type { Retry } from "./types.ts";

/** The parts of the documented schedule, in place of those that a webhook does not set. */
export const defaults = { limit: 60, base_ms: 2_000, max_ms: 3_600_000 };

/** Returns how long the retries take when each attempt fails at once, in milliseconds. */
export function spanOf(limit: number, baseMs: number, maxMs: number): number {
  let [spanMs, delayMs] = [0, baseMs];
  for (let retry = 0; retry < limit; retry++) {
    spanMs += Math.min(delayMs, maxMs);
    delayMs = Math.min(delayMs * 2, maxMs);
  }
  return spanMs;
}

/** Returns `12 retries within 3 h`. */
export function scheduleText(retry: Retry): string {
  const limit = retry.limit ?? defaults.limit;
  if (limit === 0) return "No retry";
  const spanMs = spanOf(limit, retry.base_ms ?? defaults.base_ms, retry.max_ms ?? defaults.max_ms);
  const retries = limit === 1 ? "1 retry" : `${count(limit)} retries`;
  return `${retries} within ${duration(spanMs)}`;
}
