// Measurement 7: the bill, from operations that were counted while the system ran.
//
// Receivers take 100 ms, so that an object which waits for them pays for it. Keys are minted ones,
// as those of an operator's customers are. Each scenario counts its publishes, then moves the
// Worker's clock past the retention and counts the purge that the object's own alarms do.

import { setTimeout as sleep } from "node:timers/promises";
import { basic, call, createWebhooks, mintKey } from "../api.ts";
import { figure, type Figure } from "../figures.ts";
import type { Counts } from "../ledger.ts";
import type { Measured, Plan } from "../plan.ts";
import { amounts, bill, sum, times, total, type Amounts, type Item } from "../prices.ts";
import { takeNumbers, type Rig } from "../slice.ts";
import { rounded } from "../stats.ts";
import { apiKey, cpuMs, each, group, product, System, type Kind } from "../system.ts";
import { dead } from "./dead.ts";

const HOUR_MS = 3_600_000;
/** Longer than any retention. */
const PURGED_AFTER_MS = 200 * HOUR_MS;
const STEPS_MAX = 20_000;
const WARM = 3;

export interface Scenario {
  name: string;
  path: "slow" | "flaky";
  webhooks: number;
  perSecond: number;
  count: number;
}

/** What one event costs, live and its purge. */
interface Counted {
  perEvent: Amounts;
  rows: { live: number; purge: number; byStatement: Record<string, number> };
}

/** A system with a ledger, one account and its webhooks. */
export class Account {
  readonly system: System;
  readonly key: string;
  readonly ids: string[];

  private constructor(system: System, key: string, ids: string[]) {
    this.system = system;
    this.key = key;
    this.ids = ids;
  }

  static async open(kind: Kind, urls: string[]): Promise<Account> {
    const system = await System.start(kind, { ledger: true });
    const key = kind === product ? await mintKey(system, "bill") : apiKey;
    const all = urls.map((target_url) => ({ key, fields: { target_url } }));
    return new Account(system, key, await createWebhooks(system, all));
  }

  async publish(rig: Rig, count: number, perSecond: number): Promise<void> {
    const result = await rig.load.run({
      port: this.system.port, path: "/v1/events", authorization: basic(this.key),
      eventType: "COURSE_COMPLETION", bytes: 1_000, first: takeNumbers(count), publishers: 1,
      perSecond, count,
    });
    if (result.accepted !== count) {
      throw new Error(`${this.system.name} accepted ${JSON.stringify(result.statuses)}`);
    }
  }

  async reset(): Promise<void> {
    await this.system.ledger("/reset");
  }

  /** The counts, when nothing has been counted for a while. */
  async counts(): Promise<{ counts: Counts; written: Record<string, number> }> {
    let last = "";
    for (;;) {
      const now = await this.system.ledger("/counts");
      const text = JSON.stringify(now);
      if (text === last) return now as { counts: Counts; written: Record<string, number> };
      last = text;
      await sleep(300);
    }
  }

  /** Moves the clock, running every alarm of every webhook's object on the way. */
  async advance(ms: number): Promise<void> {
    const bindings = { product: "WEBHOOK_OBJECT", each: "QUEUE", group: "WEBHOOK" };
    const binding = bindings[this.system.name as keyof typeof bindings];
    for (const id of this.ids) {
      const name = this.system.kind === product ? `bill/${id}` : id;
      const query = `binding=${binding}&name=${encodeURIComponent(name)}&ms=${ms}&max=${STEPS_MAX}`;
      const { ran } = (await this.system.ledger(`/advance?${query}`)) as { ran: number };
      if (ran === STEPS_MAX) throw new Error(`${this.system.name}: alarms without end`);
    }
  }

  async isActive(): Promise<boolean> {
    const path = `/v1/webhooks/${this.ids[0]}`;
    return (await call(this.system, "GET", path, undefined, this.key))["active"] === true;
  }
}

