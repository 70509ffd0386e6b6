// The state of a webhook in a word and a sentence.

import { count } from "./format.ts";
import type { Webhook, WebhookState, WebhookStats } from "./types.ts";

/** `unknown`: active, and its statistics are not loaded yet. */
export type State = WebhookState | "unknown";

/** The order of the states in the list. Those that need attention come first. */
export const order: State[] = [
  "off",
  "failing",
  "degraded",
  "unknown",
  "healthy",
  "untried",
  "paused",
];

/** The states that need somebody. */
export const troubled = ["off", "failing", "degraded"] as const satisfies State[];

export const titles: Record<State, string> = {
  healthy: "Healthy",
  degraded: "Degraded",
  failing: "Failing",
  off: "Off",
  paused: "Paused",
  untried: "Not tried yet",
  unknown: "Active",
};

/** The least share of attempts that succeed in a healthy webhook, as in the dispatcher. */
const healthyShare = 0.95;

/**
 * Returns the state by the API. A dispatcher that does not answer it has the same rules, except
 * that it does not say when the webhook was activated.
 */
export function stateOf(webhook: Webhook, stats: WebhookStats | undefined): State {
  if (!webhook.active) return webhook.deactivate_reason === null ? "paused" : "off";
  const said = stats?.state ?? webhook.state;
  if (said !== undefined) return said;
  if (stats === undefined) return "unknown";
  if (stats.tries === 0) return "untried";
  if (time(stats.last_failure_at) > time(stats.last_success_at)) return "failing";
  return (stats.success_rate ?? 1) < healthyShare ? "degraded" : "healthy";
}

const time = (text: string | null) => (text === null ? 0 : Date.parse(text));

const reasons: Record<string, string> = {
  HTTP_4XX_RESPONSE: "the receiver answered with a 4xx status",
  RETRY_COUNT: "an event still failed after its last retry",
  TOO_MANY_REDIRECTS: "the receiver answered with a redirect until the last retry",
  ORG_DISABLED: "the account is disabled",
};

/** Returns the sentence for a `deactivate_reason`, without its capital and its full stop. */
export const reasonOf = (code: string | null): string =>
  code === null ? "its owner paused it" : (reasons[code] ?? code);

/** Describes the events that did not arrive: those that are kept, and those that were refused. */
export function missedText({ held, undelivered, refused }: WebhookStats): string {
  const kept =
    held + undelivered === 0
      ? "nothing to recover"
      : `${count(held)} held, ${count(undelivered)} undelivered`;
  return refused === 0 ? kept : `${kept}; ${count(refused)} refused for lack of room`;
}

/**
 * Says which delivered events are no longer complete because the webhook had more history than
 * there is room for; an empty text if all are. `shown` writes a time.
 */
export function roomText(stats: WebhookStats | undefined, shown: (time: string) => string): string {
  const { bodies_since: bodies = null, history_since: history = null } = stats ?? {};
  const texts = [];
  if (bodies !== null)
    texts.push(`The bodies of events that came before ${shown(bodies)} are gone once delivered, ` +
      "so those events cannot be sent again.");
  if (history !== null)
    texts.push(`Delivered events that came before ${shown(history)} have left the history.`);
  return texts.length === 0 ? "" : ["There was no room for more.", ...texts].join(" ");
}

/** Returns the number of deliveries that can be recovered. */
export const missed = (stats: WebhookStats | undefined): number =>
  stats === undefined ? 0 : stats.held + stats.undelivered;

/**
 * Returns the time of the next attempt. One that has passed is not shown: the attempt is on its
 * way, or waits for something else.
 */
export function nextAttempt(at: string | null | undefined, nowMs: number): number | undefined {
  if (at == null) return undefined;
  const timeMs = Date.parse(at);
  return timeMs > nowMs ? timeMs : undefined;
}
