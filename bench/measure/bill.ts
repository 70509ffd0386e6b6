// Measures the bill: counts the billable operations while the system runs, and applies the prices.
//
// Receivers take 100 ms, so an object that waits for them is charged for it. Requests come with
// minted API keys, as in production. Each scenario counts its publishes, then moves the Worker's
// clock past the retention and counts the purge, which the object's own alarms run.

import { figure, type Figure, type Name } from "../figures.ts";
import { isWanted, type Measured, type Plan } from "../plan.ts";
import { amounts, bill, shown, sum, times, total, type Amounts } from "../prices.ts";
import type { Rig } from "../slice.ts";
import { rounded } from "../stats.ts";
import { cpuMs, each, group, product, type Kind } from "../system.ts";
import { Account, type Pace, type Tally } from "./account.ts";
import { dead } from "./dead.ts";

const HOUR_MS = 3_600_000;
/** Longer than any retention. */
const PURGED_AFTER_MS = 200 * HOUR_MS;
const WARM_EVENTS = 3;
const TIMEOUT_MS = 60_000;

interface Scenario {
  name: string;
  path: "ok" | "slow" | "flaky";
  webhooks: number;
  pace: Pace;
  count: number;
  /** The count of `--quick`; none: left out. */
  quick?: number;
  /** The figures that its rows and its dollars are. */
  rows?: Name;
  dollars?: Name;
}

/** The usual cases first, then the best ones. */
const SCENARIOS: Scenario[] = [
  {
    name: "with keys, 100 a second", path: "slow", webhooks: 1,
    pace: { perSecond: 100, keyed: true }, count: 1_000, quick: 100, rows: "keyed_rows",
  },
  {
    name: "with a key, one at a time", path: "slow", webhooks: 1,
    pace: { perSecond: 6, keyed: true }, count: 50, quick: 15,
  },
  {
    name: "eight webhooks, with keys, 60 a second", path: "slow", webhooks: 8,
    pace: { perSecond: 60, keyed: true }, count: 300, quick: 60,
  },
  {
    name: "2 % failures, one at a time", path: "flaky", webhooks: 1, pace: { perSecond: 6 },
    count: 50,
  },
  {
    name: "four webhooks, one at a time", path: "slow", webhooks: 4, pace: { perSecond: 6 },
    count: 50,
  },
  {
    name: "healthy, one at a time", path: "slow", webhooks: 1, pace: { perSecond: 6 },
    count: 50, quick: 15, rows: "rows_written_one_at_a_time",
    dollars: "bill_healthy_one_at_a_time",
  },
  {
    name: "healthy, 100 a second to one webhook", path: "slow", webhooks: 1,
    pace: { perSecond: 100 }, count: 1_000, quick: 100, rows: "rows_written_at_100_per_second",
    dollars: "bill_healthy_at_100_per_second",
  },
  {
    // A receiver of 100 ms would be one that does not keep up with what 16 publishers send.
    name: "healthy, 16 publishers at once", path: "ok", webhooks: 1, pace: { publishers: 16 },
    count: 3_000, quick: 300, rows: "rows_written_16_publishers",
  },
];

/** The scenario that is counted for the peers, too. */
const OF_PEERS = "healthy, one at a time";

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
    await account.publish(rig, WARM_EVENTS, scenario.pace);
    await rig.receiver.reached(WARM_EVENTS * scenario.webhooks, TIMEOUT_MS);
    await account.counts();
    await rig.receiver.collect();
    await account.reset();
    const cpuBefore = cpuMs(account.system.pid);
    await account.publish(rig, scenario.count, scenario.pace);
    const failures = scenario.path === "flaky" ? scenario.count / 50 : 0;
    const posts = scenario.count * scenario.webhooks + failures;
    if (!(await rig.receiver.reached(posts, TIMEOUT_MS))) {
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
  const figures: Figure[] = [];
  const details: Record<string, Record<string, unknown>> = {};
  for (const scenario of scenarios(plan)) {
    const counted = await count(rig, product, scenario);
    details[scenario.name] = { ...shown(counted.perEvent), rows: counted.rows };
    const { rows, dollars } = scenario;
    if (rows !== undefined) figures.push(figure(rows, counted.perEvent.rows_written));
    if (dollars !== undefined) figures.push(figure(dollars, total(bill(counted.perEvent))));
  }
  const deadIsWanted = plan.wanted?.has("bill_dead_endpoint") ?? !plan.isQuick;
  if (deadIsWanted) {
    const endpoint = await dead(rig);
    figures.push(endpoint.figure);
    details["endpoint dead for two days"] = endpoint.details;
  }
  const ofPeers = SCENARIOS.find(({ name }) => name === OF_PEERS);
  if (ofPeers !== undefined && isWanted(plan) && !plan.isQuick) {
    for (const kind of [each, group]) {
      const counted = await count(rig, kind, ofPeers);
      details[`peer "${kind.name}": ${OF_PEERS}`] = shown(counted.perEvent);
    }
  }
  return { figures, details };
}

/** The scenarios to count: under `--only`, those that make one of its figures. */
function scenarios(plan: Plan): Scenario[] {
  return SCENARIOS
    .filter(({ rows, dollars }) =>
      isWanted(plan, ...[rows, dollars].filter((name) => name !== undefined)))
    .filter(({ quick }) => !plan.isQuick || quick !== undefined)
    .map((one) => ({ ...one, count: plan.isQuick ? one.quick ?? one.count : one.count }));
}
