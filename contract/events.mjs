// The calls for events, and their schemas.

import {
  DISABLED, ERASED, IN_USE, answer, conflict, count, eventType, flag, forbidden, json, list,
  notFound, nullable, nullableSchema, object, operation, parameter, response, schema, text, values,
  withBody,
} from "./build.mjs";
import { EVENT_TYPES, names, tableOf } from "./event_types.mjs";
import { eventExample as event } from "./receiving.mjs";

const TAG = "Events";
const ADMIN = "Administration";
const nullableObject = (description) => ({ type: ["object", "null"], description });
/** The vendor's names of the samples: the event types, with one exception. */
const SAMPLES = names(EVENT_TYPES)
  .map((name) => name.toLowerCase().replaceAll("_", "-"))
  .map((name) => (name === "vilt-event-registration" ? "vilt-registration" : name));
const id = "01kawq9r8t3v5x7z9b1d3f5h7m";

const published = {
  id: text("The event's id: the `webhook-id` of each of its POSTs.", { pattern: "^[0-9a-z]+$" }),
  event_type: eventType,
  webhooks: count("How many webhooks have stored it."),
  held: count("How many are switched off and hold it; absent if none.", {
    minimum: 1,
  }),
  refused: list(schema("RefusedEvent"), {
    minItems: 1,
    description: "The webhooks that match it and refused it; absent if none.",
  }),
};
const optional = ["held", "refused"];

export const eventSchemas = {
  EventTypeName: {
    type: "string",
    enum: names(EVENT_TYPES),
    description:
      `${tableOf(EVENT_TYPES)}\n\nThe variable \`EVENT_TYPES\` replaces the list, and so does ` +
      "the operator's catalogue; `GET /v1/event-types` answers what is in force.",
  },
  Event: {
    type: "object",
    description:
      "Any JSON object, no deeper than 127 levels, with an `event_type` of the list. It is " +
      "delivered byte for byte.",
    required: ["event_type"],
    properties: { event_type: schema("EventTypeName") },
    additionalProperties: true,
  },
  PublishedEvent: object(published, { optional }),
  RefusedEvent: object({
    webhook: text("The webhook's id.", { pattern: "^[0-9a-z]+$" }),
    reason: schema("RefusalReason"),
  }),
  RefusalReason: values(
    ["backlog", "storage"],
    "As much waits for it as may (`MAX_BACKLOG`, `MAX_BACKLOG_BYTES`); what it has not delivered " +
      "yet fills its storage.",
  ),
  BatchItem: {
    description: "What the event would have been answered with alone.",
    oneOf: [schema("BatchAccepted"), schema("BatchRejected")],
  },
  BatchAccepted: object(
    { status: { type: "integer", const: 202, description: "It is stored." }, ...published },
    { optional },
  ),
  BatchRejected: object(
    {
      status: {
        type: "integer",
        enum: [400, 413, 503],
        description: "It is wrong; too long; not known to be stored everywhere.",
      },
      detail: text("What is wrong, or completes it."),
      id: text("Only of a 503: the event's id, if some webhooks may have stored it.", {
        pattern: "^[0-9a-z]+$",
      }),
      event_type: list({ type: "string" }, {
        minItems: 1,
        description: "Only of a 400: what is wrong with the type.",
      }),
      non_field_errors: list({ type: "string" }, {
        minItems: 1,
        description: "Only of a 400: what is wrong with the whole.",
      }),
    },
    {
      optional: ["detail", "id", "event_type", "non_field_errors"],
      minProperties: 2,
      maxProperties: 3,
    },
  ),
  EventType: object({
    event_type: eventType,
    triggered_when: text("When such an event is published; the same as `description`."),
    name: eventType,
    description: text("When such an event is published."),
    example: nullableObject("An example event."),
    schema: nullableObject("A JSON Schema of the events, which is not enforced."),
    deprecated: flag("Whether it is not to be used any more. It is still published."),
  }),
  EventTypeList: list(schema("EventType"), { minItems: 1, maxItems: 200 }),
  TypeDefinition: {
    type: "object",
    description: "What is left out is kept.",
    properties: {
      description: nullable(text("When such an event is published.", { maxLength: 1000 })),
      example: nullableObject(
        "An example event, of which samples and pings are made. Its `event_type` may be left out.",
      ),
      schema: nullableObject("A JSON Schema of the events. It is shown, and not enforced."),
      deprecated: flag("Whether it is not to be used any more."),
    },
  },
  FilterTest: object({
    filter: {
      type: ["object", "null"],
      description: "The filter, as a webhook has it.",
      additionalProperties: true,
    },
    event: {
      type: "object",
      description: "The event.",
      additionalProperties: true,
    },
  }),
  FilterVerdict: object({
    matches: flag("Whether a webhook with this filter gets the event."),
    reason: nullableSchema("FilterMismatch", "Why not; `null` if it matches."),
  }),
  FilterMismatch: object({
    pointer: text("The first rule that does not hold: a JSON pointer into the filter."),
    detail: text("What the event has there."),
  }),
  SampleList: object(
    {
      results: list(schema("ReceivedEvent"), { minItems: 1, maxItems: 1 }),
      note: text("That it is an example; absent if the body is documented."),
    },
    { optional: ["note"] },
  ),
};

