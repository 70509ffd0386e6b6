// Measures what an event costs that the filter of every webhook leaves out: one request to the
// account's object, and no row.

import { figure, type Figure } from "../figures.ts";
import { amounts, shown, times } from "../prices.ts";
import type { Rig } from "../slice.ts";
import { rounded } from "../stats.ts";
import { cpuMs, product } from "../system.ts";
import { Account, type Pace } from "./account.ts";

const WEBHOOKS = 4;
const EVENTS = 50;
const WARM_EVENTS = 3;
/** The load generator's events are of another type. */
const FILTER = { event_type: "QUIZ_COMPLETION" };

export async function filtered(rig: Rig): Promise<{ figures: Figure[]; details: Details }> {
  const unkeyed = await counted(rig, { perSecond: 6 });
  const keyed = await counted(rig, { perSecond: 6, keyed: true });
  return {
    figures: [
      figure("filtered_object_requests", unkeyed.object_requests.per_event),
      figure("filtered_rows", unkeyed.rows_written.per_event),
    ],
    details: { "filtered out": unkeyed, "filtered out, with a key": keyed },
  };
}

type Details = Record<string, Record<string, unknown>>;
type Counted = Record<string, unknown> &
  Record<"object_requests" | "rows_written", { per_event: number }>;

async function counted(rig: Rig, pace: Pace): Promise<Counted> {
  const urls = Array.from({ length: WEBHOOKS }, (_, webhook) => rig.receiver.url("ok", webhook));
  const account = await Account.open(product, urls, {}, { filter: FILTER });
  try {
    await rig.receiver.collect();
    await account.publish(rig, WARM_EVENTS, pace);
    await account.counts();
    await account.reset();
    const cpuBefore = cpuMs(account.system.pid);
    await account.publish(rig, EVENTS, pace);
    const { counts, written } = await account.counts();
    const posts = await rig.receiver.count();
    if (posts > 0) throw new Error(`${posts} POSTs came of events that were to be filtered out`);
    const cpu = cpuMs(account.system.pid) - cpuBefore;
    const statements = Object.entries(written).map(([statement, rows]) =>
      [statement.slice(0, 40), rounded(rows / EVENTS)]);
    const all = shown(times(amounts(counts, cpu), 1 / EVENTS)) as Counted;
    return { ...all, rows: Object.fromEntries(statements) };
  } finally {
    await account.system.stop();
  }
}
