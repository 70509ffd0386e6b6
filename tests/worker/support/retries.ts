// A subscriber: an account with one webhook to a mailbox; and the delays that tests of failing ones
// go by.
//
// They leave time to act between two tries, and a timeout that a busy machine does not reach by
// itself. Gaps between tries are checked only against being too short: a busy machine makes them
// longer, a bug makes them shorter.

import assert from "node:assert/strict";
import { event, marks } from "./events.ts";
import type { Account, Dispatcher } from "./harness.ts";
import type { Mailbox, Receiver, Step } from "./receiver.ts";
import { quiet, until } from "./wait.ts";

export const baseMs = 60;
export const maxMs = 2_000;
export const timeoutMs = 3_000;
/**
 * A delay counts from when the failure is known, which is after its request arrived; only the
 * clocks' grain is let off.
 */
export const grainMs = 2;

export const calmly = {
  RETRY_BASE_MS: baseMs,
  RETRY_MAX_MS: maxMs,
  DELIVERY_TIMEOUT_MS: timeoutMs,
  LEASE_MARGIN_MS: 1_000,
};

export interface Subscriber {
  account: Account;
  mailbox: Mailbox;
  id: string;
  /** The webhook's path in the API. */
  path: string;
}

/** An account with one webhook to a mailbox that gives these answers. */
export async function subscribe(
  dispatcher: Dispatcher,
  receiver: Receiver,
  ...steps: Step[]
): Promise<Subscriber> {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(...steps);
  const { id } = await account.create({ target_url: mailbox.url });
  return { account, mailbox, id, path: `/v1/webhooks/${id}` };
}

/**
 * Sends one more event, which must arrive, then watches: nothing but it comes. Answers given from
 * now on are all 200.
 */
export async function nothingElse(account: Account, mailbox: Mailbox): Promise<void> {
  const before = mailbox.count;
  mailbox.answer(200);
  await account.publish(event("and then"));
  await until("the next event to arrive", () => marks(mailbox.texts).includes("and then"));
  assert.equal(mailbox.count, before + 1, "the event before was sent again");
  await quiet("requests", () => mailbox.count, 3 * 4 * baseMs);
}