const typeExample = {
  event_type: "ORDER_PAID",
  triggered_when: "An order is paid.",
  name: "ORDER_PAID",
  description: "An order is paid.",
  example: { event_type: "ORDER_PAID", order: { id: "o1" } },
  schema: { type: "object" },
  deprecated: false,
};

const sampleExample = {
  event_type: "COURSE_ENROLLMENT",
  timestamp: "2015-02-13T18:57:55.066475+00:00",
  user: { first_name: "Jane", last_name: "Doe", id: "3456789hijklmno", email: "jane@example.com" },
};

const samplePaths = {
  "/v1/webhooks/sample-{sample}": {
    parameters: [
      {
        name: "sample",
        in: "path",
        required: true,
        description:
          "The event type in lower case with hyphens, or in the vendor's words " +
          "(`vilt-registration`).",
        schema: { type: "string", pattern: "^[a-z0-9-]+$", maxLength: 64, examples: SAMPLES },
        example: "course-enrollment",
      },
    ],
    get: operation(
      "readSample",
      TAG,
      "webhooks:read",
      "Read a sample event",
      "What an event of a type looks like; a delivery is the event alone. Of the documented types " +
        "only the body of `course-enrollment` is documented: the others are examples, and have a " +
        "`note` that says so. 404 where there is no such type.",
      {
        responses: {
          200: answer("The sample.", schema("SampleList"), {
            documented: { results: [sampleExample] },
            example: {
              results: [{ ...sampleExample, event_type: "PATH_COMPLETION" }],
              note: "An example: only the event_type and timestamp of this event are documented.",
            },
          }),
          404: response("NotFound"),
        },
      },
    ),
  },
};

const publishedExample = { id, event_type: "COURSE_COMPLETION", webhooks: 2 };

const publishing = {
  ...withBody,
  ...forbidden(DISABLED),
  ...conflict(ERASED),
  422: response("KeyUsed"),
  429: response("Throttled"),
};

const PUBLISH_PARAMETERS = ["IdempotencyKey", "TraceParent", "TraceState"].map(parameter);

