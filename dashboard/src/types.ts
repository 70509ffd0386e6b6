// The types of the API that the dashboard reads: those of the contract, some with a shorter name or
// with what their JSON does not say. What the contract says is not written here again.

import type { Webhook } from "../../contract/types.ts";

/** A retry schedule. A part that is left out or `null` is the dispatcher's. */
export type Retry = { [Part in keyof NonNullable<Webhook["retry"]>]: number | null };

/** A webhook with what its JSON does not say. */
export interface ReadWebhook {
  webhook: Webhook;
  /** The filter as JSON text with every digit, or "" if there is none. */
  filterText: string;
  /** Names this version of the webhook in `If-Match`. */
  etag: string | undefined;
}

/** An event type of the catalogue, with its objects as text: their digits are kept. */
export interface EventType {
  name: string;
  /** When it is published. */
  description: string;
  /** An example event as JSON text, or "". */
  example: string;
  /** A JSON Schema as JSON text, or "". */
  schema: string;
  deprecated: boolean;
}

export type {
  AccountDetail,
  AccountList,
  AccountSummary,
  AuditEntry,
  AuditList,
  CreatedKey,
  CreatedWebhook,
  Delivery,
  DeliveryAttempt,
  DeliveryDetail,
  DeliveryList,
  DeliveryRequest,
  EventDetail,
  FilterVerdict,
  Key,
  KeyInfo,
  KeyList,
  PingResult,
  PortalLink,
  PublishedEvent,
  Recovery,
  SeriesStep,
  Signing,
  Webhook,
  WebhookList,
  WebhookSeries,
  WebhookState,
  WebhookStats,
} from "../../contract/types.ts";
