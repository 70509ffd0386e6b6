// The dispatcher's HTTP API: one method a call, and its refusals as one kind of error.
//
// The key goes into a header and nowhere else.

import type {
  CreatedWebhook,
  Delivery,
  DeliveryList,
  DeliveryWithTries,
  EventPlaces,
  EventTypeList,
  PingResult,
  Published,
  Recovery,
  Signing,
  Stats,
  Webhook,
  WebhookList,
} from "../../contract/types.ts";

/** A refusal: a sentence, or one or more for each field that is wrong. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: Record<string, string[]>;

  constructor(status: number, message: string, fields: Record<string, string[]> = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }

  static of(status: number, body: unknown): ApiError {
    if (typeof body !== "object" || body === null) {
      return new ApiError(status, `The dispatcher answered ${status}.`);
    }
    if ("detail" in body) return new ApiError(status, String(body.detail));
    const entries = Object.entries(body).map(([field, texts]) => [
      field,
      [texts].flat().map(String),
    ]);
    const fields: Record<string, string[]> = Object.fromEntries(entries);
    return new ApiError(status, Object.values(fields).flat().join(" "), fields);
  }
}

export interface DeliveryFilter {
  status?: string;
  event_type?: string;
  after?: string;
}

export class Api {
  readonly #key: string;
  readonly #told: (answer: "good" | "refused" | "none") => void;

  /** `told` learns of each call whether it was answered, and whether the key was good. */
  constructor(key: string, told: (answer: "good" | "refused" | "none") => void = () => undefined) {
    this.#key = key;
    this.#told = told;
  }

  /** Fails unless the key is good. */
  check = () => this.#call<void>("GET", "/v1/ping");

  webhooks = (page: number, signal?: AbortSignal) =>
    this.#call<WebhookList>(
      "GET",
      `/v1/webhooks?page=${page}&page_size=200`,
      undefined,
      signal,
    );

  webhook = (id: string, signal?: AbortSignal) =>
    this.#call<Webhook>("GET", `/v1/webhooks/${id}`, undefined, signal);

  /** With the same key a repeat creates no second one, should the answer have been lost. */
  create = (fields: object, key: string) =>
    this.#call<CreatedWebhook>("POST", "/v1/webhooks", fields, undefined, key);

  update = (id: string, fields: object) =>
    this.#call<Webhook>("PATCH", `/v1/webhooks/${id}`, fields);

  remove = (id: string) => this.#call<void>("DELETE", `/v1/webhooks/${id}`);

  ping = (id: string) => this.#call<PingResult>("POST", `/v1/webhooks/${id}/ping`);

  rotate = (id: string, graceSeconds: number) =>
    this.#call<Signing>("POST", `/v1/webhooks/${id}/rotate-secret`, {
      grace_seconds: graceSeconds,
    });

  stats = (id: string, signal?: AbortSignal) =>
    this.#call<Stats>("GET", `/v1/webhooks/${id}/stats`, undefined, signal);

  deliveries = (
    id: string,
    filter: DeliveryFilter & { page_size?: string },
    signal?: AbortSignal,
  ) => this.page(`/v1/webhooks/${id}/deliveries?${new URLSearchParams({ ...filter })}`, signal);

  /** A page by a link of the page beside it. */
  page = (link: string, signal?: AbortSignal) => {
    // The link names the host that the dispatcher was asked by; only the rest of it is used.
    const { pathname, search } = new URL(link, location.origin);
    return this.#call<DeliveryList>("GET", pathname + search, undefined, signal);
  };

  delivery = (id: string, event: string, signal?: AbortSignal) => {
    const path = `/v1/webhooks/${id}/deliveries/${event}`;
    return this.#call<DeliveryWithTries>("GET", path, undefined, signal);
  };

  resend = (id: string, event: string) =>
    this.#call<Delivery>("POST", `/v1/webhooks/${id}/deliveries/${event}/resend`);

  skip = (id: string, event: string) =>
    this.#call<Delivery>("POST", `/v1/webhooks/${id}/deliveries/${event}/skip`);

  recover = (id: string, request: { status: string; since?: string }) =>
    this.#call<Recovery>("POST", `/v1/webhooks/${id}/recover`, request);

  recovery = (id: string, signal?: AbortSignal) =>
    this.#call<Recovery>("GET", `/v1/webhooks/${id}/recover`, undefined, signal);

  eventTypes = (signal?: AbortSignal) =>
    this.#call<EventTypeList>("GET", "/v1/event-types", undefined, signal);

  publish = (event: string, key: string) =>
    this.#call<Published>("POST", "/v1/events", event, undefined, key);

  event = (id: string, signal?: AbortSignal) =>
    this.#call<EventPlaces>("GET", `/v1/events/${id}`, undefined, signal);

  /** One call; a text is sent as it is, anything else as JSON. */
  async #call<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    key?: string,
  ): Promise<T> {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const headers: Record<string, string> = {
      accept: "application/json",
      authorization: `Bearer ${this.#key}`,
      ...(text === undefined ? {} : { "content-type": "application/json" }),
      ...(key === undefined ? {} : { "idempotency-key": key }),
    };
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        headers,
        body: text ?? null,
        // No cookie, and no dialog of the browser's when the key is wrong.
        credentials: "omit",
        cache: "no-store",
        signal: signal ?? null,
      });
    } catch (fault) {
      if (signal?.aborted) throw fault;
      this.#told("none");
      throw new ApiError(0, "The dispatcher cannot be reached.");
    }
    const answer: unknown = await response.json().catch(() => undefined);
    this.#told(response.status === 401 ? "refused" : response.status < 500 ? "good" : "none");
    if (response.ok) return answer as T;
    throw ApiError.of(response.status, answer);
  }
}
