// What a receiver answers, by chance. The chances change every few seconds: it is well, shaky or
// down.

import { Random } from "./random.ts";
import type { Kind } from "./subscriptions.ts";

/**
 * - `slow`: 200 after 100 ms
 * - `busy`: 503 with `Retry-After: 1`
 * - `reset`, `close`: the connection ends without an answer, by RST or by FIN
 * - `hang`: no answer, until the sender gives up
 */
export type AnswerName = "ok" | "slow" | "error" | "busy" | "reset" | "close" | "hang";

/** What to do with a request: one of the above, or a status. */
export type Answer = AnswerName | number;

type Mood = "well" | "shaky" | "down";

const MOODS: Record<Mood, number> = { well: 55, shaky: 27, down: 18 };
const MOOD_MS = { min: 1_000, max: 5_000 };
const WELL: Record<AnswerName, number> = {
  ok: 90, slow: 6, error: 1, busy: 0, reset: 1, close: 1, hang: 1,
};
const SHAKY: Record<AnswerName, number> = {
  ok: 45, slow: 20, error: 10, busy: 5, reset: 8, close: 8, hang: 4,
};
/** A receiver that is down fails in one way for the whole time. */
const DOWN: Record<"error" | "busy" | "reset" | "close" | "hang", number> = {
  error: 3, busy: 2, reset: 2, close: 2, hang: 2,
};
/** The statuses that `retry_4xx` retries, in place of some failures. */
const RETRIED = [408, 425, 429];
/** The statuses that deactivate a webhook, in place of few failures. */
const FATAL = [400, 404, 410];
const RETRIED_SHARE = 0.5;
const FATAL_SHARE = 0.06;

/** Chooses the answers of one webhook's receiver. */
export class Answers {
  readonly #moods: Random;
  readonly #random: Random;
  readonly #kind: Kind;
  #mood: Mood = "well";
  #downBy: AnswerName = "error";
  #moodEndsMs = 0;

  /** `name` is the receiver's, and gives it choices of its own. */
  constructor(seed: number, name: string, kind: Kind) {
    this.#moods = new Random(seed, `${name}, moods`);
    this.#random = new Random(seed, name);
    this.#kind = kind;
  }

  /** Returns the answer to a request that came at `atMs`. */
  next(atMs: number): Answer {
    if (atMs >= this.#moodEndsMs) this.#change(atMs);
    const answer = this.#usual();
    if (answer === "ok" || answer === "slow") return answer;
    const random = this.#random;
    if (this.#kind === "retry_4xx" && random.chance(RETRIED_SHARE)) return random.pick(RETRIED);
    if (this.#kind === "rejecting" && random.chance(FATAL_SHARE)) return random.pick(FATAL);
    return answer;
  }

  #usual(): AnswerName {
    switch (this.#mood) {
      case "well":
        return this.#random.weighted(WELL);
      case "shaky":
        return this.#random.weighted(SHAKY);
      case "down":
        return this.#downBy;
    }
  }

  #change(atMs: number): void {
    this.#mood = this.#moods.weighted(MOODS);
    this.#downBy = this.#moods.weighted(DOWN);
    this.#moodEndsMs = atMs + this.#moods.integer(MOOD_MS.min, MOOD_MS.max);
  }
}
