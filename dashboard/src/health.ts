// How a webhook is doing, in one word and one sentence, from what the API tells of it.

import { count } from "./format.ts";
import type { Stats, Webhook } from "../../contract/types.ts";

export type State = "healthy" | "failing" | "off" | "paused" | "quiet" | "unknown";

/** What an owner should look at first stands first. */
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

/** Why the dispatcher switched a webhook off. */
export const reasonOf = (code: string | null): string =>
  code === null ? "Its owner switched it off." : (reasons[code] ?? code);

/** What did not arrive: what is kept of it, and what was never taken since too much waited. */
export function missedText({ held, undelivered, refused }: Stats): string {
  const kept =
    held + undelivered === 0
      ? "nothing to recover"
      : `${count(held)} held, ${count(undelivered)} undelivered`;
  return refused === 0 ? kept : `${kept}; ${count(refused)} refused, as too much waited`;
}

/** How many deliveries wait to be recovered. */
export const missed = (stats: Stats | undefined): number =>
  stats === undefined ? 0 : stats.held + stats.undelivered;