export const eventPaths = {
  "/v1/events": {
    post: operation(
      "publish",
      TAG,
      "events:write",
      "Publish an event",
      "`202` means that every matching webhook has stored the event, or refused it by a rule " +
        "that the answer names. Webhooks with the same target get it once. At most " +
        "`MAX_EVENT_BYTES` (262,144).",
      {
        parameters: PUBLISH_PARAMETERS,
        requestBody: { required: true, content: json(schema("Event"), { usual: event }) },
        responses: {
          202: answer(
            "It is stored.",
            schema("PublishedEvent"),
            {
              usual: publishedExample,
              refused: {
                ...publishedExample,
                held: 1,
                refused: [{ webhook: "01kawq9r8t3v5x7z9b1d3f5h7k", reason: "backlog" }],
              },
            },
            {
              links: {
                readEvent: {
                  operationId: "readEvent",
                  description: "See where it went.",
                  parameters: { event_id: "$response.body#/id" },
                },
              },
            },
          ),
          ...publishing,
          503: response("Unstored"),
        },
      },
    ),
  },
  "/v1/events/batch": {
    post: operation(
      "publishBatch",
      TAG,
      "events:write",
      "Publish many events",
      "Each is delivered byte for byte as it stands in the array, and answered for itself, in " +
        "order; bad ones do not stop good ones. An `Idempotency-Key` is the whole batch's. At " +
        "most `MAX_BATCH_BYTES` (1,048,576).",
      {
        parameters: PUBLISH_PARAMETERS,
        requestBody: {
          required: true,
          content: json(list(schema("Event"), { minItems: 1, maxItems: 100 }), {
            usual: [event, { event_type: "PATH_COMPLETION", path: { id: "p1" } }],
          }),
        },
        responses: {
          200: answer("What came of each event.", list(schema("BatchItem")), {
            usual: [
              { status: 202, ...publishedExample },
              { status: 400, event_type: ['"NOTHING" is not a valid choice.'] },
            ],
          }),
          ...publishing,
        },
      },
    ),
  },
  ...samplePaths,
  "/v1/filters/test": {
    post: operation(
      "testFilter",
      TAG,
      "any",
      "Test a filter",
      "Whether an event matches a filter, and why not. Nothing is stored or sent. At most " +
        "`MAX_EVENT_BYTES` (262,144).",
      {
        requestBody: {
          required: true,
          content: json(schema("FilterTest"), {
            usual: {
              filter: { user: { plan: { $in: ["pro", "team"] } }, score: { $gte: 80 } },
              event: { event_type: "QUIZ_COMPLETION", user: { plan: "free" }, score: 91.5 },
            },
          }),
        },
        responses: {
          200: answer("What the filter says of the event.", schema("FilterVerdict"), {
            usual: {
              matches: false,
              reason: {
                pointer: "/user/plan/$in",
                detail: 'The event has "free" at /user/plan.',
              },
            },
            match: { matches: true, reason: null },
          }),
          ...withBody,
        },
      },
    ),
  },
  "/v1/event-types": {
    get: operation(
      "listEventTypes",
      TAG,
      "every",
      "List event types",
      "Those in force: the ones that the operator has defined, or else the built-in ones.",
      {
        responses: {
          200: answer("Each type, with an example.", schema("EventTypeList"), {
            usual: [typeExample],
          }),
        },
      },
    ),
  },
  "/v1/admin/event-types/{name}": {
    parameters: [
      {
        name: "name",
        in: "path",
        required: true,
        description: "The event type. `PING` and `WEBHOOK_…` of the dispatcher are reserved.",
        schema: { type: "string", pattern: "^[A-Z][A-Z0-9_]{0,63}$" },
        example: "ORDER_PAID",
      },
    ],
    get: operation(
      "readEventType",
      ADMIN,
      "admin",
      "Read an event type",
      "One that the operator has defined. The built-in ones are a 404 here.",
      {
        responses: {
          200: answer("What is defined.", schema("EventType"), { usual: typeExample }),
          ...notFound,
        },
      },
    ),
    put: operation(
      "putEventType",
      ADMIN,
      "admin",
      "Define an event type",
      "At most 200. As soon as one is defined, the defined ones are in force in place of the " +
        "built-in ones. It may take two minutes elsewhere.",
      {
        requestBody: {
          required: false,
          content: json(schema("TypeDefinition"), {
            usual: {
              description: typeExample.description,
              example: { order: { id: "o1" } },
              schema: { type: "object" },
            },
            deprecate: { deprecated: true },
          }),
        },
        responses: {
          200: answer("It is changed.", schema("EventType"), { usual: typeExample }),
          201: answer("It is new.", schema("EventType"), { usual: typeExample }),
          ...withBody,
          ...notFound,
          ...forbidden("There are 200 event types, the most there may be."),
        },
      },
    ),
    delete: operation(
      "deleteEventType",
      ADMIN,
      "admin",
      "Delete an event type",
      "One that no webhook names. A webhook that was made within the last minute may be missed. " +
        "When none is left, the built-in ones are in force again.",
      {
        responses: { 204: { description: "It is gone." }, ...notFound, ...conflict(IN_USE) },
      },
    ),
  },
};
