// The types of the API that the dashboard reads: those of the contract, with fields that a
// dispatcher of an earlier version does not answer as optional ones.

import type * as contract from "../../contract/types.ts";

/** The state of a webhook, as the dispatcher sees it. */
export type WebhookState = "untried" | "healthy" | "degraded" | "failing" | "paused" | "off";

/** A retry schedule. A part that is left out is the dispatcher's. */
export interface Retry {
  limit?: number | null;
  base_ms?: number | null;
  max_ms?: number | null;
}

/** What an owner can choose besides the target and the event type. */
export interface Options {
  name: string;
  metadata: Record<string, string>;
  event_types: string[];
  filter: object | null;
  timeout_ms: number | null;
  retry: Retry | null;
  deactivate_on_4xx: boolean;
  hold_while_paused: boolean;
  created_at: string | null;
  updated_at: string | null;
  shares_target_with: string[];
  state: WebhookState;
}

export type Webhook = contract.Webhook & Partial<Options>;

/** A webhook with what its JSON does not say. */
export interface ReadWebhook {
  webhook: Webhook;
  /** The filter as JSON text with every digit, or "" if there is none. */
  filterText: string;
  /** Names this version of the webhook in `If-Match`. */
  etag: string | undefined;
}

export type CreatedWebhook = contract.CreatedWebhook & Partial<Options>;

export interface WebhookList {
  count: number;
  next: string | null;
  results: Webhook[];
}

/** What a delivery waits for that has no time for its next attempt. */
interface Waiting {
  waits_for?: string | null;
}

export type Delivery = contract.Delivery & Waiting & Partial<LastAttempt>;

interface LastAttempt {
  http_status_code: number | null;
  fault: string | null;
}

export type DeliveryWithTries = contract.DeliveryWithTries & Waiting;

export interface DeliveryList {
  next: string | null;
  previous: string | null;
  results: Delivery[];
}

export type Stats = contract.Stats &
  Waiting & {
    /** The state by the rules of the dispatcher. */
    state?: WebhookState;
    /** Number of events that the filter did not let pass. */
    filtered?: number;
  };

export interface PingResult {
  succeeded: boolean;
  http_status_code: number | null;
  message?: string;
  event_id?: string;
  duration_ms?: number;
  fault?: string | null;
  answer?: string | null;
}

/** The request of the latest attempt of a delivery, with its secrets masked. */
export interface SentRequest {
  at: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

/** Counts and durations of the deliveries that were accepted in one step of time. */
export interface SeriesPoint {
  at: string;
  delivered: number;
  retried: number;
  /** Those that wait or are in flight. */
  open: number;
  failed: number;
  held: number;
  p50_ms: number | null;
  p95_ms: number | null;
}

export interface Series {
  /** In seconds. */
  step: number;
  /** Whether every delivery is counted. Otherwise the oldest are not. */
  complete: boolean;
  series: SeriesPoint[];
}

/** What `GET /v1/ping` says about the key. */
export interface Ping {
  account: string | null;
  key_id: string;
  scopes: string[];
  expires_at: string | null;
}

/** An event type of the catalogue. */
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

export interface FilterTest {
  matches: boolean;
  reason: { pointer: string; detail: string } | null;
}

export interface AccountRow {
  account: string;
  webhooks: number;
  failing: number;
  off: number;
  last_event_at: string | null;
}

export interface AccountList {
  results: AccountRow[];
  next: string | null;
}

export type {
  AccountDetail,
  AuditEntry,
  AuditList,
  EventPlaces,
  Key,
  KeyList,
  MintedKey,
  PortalLink,
  Published,
  Recovery,
  Signing,
  Try,
} from "../../contract/types.ts";
