// The contract: builds the OpenAPI document of the dispatcher from its parts.
//
// `npm run contract` writes it to contract/openapi.json, and what client generators read of it
// (client.mjs) to contract/openapi.client.json. Tests compare it with the routes, fields and limits
// in the crate, and with the responses of a running dispatcher.

import { readFileSync } from "node:fs";
import { accountPaths } from "./account.mjs";
import { accountSchemas } from "./account_schemas.mjs";
import { query } from "./build.mjs";
import { deliveryPaths, deliverySchemas } from "./deliveries.mjs";
import { errorHeaders, errorResponses, errorSchemas } from "./errors.mjs";
import { eventPaths, eventSchemas } from "./events.mjs";
import {
  TAG as RECEIVING, receivedHeaders, receivedResponses, receivedSchemas, receiverCalls,
} from "./receiving.mjs";
import { listenPaths } from "./listen.mjs";
import { webhookPaths } from "./webhooks.mjs";
import { webhookSchemas } from "./webhook_schemas.mjs";

/** The version of the crate. */
const VERSION = readFileSync(new URL("../Cargo.toml", import.meta.url), "utf8")
  .match(/^version = "(.+)"$/m)[1];

const ABOUT = `Lets the customers of a platform register a URL, and POSTs every matching event to
it.

**Authentication.** \`Authorization: Basic base64(key + ":")\`, the key as user name, or
\`Bearer key\`. Keys have the scopes \`webhooks:read\`, \`webhooks:write\` and \`events:write\`;
\`/v1/admin/*\` takes \`ADMIN_KEY\` only. A key is for backends: there is no CORS.

**Errors** are \`{"detail": "…"}\`, or \`{"field": ["…"]}\` for validation, all bad fields at once.
Each has a \`code\` besides, which does not change when the text does, and a \`request_id\` by which
the operator finds the request in the log.
Another method than those listed is \`405\` with \`Allow\`; \`HEAD\` is \`GET\` without a body, and
\`OPTIONS\` is \`204\` with \`Allow\`. Whoever has no good key is told \`401\` first.

**Limits.** Bodies of \`MAX_BODY_BYTES\` (65,536), events of \`MAX_EVENT_BYTES\` (262,144), batches
of \`MAX_BATCH_BYTES\` (1,048,576) and 100 events, JSON of 127 levels, \`MAX_WEBHOOKS\` (500) of an
account besides its alert, \`PUBLISH_PER_MINUTE\` (0, no limit) events of an account, a backlog \
of \`MAX_BACKLOG\`
(100,000) deliveries and \`MAX_BACKLOG_BYTES\` (1,073,741,824) for a webhook, \`HOLD_EVENTS\`
(10,000) held for one that was switched off. The names are variables of the deployment, with their
defaults; with \`EVENT_TYPES\` set, the list of event types is another one than here.

**Strictness.** A field or a query parameter that a call does not have is \`400\`, with the nearest
one that it has; so is a field that is there twice. Fields that only answers have are ignored, so
an answer can be sent back as it is. With \`UNKNOWN_FIELDS=ignore\` unknown ones are ignored.
Bodies are sent as they are, without a \`Content-Encoding\`. A \`page_size\` beyond 1,000 counts
as 1,000, and one that is no number as 100.

**Caching.** Every answer has \`Cache-Control: no-store\`.`;

const path = (name, description, pattern, maxLength, example) => ({
  name,
  in: "path",
  required: true,
  description,
  schema: { type: "string", pattern, maxLength },
  example,
});

const parameters = {
  WebhookId: path("id", "The webhook's id.", "^[0-9a-z]+$", 64, "01kawq9r8t3v5x7z9b1d3f5h7k"),
  EventId: path("event_id", "The event's id.", "^[0-9a-z]+$", 64, "01kawq9r8t3v5x7z9b1d3f5h7m"),
  KeyId: path("id", "The key's id.", "^[0-9a-z]+$", 20, "0f3c9a1b2d4e5f607182"),
  Account: path(
    "account", "The account's name.", "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$", 128, "acme",
  ),
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description:
      "1 to 255 visible ASCII characters, bare or as a quoted string. A repeat within " +
      "`IDEMPOTENCY_HOURS` (24) is answered as the first was and does nothing again; the same key " +
      "with another body is 422.",
    schema: { type: "string", pattern: '^[!#-~][!-~]*$', minLength: 1, maxLength: 255 },
  },
  TraceParent: {
    name: "traceparent",
    in: "header",
    description:
      "The trace to which the events belong, by W3C Trace Context; each POST to a receiver is a " +
      "span of it. Without a valid one each event begins a trace.",
    schema: { type: "string" },
    example: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  },
  TraceState: {
    name: "tracestate",
    in: "header",
    description:
      "What tracing systems add to the trace. It is passed on with a valid `traceparent`, up to " +
      "512 characters.",
    schema: { type: "string" },
    example: "congo=t61rcWkgMzE",
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    description:
      "Do it only if the webhook is in one of these states: `*`, or a list of values of `ETag`. " +
      "Else 412, and nothing is changed.",
    schema: { type: "string", pattern: '^(\\*|(W/)?"[!#-~]*"([ \\t]*,[ \\t]*(W/)?"[!#-~]*")*)$' },
    example: '"18bcfe56800-3"',
  },
  Page: query("page", "The page, from 1, or `last`.", {
    anyOf: [{ type: "integer", minimum: 1 }, { type: "string", const: "last" }],
    default: 1,
  }),
  PageSize: query("page_size", "How many a page has.", {
    type: "integer",
    minimum: 1,
    maximum: 1000,
    default: 100,
  }),
  Cursor: query("cursor", "Where the page starts: taken from `next` and `previous`.", {
    type: "string",
    pattern: "^[on][0-9]+$",
  }),
};

const key = (type) => ({
  type: "http",
  scheme: type,
  description: type === "basic"
    ? "An API key as user name, and no password."
    : "An API key.",
});
const adminKey = (type) => ({ type: "http", scheme: type, description: "`ADMIN_KEY`." });

/** Returns the whole document. */
export const contract = () => ({
  openapi: "3.1.0",
  info: {
    title: "Webhook dispatcher",
    version: VERSION,
    summary: "Manages webhooks and delivers events to them.",
    description: ABOUT,
  },
  servers: [{ url: "/", description: "The dispatcher that serves this document." }],
  tags: [
    { name: "Account", description: "The dispatcher, a key, the audit log." },
    { name: "Administration", description: "Keys and accounts: for the operator." },
    { name: "Deliveries", description: "What happened to events, and sending them again." },
    { name: "Events", description: "Publishing events." },
    { name: RECEIVING, description: "The POSTs that a receiver gets." },
    { name: "Webhooks", description: "Where events go." },
  ],
  security: [{ basic: [] }, { bearer: [] }],
  paths: { ...webhookPaths, ...listenPaths, ...deliveryPaths, ...eventPaths, ...accountPaths },
  webhooks: receiverCalls,
  components: {
    schemas: {
      ...webhookSchemas,
      ...deliverySchemas,
      ...eventSchemas,
      ...receivedSchemas,
      ...accountSchemas,
      ...errorSchemas,
    },
    responses: { ...errorResponses, ...receivedResponses },
    parameters: { ...parameters, ...receivedHeaders },
    headers: errorHeaders,
    securitySchemes: {
      basic: key("basic"),
      bearer: key("bearer"),
      adminBasic: adminKey("basic"),
      adminBearer: adminKey("bearer"),
    },
  },
});

/** Returns a document as the dispatcher serves it. */
export const textOf = (document) => `${JSON.stringify(document, null, 2)}\n`;
