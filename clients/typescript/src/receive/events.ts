// The types of events that arrive.

import type { components } from "../schema.ts";

/** Any event. */
export interface AnyEvent {
  event_type: string;
  [member: string]: unknown;
}

type BuiltIn = components["schemas"]["EventTypeName"];

/** An event of one of the built-in types, or a ping. `event_type` tells which it is. */
export type WebhookEvent =
  | { [Type in BuiltIn]: { event_type: Type; [member: string]: unknown } }[BuiltIn]
  | { event_type: "PING"; [member: string]: unknown };

/** The event of this type. */
export type EventOf<Event extends { event_type: string }, Type extends string> =
  Extract<Event, { event_type: Type }>;
