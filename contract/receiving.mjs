// What a receiver gets: a POST and a schema for each event type, and the meaning of the answer.
//
// Their tag is not that of the calls. Client generators make one class for each tag, and a second
// class of the same name would replace the first.

import {
  eventType, flag, json, nullable, object, parameter, response, schema, text, time,
} from "./build.mjs";
import { EVENT_TYPES, OPERATIONAL, PING, schemaNameOf, tableOf } from "./event_types.mjs";

/** The tag of the POSTs that receivers get. */
export const TAG = "Receiving";

const id = "01kawq9r8t3v5x7z9b1d3f5h7m";
export const eventExample = {
  event_type: "COURSE_COMPLETION",
  course: { id: "c1", title: "Safety" },
};
const operationalExample = {
  event_type: "WEBHOOK_DEACTIVATED",
  timestamp: "2026-11-24T10:00:00.000Z",
  webhook_id: "01kawq9r8t3v5x7z9b1d3f5h7k",
  target_url: "https://example.com/hooks/learning",
  reason: "HTTP_4XX_RESPONSE",
};

/** An object of which no member is required, because the dispatcher requires none. */
const part = (description, properties) =>
  object(properties, {
    optional: Object.keys(properties),
    description,
    additionalProperties: true,
  });
const integer = (description) => ({ type: "integer", description });

const progress = {
  completed_at: time("When it was completed."),
  score: integer("The points that were scored."),
  max_score: integer("The points that could be scored."),
};

/** The parts of built-in events. */
const partSchemas = {
  EventUser: part("The learner.", {
    id: text("The id."),
    first_name: text("The first name."),
    last_name: text("The last name."),
    email: text("The e-mail address."),
  }),
  EventDomain: part("The training domain.", {
    id: text("The id."),
    name: text("The host name."),
  }),
  EventCourse: part("The course.", {
    id: text("The id."),
    published_course_id: text("The id of its publication on the domain."),
    title: text("The title."),
    url: text("The URL."),
  }),
  EventPath: part("The path.", { id: text("The id."), title: text("The title.") }),
  EventLesson: part("The lesson.", { id: text("The id."), title: text("The title.") }),
  EventQuiz: part("The quiz.", { id: text("The id."), title: text("The title.") }),
  EventTask: part("The task.", { id: text("The id."), title: text("The title.") }),
  EventCourseProgress: part("How far the learner is in the course.", {
    course_progress_id: text("The id."),
    completed_lesson_count: integer("How many lessons are complete."),
    completed_required_lesson_count: integer("How many of the required ones are."),
    ...progress,
  }),
  EventLessonProgress: part("How far the learner is in the lesson.", {
    id: text("The id."),
    view_count: integer("How often the lesson was opened."),
    ...progress,
  }),
  EventPurchase: part("The purchase with which the learner enrolled.", {
    order_id: text("The order."),
    original_price: text("The price, as a decimal number."),
    purchase_price: text("What was paid, as a decimal number."),
    currency_code: text("The currency, by ISO 4217."),
    payment_processor: text("Who processed the payment; `NONE` if nobody did."),
  }),
  EventFulfillment: part("The purchase that was fulfilled.", {
    id: text("The id."),
    state: text("The state: `FULFILLED`."),
    purchased_at: time("When it was made."),
    order_id: text("The order."),
    price_cents: integer("The price, in the hundredth part of the currency."),
    quantity: integer("How many were bought."),
    offer_id: text("The offer."),
    currency_code: text("The currency, by ISO 4217."),
  }),
  EventRegistration: part("The registration.", {
    id: text("The id."),
    attended: flag("Whether the learner attended."),
    vilt_session: schema("EventSession"),
  }),
  EventSession: part("The training session.", { id: text("The id.") }),
};

const user = schema("EventUser");
const domain = schema("EventDomain");
const course = schema("EventCourse");
const path = schema("EventPath");
const lesson = schema("EventLesson");
const { score, max_score, completed_at } = progress;

/** The members of each built-in type beside `event_type`, `test` and `timestamp`. */
const MEMBERS = {
  COURSE_ENROLLMENT: {
    user,
    course,
    domain,
    purchase: schema("EventPurchase"),
    domain_access_code: text("The access code of the domain that was used."),
  },
  DOMAIN_ENROLLMENT: { user, domain },
  COURSE_COMPLETION: { user, course, domain, course_progress: schema("EventCourseProgress") },
  LESSON_COMPLETION: {
    user, course, domain, lesson, lesson_progress: schema("EventLessonProgress"),
  },
  PATH_COMPLETION: { user, path, domain, completed_at },
  PATH_ENROLLMENT: { user, path, domain },
  QUIZ_COMPLETION: { user, course, domain, lesson, quiz: schema("EventQuiz"), score, max_score },
  PURCHASE_FULFILLMENT: { user, domain, purchase: schema("EventFulfillment") },
  DASHBOARD_TASK_CREATED: { user, course, domain, task: schema("EventTask") },
  VILT_EVENT_REGISTRATION: { user, domain, registration: schema("EventRegistration") },
};

const typeOf = (name) => text("The event's type.", { const: name });

