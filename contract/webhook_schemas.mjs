// The schemas of a webhook: requests and responses.

import { flag, nullable, object, schema, text } from "./build.mjs";
import { ALERT, EVENT_TYPES, OPERATIONAL, names } from "./event_types.mjs";

const MASK = "********";
const id = "01kawq9r8t3v5x7z9b1d3f5h7k";

export const secretPattern = "^whsec_[A-Za-z0-9+/]+={0,2}$";
const publicPattern = "^whpk_[A-Za-z0-9+/]{43}=$";

const filterObject = {
  type: ["object", "null"],
  description:
    "Which events are sent, by their content ([the language](CONCEPTS.md#filters)): " +
    '`{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes ' +
    "without spaces, 8 levels and 64 values. `null` or `{}`: all.",
  additionalProperties: true,
};

/** The fields of a request. In a form, objects are text. */
function requestFields(isForm) {
  const filter = isForm
    ? text(`JSON text. ${filterObject.description} Blank: all.`)
    : filterObject;
  const headers = isForm
    ? text("JSON text: an object of header names to values. Blank: none.")
    : {
        type: ["object", "null"],
        description:
          "Sent with every POST: at most 64, of 16 kB in all; names and values by RFC 9110. " +
          "`Host`, `Content-*`, `User-Agent`, `webhook-*`, `X-Forwarded-*`, `CF-*` (but for " +
          "`CF-Access-*`) and hop-by-hop headers may not be set. `null`: none.",
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
    event_type: {
      type: ["string", "null"],
      enum: [...names(EVENT_TYPES), ...names(OPERATIONAL), "", null],
      description: "The one type that is sent. Left out, `null` or blank: all but the operational.",
    },
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
    filter,
  };
}

/** The fields that only the creation of a webhook has. */
const signing = {
  signing_secret: nullable(
    text("`whsec_` and the base64 of 24 to 64 bytes. Made by the dispatcher if left out.", {
      pattern: secretPattern,
    }),
  ),
  signature: {
    type: ["string", "null"],
    enum: ["hmac", "ed25519", "", null],
    description: "How deliveries are signed; `hmac` if left out. An Ed25519 pair is made here.",
  },
};

function create(isForm) {
  const fields = requestFields(isForm);
  // Only here: an update keeps what is left out.
  const max_in_flight = { ...fields.max_in_flight, default: 64 };
  return {
    type: "object",
    required: ["target_url"],
    properties: { ...fields, max_in_flight, ...signing },
  };
}

/** The request that sets an alert. It has no `event_type`, because that of an alert is fixed. */
function alert(isForm) {
  const { event_type: _, ...fields } = requestFields(isForm);
  return {
    type: "object",
    description: "`target_url` is required when the account has no alert. Else it is a change.",
    properties: { ...fields, ...signing },
  };
}

const responseFields = {
  id: text("Its id; later webhooks have later ids.", { pattern: "^[0-9a-z]+$", maxLength: 64 }),
  target_url: text("Where events are POSTed, as its owner wrote it.", { maxLength: 1024 }),
  active: flag("Whether events are sent."),
  deactivate_reason: {
    type: ["string", "null"],
    enum: ["HTTP_4XX_RESPONSE", "RETRY_COUNT", "TOO_MANY_REDIRECTS", "ORG_DISABLED", null],
    description:
      "Why the dispatcher switched it off: the receiver answered 4xx; every retry failed; so it " +
      "did, the last with a redirect; the account is disabled.",
  },
  event_type: nullable(
    text(
      "The one type that is sent; `null`: all but the operational. " +
        `\`${ALERT}\`: this is the alert, which gets the operational ones.`,
    ),
  ),
  basic_auth_username: text("The user name, or blank."),
  basic_auth_password: text("Write-only: what is set reads as stars.", { enum: ["", MASK] }),
  additional_headers: {
    type: "object",
    description: "The names of the headers; their values are write-only.",
    maxProperties: 64,
    additionalProperties: { type: "string", const: MASK },
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
  ordered: flag("Only where it is set.", { const: true }),
  retry_4xx: flag("Only where it is set.", { const: true }),
  signing_public_key: text("What Ed25519 signatures are verified with; only where they are.", {
    pattern: publicPattern,
  }),
  filter: {
    ...filterObject,
    description: "Which events are sent, by their content; `null`: all.",
  },
};

const optional = ["max_per_second", "ordered", "retry_4xx", "signing_public_key"];
const secret = text("What its deliveries are verified with: shown this once.", {
  pattern: secretPattern,
});

export const webhookSchemas = {
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
  },
  WebhookUpdateForm: {
    type: "object",
    description: "What is left out is kept.",
    properties: requestFields(true),
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
  },
  PingResult: object({
    succeeded: flag("Whether the receiver answered 2xx."),
    http_status_code: {
      type: "integer",
      minimum: 0,
      maximum: 999,
      description: "What it answered; 0 if it did not.",
    },
    message: text("The same in words."),
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
  filter: { user: { plan: { $in: ["pro", "team"] } } },
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
  filter: null,
};

export const secretExample = "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
