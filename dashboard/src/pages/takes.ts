// Which events a webhook takes, and which webhooks take an event.

import { eventName } from "../format.ts";
import type { Webhook } from "../types.ts";
import { typesOf } from "./webhook_fields.ts";

/** Returns which events a webhook takes, in words. */
export function eventsText(webhook: Webhook): string {
  if (webhook.event_type === "WEBHOOK_ALERT") return "The alert of this account";
  const types = typesOf(webhook);
  const events = types === undefined ? "All events" : types.map(eventName).join(", ");
  return webhook.filter == null ? events : `${events}, filtered`;
}

/** The prefix of the operational events, which only a webhook gets that names them. */
const operational = "WEBHOOK_";

/** Whether a webhook takes events of this type, apart from its filter. */
export function takes(webhook: Webhook, type: string): boolean {
  const types = typesOf(webhook);
  if (types === undefined) return !type.startsWith(operational);
  return types.some((each) =>
    each.endsWith("*") ? type.startsWith(each.slice(0, -1)) : each === type,
  );
}

/** To how many webhooks an event of a type goes when it is published now. */
export interface Recipients {
  /** Number of URLs that it is sent to. */
  sent: number;
  /** Number of those whose filter may keep it away. */
  filtered: number;
  /** Number of webhooks that hold it, because the dispatcher switched them off. */
  held: number;
}

export function recipientsOf(webhooks: Webhook[], type: string): Recipients {
  const taking = webhooks.filter((webhook) => takes(webhook, type));
  const active = taking.filter((webhook) => webhook.active);
  // Several webhooks with one URL get an event once. One without a filter is enough to get it.
  const open = new Set(active.filter(({ filter }) => filter == null).map(urlOf));
  const all = new Set(active.map(urlOf));
  const held = taking.filter(
    ({ active: isActive, deactivate_reason: reason, hold_while_paused: holds }) =>
      !isActive && (reason === null ? holds === true : reason !== "ORG_DISABLED"),
  );
  return { sent: all.size, filtered: all.size - open.size, held: held.length };
}

const urlOf = ({ target_url: url }: Webhook): string => URL.parse(url)?.href ?? url;
