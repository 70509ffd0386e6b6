// The schemas of a webhook: requests and responses.

import {
  count, flag, list, nullable, nullableSchema, object, query, schema, text, time, values,
} from "./build.mjs";
import { nullableFault } from "./faults.mjs";
import { ALERT, OPERATIONAL, names } from "./event_types.mjs";

const MASK = "********";
const id = "01kawq9r8t3v5x7z9b1d3f5h7k";

export const secretPattern = "^whsec_[A-Za-z0-9+/]+={0,2}$";
/** What is taken as a secret: also with space around, and without padding. */
const givenPattern = "^\\s*whsec_[A-Za-z0-9+/]+={0,2}\\s*$";
const publicPattern = "^whpk_[A-Za-z0-9+/]{43}=$";

const name = text("What its owner calls it. It is shown and searched, never sent.", {
  maxLength: 200,
});
const metadata = {
  type: "object",
  description:
    "Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. " +
    "They are shown, never sent, and no place for secrets.",
  maxProperties: 16,
  propertyNames: { minLength: 1, maxLength: 40 },
  additionalProperties: { type: "string", maxLength: 500 },
};
const event_types = list(
  { type: "string", pattern: "^([A-Z][A-Z0-9_]{0,63}\\*?|\\*)$" },
  {
    description:
      "The types that are sent, when there are several. An entry that ends in `*` stands for " +
      "every type that begins with the rest of it, also for later ones: `COURSE_*`. The " +
      "operational types are among these only where it begins with `WEBHOOK_`. Beside a list " +
      "`event_type` is `null`; a list of one type without `*` is the same as `event_type`.",
    maxItems: 100,
  },
);
const timeout_ms = {
  type: "integer",
  minimum: 1000,
  maximum: 28_000,
  description: "The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000).",
};
const delay = (description) =>
  ({ type: "integer", minimum: 1, maximum: 604_800_000, description });
const retryParts = {
  limit: {
    type: "integer",
    minimum: 0,
    description: "Retries after the first try; at most 100, or `RETRY_LIMIT` if that is more.",
  },
  base_ms: delay("The delay before the first retry; it doubles with each one."),
  max_ms: delay("The longest delay."),
};
const aboutRetry =
  "The retries of this webhook; a part that is left out is that of the deployment " +
  "(`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long " +
  "as those of the deployment. `null`: all parts are the deployment's.";
const deactivateOn4xx =
  "Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried.";
const holdWhilePaused =
  "Whether events are held while the owner has switched the webhook off (`active: false`), to be " +
  "recovered later, as they are when the dispatcher did.";
const created_at = time("When it was created. `null` in a list: an earlier release wrote it.");
const updated_at = time(
  "When it was last changed, or else created. `null`: an earlier release changed it.",
);

const filterObject = {
  type: ["object", "null"],
  description:
    "Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy " +
    "(CONCEPTS, Filters): " +
    '`{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes ' +
    "without spaces, 8 levels and 64 values. `null` or `{}`: all.",
  additionalProperties: true,
};

/** The fields of a request. In a form, an object is JSON text. */
function requestFields(isForm) {
  const asText = (what) => text(`JSON text: ${what}. Blank: the default.`);
  const filter = isForm
    ? text(`JSON text. ${filterObject.description} Blank: all.`)
    : filterObject;
  const headers = isForm
    ? text("JSON text: an object of header names to values. Blank: none.")
    : {
        type: ["object", "null"],
        description:
          "Sent with every POST: at most 64, of 16 kB in all; names and values by RFC 9110. " +
          "`Host`, `Content-*`, `User-Agent`, `webhook-*`, `traceparent`, `tracestate`, " +
          "`X-Forwarded-*`, `CF-*` (but for `CF-Access-*`) and hop-by-hop headers may not be " +
          "set. `null`: none.",
        maxProperties: 64,
        additionalProperties: { type: "string" },
      };
  return {
    target_url: text(
      "Where events are POSTed: absolute, http or https, without credentials, and a host on the " +
        "public internet.",
      { minLength: 1, maxLength: 1024, format: "uri" },
    ),
    active: flag(
      "Whether events are sent. `true` re-activates a webhook that was switched off. In a form, " +
        "`true`, `yes`, `on` or `1`, and their opposites, are taken too.",
    ),
    event_type: nullable(
      text(
        "The one type that is sent: one that is in force (`GET /v1/event-types`), or an operational " +
          `one (${names(OPERATIONAL).map((name) => `\`${name}\``).join(", ")}). Left out, \`null\` ` +
          "or blank: all but the operational.",
        { pattern: "^([A-Z][A-Z0-9_]{0,63})?$" },
      ),
    ),
    basic_auth_username: nullable(
      text("User name for basic authentication at the receiver; without a colon.", {
        maxLength: 1024,
      }),
    ),
    basic_auth_password: nullable(
      text(`Password for the same. \`${MASK}\` in an update keeps the stored one.`, {
        maxLength: 1024,
      }),
    ),
    additional_headers: headers,
    max_per_second: {
      type: ["integer", "null"],
      minimum: 1,
      maximum: 1000,
      description: "At most so many sends begin within any second. `null`: no limit.",
    },
    max_in_flight: {
      type: ["integer", "null"],
      minimum: 1,
      maximum: 256,
      description: "At most so many sends are in flight at a time. `null`: 64.",
    },
    ordered: flag(
      "Strict order of publication, one at a time; a failing event holds back the later ones.",
    ),
    retry_4xx: flag("408, 425 and 429 are retried. All other 4xx still switch the webhook off."),
    deactivate_on_4xx: flag(deactivateOn4xx),
    hold_while_paused: flag(holdWhilePaused),
    name: nullable(name),
    metadata: isForm ? asText("an object of keys to texts") : nullable(metadata),
    event_types: isForm ? asText("a list of types") : nullable(event_types),
    filter,
    timeout_ms: nullable(timeout_ms),
    retry: isForm
      ? asText("an object with `limit`, `base_ms`, `max_ms`")
      : nullableSchema("RetryOptions", aboutRetry),
  };
}