/** An event of a built-in type. Only `event_type` is certain: the dispatcher checks no more. */
const builtIn = ([name, when]) => [
  schemaNameOf(name),
  {
    type: "object",
    description: `${when}. Members that are not named here may be there too.`,
    required: ["event_type"],
    properties: {
      event_type: typeOf(name),
      test: flag("`true` in the test event of a ping; absent otherwise."),
      timestamp: time("When it happened."),
      ...MEMBERS[name],
    },
    additionalProperties: true,
  },
];

/** An event that the dispatcher itself publishes about a webhook. */
const operational = ([name, when], properties) => [
  schemaNameOf(name),
  object(
    {
      event_type: typeOf(name),
      timestamp: time("When it happened."),
      webhook_id: text("The webhook that it is about.", { pattern: "^[0-9a-z]+$" }),
      target_url: text("Its target, without its query.", { format: "uri" }),
      ...properties,
    },
    { description: `${when}.` },
  ),
];

/** The members of each operational type beside those that all of them have. */
const OPERATIONAL_MEMBERS = {
  WEBHOOK_DEACTIVATED: { reason: schema("DeactivateReason") },
  WEBHOOK_FAILING: {
    reason: text("What its receiver said last."),
    off_at: time("When it will be switched off if its receiver goes on failing."),
  },
  WEBHOOK_RECOVERED: { reason: nullable(text("Always `null`.")) },
};

export const receivedSchemas = {
  ReceivedEvent: {
    type: "object",
    description: "An event of any type, also of one that the operator has defined.",
    required: ["event_type"],
    properties: { event_type: eventType },
    additionalProperties: true,
  },
  ...Object.fromEntries(EVENT_TYPES.map(builtIn)),
  ...partSchemas,
  ...Object.fromEntries(OPERATIONAL.map((type) => operational(type, OPERATIONAL_MEMBERS[type[0]]))),
  [schemaNameOf(PING[0])]: object(
    { event_type: typeOf(PING[0]), timestamp: time("When it was sent.") },
    { description: `${PING[1]}.` },
  ),
};

const received = (name, description, example, required = true) => ({
  name,
  in: "header",
  required,
  description,
  schema: { type: "string" },
  example,
});

export const receivedHeaders = {
  ReceivedId: received("webhook-id", "The event's id, the same over all its tries.", id),
  ReceivedTimestamp: received(
    "webhook-timestamp", "When this try was made, in Unix seconds.", "1795514400",
  ),
  ReceivedSignature: received(
    "webhook-signature",
    "Standard Webhooks 1.0.0: `v1,` (HMAC) or `v1a,` (Ed25519) and base64, one for each live " +
      "key, separated by spaces.",
    "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
  ),
  ReceivedTraceParent: received(
    "traceparent",
    "W3C Trace Context: the trace of the event, and a span of this try alone.",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-53995c3f42cd8ad8-01",
  ),
  ReceivedTraceState: received(
    "tracestate", "As the publisher sent it, if it did.", "congo=t61rcWkgMzE", false,
  ),
  ReceivedUserAgent: received("User-Agent", "`USER_AGENT`.", "skilljar"),
};

/** The answers of a receiver. */
export const receivedResponses = {
  Arrived: { description: "It has arrived." },
  Redirected: {
    description: "A failure: redirects are not followed. It is retried.",
  },
  Refused: {
    description:
      "The webhook is switched off at once (`HTTP_4XX_RESPONSE`). With `retry_4xx` it retries " +
      "408, 425 and 429; with `deactivate_on_4xx` false, all but 410. The challenge of a bot " +
      "protection is retried. With the header `webhook-delivery: abort-message` only this event " +
      "is given up; `webhook-delivery: disable` switches the webhook off with any status.",
  },
  Failed: {
    description:
      "It is retried after 2 s, 4 s, 8 s, … then hourly, 60 times in all, as is no answer within " +
      "10 s. A webhook that fails to the end is switched off (`RETRY_COUNT`).",
  },
};

const post = (operationId, summary, description, of, examples) => ({
  post: {
    operationId,
    tags: [TAG],
    security: [],
    summary,
    description,
    parameters: Object.keys(receivedHeaders).map(parameter),
    requestBody: { required: true, content: json(of, examples) },
    responses: {
      "2XX": response("Arrived"),
      "3XX": response("Redirected"),
      "4XX": response("Refused"),
      "5XX": response("Failed"),
    },
  },
});

const postOf = ([name, when]) => [
  name,
  post(
    `receive${schemaNameOf(name).replace(/Event$/, "")}`,
    `Receive \`${name}\``,
    `${when}. What all types have in common is said at \`event\`.`,
    schema(schemaNameOf(name)),
  ),
];

/** The POSTs that a receiver gets: one of any event, and one for each type. */
export const receiverCalls = {
  event: post(
    "receiveEvent",
    "Receive an event",
    `The body is the event, byte for byte as it was published.\n\n${tableOf(EVENT_TYPES)}\n\n` +
      "A webhook whose `event_type` names one of these gets the operational events of its " +
      `account, and the alert gets them all:\n\n${tableOf(OPERATIONAL)}\n\n` +
      "An event may arrive twice, when its answer was lost: drop a `webhook-id` that you have " +
      "seen.",
    schema("ReceivedEvent"),
    { usual: eventExample, operational: operationalExample },
  ),
  ...Object.fromEntries([...EVENT_TYPES, ...OPERATIONAL, PING].map(postOf)),
};
