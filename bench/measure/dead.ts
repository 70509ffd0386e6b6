// Measures the bill of an endpoint that fails for two days, while a million events are published.
//
// To save the two days, the Worker's clock is moved from alarm to alarm. The object's own handlers
// run with the documented schedule, and each attempt is a real POST to a receiver that answers 500.
// The bill is calculated from three counts:
//
//   a million × (one event accepted in the outage + its purge after the retention)
//   + 50.14 hours, the whole retry schedule, × the cost of an hour of probing
//
// Each attempt is charged as 10 s of the object's time. This is the worst case: the receiver hangs
// until the timeout, and the Worker makes no attempt.

import { figure, type Figure } from "../figures.ts";
import { amounts, bill, shown, sum, times, total, type Amounts } from "../prices.ts";
import type { Rig } from "../slice.ts";
import { rounded } from "../stats.ts";
import { product } from "../system.ts";
import { Account } from "./account.ts";

const HOUR_MS = 3_600_000;
const OUTAGE_HOURS = 180_494 / 3_600;
const TIMEOUT_SECONDS = 10;
const MILLION = 1_000_000;
/** Enough failures for an outage. */
const FIRST_EVENTS = 10;
/** At least the probes of an hour, so each probe sends an event that has not been sent before. */
const BACKLOG = 400;

export async function dead(
  rig: Rig,
): Promise<{ figure: Figure; details: Record<string, unknown> }> {
  const account = await Account.open(product, [rig.receiver.url("fail", 0)]);
  try {
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
    // To the end of the schedule, when the webhook is deactivated, and then past the retention.
    await account.advance(52 * HOUR_MS);
    if (await account.isActive()) throw new Error("the webhook of a dead endpoint is still active");
    const purges = await counted(account, () => account.advance(400 * HOUR_MS));
    const all = FIRST_EVENTS + accepted + BACKLOG;
    const perHour = times(probes, 1 / hours);
    const perEvent = sum(
      times(accepts, 1 / accepted),
      times(purges, 1 / all),
      times(perHour, OUTAGE_HOURS / MILLION),
    );
    return {
      figure: figure("bill_dead_endpoint", total(bill(perEvent))),
      details: {
        ...shown(perEvent),
        of_which_accepting: rounded(total(bill(times(accepts, 1 / accepted)))),
        of_which_purging: rounded(total(bill(times(purges, 1 / all)))),
        of_which_probing: rounded(total(bill(times(perHour, OUTAGE_HOURS / MILLION)))),
        tries_per_hour: rounded(perHour.object_seconds / TIMEOUT_SECONDS),
      },
    };
  } finally {
    await account.system.stop();
  }
}

async function counted(account: Account, work: () => Promise<void>): Promise<Amounts> {
  await account.reset();
  await work();
  const { counts } = await account.counts();
  const of = amounts(counts, 0);
  return { ...of, object_seconds: of.object_seconds + counts.fetches * TIMEOUT_SECONDS };
}