/** The fields that only the creation of a webhook has. */
const signing = {
  signing_secret: nullable(
    text(
      "`whsec_` and the base64 of 24 to 64 bytes, padded or not. Made by the dispatcher if left " +
        "out.",
      { pattern: givenPattern },
    ),
  ),
  signature: nullableSchema(
    "SignatureScheme",
    "How deliveries are signed; `hmac` if left out. An Ed25519 pair is made here.",
  ),
};

/** A field of a form as a parameter of a query. */
export function formParameter(name) {
  const { description, ...field } = { ...requestFields(true), ...signing }[name];
  const of = Array.isArray(field.type) ? { ...field, type: field.type[0] } : field;
  return query(name, description, of.oneOf === undefined ? of : of.oneOf[0]);
}

/** A signing secret that is given. */
export const givenSecret = { type: "string", pattern: givenPattern };

function create(isForm) {
  const fields = requestFields(isForm);
  // Only here: an update keeps what is left out.
  const max_in_flight = { ...fields.max_in_flight, default: 64 };
  return {
    type: "object",
    required: ["target_url"],
    properties: { ...fields, max_in_flight, ...signing },
    additionalProperties: false,
  };
}

/** The request that sets an alert. It has no `event_type`, because that of an alert is fixed. */
function alert(isForm) {
  const { event_type: _, event_types: __, ...fields } = requestFields(isForm);
  return {
    type: "object",
    description: "`target_url` is required when the account has no alert. Else it is a change.",
    properties: { ...fields, ...signing },
    additionalProperties: false,
  };
}

/** crates/domain/src/webhook/state.rs has the same names. */
const state = values(
  ["untried", "healthy", "degraded", "failing", "paused", "off"],
  "`untried`: active, and no attempt was made since it was created or activated. `healthy`: " +
    "nearly all attempts succeed. `degraded`: the latest succeeded, but fewer than 95 % of those " +
    "of the latest 1,000 events since it was activated. `failing`: the latest attempt failed. " +
    "`paused`: its owner switched it off. `off`: the dispatcher did, which includes a disabled " +
    "account.",
);

const responseFields = {
  id: text("Its id; later webhooks have later ids.", { pattern: "^[0-9a-z]+$", maxLength: 64 }),
  target_url: text("Where events are POSTed, as its owner wrote it.", { maxLength: 1024 }),
  active: flag("Whether events are sent."),
  deactivate_reason: nullableSchema(
    "DeactivateReason",
    "Why the dispatcher switched it off; `null` if it did not.",
  ),
  event_type: nullable(
    text(
      "The one type that is sent; `null`: all but the operational. " +
        `\`${ALERT}\`: this is the alert, which gets the operational ones.`,
    ),
  ),
  basic_auth_username: text("The user name, or blank."),
  basic_auth_password: text(`Write-only: what is set reads as \`${MASK}\`.`),
  additional_headers: {
    type: "object",
    description: `The names of the headers; their values are write-only and read as \`${MASK}\`.`,
    maxProperties: 64,
    additionalProperties: { type: "string" },
  },
  max_per_second: {
    type: "integer",
    minimum: 1,
    maximum: 1000,
    description: "Only where there is a limit.",
  },
  max_in_flight: {
    type: "integer",
    minimum: 1,
    maximum: 256,
    description: "At most so many sends are in flight at a time.",
  },
  ordered: flag("`true`; absent where it is not set."),
  retry_4xx: flag("`true`; absent where it is not set."),
  signing_public_key: text("What Ed25519 signatures are verified with; only where they are.", {
    pattern: publicPattern,
  }),
  name,
  metadata,
  event_types,
  filter: {
    ...filterObject,
    description: "Which events are sent, by their content; `null`: all.",
  },
  timeout_ms: nullable(timeout_ms),
  retry: nullableSchema("RetrySettings", aboutRetry),
  deactivate_on_4xx: flag(deactivateOn4xx),
  hold_while_paused: flag(holdWhilePaused),
  listener: flag("`true` for a listener (`GET /v1/listen`); absent for any other webhook."),
  created_at: nullable(created_at),
  updated_at: nullable(updated_at),
  state: schema("WebhookState"),
  shares_target_with: list(text("A webhook's id.", { pattern: "^[0-9a-z]+$" }), {
    description:
      "The account's other webhooks with the same target. An event is sent there once: by the " +
      "oldest of them that is active and takes it. Not in lists and imports.",
  }),
};

