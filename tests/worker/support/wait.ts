// Waiting for something to become true.
//
// Tests never sleep for a guessed time: they name what they wait for and fail with that name when
// it does not come. The one exception is `quiet`, which watches for a bounded time that nothing
// happens; call it only after a positive event has shown that the dispatcher is past the point
// where it would have acted.

import { setTimeout as pause } from "node:timers/promises";

const pollMs = 5;

/**
 * How long a test waits for something that must happen, unless it says otherwise. Generous: two
 * busy cores.
 */
export const patienceMs = 20_000;

/**
 * Resolves with the first truthy value of `condition`; fails with `what` when there is none in
 * time.
 */
export async function until<T>(
  what: string | (() => string),
  condition: () => T | Promise<T>,
  timeoutMs: number = patienceMs,
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

/** Watches for `windowMs` that `count` stays what it is now; fails at once when it moves. */
export async function quiet(what: string, count: () => number, windowMs: number): Promise<void> {
  const before = count();
  const end = performance.now() + windowMs;
  while (performance.now() < end) {
    await pause(pollMs);
    const now = count();
    if (now !== before) throw new Error(`expected no more ${what} after ${before}, saw ${now}`);
  }
}
