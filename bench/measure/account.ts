// A system with a ledger, and one account with a key and webhooks, whose operations are counted.

import { setTimeout as sleep } from "node:timers/promises";
import { basic, call, createWebhooks, mintKey } from "../api.ts";
import type { Counts } from "../ledger.ts";
import { takeNumbers, type Rig } from "../slice.ts";
import { apiKey, product, System, type Kind } from "../system.ts";

const STEPS_MAX = 20_000;
/** How long the counts must not have changed to be final, and the most time to wait for that. */
const STABLE_MS = 300;
const STABLE_TIMEOUT_MS = 30_000;

/** How events come: one after the other by each publisher, or at a fixed rate. */
export interface Pace {
  perSecond?: number;
  publishers?: number;
  /** Whether each event has an `Idempotency-Key`. */
  keyed?: boolean;
}

/** The ledger's counts: the operations, and the rows that each SQL statement wrote. */
export interface Tally {
  counts: Counts;
  written: Record<string, number>;
}

/** One account with its webhooks, in a system with a ledger. */
export class Account {
  readonly system: System;
  readonly key: string;
  readonly ids: string[];

  private constructor(system: System, key: string, ids: string[]) {
    this.system = system;
    this.key = key;
    this.ids = ids;
  }

  static async open(
    kind: Kind,
    urls: string[],
    vars: Record<string, string> = {},
    fields: Record<string, unknown> = {},
  ): Promise<Account> {
    const system = await System.start(kind, { ledger: true, vars });
    const key = kind === product ? await mintKey(system, "bill") : apiKey;
    const all = urls.map((target_url) => ({ key, fields: { target_url, ...fields } }));
    return new Account(system, key, await createWebhooks(system, all));
  }

  async publish(rig: Rig, count: number, pace: Pace): Promise<void> {
    const result = await rig.load.run({
      port: this.system.port, path: "/v1/events", authorization: basic(this.key),
      eventType: "COURSE_COMPLETION", bytes: 1_000, first: takeNumbers(count), publishers: 1,
      ...pace, count,
    });
    if (result.accepted !== count) {
      throw new Error(`${this.system.name} accepted ${JSON.stringify(result.statuses)}`);
    }
  }

  async reset(): Promise<void> {
    await this.system.ledger("/reset");
  }

  /** Returns the counts as soon as they have not changed for 300 ms. Throws if they always do. */
  async counts(): Promise<Tally> {
    const end = performance.now() + STABLE_TIMEOUT_MS;
    let last = "";
    while (performance.now() < end) {
      const now = await this.system.ledger("/counts");
      const text = JSON.stringify(now);
      if (text === last) return now as Tally;
      last = text;
      await sleep(STABLE_MS);
    }
    throw new Error(`${this.system.name} does not come to rest`);
  }

  /** Moves the clock, and runs each alarm of each object when it is due. */
  async advance(ms: number): Promise<void> {
    const bindings = { product: "WEBHOOK_OBJECT", each: "QUEUE", group: "WEBHOOK" };
    const binding = bindings[this.system.name as keyof typeof bindings];
    const isOurs = this.system.kind === product;
    const webhooks = this.ids.map((id) => [binding, isOurs ? `bill/${id}` : id] as const);
    // The product's account purges idempotency records.
    const account = isOurs ? [["ACCOUNT_OBJECT", "bill"] as const] : [];
    for (const [binding, name] of [...webhooks, ...account]) {
      const query = `binding=${binding}&name=${encodeURIComponent(name)}&ms=${ms}&max=${STEPS_MAX}`;
      const { ran } = (await this.system.ledger(`/advance?${query}`)) as { ran: number };
      if (ran === STEPS_MAX) throw new Error(`${this.system.name}: alarms without end`);
    }
  }

  /** Switches the first webhook off, as its owner would. */
  async switchOff(): Promise<void> {
    const path = `/v1/webhooks/${this.ids[0]}`;
    await call(this.system, "PATCH", path, { active: false }, this.key);
  }

  async isActive(): Promise<boolean> {
    const path = `/v1/webhooks/${this.ids[0]}`;
    return (await call(this.system, "GET", path, undefined, this.key))["active"] === true;
  }
}
