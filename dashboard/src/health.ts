// The state of a webhook in a word and a sentence, from its fields and its statistics.

import { count } from "./format.ts";
import type { Stats, Webhook } from "../../contract/types.ts";

export type State = "healthy" | "failing" | "off" | "paused" | "quiet" | "unknown";

/** The order of the states in the list. Those that need attention come first. */
export const order: State[] = ["off", "failing", "unknown", "healthy", "quiet", "paused"];

export const titles: Record<State, string> = {
  healthy: "Healthy",
  failing: "Failing",
  off: "Switched off",
  paused: "Paused",
  quiet: "No events yet",
  unknown: "Active",
};

export function stateOf(webhook: Webhook, stats: Stats | undefined): State {
  if (!webhook.active) return webhook.deactivate_reason === null ? "paused" : "off";
  if (stats === undefined) return "unknown";
  if (stats.tries === 0) return "quiet";
  const failure = time(stats.last_failure_at);
  const success = time(stats.last_success_at);
  return failure > success && stats.waiting + stats.in_flight > 0 ? "failing" : "healthy";
}

const time = (text: string | null) => (text === null ? 0 : Date.parse(text));

const reasons: Record<string, string> = {
  HTTP_4XX_RESPONSE: "The receiver refused an event with a 4xx answer.",
  RETRY_COUNT: "An event still failed after its last retry.",
  TOO_MANY_REDIRECTS: "The receiver answered with a redirect until the last retry.",
};

/** Returns the sentence for a `deactivate_reason`. */
export const reasonOf = (code: string | null): string =>
  code === null ? "Its owner switched it off." : (reasons[code] ?? code);

/** Describes the events that did not arrive: those that are kept, and those that were refused. */
export function missedText({ held, undelivered, refused }: Stats): string {
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
export function roomText(stats: Stats | undefined, shown: (time: string) => string): string {
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
export const missed = (stats: Stats | undefined): number =>
  stats === undefined ? 0 : stats.held + stats.undelivered;
