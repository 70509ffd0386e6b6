// Measures what a receiver that hangs costs in time of the object: the object-seconds that are
// billed for a retry, when each attempt hangs until the timeout of 10 s.
//
// Several webhooks get an event each, so that no receiver is in an outage and each webhook makes
// its first retry by the schedule. The ledger is set back between the first attempts and the
// retries.

import { setTimeout as sleep } from "node:timers/promises";
import { figure } from "../figures.ts";
import type { Measured, Plan } from "../plan.ts";
import { amounts } from "../prices.ts";
import type { Rig } from "../slice.ts";
import { rounded } from "../stats.ts";
import { product } from "../system.ts";
import { Account } from "./account.ts";

const WEBHOOKS = 8;
const POLL_MS = 20;

export async function hanging(rig: Rig, plan: Plan): Promise<Measured> {
  const timeoutMs = plan.isQuick ? 2_000 : 10_000;
  const urls = Array.from({ length: WEBHOOKS }, (_, webhook) =>
    rig.receiver.url("hang", webhook));
  const vars = { DELIVERY_TIMEOUT_MS: String(timeoutMs) };
  const account = await Account.open(product, urls, vars);
  try {
    await rig.receiver.collect();
    await account.publish(rig, 1, {});
    await attempted(rig, 1, timeoutMs);
    // The first attempts are settled when nothing is counted any more. The retries are 2 s later.
    await account.counts();
    await account.reset();
    await attempted(rig, 2, timeoutMs);
    const { counts } = await account.counts();
    const billed = amounts(counts, 0);
    const retries = counts.fetches;
    return {
      figures: [figure("object_seconds_slow_receiver", billed.object_seconds / retries,
        retries === WEBHOOKS ? undefined : `${retries} retries instead of ${WEBHOOKS}`)],
      details: {
        [`receivers that hang ${timeoutMs / 1_000} s`]: {
          retries,
          object_seconds_per_retry: rounded(billed.object_seconds / retries),
          object_requests_per_retry: rounded(billed.object_requests / retries),
          rows_written_per_retry: rounded(billed.rows_written / retries),
        },
      },
    };
  } finally {
    await account.system.stop();
  }
}

/** Waits until attempt `number` of each webhook has begun and ended. Throws if one does not. */
async function attempted(rig: Rig, number: number, timeoutMs: number): Promise<void> {
  const end = performance.now() + 3 * timeoutMs + 5_000;
  const isOver = async (): Promise<boolean> =>
    await rig.receiver.count() >= number * WEBHOOKS && await rig.receiver.hanging() === 0;
  while (!await isOver()) {
    if (performance.now() > end) throw new Error(`attempt ${number} did not end`);
    await sleep(POLL_MS);
  }
}
