// A client of the dispatcher's HTTP API, with one method for each call. Errors are `ApiError`s.
//
// The key is sent in a header only.

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

/** An error response: a sentence, or sentences for each field that is wrong. */
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

/**
 * The result of a call for the key and the connection: `ok`, also for an error of the request;
 * `unauthorized` if the key is not valid; `unreachable` without a response, or with a 5xx.
 */
export type CallResult = "ok" | "unauthorized" | "unreachable";

export interface DeliveryFilter {
  status?: string;
  event_type?: string;
  after?: string;
}

export class Api {
  readonly #key: string;
  readonly #onResult: (result: CallResult) => void;

  /** `onResult` gets the result of each call. */
  constructor(key: string, onResult: (result: CallResult) => void = () => undefined) {
    this.#key = key;
    this.#onResult = onResult;
  }

  /** Throws unless the key is valid. */
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

  /** Creates a webhook. A repeat with the same idempotency key creates no second one. */
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

  /** Reads a page by the link `next` or `previous` of another page. */
  page = (link: string, signal?: AbortSignal) => {
    // Only path and query of the link are used, not the host by which the dispatcher was called.
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

  /** Makes a call. A string is sent as it is, any other body as JSON. */
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
        // No cookies, and no sign-in dialog of the browser after a 401.
        credentials: "omit",
        cache: "no-store",
        signal: signal ?? null,
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      this.#onResult("unreachable");
      throw new ApiError(0, "The dispatcher cannot be reached.");
    }
    const answer: unknown = await response.json().catch(() => undefined);
    this.#onResult(resultOf(response.status));
    if (response.ok) return answer as T;
    throw ApiError.of(response.status, answer);
  }
}

function resultOf(status: number): CallResult {
  if (status === 401) return "unauthorized";
  return status < 500 ? "ok" : "unreachable";
}
