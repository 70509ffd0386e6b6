// A run: publishes events while receivers fail, the dispatcher is killed and its disk is full, then
// lets all of them be well, waits until everything has arrived, and compares.

import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "./api.ts";
import { Books } from "./books.ts";
import { nowMs } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { Faults } from "./faults.ts";
import { Owner, type OwnedWebhook } from "./owner.ts";
import { Publisher } from "./publishers.ts";
import { Random } from "./random.ts";
import { ReceiverProcess } from "./receiver_process.ts";
import { FIELDS, subscriptions, type Subscription } from "./subscriptions.ts";

const PUBLISHERS = 6;
const SCOPES = ["webhooks:read", "webhooks:write", "events:write"];
/** In production the cron trigger runs every 5 minutes. Here everything else is faster, too. */
const CRON_EVERY_MS = 3_000;
/** A line of progress comes so often, and more seldom in a long run: some 20 lines in all. */
const PROGRESS_EVERY_MS = 10_000;
const PROGRESS_MS_PER_KILL = 60;
/** How long the first start may take, on a busy machine. */
const START_LIMIT_MS = 30_000;
/** How long the publishers may take to have their last requests answered. */
const STOP_LIMIT_MS = 30_000;
const PATIENCE_MS = 30_000;
const DRAIN_LIMIT_MS = 300_000;
const POLL_MS = 50;

/** Delays that fit between two kills, and no end of retries, so that none deactivates a webhook. */
export const VARS: Record<string, string> = {
  RETRY_BASE_MS: "50",
  RETRY_MAX_MS: "500",
  RETRY_LIMIT: "10000",
  DELIVERY_TIMEOUT_MS: "1000",
  LEASE_MARGIN_MS: "300",
  // Nothing that was acknowledged may be dropped or refused.
  HOLD_EVENTS: "1000000",
  MAX_BACKLOG: "1000000",
  RECOVER_PER_SECOND: "1000",
};

export interface RunOptions {
  kills: number;
  seed: number;
  /** The time limit for the kills. */
  minutes: number;
  webhooks: number;
  /** Whether receivers never fail. Only for tests of the torture. */
  areReceiversWell?: boolean;
  /**
   * The wait for the rest of the deliveries ends when nothing has arrived for so long. Then the
   * dispatcher has as long to record the outcomes.
   */
  patienceMs?: number;
}

/** The publishes that failed. */
export interface Failures {
  /** Those that got no answer. */
  unanswered: number;
  /** Those answered with 5xx. */
  refused: number;
}

/** What a run found. */
export interface Outcome {
  options: RunOptions;
  books: Books;
  faults: Faults;
  disk: Disk;
  failures: Failures;
  /** The attempts that a receiver did not answer with 2xx. */
  failedAttempts: number;
  /** How many times a webhook was found deactivated, and had to be recovered twice. */
  deactivations: number;
  secondRecoveries: number;
  durationMs: number;
  /** Why the run could not finish, in words. */
  unfinished: string[];
  /** The API keys of the accounts. */
  keys: string[];
}

export interface Rig {
  dispatcher: Dispatcher;
  disk: Disk;
  /** Prints a line. */
  say: (line: string) => void;
}

/** Runs the torture. `dispatcher` runs afterwards, so that it can be asked about losses. */
export async function torture(options: RunOptions, rig: Rig): Promise<Outcome> {
  const run = new Run(options, rig);
  try {
    return await run.run();
  } finally {
    run.end();
  }
}

class Run {
  readonly #options: RunOptions;
  readonly #rig: Rig;
  readonly #subscriptions: Subscription[];
  readonly #books: Books;
  readonly #faults: Faults;
  readonly #client: Client;
  readonly #failures: Failures = { unanswered: 0, refused: 0 };
  readonly #unfinished: string[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #startMs = nowMs();
  #receivers: ReceiverProcess | undefined;
  #keys: string[] = [];

  constructor(options: RunOptions, rig: Rig) {
    this.#options = options;
    this.#rig = rig;
    this.#subscriptions = subscriptions(options.webhooks);
    this.#books = new Books(this.#subscriptions);
    const random = new Random(options.seed, "faults");
    const failures = this.#failures;
    this.#faults = new Faults({ ...rig, books: this.#books, random, failures });
    this.#client = new Client(rig.dispatcher.url);
  }

