// The calls on webhooks, and on the alert of an account, which is a webhook too.

import { Pages } from "../pages.ts";
import type {
  AlertPut, CreatedWebhook, PingResult, RecoverRequest, Recovery, Rotation, Signing, Webhook,
  WebhookCreate, WebhookSeries, WebhookStats, WebhookUpdate,
} from "../schema.ts";
import {
  callOf, headersOf, must, mustRespond, type CallOptions, type Transport,
} from "../transport.ts";
import type { FiltersOf, QueryOf } from "../types.ts";

/** Options of a change or deletion. */
export interface ChangeOptions extends CallOptions {
  /** The `etag` that the webhook must still have, or `*`. Otherwise `PreconditionFailed`. */
  ifMatch?: string;
}

export interface CreateOptions extends CallOptions {
  /** 1 to 255 visible ASCII characters. A random one if left out, kept over repetitions. */
  idempotencyKey?: string;
}

export type WebhookFilters = Omit<FiltersOf<"listWebhooks">, "active"> & { active?: boolean };

export class Webhooks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The webhooks of the account, in the order of their creation. It may lag by a minute. */
  list(filters: WebhookFilters = {}, options: CallOptions = {}): Pages<Webhook> {
    const { active, ...others } = filters;
    const given = active === undefined ? others : { ...others, active: String(active) };
    return new Pages((position) => {
      const query = { ...given, ...position } as QueryOf<"listWebhooks">;
      return must(this.#transport.api.GET("/v1/webhooks", {
        params: { query }, ...callOf(options),
      }));
    });
  }

  /** Reads a webhook, exact at any moment. */
  async get(id: string, options: CallOptions = {}): Promise<Webhook> {
    return (await this.getWithEtag(id, options)).webhook;
  }

  /** Reads a webhook and its `etag`, with which a change can be made to depend on this state. */
  async getWithEtag(
    id: string,
    options: CallOptions = {},
  ): Promise<{ webhook: Webhook; etag: string }> {
    const { data, response } = await mustRespond(
      this.#transport.api.GET("/v1/webhooks/{id}", {
        params: { path: { id } }, ...callOf(options),
      }),
    );
    return { webhook: data, etag: response.headers.get("etag") ?? "" };
  }

  /**
   * Creates a webhook, which gets what is published from then on. Its `signing_secret` is shown
   * only here.
   */
  create(
    webhook: WebhookCreate,
    { idempotencyKey = crypto.randomUUID(), ...options }: CreateOptions = {},
  ): Promise<CreatedWebhook> {
    return must(this.#transport.api.POST("/v1/webhooks", {
      body: webhook,
      params: { header: { "Idempotency-Key": idempotencyKey } },
      ...callOf(options),
    }));
  }

  /** Changes a webhook by `PUT`. As with `update`, what is left out is kept. */
  replace(
    id: string,
    changes: WebhookUpdate,
    { ifMatch, ...options }: ChangeOptions = {},
  ): Promise<Webhook> {
    return must(this.#transport.api.PUT("/v1/webhooks/{id}", {
      params: { path: { id } },
      body: changes,
      ...headersOf({ "If-Match": ifMatch }),
      ...callOf(options),
    }));
  }

  /** Changes a webhook. What is left out is kept. `{active: true}` switches it on again. */
  update(
    id: string,
    changes: WebhookUpdate,
    { ifMatch, ...options }: ChangeOptions = {},
  ): Promise<Webhook> {
    return must(this.#transport.api.PATCH("/v1/webhooks/{id}", {
      params: { path: { id } },
      body: changes,
      ...headersOf({ "If-Match": ifMatch }),
      ...callOf(options),
    }));
  }

  /** Deletes a webhook. What waits is not sent any more. */
  async delete(id: string, { ifMatch, ...options }: ChangeOptions = {}): Promise<void> {
    await must(this.#transport.api.DELETE("/v1/webhooks/{id}", {
      params: { path: { id } },
      ...headersOf({ "If-Match": ifMatch }),
      ...callOf(options),
    }));
  }

  /** Sends one event of type `PING`, or the sample of another type, and tells what came of it. */
  ping(
    id: string,
    { eventType, ...options }: CallOptions & { eventType?: string } = {},
  ): Promise<PingResult> {
    const query = (eventType === undefined ? {} : { event_type: eventType }) as never;
    return must(this.#transport.api.POST("/v1/webhooks/{id}/ping", {
      params: { path: { id }, query }, ...callOf(options),
    }));
  }

  /** Puts a new secret or key pair in force. The old one signs too for `grace_seconds` more. */
  rotateSecret(
    id: string,
    rotation: Rotation = {},
    options: CallOptions = {},
  ): Promise<Signing> {
    return must(this.#transport.api.POST("/v1/webhooks/{id}/rotate-secret", {
      params: { path: { id } }, body: rotation, ...callOf(options),
    }));
  }

  /** Reads the numbers of a webhook: what waits, what has arrived, how its receiver does. */
  stats(id: string, options: CallOptions = {}): Promise<WebhookStats> {
    return must(this.#transport.api.GET("/v1/webhooks/{id}/stats", {
      params: { path: { id } }, ...callOf(options),
    }));
  }

  /** Reads what became of the deliveries of a range of time, in steps. */
  series(
    id: string,
    range: QueryOf<"readSeries"> = {},
    options: CallOptions = {},
  ): Promise<WebhookSeries> {
    return must(this.#transport.api.GET("/v1/webhooks/{id}/stats/series", {
      params: { path: { id }, query: range }, ...callOf(options),
    }));
  }

  /** Begins to deliver what was held or undelivered, in the order of acceptance. */
  recover(
    id: string,
    what: RecoverRequest = {},
    options: CallOptions = {},
  ): Promise<Recovery> {
    return must(this.#transport.api.POST("/v1/webhooks/{id}/recover", {
      params: { path: { id } }, body: what, ...callOf(options),
    }));
  }

  /** Reads how far the latest recovery is. */
  recovery(id: string, options: CallOptions = {}): Promise<Recovery> {
    return must(this.#transport.api.GET("/v1/webhooks/{id}/recover", {
      params: { path: { id } }, ...callOf(options),
    }));
  }
}

/** The one webhook that gets the operational events of the account. */
export class Alert {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Reads the alert. `NotFound` if there is none. */
  async get(options: CallOptions = {}): Promise<Webhook> {
    return (await this.getWithEtag(options)).webhook;
  }

  /** Reads the alert and its `etag`. */
  async getWithEtag(options: CallOptions = {}): Promise<{ webhook: Webhook; etag: string }> {
    const call = this.#transport.api.GET("/v1/alert", callOf(options));
    const { data, response } = await mustRespond(call);
    return { webhook: data, etag: response.headers.get("etag") ?? "" };
  }

  /** Makes the alert, which shows its `signing_secret` this once, or changes it. */
  put(
    alert: AlertPut,
    { ifMatch, ...options }: ChangeOptions = {},
  ): Promise<Webhook | CreatedWebhook> {
    return must(this.#transport.api.PUT("/v1/alert", {
      body: alert, ...headersOf({ "If-Match": ifMatch }), ...callOf(options),
    }));
  }

  /** Deletes the alert. */
  async delete({ ifMatch, ...options }: ChangeOptions = {}): Promise<void> {
    await must(this.#transport.api.DELETE("/v1/alert", {
      ...headersOf({ "If-Match": ifMatch }), ...callOf(options),
    }));
  }
}
