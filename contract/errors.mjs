// The error responses of the API, and their schemas and headers.

import { answer, header, list, object, problem, schema, text, values } from "./build.mjs";

/** All fields that a validation error can name. */
const FIELDS = [
  "id", "target_url", "active", "event_type", "basic_auth_username", "basic_auth_password",
  "additional_headers", "max_per_second", "max_in_flight", "ordered", "retry_4xx",
  "event_types", "filter", "timeout_ms", "retry", "deactivate_on_4xx", "hold_while_paused",
  "metadata", "event",
  "signing_secret", "signature", "grace_seconds", "account", "name", "scopes", "expires_at",
  "expires_in_seconds", "return_url", "description", "example", "schema", "deprecated", "state",
  "status", "http_status_code", "fault", "since", "after", "before", "from", "to", "step",
  "cursor", "non_field_errors",
];

const fields = Object.fromEntries(
  FIELDS.map((name) => [name, list({ type: "string" }, { minItems: 1 })]),
);
const ABOUT_FIELDS =
  "Sentences on fields; all bad fields at once. `non_field_errors`: the whole body. Fields " +
  "and parameters that are not known have their own names.";

/** The codes by status. */
const ERROR_CODES = {
  400: ["bad_request", "invalid_json", "invalid_fields"],
  401: ["missing_key", "malformed_authorization", "invalid_key", "expired_key"],
  403: ["missing_scope", "limit_reached", "account_disabled"],
  404: ["not_found", "invalid_page"],
  405: ["method_not_allowed"],
  406: ["not_acceptable"],
  409: ["conflict", "account_disabled", "account_being_deleted", "event_type_in_use"],
  412: ["precondition_failed"],
  413: ["too_large"],
  415: ["unsupported_media_type"],
  422: ["unprocessable", "idempotency_key_reused"],
  426: ["upgrade_required"],
  429: ["throttled"],
  503: ["unavailable", "incomplete_publish", "no_master_key", "secrets_locked"],
};
const codesOf = ([status, codes]) =>
  `${status} ${codes.map((code) => `\`${code}\``).join(", ")}`;

/** What every error has besides its text. */
const labels = {
  code: schema("ErrorCode"),
  request_id: text("The id of the request in the log: at Cloudflare its Ray ID.", {
    pattern: "^[0-9a-f]{16}(-[A-Z]{3})?$",
  }),
};
const examples = { code: "not_found", request_id: "8b1f0c6e53d9a7f2-FRA" };
const example = (code, text) => ({ ...text, ...examples, code });

export const errorSchemas = {
  ErrorCode: values(
    [...new Set(Object.values(ERROR_CODES).flat())],
    "Which error it is, for programs; the texts may change. Later releases may have more. " +
      `${Object.entries(ERROR_CODES).map(codesOf).join("; ")}.`,
  ),
  Detail: object({ detail: text("What is wrong, in one sentence."), ...labels }),
  FieldErrors: {
    type: "object",
    description: ABOUT_FIELDS,
    required: Object.keys(labels),
    minProperties: 3,
    additionalProperties: list({ type: "string" }, { minItems: 1 }),
    properties: { ...fields, ...labels },
  },
  Problem: {
    description: "A sentence, or sentences on fields.",
    oneOf: [schema("Detail"), schema("FieldErrors")],
  },
  ItemProblem: {
    description: "What is wrong with one item of several: a sentence, or sentences on fields.",
    oneOf: [schema("ItemDetail"), schema("ItemFieldErrors")],
  },
  ItemDetail: object({ detail: text("What is wrong, in one sentence.") }),
  ItemFieldErrors: {
    type: "object",
    description: ABOUT_FIELDS,
    minProperties: 1,
    additionalProperties: list({ type: "string" }, { minItems: 1 }),
    properties: fields,
  },
  UnstoredEvent: object(
    {
      ...labels,
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
  ETag: {
    description:
      "The state of the webhook, for `If-Match`. It changes with its settings and when it is " +
      "switched on or off.",
    required: true,
    schema: { type: "string", pattern: '^"[!#-~]+"$' },
    example: '"18bcfe56800-3"',
  },
  AcceptEncoding: {
    description: "The content codings that are taken: none.",
    schema: { type: "string", const: "identity" },
    example: "identity",
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
    not_json: example("invalid_json", {
      detail: "JSON parse error - Expecting value: line 1 column 2 (char 1)",
    }),
    fields: example("invalid_fields", {
      target_url: ["This host is not on the public internet."],
      active: ["Must be a valid boolean."],
    }),
    in_a_filter: example("invalid_fields", {
      filter: ["/user/plan/$in: Expected a list of items but got type \"str\"."],
    }),
    not_an_object: example("invalid_fields", {
      non_field_errors: ["Invalid data. Expected a dictionary, but got list."],
    }),
    unknown_field: example("invalid_fields", {
      event_typ: ["Unknown field. Did you mean event_type?"],
    }),
    repeated_field: example("invalid_fields", { target_url: ["This field is there twice."] }),
  }),
  Unauthorized: {
    ...problem(
      "No key, or none that is good.",
      ["missing_key", "Authentication credentials were not provided."],
      ["invalid_key", "Invalid username/password."],
      ["invalid_key", "Invalid token."],
      ["expired_key", "This key has expired."],
    ),
    headers: { "WWW-Authenticate": header("Challenge") },
  },
  Forbidden: problem(
    "A good key that may not do this.",
    ["missing_scope", "You do not have permission to perform this action."],
  ),
  NotFound: problem(
    "There is no such thing, or it is not the caller's. A page out of range is one, too.",
    ["not_found", "Not found."],
    ["invalid_page", "Invalid page."],
  ),
  MethodNotAllowed: {
    ...problem("The path has no such method.", [
      "method_not_allowed",
      'Method "PUT" not allowed.',
    ]),
    headers: { Allow: header("Allow") },
  },
  NotAcceptable: problem(
    "`Accept` does not take JSON.",
    ["not_acceptable", "Could not satisfy the request Accept header."],
  ),
  TooLarge: problem(
    "The body is longer than `MAX_BODY_BYTES` (65,536), an event than `MAX_EVENT_BYTES` " +
      "(262,144), a batch than `MAX_BATCH_BYTES` (1,048,576).",
    ["too_large", "Request body is too large: at most 262144 bytes are allowed."],
  ),
  UnsupportedMediaType: {
    ...problem(
      "The body's `Content-Type` is not taken, or it has a `Content-Encoding`; the answer then " +
        "has `Accept-Encoding: identity`.",
      ["unsupported_media_type", 'Unsupported media type "text/plain" in request.'],
      [
        "unsupported_media_type",
        'Unsupported content coding "gzip" in request: send the body as it is.',
      ],
    ),
    headers: { "Accept-Encoding": header("AcceptEncoding") },
  },
  PreconditionFailed: problem(
    "The webhook is in no state that `If-Match` names: somebody has changed it.",
    ["precondition_failed", "The webhook was changed since it was read: read it again."],
  ),
  KeyUsed: problem(
    "This idempotency key came with another request before.",
    ["idempotency_key_reused", "This Idempotency-Key was used for another request before."],
  ),
  UpgradeRequired: problem(
    "The request is none for a WebSocket.",
    ["upgrade_required", "Connect by a WebSocket: send the header Upgrade: websocket."],
  ),
  Throttled: {
    ...problem(
      "More events than `PUBLISH_PER_MINUTE` were published in this minute.",
      ["throttled", "Request was throttled. Expected available in 12 seconds."],
    ),
    ...retryAfter,
  },
  Unavailable: {
    ...problem(
      "Something inside did not answer, or a master key is missing. To repeat the call is safe " +
        "where it has an idempotency key or changes nothing.",
      ["unavailable", "Service temporarily unavailable, try again later."],
      ["no_master_key", "No secret can be stored: the variable MASTER_KEYS is not set."],
    ),
    ...retryAfter,
  },
  Unstored: {
    ...answer(
      "Not every matching webhook is known to have stored the event. If the answer has an `id`, " +
        "some may have.",
      schema("UnstoredEvent"),
      {
        unstored: example("incomplete_publish", {
          detail:
            "Not every webhook has stored the event. " +
            "Publish it again with this id as Idempotency-Key.",
          id: "01kawq9r8t3v5x7z9b1d3f5h7k",
        }),
        unavailable: example("unavailable", {
          detail: "Service temporarily unavailable, try again later.",
        }),
      },
    ),
    ...retryAfter,
  },
};
