// The client of a dispatcher: every call of its API, publishing first.

import { Admin } from "./calls/admin.ts";
import { Deliveries } from "./calls/deliveries.ts";
import { Events } from "./calls/events.ts";
import { Alert, Webhooks } from "./calls/webhooks.ts";
import { chunksOf, type Chunk } from "./chunks.ts";
import { ApiError, PartialBatchError } from "./errors.ts";
import { Pages } from "./pages.ts";
import type { AuditEntry, BatchItem, Health, KeyInfo, PublishedEvent } from "./schema.ts";
import {
  Transport, callOf, headersOf, must, type CallOptions, type ClientOptions,
} from "./transport.ts";
import type { FiltersOf, QueryOf } from "./types.ts";

/** An event: any JSON object with an `event_type`. */
export interface NewEvent {
  event_type: string;
  [member: string]: unknown;
}

export interface PublishOptions extends CallOptions {
  /**
   * 1 to 255 visible ASCII characters. An event that was published with this key within a day is
   * not published again. Take one that your own data determines, so that a program that was killed
   * can publish again. A random one if left out, kept over repetitions.
   */
  idempotencyKey?: string;
  /** The trace that the event belongs to (W3C Trace Context). Its deliveries continue it. */
  traceparent?: string;
  tracestate?: string;
}

export type BatchOptions = Pick<PublishOptions, "idempotencyKey" | "signal">;

/** The brackets around a batch. */
const BRACKETS_BYTES = 1;
const TOO_LARGE = 413;

export class WebhookDispatcher {
  readonly webhooks: Webhooks;
  readonly deliveries: Deliveries;
  readonly events: Events;
  readonly alert: Alert;
  readonly admin: Admin;
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    const transport = new Transport(options);
    this.#transport = transport;
    this.webhooks = new Webhooks(transport);
    this.deliveries = new Deliveries(transport);
    this.events = new Events(transport);
    this.alert = new Alert(transport);
    this.admin = new Admin(transport);
  }

  /**
   * Publishes an event, once however often it must be sent. JSON text is delivered byte for byte as
   * it is given.
   */
  async publish(
    event: NewEvent | string,
    { idempotencyKey = crypto.randomUUID(), traceparent, tracestate, ...options }:
      PublishOptions = {},
  ): Promise<PublishedEvent> {
    return must(this.#transport.api.POST("/v1/events", {
      body: textOf(event) as never,
      bodySerializer: asItIs,
      ...headersOf({
        "content-type": "application/json",
        "Idempotency-Key": idempotencyKey,
        traceparent,
        tracestate,
      }),
      ...callOf(options),
    }));
  }

  /**
   * Publishes events, each once, in calls of at most 100 events and 1 MB that follow one another.
   * Each is answered for itself, in order; bad ones do not stop good ones. To repeat it with the
   * same key and events is safe, also after a `PartialBatchError`.
   */
  async publishBatch(
    events: readonly (NewEvent | string)[],
    { idempotencyKey = crypto.randomUUID(), ...options }: BatchOptions = {},
  ): Promise<BatchItem[]> {
    const results: BatchItem[] = [];
    const chunks = chunksOf(events.map(textOf), BRACKETS_BYTES);
    for (const [number, chunk] of chunks.entries()) {
      const key = chunks.length === 1 ? idempotencyKey : `${idempotencyKey}-${number + 1}`;
      try {
        results.push(...(await this.#publishChunk(chunk, key, options)));
      } catch (error) {
        if (results.length === 0) throw error;
        throw new PartialBatchError(results, error);
      }
    }
    return results;
  }

  async #publishChunk({ texts }: Chunk, key: string, options: CallOptions): Promise<BatchItem[]> {
    try {
      return await must(this.#transport.api.POST("/v1/events/batch", {
        body: `[${texts.join(",")}]` as never,
        bodySerializer: asItIs,
        headers: { "content-type": "application/json", "Idempotency-Key": key },
        ...callOf(options),
      }));
    } catch (error) {
      // An event that is too large alone fails alone, as a smaller one does within a batch.
      const isTooLarge = error instanceof ApiError && error.status === TOO_LARGE;
      if (!isTooLarge || texts.length > 1) throw error;
      return [{ status: TOO_LARGE, detail: error.detail }];
    }
  }

  /** The latest changes of the account, the newest first. */
  audit(filters: FiltersOf<"readAudit"> = {}, options: CallOptions = {}): Pages<AuditEntry> {
    return new Pages((position) => {
      const query = { ...filters, ...position } as QueryOf<"readAudit">;
      return must(this.#transport.api.GET("/v1/audit", { params: { query }, ...callOf(options) }));
    });
  }

  /** Tells whose the key is, what it may do, and until when. */
  ping(options: CallOptions = {}): Promise<KeyInfo> {
    return must(this.#transport.api.GET("/v1/ping", callOf(options)));
  }

  /** Tells whether the dispatcher runs. */
  health(options: CallOptions = {}): Promise<Health> {
    return must(this.#transport.api.GET("/health", callOf(options)));
  }
}

/** Returns the JSON of an event. */
function textOf(event: NewEvent | string): string {
  const text = typeof event === "string" ? event : JSON.stringify(event);
  if (text === undefined) throw new TypeError("an event is a JSON object, or its text");
  return text;
}

const asItIs = (body: unknown): string => body as string;
