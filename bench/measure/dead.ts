// Measures the bill of an endpoint that fails for two days, while a million events are published.
//
// To save the two days, the Worker's clock is moved from alarm to alarm. The object's own handlers
// run with the documented schedule, and each attempt is a real POST to a receiver that answers 500.
// The bill is calculated from three counts:
//
//   a million × (one event accepted in the outage + its purge after the retention)
//   + 50.14 hours, the whole retry schedule, × the cost of an hour of probing
//
// Each probe attempts another event, so some 18,000 of the million have attempts. Such an event has
// a row of its own, and the others share rows. The purge of either kind is counted apart: first of
// a backlog that was probed from its first to its last event, then of one that was hardly probed.
//
// To save time, too, an attempt has a timeout of 100 ms. If the object was never idle during an
// attempt, it is charged as 10 s of the object's time: an object that waits is billed.

import { figure, type Figure } from "../figures.ts";
import { amounts, bill, shown, sum, times, total, type Amounts } from "../prices.ts";
import type { Rig } from "../slice.ts";
import { rounded } from "../stats.ts";
import { product } from "../system.ts";
import { Account } from "./account.ts";

const HOUR_MS = 3_600_000;
const OUTAGE_HOURS = 180_494 / 3_600;
/** The product's timeout, and the one used here. */
const TIMEOUT_SECONDS = 10;
const SHORT_TIMEOUT_SECONDS = 0.1;
const MILLION = 1_000_000;
/** Enough failures for an outage. */
const FIRST_EVENTS = 10;
/** At least the probes of an hour, so each probe sends an event that has not been sent before. */
const BACKLOG = 400;
/** So many that the probes until the webhook is switched off do not count. */
const NEVER_ATTEMPTED = 5_000;

export async function dead(
  rig: Rig,
): Promise<{ figure: Figure; details: Record<string, unknown> }> {
  const vars = { DELIVERY_TIMEOUT_MS: String(SHORT_TIMEOUT_SECONDS * 1_000) };
  const account = await Account.open(product, [rig.receiver.url("dead", 0)], vars);
  try {
    await rig.receiver.down(0, true);
    await rig.receiver.collect();
    await account.publish(rig, FIRST_EVENTS, { perSecond: 50 });
    await rig.receiver.reached(5, 10_000);
    await account.counts();
    await account.advance(120_000);
    const accepted = 100;
    const accepts = await counted(account, () => account.publish(rig, accepted, { perSecond: 20 }));
    await account.publish(rig, BACKLOG, { perSecond: 200 });
    const hours = 1;
    const probes = await counted(account, () => account.advance(hours * HOUR_MS));
    // To the end of the schedule, when the webhook is deactivated, and then past the retention. To
    // hang would only take long.
    await rig.receiver.down(0, false);
    await account.advance(52 * HOUR_MS);
    if (await account.isActive()) throw new Error("the webhook of a dead endpoint is still active");
    const purges = await counted(account, () => account.advance(400 * HOUR_MS));
    const all = FIRST_EVENTS + accepted + BACKLOG;
    const attempted = probes.attempts / hours * OUTAGE_HOURS / MILLION;
    const parts = {
      accepting: times(accepts.of, 1 / accepted),
      purging: sum(
        times(purges.of, attempted / all),
        times(await purgeOfNeverAttempted(rig), 1 - attempted),
      ),
      probing: times(probes.of, OUTAGE_HOURS / hours / MILLION),
    };
    const perEvent = sum(...Object.values(parts));
    const dollars = (part: Amounts): number => rounded(total(bill(part)));
    return {
      figure: figure("bill_dead_endpoint", total(bill(perEvent))),
      details: {
        ...shown(perEvent),
        of_which_accepting: dollars(parts.accepting),
        of_which_purging: dollars(parts.purging),
        of_which_probing: dollars(parts.probing),
        attempted_share: rounded(attempted),
        attempts_per_hour: rounded(probes.attempts / hours),
        object_seconds_per_attempt: rounded(probes.of.object_seconds / probes.attempts),
      },
    };
  } finally {
    await account.system.stop();
  }
}

/** The purge of one event that was never attempted. */
async function purgeOfNeverAttempted(rig: Rig): Promise<Amounts> {
  await rig.receiver.down(0, true);
  await rig.receiver.collect();
  const account = await Account.open(product, [rig.receiver.url("dead", 0)]);
  try {
    await account.publish(rig, FIRST_EVENTS, { perSecond: 50 });
    await rig.receiver.reached(5, 10_000);
    const name = encodeURIComponent(`bill/${account.ids[0]}`);
    await account.system.ledger(
      `/fill?binding=WEBHOOK_OBJECT&name=${name}&count=${NEVER_ATTEMPTED}`);
    await account.switchOff();
    const purges = await counted(account, () => account.advance(400 * HOUR_MS));
    return times(purges.of, 1 / (FIRST_EVENTS + NEVER_ATTEMPTED));
  } finally {
    await account.system.stop();
  }
}

async function counted(
  account: Account,
  work: () => Promise<void>,
): Promise<{ of: Amounts; attempts: number }> {
  await account.reset();
  await work();
  const { counts } = await account.counts();
  const of = amounts(counts, 0);
  const waited = counts.held_fetches * (TIMEOUT_SECONDS - SHORT_TIMEOUT_SECONDS);
  return {
    of: { ...of, object_seconds: of.object_seconds + waited }, attempts: counts.fetches,
  };
}