  async run(): Promise<Outcome> {
    const { dispatcher } = this.#rig;
    const receivers = await ReceiverProcess.start((arrival) => this.#books.arrive(arrival));
    this.#receivers = receivers;
    await dispatcher.start();
    if (!(await until(() => dispatcher.isUp(), START_LIMIT_MS))) {
      throw new Error("the dispatcher does not answer after its first start");
    }
    const owned = await this.#setUp(receivers);
    this.#every(CRON_EVERY_MS, () => void dispatcher.cron());
    const progressMs = Math.max(PROGRESS_EVERY_MS, this.#options.kills * PROGRESS_MS_PER_KILL);
    this.#every(progressMs, () => this.#rig.say(this.#progress()));
    const owner = new Owner(dispatcher.url, owned);
    const owning = owner.run();
    await this.#torment();
    receivers.order({ kind: "well" });
    await this.#drain();
    owner.stop();
    await owning;
    return {
      options: this.#options,
      books: this.#books,
      faults: this.#faults,
      disk: this.#rig.disk,
      failures: this.#failures,
      failedAttempts: receivers.failures,
      deactivations: owner.deactivations,
      secondRecoveries: owner.secondRecoveries,
      durationMs: nowMs() - this.#startMs,
      unfinished: this.#unfinished,
      keys: this.#keys,
    };
  }

  end(): void {
    this.#timers.forEach(clearInterval);
    this.#receivers?.end();
    this.#client.end();
  }

  /** Makes the accounts and webhooks. Returns those whose owner must look after them. */
  async #setUp(receivers: ReceiverProcess): Promise<OwnedWebhook[]> {
    const { seed, areReceiversWell = false } = this.#options;
    const all = this.#subscriptions;
    receivers.order({ kind: "begin", seed, subscriptions: all, areWell: areReceiversWell });
    const accounts = new Set(all.map(({ account }) => account)).size;
    for (let account = 0; account < accounts; account += 1) {
      this.#keys.push(await this.#mintKey(`account-${account}`));
    }
    const owned: OwnedWebhook[] = [];
    for (const { index, kind, account, eventType } of all) {
      const key = this.#keys[account] ?? "";
      const fields = { target_url: receivers.url(index), event_type: eventType, ...FIELDS[kind] };
      const call = { method: "POST", path: "/v1/webhooks", key, body: JSON.stringify(fields) };
      const created = await this.#client.must(201, call);
      this.#books.named(index, created.id);
      const secret: string = created.signing_secret;
      if (kind === "signed") receivers.order({ kind: "verify", webhook: index, secret });
      if (kind === "rejecting") owned.push({ id: created.id, key });
    }
    return owned;
  }

  async #mintKey(account: string): Promise<string> {
    const body = JSON.stringify({ account, name: "torture", scopes: SCOPES });
    const key = this.#rig.dispatcher.adminKey;
    const call = { method: "POST", path: "/v1/admin/keys", key, body };
    return (await this.#client.must(201, call)).key;
  }

  /** Publishes and makes the kills. Afterwards the dispatcher is well and nothing is published. */
  async #torment(): Promise<void> {
    const { kills, minutes, seed } = this.#options;
    const publishers = Array.from({ length: PUBLISHERS }, (_, index) => new Publisher({
      index,
      url: this.#rig.dispatcher.url,
      books: this.#books,
      random: new Random(seed, `publisher ${index}`),
      repeats: new Random(seed, `publisher ${index}, repeats`),
      keys: this.#keys,
      onSent: () => this.#faults.sent(),
      failures: this.#failures,
    }));
    let publishing = PUBLISHERS;
    for (const publisher of publishers) void publisher.run().then(() => (publishing -= 1));
    await this.#faults.run(kills, this.#startMs + minutes * 60_000);
    if (this.#faults.count < kills) {
      this.#unfinished.push(`${this.#faults.count} of ${kills} kills in ${minutes} minutes`);
    }
    publishers.forEach((publisher) => publisher.stop());
    if (await until(() => publishing === 0, STOP_LIMIT_MS)) return;
    publishers.forEach((publisher) => publisher.abandon());
    this.#unfinished.push(`${publishing} publishers still wait for an answer`);
  }

  /** Waits until everything has arrived and the dispatcher has recorded it. */
  async #drain(): Promise<void> {
    const end = nowMs() + DRAIN_LIMIT_MS;
    const { patienceMs = PATIENCE_MS } = this.#options;
    let arrivedAtMs = nowMs();
    let arrived = -1;
    while (this.#books.missing > 0 && nowMs() < end && nowMs() < arrivedAtMs + patienceMs) {
      if (this.#books.arrived !== arrived) arrivedAtMs = nowMs();
      arrived = this.#books.arrived;
      await sleep(POLL_MS);
    }
    if (await until(async () => (await this.#waiting()) === 0, patienceMs)) return;
    const waiting = (await this.#waiting()) ?? "an unknown number of";
    this.#unfinished.push(`${waiting} deliveries still wait at the dispatcher`);
  }

  /** Returns how many deliveries the dispatcher has not finished; undefined if it does not say. */
  async #waiting(): Promise<number | undefined> {
    let sum = 0;
    for (const { index, account } of this.#subscriptions) {
      const path = `/v1/webhooks/${this.#books.idOf(index)}/stats`;
      const key = this.#keys[account] ?? "";
      const stats = await this.#client.call({ method: "GET", path, key });
      if (stats?.status !== 200) return undefined;
      sum += stats.json.waiting + stats.json.in_flight;
    }
    return sum;
  }

  #every(ms: number, act: () => void): void {
    this.#timers.push(setInterval(act, ms));
  }

  #progress(): string {
    const { acknowledged, arrived, missing } = this.#books;
    const seconds = Math.round((nowMs() - this.#startMs) / 1000);
    const kills = `${this.#faults.count} of ${this.#options.kills} kills`;
    const events = `${number(acknowledged)} events acknowledged`;
    return `${String(seconds).padStart(5)} s  ${kills}, ${events}, ` +
      `${number(arrived)} deliveries arrived, ${number(missing)} to come`;
  }
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** Waits until a condition is met. Returns whether it was in time. */
async function until(
  condition: () => boolean | Promise<boolean>, limitMs: number,
): Promise<boolean> {
  const end = nowMs() + limitMs;
  while (!(await condition())) {
    if (nowMs() > end) return false;
    await sleep(POLL_MS);
  }
  return true;
}
