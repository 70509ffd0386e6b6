// The calls for deliveries, and their schemas: history, resend, skip, recovery.

import {
  DISABLED, answer, conflict, count, eventType, forbidden, json, list, media, notFound, nullable,
  nullableSchema, object, operation, parameter, problem, query, schema, text, time, values,
  withBody,
} from "./build.mjs";
import { faultSchemas, nullableFault } from "./faults.mjs";
import { statsPaths, statsSchemas, waitsFor } from "./stats.mjs";

const TAG = "Deliveries";
const INACTIVE = "The webhook is switched off, so nothing is sent to it. Re-activate it first.";
const eventId = text("The event's id, and the `webhook-id` of each of its POSTs.", {
  pattern: "^[0-9a-z]+$",
  maxLength: 64,
});
/** An id of W3C Trace Context. */
const hex = (description, digits) => text(description, { pattern: `^[0-9a-f]{${digits}}$` });
const CODES = "A status code, as `503`, or a class of them, as `5xx`.";

const delivery = {
  event_id: eventId,
  event_type: eventType,
  status: schema("DeliveryStatus"),
  accepted_at: time("When the webhook stored it."),
  delivered_at: nullable(time("When it arrived.")),
  next_try_at: nullable(
    time("When its next try will be made, if that is known: never in the past."),
  ),
  waits_for: waitsFor("it"),
  try_count: count("How many tries of its schedule were made."),
  http_status_code: nullable(count("What the receiver answered to its latest try.")),
  fault: nullableFault,
  trace_id: hex("The trace to which the event and each of its POSTs belong.", 32),
  parent_span_id: nullable(
    hex("The span in which it was published, if the `traceparent` of that said it.", 16),
  ),
};
const tries = list(schema("DeliveryAttempt"), { description: "Every try, the first one first." });

export const deliverySchemas = {
  ...faultSchemas,
  DeliveryStatus: values(
    ["waiting", "in_flight", "delivered", "undelivered", "held"],
    "Waiting for its next try; on its way; arrived; not arrived before the webhook was switched " +
      "off; come while it was.",
  ),
  AttemptCause: values(
    ["schedule", "resend", "recover"],
    "Its time had come; somebody asked for it; a recovery took it up.",
  ),
  RecoveryState: values(
    ["none", "running", "done", "stopped"],
    "`none`: none was ever asked for; `stopped`: the webhook was switched off.",
  ),
  MissedStatus: values(["held", "undelivered", "all"], "What of the missed deliveries is meant."),
  Delivery: object(delivery),
  DeliveryDetail: object({ ...delivery, tries }),
  DeliveryRequest: object({
    at: time("When the try was made."),
    method: { type: "string", const: "POST" },
    url: text("The target, as it was requested."),
    headers: {
      type: "object",
      additionalProperties: { type: "string" },
      description: "The headers by name. The password and the values of the webhook's additional " +
        "headers are `********`. Without a body there is no signature.",
    },
    body: nullable(text("The event, byte for byte; `null` if it is not kept.")),
  }),
  DeliveryAttempt: object({
    at: time("When it was made."),
    span_id: hex("Its span in the trace, as in the `traceparent` of its POST.", 16),
    duration_ms: count("How long it took, in milliseconds."),
    cause: schema("AttemptCause"),
    http_status_code: nullable(count("What the receiver answered.")),
    fault: nullableFault,
    answer: nullable(text("The first 1,024 bytes of the answer, without the webhook's secrets.")),
  }),
  DeliveryList: object({
    next: nullable(text("The URL of the page of older ones.", { format: "uri" })),
    previous: nullable(text("The URL of the page of newer ones.", { format: "uri" })),
    results: list(schema("Delivery"), {
      maxItems: 1000,
      description:
        "A page looks at up to 4,000 deliveries. With a filter it may be short or empty although " +
        "there is a `next`.",
    }),
  }),
  ...statsSchemas,
  Recovery: object({
    state: schema("RecoveryState"),
    started_at: nullable(time("When it was asked for.")),
    total: count("How many deliveries there were to take up."),
    taken: count("How many were taken up."),
    delivered: count("How many of these arrived at their first try."),
  }),
  RecoverRequest: {
    type: "object",
    properties: {
      since: nullable(time("Only what was accepted at this time or later.")),
      status: nullableSchema("MissedStatus", "Only these; all if left out."),
      http_status_code: {
        type: ["string", "integer", "null"],
        description: `Only those whose latest try was answered so. ${CODES}`,
      },
      fault: nullableFault,
    },
    additionalProperties: false,
  },
  ResentDeliveries: object({
    resent: count("How many are sent again."),
    next: nullable(text("The URL of the call that goes on, if there may be more.")),
  }),
  EventDetail: object({
    id: eventId,
    deliveries: list(schema("EventDelivery"), { minItems: 1 }),
  }),
  EventDelivery: object({
    webhook: text("The webhook's id.", { pattern: "^[0-9a-z]+$" }),
    ...delivery,
    tries,
  }),
};

