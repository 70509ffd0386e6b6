// The calls on events: where they went, their types, samples and filters.

import { callOf, must, type CallOptions, type Transport } from "../transport.ts";
import type { AnswerOf, BodyOf } from "../types.ts";

export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Reads where an event went, with every attempt. `NotFound` if no webhook took it. */
  get(eventId: string, options: CallOptions = {}): Promise<AnswerOf<"readEvent">> {
    return must(this.#transport.api.GET("/v1/events/{event_id}", {
      params: { path: { event_id: eventId } }, ...callOf(options),
    }));
  }

  /** Lists the event types in force. */
  types(options: CallOptions = {}): Promise<AnswerOf<"listEventTypes">> {
    return must(this.#transport.api.GET("/v1/event-types", callOf(options)));
  }

  /** Reads a sample event of a type, as `COURSE_COMPLETION` or `course-completion`. */
  sample(eventType: string, options: CallOptions = {}): Promise<AnswerOf<"readSample">> {
    const sample = eventType.toLowerCase().replaceAll("_", "-");
    return must(this.#transport.api.GET("/v1/webhooks/sample-{sample}", {
      params: { path: { sample } }, ...callOf(options),
    }));
  }

  /** Tells whether an event matches a filter, and why not. Nothing is stored or sent. */
  testFilter(
    test: BodyOf<"testFilter">,
    options: CallOptions = {},
  ): Promise<AnswerOf<"testFilter">> {
    return must(this.#transport.api.POST("/v1/filters/test", {
      body: test, fetch: this.#transport.repeatable, ...callOf(options),
    }));
  }
}