async function count(rig: Rig, kind: Kind, scenario: Scenario): Promise<Counted> {
  const urls = Array.from({ length: scenario.webhooks }, (_, at) =>
    rig.receiver.url(scenario.path, at));
  const account = await Account.open(kind, urls);
  try {
    await rig.receiver.collect();
    await account.publish(rig, WARM, scenario.perSecond);
    await rig.receiver.reached(WARM * scenario.webhooks, 10_000);
    await account.counts();
    await rig.receiver.collect();
    await account.reset();
    const cpuBefore = cpuMs(account.system.pid);
    await account.publish(rig, scenario.count, scenario.perSecond);
    const failures = scenario.path === "flaky" ? scenario.count / 50 : 0;
    const posts = scenario.count * scenario.webhooks + failures;
    if (!(await rig.receiver.reached(posts, 60_000))) {
      throw new Error(`${kind.name}: of ${posts} POSTs ${await rig.receiver.count()} came`);
    }
    const live = await account.counts();
    const cpu = cpuMs(account.system.pid) - cpuBefore;
    await account.reset();
    await account.advance(PURGED_AFTER_MS);
    const purge = await account.counts();
    const perEvent = sum(
      times(amounts(live.counts, cpu), 1 / scenario.count),
      times(amounts(purge.counts, 0), 1 / (scenario.count + WARM)),
    );
    return { perEvent, rows: rows(live, purge, scenario.count) };
  } finally {
    await account.system.stop();
  }
}

type Tally = { counts: Counts; written: Record<string, number> };

function rows(live: Tally, purge: Tally, count: number): Counted["rows"] {
  const byStatement: Record<string, number> = {};
  for (const [part, tally, events] of [
    ["live", live, count], ["purge", purge, count + WARM],
  ] as const) {
    for (const [statement, written] of Object.entries(tally.written)) {
      byStatement[`${part}: ${statement.slice(0, 40)}`] = rounded(written / events);
    }
  }
  return {
    live: rounded(live.counts.rows_written / count),
    purge: rounded(purge.counts.rows_written / (count + WARM)),
    byStatement,
  };
}

/** What a million cost, item by item, and in all. */
export function shown(perEvent: Amounts): Record<string, unknown> {
  const dollars = bill(perEvent);
  const line = (item: Item) => ({
    per_event: rounded(perEvent[item], 4),
    dollars_per_million: rounded(dollars[item], 4),
  });
  const items = Object.keys(perEvent).map((item) => [item, line(item as Item)]);
  return { dollars_per_million_events: rounded(total(dollars), 4), ...Object.fromEntries(items) };
}

export async function billed(rig: Rig, plan: Plan): Promise<Measured> {
  const many = plan.isQuick ? 15 : 50;
  const scenarios: Scenario[] = [
    { name: "healthy, one at a time", path: "slow", webhooks: 1, perSecond: 6, count: many },
    {
      name: "healthy, 100 a second to one webhook", path: "slow", webhooks: 1, perSecond: 100,
      count: plan.isQuick ? 100 : 1_000,
    },
    { name: "2 % failures, one at a time", path: "flaky", webhooks: 1, perSecond: 6, count: many },
    { name: "four webhooks, one at a time", path: "slow", webhooks: 4, perSecond: 6, count: many },
  ];
  const figures: Figure[] = [];
  const details: Record<string, Record<string, unknown>> = {};
  for (const scenario of plan.isQuick ? scenarios.slice(0, 2) : scenarios) {
    const counted = await count(rig, product, scenario);
    details[scenario.name] = { ...shown(counted.perEvent), rows: counted.rows };
    if (scenario.path === "flaky" || scenario.webhooks > 1) continue;
    const dollars = total(bill(counted.perEvent));
    const written = counted.perEvent.rows_written;
    figures.push(...(scenario.perSecond === 100
      ? [
        figure("rows_written_at_100_per_second", written),
        figure("bill_healthy_at_100_per_second", dollars),
      ]
      : [
        figure("rows_written_one_at_a_time", written),
        figure("bill_healthy_one_at_a_time", dollars),
      ]));
  }
  const [oneAtATime] = scenarios;
  if (!plan.isQuick && oneAtATime !== undefined) {
    for (const kind of [each, group]) {
      const counted = await count(rig, kind, oneAtATime);
      details[`peer "${kind.name}": ${oneAtATime.name}`] = shown(counted.perEvent);
    }
  }
  if (plan.isQuick) return { figures, details };
  const endpoint = await dead(rig);
  figures.push(endpoint.figure);
  details["endpoint dead for two days"] = endpoint.details;
  return { figures, details };
}
