// Delays for tests of retries.
//
// They leave time to act between two attempts, and a timeout that a slow machine does not exceed.
// Tests check only that a gap between attempts is not too short, because a slow machine makes gaps
// longer.

import assert from "node:assert/strict";
import { event, marks } from "./events.ts";
import type { Account } from "./harness.ts";
import type { Mailbox } from "./receiver.ts";
import { noMore, until } from "./wait.ts";

export const baseMs = 60;
export const maxMs = 2_000;
export const timeoutMs = 3_000;

/** How much shorter a gap may be than its delay: the precision of the clocks. */
export const toleranceMs = 2;

export const retryVars = {
  RETRY_BASE_MS: baseMs,
  RETRY_MAX_MS: maxMs,
  DELIVERY_TIMEOUT_MS: timeoutMs,
  LEASE_MARGIN_MS: 1_000,
};

/**
 * Publishes one more event, which must arrive, and checks that no other request comes. From now on
 * the mailbox answers 200.
 */
export async function assertNoMoreRequests(account: Account, mailbox: Mailbox): Promise<void> {
  const before = mailbox.count;
  mailbox.answer(200);
  await account.publish(event("and then"));
  await until("the next event to arrive", () => marks(mailbox.texts).includes("and then"));
  assert.equal(mailbox.count, before + 1, "the event before was sent again");
  await noMore("requests", () => mailbox.count, 3 * 4 * baseMs);
}
