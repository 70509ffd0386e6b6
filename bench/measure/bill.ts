// Measures the bill: counts the billable operations while the system runs, and applies the prices.
//
// Receivers take 100 ms, so an object that waits for them is charged for it. Requests come with
// minted API keys, as in production. Each scenario counts its publishes, then moves the Worker's
// clock past the retention and counts the purge, which the object's own alarms run.

import { figure, type Figure } from "../figures.ts";
import type { Measured, Plan } from "../plan.ts";
import { amounts, bill, shown, sum, times, total, type Amounts } from "../prices.ts";
import type { Rig } from "../slice.ts";
import { rounded } from "../stats.ts";
import { cpuMs, each, group, product, type Kind } from "../system.ts";
import { Account, type Tally } from "./account.ts";
import { dead } from "./dead.ts";

const HOUR_MS = 3_600_000;
/** Longer than any retention. */
const PURGED_AFTER_MS = 200 * HOUR_MS;
const WARM_EVENTS = 3;

interface Scenario {
  name: string;
  path: "slow" | "flaky";
  webhooks: number;
  perSecond: number;
  count: number;
  /** Whether each event has an `Idempotency-Key`. */
  keyed?: boolean;
}

/** The amounts of one event: its publish and deliveries (`live`), and its purge. */
interface Counted {
  perEvent: Amounts;
  rows: { live: number; purge: number; byStatement: Record<string, number> };
}

async function count(rig: Rig, kind: Kind, scenario: Scenario): Promise<Counted> {
  const urls = Array.from({ length: scenario.webhooks }, (_, webhook) =>
    rig.receiver.url(scenario.path, webhook));
  const account = await Account.open(kind, urls);
  try {
    await rig.receiver.collect();
    await account.publish(rig, WARM_EVENTS, scenario.perSecond, scenario.keyed);
    await rig.receiver.reached(WARM_EVENTS * scenario.webhooks, 10_000);
    await account.counts();
    await rig.receiver.collect();
    await account.reset();
    const cpuBefore = cpuMs(account.system.pid);
    await account.publish(rig, scenario.count, scenario.perSecond, scenario.keyed);
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
      times(amounts(purge.counts, 0), 1 / (scenario.count + WARM_EVENTS)),
    );
    return { perEvent, rows: rows(live, purge, scenario.count) };
  } finally {
    await account.system.stop();
  }
}

function rows(live: Tally, purge: Tally, count: number): Counted["rows"] {
  const byStatement: Record<string, number> = {};
  for (const [part, tally, events] of [
    ["live", live, count], ["purge", purge, count + WARM_EVENTS],
  ] as const) {
    for (const [statement, written] of Object.entries(tally.written)) {
      byStatement[`${part}: ${statement.slice(0, 40)}`] = rounded(written / events);
    }
  }
  return {
    live: rounded(live.counts.rows_written / count),
    purge: rounded(purge.counts.rows_written / (count + WARM_EVENTS)),
    byStatement,
  };
}

export async function billed(rig: Rig, plan: Plan): Promise<Measured> {
  const many = plan.isQuick ? 15 : 50;
  const scenarios: Scenario[] = [
    { name: "healthy, one at a time", path: "slow", webhooks: 1, perSecond: 6, count: many },
    {
      name: "healthy, 100 a second to one webhook", path: "slow", webhooks: 1, perSecond: 100,
      count: plan.isQuick ? 100 : 1_000,
    },
    {
      name: "with a key, one at a time", path: "slow", webhooks: 1, perSecond: 6, count: many,
      keyed: true,
    },
    {
      name: "with keys, 100 a second", path: "slow", webhooks: 1, perSecond: 100,
      count: plan.isQuick ? 100 : 1_000, keyed: true,
    },
    { name: "2 % failures, one at a time", path: "flaky", webhooks: 1, perSecond: 6, count: many },
    { name: "four webhooks, one at a time", path: "slow", webhooks: 4, perSecond: 6, count: many },
  ];
  const figures: Figure[] = [];
  const details: Record<string, Record<string, unknown>> = {};
  for (const scenario of plan.isQuick ? scenarios.slice(0, 4) : scenarios) {
    const counted = await count(rig, product, scenario);
    details[scenario.name] = { ...shown(counted.perEvent), rows: counted.rows };
    if (scenario.keyed === true && scenario.perSecond === 100) {
      figures.push(figure("keyed_rows", counted.perEvent.rows_written));
    }
    if (scenario.path === "flaky" || scenario.webhooks > 1 || scenario.keyed === true) continue;
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
