// The error responses of the API, and their schemas and headers.

import { answer, header, list, object, problem, schema, text } from "./build.mjs";

/** All fields that a validation error can name. */
const FIELDS = [
  "id", "target_url", "active", "event_type", "basic_auth_username", "basic_auth_password",
  "additional_headers", "max_per_second", "max_in_flight", "ordered", "retry_4xx",
  "filter", "event",
  "signing_secret", "signature", "grace_seconds", "account", "name", "scopes", "expires_at",
  "expires_in_seconds", "status", "since", "after", "before", "cursor", "non_field_errors",
];

export const errorSchemas = {
  Detail: object({ detail: text("What is wrong, in one sentence.") }),
  FieldErrors: {
    type: "object",
    description: "Sentences on fields; all bad fields at once. `non_field_errors`: the whole body.",
    minProperties: 1,
    additionalProperties: false,
    properties: Object.fromEntries(
      FIELDS.map((name) => [name, list({ type: "string" }, { minItems: 1 })]),
    ),
  },
  Problem: {
    description: "A sentence, or sentences on fields.",
    oneOf: [schema("Detail"), schema("FieldErrors")],
  },
  Unstored: object(
    {
      detail: text("What completes it."),
      id: text(
        "The event's id, if some webhooks may have stored it: the idempotency key that completes " +
          "it if it came with none.",
        { pattern: "^[0-9a-z]+$" },
      ),
    },
    { optional: ["id"] },
  ),
};

const retryAfter = { headers: { "Retry-After": header("RetryAfter") } };

export const errorHeaders = {
  RetryAfter: {
    description: "After how many seconds to ask again.",
    required: true,
    schema: { type: "integer", minimum: 1 },
    example: 2,
  },
  Challenge: {
    description: "How to authenticate.",
    required: true,
    schema: { type: "string" },
    example: 'Basic realm="api"',
  },
  Allow: {
    description: "The methods of the path.",
    required: true,
    schema: { type: "string" },
    example: "GET, POST, HEAD, OPTIONS",
  },
};

export const errorResponses = {
  BadRequest: answer("The request is wrong.", schema("Problem"), {
    not_json: { detail: "JSON parse error - Expecting value: line 1 column 2 (char 1)" },
    fields: {
      target_url: ["This host is not on the public internet."],
      active: ["Must be a valid boolean."],
    },
    in_a_filter: { filter: ["/user/plan/$in: Expected a list of items but got type \"str\"."] },
    not_an_object: {
      non_field_errors: ["Invalid data. Expected a dictionary, but got list."],
    },
  }),
  Unauthorized: {
    ...problem(
      "No key, or none that is good.",
      "Authentication credentials were not provided.",
      "Invalid username/password.",
      "Invalid token.",
      "This key has expired.",
    ),
    headers: { "WWW-Authenticate": header("Challenge") },
  },
  Forbidden: problem(
    "A good key that may not do this.",
    "You do not have permission to perform this action.",
  ),
  NotFound: problem(
    "There is no such thing, or it is not the caller's. A page out of range is one, too.",
    "Not found.",
    "Invalid page.",
  ),
  MethodNotAllowed: {
    ...problem("The path has no such method.", 'Method "PUT" not allowed.'),
    headers: { Allow: header("Allow") },
  },
  NotAcceptable: problem(
    "`Accept` does not take JSON.",
    "Could not satisfy the request Accept header.",
  ),
  TooLarge: problem(
    "The body is longer than `MAX_BODY_BYTES` (65,536), an event than `MAX_EVENT_BYTES` " +
      "(262,144), a batch than `MAX_BATCH_BYTES` (1,048,576).",
    "Request body is too large: at most 262144 bytes are allowed.",
  ),
  UnsupportedMediaType: problem(
    "The body's `Content-Type` is not taken.",
    'Unsupported media type "text/plain" in request.',
  ),
  KeyUsed: problem(
    "This idempotency key came with another request before.",
    "This Idempotency-Key was used for another request before.",
  ),
  Throttled: {
    ...problem(
      "More events than `PUBLISH_PER_MINUTE` were published in this minute.",
      "Request was throttled. Expected available in 12 seconds.",
    ),
    ...retryAfter,
  },
  Unavailable: {
    ...problem(
      "Something inside did not answer, or a master key is missing. To repeat the call is safe " +
        "where it has an idempotency key or changes nothing.",
      "Service temporarily unavailable, try again later.",
      "No secret can be stored: the variable MASTER_KEYS is not set.",
    ),
    ...retryAfter,
  },
  Unstored: {
    ...answer(
      "Not every matching webhook is known to have stored the event. If the answer has an `id`, " +
        "some may have.",
      schema("Unstored"),
      {
        unstored: {
          detail:
            "Not every webhook has stored the event. " +
            "Publish it again with this id as Idempotency-Key.",
          id: "01kawq9r8t3v5x7z9b1d3f5h7k",
        },
        unavailable: { detail: "Service temporarily unavailable, try again later." },
      },
    ),
    ...retryAfter,
  },
};
