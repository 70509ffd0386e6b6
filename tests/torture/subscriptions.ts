// The webhooks of a run, which of them get an event, and the body of each event.

/** The types of the published events. */
export const EVENT_TYPES = [
  "COURSE_ENROLLMENT",
  "LESSON_COMPLETION",
  "PURCHASE_FULFILLMENT",
  "QUIZ_COMPLETION",
] as const;

/**
 * What is special about a webhook.
 *
 * - `signed`: the receiver verifies each signature.
 * - `rejecting`: the receiver answers 4xx now and then, which deactivates the webhook. Its owner
 *   activates it again and recovers what it missed.
 */
export type Kind =
  | "plain" | "ordered" | "limited" | "retry_4xx" | "signed" | "rejecting" | "one_type";

export interface Subscription {
  /** Its number in this run, from 0: its path at the receiver. */
  index: number;
  kind: Kind;
  /** The number of its account, from 0. */
  account: number;
  /** The one type that it takes; null: all. */
  eventType: string | null;
}

/** The kinds in the order in which webhooks are made. After the last comes the first again. */
const KINDS: Kind[] = [
  "plain", "ordered", "limited", "retry_4xx", "signed", "rejecting", "one_type", "plain",
];
const WEBHOOKS_PER_ACCOUNT = 3;

/** The kinds that take one type, so that they can keep up: one at a time, or a few in a second. */
const ONE_TYPE: Partial<Record<Kind, string>> = {
  ordered: "LESSON_COMPLETION",
  limited: "PURCHASE_FULFILLMENT",
  one_type: "QUIZ_COMPLETION",
};

/** The fields of the API that make a webhook special. */
export const FIELDS: Partial<Record<Kind, Record<string, unknown>>> = {
  ordered: { ordered: true },
  limited: { max_per_second: 50 },
  retry_4xx: { retry_4xx: true },
};

export function subscriptions(count: number): Subscription[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = KINDS[index % KINDS.length]!;
    const account = Math.floor(index / WEBHOOKS_PER_ACCOUNT);
    return { index, kind, account, eventType: ONE_TYPE[kind] ?? null };
  });
}

/** Whether a webhook gets the events of this type that this account publishes. */
export function takes(webhook: Subscription, account: number, eventType: string): boolean {
  return webhook.account === account && (webhook.eventType ?? eventType) === eventType;
}

const LONG_EVERY = 50;
const LONG_REPEATS = 1_000;

/**
 * Returns the body of event number `n`, which parsing and serializing would change. Bodies have up
 * to 400 bytes, some 9 kB.
 */
export function bodyOf(n: number, eventType: string): string {
  const repeats = (n % 40) + (n % LONG_EVERY === 0 ? LONG_REPEATS : 0);
  const padding = "é\\u00e9 ".repeat(repeats);
  return `{"n" : ${n}.0,\t"event_type":"${eventType}", "padding":"${padding}" }`;
}