export const deliveryExample = {
  event_id: "01kawq9r8t3v5x7z9b1d3f5h7m",
  event_type: "COURSE_COMPLETION",
  status: "delivered",
  accepted_at: "2026-11-24T10:00:00.000Z",
  delivered_at: "2026-11-24T10:00:02.310Z",
  next_try_at: null,
  waits_for: null,
  try_count: 2,
  http_status_code: 204,
  fault: null,
  trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  parent_span_id: "00f067aa0ba902b7",
};
const triesExample = [
  {
    at: "2026-11-24T10:00:00.020Z",
    span_id: "b7ad6b7169203331",
    duration_ms: 112,
    cause: "schedule",
    http_status_code: 503,
    fault: "http_status",
    answer: "try later",
  },
  {
    at: "2026-11-24T10:00:02.200Z",
    span_id: "53995c3f42cd8ad8",
    duration_ms: 110,
    cause: "schedule",
    http_status_code: 204,
    fault: null,
    answer: "",
  },
];
const withTries = { ...deliveryExample, tries: triesExample };
const sentRequest = {
  at: "2026-11-24T10:00:02.120Z",
  method: "POST",
  url: "https://example.com/hooks?from=school",
  headers: {
    "Content-Type": "application/json",
    "User-Agent": "WebhookDispatcher/1.0",
    traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01",
    "X-Api-Key": "********",
    "webhook-id": "01kawq9r8t3v5x7z9b1d3f5h7m",
    "webhook-timestamp": "1795514402",
    "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
  },
  body: '{"event_type":"COURSE_COMPLETION","user":{"id":7}}',
};
const resent = { ...deliveryExample, status: "in_flight", delivered_at: null };
const recovery = {
  state: "running",
  started_at: "2026-11-24T10:00:00.000Z",
  total: 40,
  taken: 7,
  delivered: 6,
};

const filters = [
  query("status", "Only those that stand there.", schema("DeliveryStatus")),
  query("event_type", "Only those of this type.", { type: "string" }),
  query("after", "Only those accepted at this time or later.", {
    type: "string",
    format: "date-time",
  }),
  query("before", "Only those accepted before this time.", {
    type: "string",
    format: "date-time",
  }),
  query("http_status_code", `Only those whose latest try was answered so. ${CODES}`, {
    type: "string",
    pattern: "^[1-9]([0-9]{2}|[xX]{2})$",
  }),
  query("fault", "Only those whose latest try failed so.", schema("DeliveryFault")),
];
const csvExample = [
  "event_id,event_type,status,accepted_at,delivered_at,next_try_at,waits_for,try_count," +
    "http_status_code,fault",
  "01kawq9r8t3v5x7z9b1d3f5h7m,COURSE_COMPLETION,delivered,2026-11-24T10:00:00.000Z," +
    "2026-11-24T10:00:02.310Z,,,2,204,",
].map((line) => `${line}\r\n`).join("");
const exported = (id, summary, type, content) => ({
  parameters: [parameter("WebhookId")],
  get: operation(
    id,
    TAG,
    "webhooks:read",
    summary,
    "The newest first, sent while it is read: at most 900,000 deliveries; a longer file breaks off. " +
      "`before` and `after` divide it.",
    {
      parameters: filters,
      responses: { 200: { description: "The file.", content: { [type]: content } }, ...notFound },
    },
  ),
});
const deliveryParameters = [parameter("WebhookId"), parameter("EventId")];

