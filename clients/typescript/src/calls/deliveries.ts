// The calls on deliveries: what happened to events, and sending them again.

import { jsonLinesOf, textOf } from "../lines.ts";
import { Pages, positionOf, type Position } from "../pages.ts";
import type { Delivery, DeliveryDetail, DeliveryRequest, ResentDeliveries } from "../schema.ts";
import { callOf, must, type CallOptions, type Transport } from "../transport.ts";
import type { FiltersOf, QueryOf } from "../types.ts";

export type DeliveryFilters = FiltersOf<"listDeliveries">;
/** Filters of calls that take every delivery which they find. */
export type DeliverySelection = FiltersOf<"resendDeliveries">;

export class Deliveries {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The deliveries of a webhook, the newest first. */
  list(
    webhookId: string,
    filters: DeliveryFilters = {},
    options: CallOptions = {},
  ): Pages<Delivery> {
    return new Pages((position) => {
      const query = { ...filters, ...position } as QueryOf<"listDeliveries">;
      return must(this.#transport.api.GET("/v1/webhooks/{id}/deliveries", {
        params: { path: { id: webhookId }, query }, ...callOf(options),
      }));
    });
  }

  /** Reads a delivery with every attempt. */
  get(
    webhookId: string,
    eventId: string,
    options: CallOptions = {},
  ): Promise<DeliveryDetail> {
    return must(this.#transport.api.GET("/v1/webhooks/{id}/deliveries/{event_id}", {
      params: { path: { id: webhookId, event_id: eventId } }, ...callOf(options),
    }));
  }

  /** Reads the POST of the latest attempt, without secrets. */
  request(
    webhookId: string,
    eventId: string,
    options: CallOptions = {},
  ): Promise<DeliveryRequest> {
    return must(this.#transport.api.GET("/v1/webhooks/{id}/deliveries/{event_id}/request", {
      params: { path: { id: webhookId, event_id: eventId } }, ...callOf(options),
    }));
  }

  /** Makes one more POST of a delivery, now. */
  resend(
    webhookId: string,
    eventId: string,
    options: CallOptions = {},
  ): Promise<Delivery> {
    return must(this.#transport.api.POST("/v1/webhooks/{id}/deliveries/{event_id}/resend", {
      params: { path: { id: webhookId, event_id: eventId } }, ...callOf(options),
    }));
  }

  /**
   * Makes one more POST of every delivery that the filters find; one filter at least. It makes a
   * call for each 100, so an error may come after some were sent again.
   */
  async resendMany(
    webhookId: string,
    selection: DeliverySelection,
    options: CallOptions = {},
  ): Promise<{ resent: number }> {
    let resent = 0;
    let position: Position | undefined = {};
    while (position !== undefined) {
      const query = { ...selection, ...position } as QueryOf<"resendDeliveries">;
      const answer: ResentDeliveries = await must(
        this.#transport.api.POST("/v1/webhooks/{id}/deliveries/resend", {
          params: { path: { id: webhookId }, query }, ...callOf(options),
        }),
      );
      resent += answer.resent;
      position = positionOf(answer.next);
    }
    return { resent };
  }

  /** Gives up a delivery that waits or is on its way. It can be resent. */
  skip(
    webhookId: string,
    eventId: string,
    options: CallOptions = {},
  ): Promise<Delivery> {
    return must(this.#transport.api.POST("/v1/webhooks/{id}/deliveries/{event_id}/skip", {
      params: { path: { id: webhookId, event_id: eventId } }, ...callOf(options),
    }));
  }

  /** The deliveries that the filters find as pieces of a CSV file, read while they come. */
  async *exportCsv(
    webhookId: string,
    selection: DeliverySelection = {},
    options: CallOptions = {},
  ): AsyncGenerator<string, void, undefined> {
    const body = await must(this.#transport.api.GET("/v1/webhooks/{id}/deliveries.csv", {
      params: { path: { id: webhookId }, query: selection },
      parseAs: "stream",
      fetch: this.#transport.streaming,
      ...callOf(options),
    }));
    if (body !== null) yield* textOf(body);
  }

  /** The deliveries that the filters find, read while they come; for more than some pages. */
  async *exportJsonLines(
    webhookId: string,
    selection: DeliverySelection = {},
    options: CallOptions = {},
  ): AsyncGenerator<Delivery, void, undefined> {
    const body = await must(this.#transport.api.GET("/v1/webhooks/{id}/deliveries.jsonl", {
      params: { path: { id: webhookId }, query: selection },
      parseAs: "stream",
      fetch: this.#transport.streaming,
      ...callOf(options),
    }));
    if (body !== null) yield* jsonLinesOf(body);
  }
}
