// The types of events that arrive.

import type { webhooks } from "../schema.ts";

/** Any event. */
export interface AnyEvent {
  event_type: string;
  [member: string]: unknown;
}

/** The contract has an entry for each built-in type, and `event` for what they have in common. */
type BuiltIn = Exclude<keyof webhooks, "event">;

/** An event of one of the built-in types, or a ping. `event_type` tells which it is. */
export type WebhookEvent = {
  [Type in BuiltIn]: NonNullable<
    webhooks[Type]["post"]["requestBody"]
  >["content"]["application/json"];
}[BuiltIn];

/** The event of this type. */
export type EventOf<Event extends { event_type: string }, Type extends string> =
  Extract<Event, { event_type: Type }>;