export const deliveryPaths = {
  "/v1/webhooks/{id}/deliveries": {
    parameters: [parameter("WebhookId")],
    get: operation(
      "listDeliveries",
      TAG,
      "webhooks:read",
      "List deliveries",
      "The newest first. What has settled is kept for `RETENTION_HOURS` (168).",
      {
        parameters: [
          ...filters,
          parameter("Cursor"),
          parameter("PageSize"),
        ],
        responses: {
          200: answer("A page.", schema("DeliveryList"), {
            usual: { next: null, previous: null, results: [deliveryExample] },
          }),
          ...notFound,
        },
      },
    ),
  },
  "/v1/webhooks/{id}/deliveries.csv": exported(
    "exportDeliveriesAsCsv",
    "Export deliveries as CSV",
    "text/csv",
    media({ type: "string", description: "Lines of values, with a header." }, { usual: csvExample }),
  ),
  "/v1/webhooks/{id}/deliveries.jsonl": exported(
    "exportDeliveriesAsJsonLines",
    "Export deliveries as lines of JSON",
    "application/x-ndjson",
    media(
      { type: "string", description: "One `Delivery` on each line." },
      { usual: `${JSON.stringify(deliveryExample)}\n` },
    ),
  ),
  "/v1/webhooks/{id}/deliveries/resend": {
    parameters: [parameter("WebhookId")],
    post: operation(
      "resendDeliveries",
      TAG,
      "webhooks:write",
      "Send many deliveries again",
      "One more POST for each delivery that the parameters find, at most 100 in one call, the " +
        "newest first. At least one parameter besides `cursor` must be there. Call `next` until " +
        "it is `null`.",
      {
        parameters: [...filters, parameter("Cursor")],
        responses: {
          202: answer("They are on their way.", schema("ResentDeliveries"), {
            usual: { resent: 40, next: null },
          }),
          ...notFound,
          ...forbidden(DISABLED),
          ...conflict(INACTIVE),
        },
      },
    ),
  },
  "/v1/webhooks/{id}/deliveries/{event_id}": {
    parameters: deliveryParameters,
    get: operation(
      "readDelivery",
      TAG,
      "webhooks:read",
      "Read a delivery",
      "With every try: when, how long, what came back.",
      {
        responses: {
          200: answer("The delivery.", schema("DeliveryDetail"), { usual: withTries }),
          ...notFound,
        },
      },
    ),
  },
  "/v1/webhooks/{id}/deliveries/{event_id}/request": {
    parameters: deliveryParameters,
    get: operation(
      "readSentRequest",
      TAG,
      "webhooks:read",
      "Read what was sent",
      "The POST of the latest try, as the receiver got it. It is built anew from the webhook as it " +
        "is now: after a change of its target, headers or secret it shows the new ones.",
      {
        responses: {
          200: answer("The request.", schema("DeliveryRequest"), { usual: sentRequest }),
          ...notFound,
          ...conflict(
            "No try of this delivery has ended yet.",
            "The webhook's target is not allowed any more, or its secrets cannot be read.",
          ),
        },
      },
    ),
  },
  "/v1/webhooks/{id}/deliveries/{event_id}/resend": {
    parameters: deliveryParameters,
    post: operation(
      "resendDelivery",
      TAG,
      "webhooks:write",
      "Send a delivery again",
      "One more POST, now, of the same event under the same id.",
      {
        responses: {
          202: answer("It is on its way.", schema("Delivery"), { usual: resent }),
          ...notFound,
          ...forbidden(DISABLED),
          ...conflict(
            INACTIVE,
            "The body of a delivery that has arrived is not kept here, so it cannot be sent again.",
          ),
        },
      },
    ),
  },
  "/v1/webhooks/{id}/deliveries/{event_id}/skip": {
    parameters: deliveryParameters,
    post: operation(
      "skipDelivery",
      TAG,
      "webhooks:write",
      "Skip a delivery",
      "It is not tried any more and holds back nothing. It can be resent.",
      {
        responses: {
          200: answer("It is passed over.", schema("Delivery"), {
            usual: { ...deliveryExample, status: "undelivered", delivered_at: null },
          }),
          ...notFound,
          ...conflict("The delivery neither waits for a try nor is on its way."),
        },
      },
    ),
  },
  "/v1/webhooks/{id}/recover": {
    parameters: [parameter("WebhookId")],
    post: operation(
      "recover",
      TAG,
      "webhooks:write",
      "Deliver what was missed",
      "Takes up what was held or undelivered, in the order of acceptance, `RECOVER_PER_SECOND` " +
        "(50) in a second.",
      {
        requestBody: {
          required: false,
          content: json(schema("RecoverRequest"), {
            usual: { since: "2026-11-23T00:00:00Z", status: "held" },
          }),
        },
        responses: {
          202: answer("It has begun.", schema("Recovery"), { usual: recovery }),
          ...withBody,
          ...notFound,
          ...forbidden(DISABLED),
          ...conflict("A recovery is running already.", INACTIVE),
        },
      },
    ),
    get: operation("readRecovery", TAG, "webhooks:read", "Read a recovery", "The latest one.", {
      responses: {
        200: answer("How far it is.", schema("Recovery"), { usual: recovery }),
        ...notFound,
      },
    }),
  },
  ...statsPaths,
  "/v1/events/{event_id}": {
    parameters: [parameter("EventId")],
    get: operation(
      "readEvent",
      TAG,
      "webhooks:read",
      "Read where an event went",
      "Its deliveries to all webhooks of the account.",
      {
        responses: {
          200: answer("Where it went.", schema("EventDetail"), {
            usual: {
              id: deliveryExample.event_id,
              deliveries: [{ webhook: "01kawq9r8t3v5x7z9b1d3f5h7k", ...withTries }],
            },
          }),
          404: problem(
            "No webhook of the account has it. An event that none took is not stored, so it " +
              "cannot be told from one that never was.",
            [
              "not_found",
              "No webhook of this account has an event of this id. Either none took it when it " +
                "was published, or it is older than RETENTION_HOURS, or it never was.",
            ],
          ),
        },
      },
    ),
  },
};
