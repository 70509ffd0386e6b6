// What is done to the dispatcher: it is killed and started again, and its disk is full for a while.

import { setTimeout as sleep } from "node:timers/promises";
import type { Books } from "./books.ts";
import { nowMs } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Random } from "./random.ts";

/** When a kill comes. */
type Moment = "at any time" | "just after a publish was sent" | "during a start" | "after a rest";

const MOMENTS: Record<Moment, number> = {
  "at any time": 45,
  "just after a publish was sent": 33,
  "during a start": 14,
  "after a rest": 8,
};
const ANY_TIME_MS = { min: 50, max: 1_500 };
/** Without rests a busy machine would see hardly an attempt that is not cut off by a kill. */
const REST_MS = { min: 2_000, max: 4_000 };
const BEFORE_PUBLISH_MS = { min: 50, max: 900 };
/** From the last byte of the publish: before, during and after it is stored and answered. */
const AFTER_PUBLISH_MS = { min: 0, max: 15 };
const DURING_START_MS = { min: 0, max: 120 };
/** How long to wait for a publish. Publishers may wait too. */
const PUBLISH_LIMIT_MS = 1_000;

/** One kill in so many is followed by a full disk, and the kill of this number in any run. */
const FULL_ONE_IN = 12;
const FIRST_FULL_AFTER_KILL = 4;
const FULL_MS = { min: 500, max: 2_500 };
const SPARE_BYTES_MAX = 64 * 1_024;

const POLL_MS = 5;
/** How long a start may take until the first answer, on a busy machine. */
const START_LIMIT_MS = 30_000;
/** The pause before a process that ended by itself is started again. */
const REVIVE_MS = 100;

export interface FaultOptions {
  dispatcher: Dispatcher;
  disk: Disk;
  books: Books;
  random: Random;
  /** The number of publishes answered with 5xx so far. */
  failures: { readonly refused: number };
}

export class Faults {
  readonly kills: Record<Moment, number> = {
    "at any time": 0, "just after a publish was sent": 0, "during a start": 0, "after a rest": 0,
  };
  killsWhileFull = 0;
  /** The publishes answered with 5xx while the disk was full. */
  refusedWhileFull = 0;
  /** How many times the disk was full. */
  fullPhases = 0;
  /** How many times the process ended without a kill: with a full disk, and otherwise. */
  endsWhileFull = 0;
  ends = 0;
  readonly #options: FaultOptions;
  #fullSinceMs: number | undefined;
  #fullUntilMs = 0;
  #freeSinceMs = 0;
  #startedMs = 0;
  #refusedBefore = 0;
  #onSent: (() => void) | undefined;

  constructor(options: FaultOptions) {
    this.#options = options;
  }

  get count(): number {
    return Object.values(this.kills).reduce((sum, count) => sum + count, 0);
  }

  get isFull(): boolean {
    return this.#fullSinceMs !== undefined;
  }

  /** To be called whenever a publish was sent. */
  sent(): void {
    this.#onSent?.();
  }

  /** Makes so many kills, or as many as there is time for. At the end the dispatcher is well. */
  async run(kills: number, deadlineMs: number): Promise<void> {
    const { random } = this.#options;
    while (this.count < kills && nowMs() < deadlineMs) {
      const moment = random.weighted(MOMENTS);
      await this.#waitFor(moment);
      await this.#kill(moment);
      if (random.integer(1, FULL_ONE_IN) === 1 || this.count === FIRST_FULL_AFTER_KILL) {
        await this.#untilUp();
        this.#fill();
      }
    }
    while (this.isFull) await this.#pass(POLL_MS);
    await this.#untilUp();
  }

  async #waitFor(moment: Moment): Promise<void> {
    const { random } = this.#options;
    const between = ({ min, max }: { min: number; max: number }) => random.integer(min, max);
    if (moment === "during a start") return this.#pass(between(DURING_START_MS));
    await this.#untilUp();
    if (moment === "at any time") return this.#pass(between(ANY_TIME_MS));
    if (moment === "after a rest") return this.#pass(between(REST_MS));
    const delayMs = between(AFTER_PUBLISH_MS);
    await this.#pass(between(BEFORE_PUBLISH_MS));
    await this.#publishSent();
    await sleep(delayMs);
  }

  /** Waits until the next publish was sent. */
  async #publishSent(): Promise<void> {
    let isSent = false;
    this.#onSent = () => (isSent = true);
    const end = nowMs() + PUBLISH_LIMIT_MS;
    while (!isSent && nowMs() < end) await this.#pass(0);
    this.#onSent = undefined;
  }

  async #kill(moment: Moment): Promise<void> {
    const { dispatcher, books } = this.#options;
    const fromMs = nowMs();
    // With a full disk it may have ended by itself, which is no kill.
    if (!dispatcher.isRunning()) return this.#revive();
    await dispatcher.kill();
    this.kills[moment] += 1;
    if (this.isFull) this.killsWhileFull += 1;
    await this.#start();
    books.disturbances.push({ fromMs, toMs: nowMs() });
  }

  async #start(): Promise<void> {
    this.#startedMs = nowMs();
    await this.#options.dispatcher.start();
  }

  #fill(): void {
    const { disk, random, failures } = this.#options;
    const spareBytes = random.integer(0, SPARE_BYTES_MAX);
    const durationMs = random.integer(FULL_MS.min, FULL_MS.max);
    if (disk.means === undefined || this.isFull) return;
    disk.fill(spareBytes);
    this.fullPhases += 1;
    this.#fullSinceMs = nowMs();
    this.#fullUntilMs = this.#fullSinceMs + durationMs;
    this.#refusedBefore = failures.refused;
  }

  #free(): void {
    const { disk, books, failures } = this.#options;
    if (this.#fullSinceMs === undefined) return;
    disk.free();
    this.refusedWhileFull += failures.refused - this.#refusedBefore;
    books.disturbances.push({ fromMs: this.#fullSinceMs, toMs: nowMs() });
    this.#fullSinceMs = undefined;
    this.#freeSinceMs = nowMs();
  }

  /** Lets time pass. Ends a full disk when its time is up, and starts a process that ended. */
  async #pass(ms: number): Promise<void> {
    const end = nowMs() + ms;
    do {
      await sleep(Math.max(0, Math.min(POLL_MS, end - nowMs())));
      if (this.isFull && nowMs() >= this.#fullUntilMs) this.#free();
      if (!this.#options.dispatcher.isRunning()) await this.#revive();
    } while (nowMs() < end);
  }

  async #revive(): Promise<void> {
    const { books } = this.#options;
    const fromMs = nowMs();
    if (this.isFull || this.#startedMs < this.#freeSinceMs) this.endsWhileFull += 1;
    else this.ends += 1;
    await sleep(REVIVE_MS);
    await this.#start();
    books.disturbances.push({ fromMs, toMs: nowMs() });
  }

  /** Waits until the dispatcher answers. While its disk is full it need not. */
  async #untilUp(): Promise<void> {
    const end = nowMs() + START_LIMIT_MS;
    while (!(await this.#options.dispatcher.isUp())) {
      if (nowMs() > end) throw new Error("the dispatcher does not answer after its start");
      await this.#pass(POLL_MS);
    }
  }
}
