// The calls on events: where they went, their types, samples and filters.

import type { EventDetail, EventType, FilterTest, FilterVerdict, SampleList } from "../schema.ts";
import { callOf, must, type CallOptions, type Transport } from "../transport.ts";

export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Reads where an event went, with every attempt. `NotFound` if no webhook took it. */
  get(eventId: string, options: CallOptions = {}): Promise<EventDetail> {
    return must(this.#transport.api.GET("/v1/events/{event_id}", {
      params: { path: { event_id: eventId } }, ...callOf(options),
    }));
  }

  /** Lists the event types in force. */
  types(options: CallOptions = {}): Promise<EventType[]> {
    return must(this.#transport.api.GET("/v1/event-types", callOf(options)));
  }

  /** Reads a sample event of a type, as `COURSE_COMPLETION` or `course-completion`. */
  sample(eventType: string, options: CallOptions = {}): Promise<SampleList> {
    const sample = eventType.toLowerCase().replaceAll("_", "-");
    return must(this.#transport.api.GET("/v1/webhooks/sample-{sample}", {
      params: { path: { sample } }, ...callOf(options),
    }));
  }

  /** Tells whether an event matches a filter, and why not. Nothing is stored or sent. */
  testFilter(
    test: FilterTest,
    options: CallOptions = {},
  ): Promise<FilterVerdict> {
    return must(this.#transport.api.POST("/v1/filters/test", {
      body: test, fetch: this.#transport.repeatable, ...callOf(options),
    }));
  }
}
