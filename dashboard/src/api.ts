// The calls of an account, one method for each.

import { Http, pathOf } from "./http.ts";
import { elements, members, pretty } from "./json_text.ts";
import type {
  AuditList,
  CreatedWebhook,
  Delivery,
  DeliveryDetail,
  DeliveryList,
  DeliveryRequest,
  EventDetail,
  EventType,
  FilterVerdict,
  KeyInfo,
  PingResult,
  PublishedEvent,
  ReadWebhook,
  Recovery,
  Signing,
  Webhook,
  WebhookList,
  WebhookSeries,
  WebhookStats,
} from "./types.ts";

export interface WebhookFilter {
  q?: string;
  active?: string;
  state?: string;
  page?: string;
  page_size?: string;
}

export type DeliveryFilter = Record<string, string>;

const queryOf = (parameters: object): string => {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given as [string, string][])}`;
};

export class Api {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Reads what the key opens. Returns undefined if the dispatcher does not say it. */
  ping = () => this.#http.call<KeyInfo | undefined>("GET", "/v1/ping");

  webhooks = (filter: WebhookFilter, signal?: AbortSignal) =>
    this.#http.call<WebhookList>("GET", `/v1/webhooks${queryOf(filter)}`, { signal });

  webhook = async (id: string, signal?: AbortSignal): Promise<ReadWebhook> =>
    readWebhook(await this.#http.read("GET", `/v1/webhooks/${id}`, { signal }));

  /** Creates a webhook. A repeat with the same idempotency key creates no second one. */
  create = (body: string, idempotencyKey: string) =>
    this.#http.call<CreatedWebhook>("POST", "/v1/webhooks", { body, idempotencyKey });

  /** Changes a webhook, with `ifMatch` only if it is still that version. */
  update = (id: string, body: unknown, ifMatch?: string) =>
    this.#http.call<Webhook>("PATCH", `/v1/webhooks/${id}`, { body, ifMatch });

  remove = (id: string) => this.#http.call<void>("DELETE", `/v1/webhooks/${id}`);

  /** Sends one request to the webhook alone: a ping, or the sample of an event type. */
  test = (id: string, eventType?: string) =>
    this.#http.call<PingResult>(
      "POST",
      `/v1/webhooks/${id}/ping${queryOf({ event_type: eventType })}`,
    );

  rotate = (id: string, graceSeconds: number) =>
    this.#http.call<Signing>("POST", `/v1/webhooks/${id}/rotate-secret`, {
      body: { grace_seconds: graceSeconds },
    });

  stats = (id: string, signal?: AbortSignal) =>
    this.#http.call<WebhookStats>("GET", `/v1/webhooks/${id}/stats`, { signal });

  series = (id: string, query: Record<"from" | "to" | "step", string>, signal?: AbortSignal) => {
    const path = `/v1/webhooks/${id}/stats/series${queryOf(query)}`;
    return this.#http.call<WebhookSeries>("GET", path, { signal });
  };

  deliveries = (id: string, filter: DeliveryFilter, signal?: AbortSignal) =>
    this.#http.call<DeliveryList>("GET", `/v1/webhooks/${id}/deliveries${queryOf(filter)}`, {
      signal,
    });

  /** Reads a page by the link `next` or `previous` of another page. */
  page = <T>(link: string, signal?: AbortSignal) =>
    this.#http.call<T>("GET", pathOf(link), { signal });

  /** Reads all deliveries that match, as a file: `csv` or `jsonl`. */
  exported = (id: string, form: "csv" | "jsonl", filter: DeliveryFilter) =>
    this.#http.file(
      `/v1/webhooks/${id}/deliveries.${form}${queryOf(filter)}`,
      form === "csv" ? "text/csv" : "application/x-ndjson",
    );

  delivery = (id: string, event: string, signal?: AbortSignal) => {
    const path = `/v1/webhooks/${id}/deliveries/${event}`;
    return this.#http.call<DeliveryDetail>("GET", path, { signal });
  };

  sent = (id: string, event: string, signal?: AbortSignal) => {
    const path = `/v1/webhooks/${id}/deliveries/${event}/request`;
    return this.#http.call<DeliveryRequest>("GET", path, { signal });
  };

  resend = (id: string, event: string) =>
    this.#http.call<Delivery>("POST", `/v1/webhooks/${id}/deliveries/${event}/resend`);

  skip = (id: string, event: string) =>
    this.#http.call<Delivery>("POST", `/v1/webhooks/${id}/deliveries/${event}/skip`);

  recover = (id: string, body: object) =>
    this.#http.call<Recovery>("POST", `/v1/webhooks/${id}/recover`, { body });

  recovery = (id: string, signal?: AbortSignal) =>
    this.#http.call<Recovery>("GET", `/v1/webhooks/${id}/recover`, { signal });

  /** Reads the catalogue of event types. */
  eventTypes = async (signal?: AbortSignal): Promise<EventType[]> =>
    elements((await this.#http.read("GET", "/v1/event-types", { signal })).text).map(eventType);

  publish = (event: string, idempotencyKey: string) =>
    this.#http.call<PublishedEvent>("POST", "/v1/events", { body: event, idempotencyKey });

  event = (id: string, signal?: AbortSignal) =>
    this.#http.call<EventDetail>("GET", `/v1/events/${id}`, { signal });

  /** Judges an event by a filter. Both are JSON texts. */
  testFilter = (filter: string, event: string) =>
    this.#http.call<FilterVerdict>("POST", "/v1/filters/test", {
      body: `{"filter":${filter},"event":${event}}`,
    });

  audit = (signal?: AbortSignal) =>
    this.#http.call<AuditList>("GET", "/v1/audit?page_size=50", { signal });

  alert = async (signal?: AbortSignal): Promise<ReadWebhook> =>
    readWebhook(await this.#http.read("GET", "/v1/alert", { signal }));

  /** Makes the alert of the account. */
  putAlert = (fields: object) =>
    this.#http.call<CreatedWebhook>("PUT", "/v1/alert", { body: fields });
}

function readWebhook({ text, etag }: { text: string; etag: string | undefined }): ReadWebhook {
  const filter = members(text).get("filter") ?? "null";
  return {
    webhook: JSON.parse(text) as Webhook,
    filterText: filter === "null" ? "" : pretty(filter),
    etag,
  };
}

function eventType(text: string): EventType {
  const fields = members(text);
  const textOf = (name: string) => {
    const value: unknown = JSON.parse(fields.get(name) ?? "null");
    return typeof value === "string" ? value : undefined;
  };
  const jsonOf = (name: string) => {
    const value = fields.get(name) ?? "null";
    return value === "null" ? "" : pretty(value);
  };
  return {
    name: textOf("name") ?? textOf("event_type") ?? "",
    description: textOf("description") ?? textOf("triggered_when") ?? "",
    example: jsonOf("example"),
    schema: jsonOf("schema"),
    deprecated: fields.get("deprecated") === "true",
  };
}
