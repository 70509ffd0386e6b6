// What the API answers, as far as the dashboard reads it.

export interface Webhook {
  id: string;
  target_url: string;
  active: boolean;
  deactivate_reason: string | null;
  event_type: string | null;
  basic_auth_username: string;
  basic_auth_password: string;
  additional_headers: Record<string, string>;
  max_per_second?: number;
  ordered?: boolean;
  retry_4xx?: boolean;
  signing_public_key?: string;
}

/** What a receiver verifies with; a secret is shown this once. */
export interface Signing {
  signing_secret?: string;
  signing_public_key?: string;
}

export type CreatedWebhook = Webhook & Signing;

export interface Listing<T> {
  count: number;
  next: string | null;
  previous: string | null;
  results: T[];
}

/** A page found by a cursor. */
export interface Page<T> {
  next: string | null;
  previous: string | null;
  results: T[];
}

export const statuses = ["waiting", "in_flight", "delivered", "undelivered", "held"] as const;

export type Status = (typeof statuses)[number];

export interface Delivery {
  event_id: string;
  event_type: string;
  status: Status;
  accepted_at: string;
  delivered_at: string | null;
  next_try_at: string | null;
  try_count: number;
  tries?: Try[];
}

export interface Try {
  at: string;
  duration_ms: number;
  cause: "schedule" | "resend" | "recover";
  http_status_code: number | null;
  fault: string | null;
  answer: string | null;
}

export interface Stats {
  waiting: number;
  in_flight: number;
  delivered: number;
  undelivered: number;
  held: number;
  dropped: number;
  refused: number;
  last_success_at: string | null;
  last_failure_at: string | null;
  next_try_at: string | null;
  tries: number;
  success_rate: number | null;
  duration_ms_p50: number | null;
  duration_ms_p99: number | null;
}

export interface Recovery {
  state: "none" | "running" | "done" | "stopped";
  started_at: string | null;
  total: number;
  taken: number;
  delivered: number;
}

export interface PingResult {
  succeeded: boolean;
  http_status_code: number;
  message: string;
}

export interface EventType {
  event_type: string;
  triggered_when: string;
}

export interface Published {
  id: string;
  event_type: string;
  webhooks: number;
  held?: number;
}

export interface EventPlaces {
  id: string;
  deliveries: (Delivery & { webhook: string })[];
}
