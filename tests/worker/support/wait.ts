// Waits for a condition.
//
// Tests do not sleep. They wait for a named condition, and fail with its name when it is not met in
// time. The exception is `noMore`, which checks for a fixed time that a count does not change. Call
// it only after something has shown that the dispatcher would already have acted.

import { setTimeout as pause } from "node:timers/promises";

const pollMs = 5;

/** The time limit for a condition. Generous, because tests run on two busy cores. */
export const defaultTimeoutMs = 20_000;

/** Returns the first truthy value of `condition`. Fails with `what` after the time limit. */
export async function until<T>(
  what: string | (() => string),
  condition: () => T | Promise<T>,
  timeoutMs: number = defaultTimeoutMs,
): Promise<NonNullable<T>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<T>;
    if (performance.now() > end) {
      throw new Error(`not within ${timeoutMs} ms: ${typeof what === "string" ? what : what()}`);
    }
    await pause(pollMs);
  }
}

/** Watches `count` for `windowMs`. Fails as soon as it changes. */
export async function noMore(what: string, count: () => number, windowMs: number): Promise<void> {
  const before = count();
  const end = performance.now() + windowMs;
  while (performance.now() < end) {
    await pause(pollMs);
    const now = count();
    if (now !== before) throw new Error(`expected no more ${what} after ${before}, saw ${now}`);
  }
}