const optional = [
  "max_per_second", "ordered", "retry_4xx", "signing_public_key", "listener", "shares_target_with",
];
const secret = text("What its deliveries are verified with: shown this once.", {
  pattern: secretPattern,
});

export const webhookSchemas = {
  WebhookState: state,
  DeactivateReason: values(
    ["HTTP_4XX_RESPONSE", "RETRY_COUNT", "TOO_MANY_REDIRECTS", "ORG_DISABLED"],
    "Why the dispatcher switched a webhook off: the receiver answered 4xx, or asked for it; every " +
      "retry failed; so it did, the last with a redirect; the account is disabled.",
  ),
  SignatureScheme: values(["hmac", "ed25519"], "How deliveries are signed."),
  RetrySettings: {
    type: "object",
    description: "A retry schedule; a part that is left out is that of the deployment.",
    properties: retryParts,
    minProperties: 1,
    additionalProperties: false,
  },
  RetryOptions: {
    type: "object",
    description: "A retry schedule; a part that is left out or `null` is that of the deployment.",
    properties: Object.fromEntries(
      Object.entries(retryParts).map(([key, part]) => [key, nullable(part)]),
    ),
    additionalProperties: false,
  },
  Webhook: object(responseFields, { optional }),
  CreatedWebhook: object(
    { ...responseFields, signing_secret: secret },
    { optional: [...optional, "signing_secret"] },
  ),
  WebhookCreate: create(false),
  WebhookCreateForm: create(true),
  WebhookUpdate: {
    type: "object",
    description: "What is left out is kept.",
    properties: requestFields(false),
    additionalProperties: false,
  },
  WebhookUpdateForm: {
    type: "object",
    description: "What is left out is kept.",
    properties: requestFields(true),
    additionalProperties: false,
  },
  AlertPut: alert(false),
  AlertPutForm: alert(true),
  Signing: object(
    { signing_secret: secret, signing_public_key: responseFields.signing_public_key },
    {
      optional: ["signing_secret", "signing_public_key"],
      minProperties: 1,
      maxProperties: 1,
      description: "What the receiver verifies with from now on.",
    },
  ),
  Rotation: {
    type: "object",
    properties: {
      signing_secret: { ...signing.signing_secret },
      grace_seconds: {
        type: "integer",
        minimum: 0,
        maximum: 604800,
        default: 86400,
        description: "For how long the key before signs too.",
      },
    },
    additionalProperties: false,
  },
  PingResult: object({
    succeeded: flag("Whether the receiver answered 2xx."),
    event_id: text("The id of the event that was sent: its `webhook-id`.", {
      pattern: "^[0-9a-z]+$",
    }),
    duration_ms: count("How long it took, in milliseconds."),
    http_status_code: nullable(count("What the receiver answered; `null` if it did not.")),
    fault: nullableFault,
    answer: nullable(text("The first 1,024 bytes of the answer, without the webhook's secrets.")),
    message: text("The outcome in words."),
  }),
  WebhookList: object({
    count: { type: "integer", minimum: 0, description: "How many there are on all pages." },
    next: nullable(text("The URL of the next page.", { format: "uri" })),
    previous: nullable(text("The URL of the page before.", { format: "uri" })),
    results: { type: "array", items: schema("Webhook"), maxItems: 1000 },
  }),
};

export const webhookExample = {
  id,
  target_url: "https://example.com/hooks/learning",
  active: true,
  deactivate_reason: null,
  event_type: "COURSE_COMPLETION",
  basic_auth_username: "dispatcher",
  basic_auth_password: MASK,
  additional_headers: { "X-Tenant": MASK },
  max_in_flight: 64,
  name: "Completions to the HR system",
  metadata: { owner: "people-team" },
  event_types: [],
  filter: { user: { plan: { $in: ["pro", "team"] } } },
  timeout_ms: null,
  retry: { limit: 12, base_ms: 5000 },
  deactivate_on_4xx: true,
  hold_while_paused: false,
  created_at: "2026-11-24T10:00:00.000+00:00",
  updated_at: "2026-11-24T10:00:00.000+00:00",
  state: "healthy",
};

export const alertExample = {
  id: "01kawq9r8t3v5x7z9b1d3f5h7n",
  target_url: "https://example.com/alerts",
  active: true,
  deactivate_reason: null,
  event_type: ALERT,
  basic_auth_username: "",
  basic_auth_password: "",
  additional_headers: {},
  max_in_flight: 64,
  name: "",
  metadata: {},
  event_types: [],
  filter: null,
  timeout_ms: null,
  retry: null,
  deactivate_on_4xx: true,
  hold_while_paused: false,
  created_at: "2026-11-24T10:00:00.000+00:00",
  updated_at: "2026-11-24T10:00:00.000+00:00",
  state: "untried",
};

export const secretExample = "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
