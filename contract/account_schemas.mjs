// The schemas of the calls for an account: keys, portal links, the audit log, the import.

import {
  count, flag, list, nullable, nullableSchema, object, schema, text, time, values,
} from "./build.mjs";

const SCOPES = ["webhooks:read", "webhooks:write", "events:write"];
/** crates/domain/src/account/audit.rs has the same names. */
const AUDIT_ACTIONS = [
  "webhook.created", "webhook.updated", "webhook.reactivated", "webhook.deactivated",
  "webhook.deleted", "webhook.secret_rotated", "recovery.begun", "delivery.resent",
  "deliveries.resent", "delivery.skipped", "key.minted", "key.revoked", "account.disabled",
  "account.enabled", "account.deleted",
];
export const accountPattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$";
const name = text("The account's name.", { pattern: accountPattern });

const scopes = list(schema("Scope"), { minItems: 1, description: "What it may do." });
const keyFields = {
  id: text("Its id, which is no secret.", { pattern: "^[0-9a-z]{1,20}$" }),
  account: name,
  name: text("What its owner calls it.", { maxLength: 100 }),
  scopes,
};
const expires_at = time("From when on it opens nothing.");

const line = { type: "integer", minimum: 1, description: "Its number; blank lines count." };

export const accountSchemas = {
  ImportItem: {
    description: "What came of one line.",
    oneOf: [schema("ImportedWebhook"), schema("ImportFailure")],
  },
  ImportedWebhook: object({
    line,
    status: {
      type: "integer",
      minimum: 200,
      maximum: 201,
      description: "201: it was created. 200: it was there.",
    },
    webhook: schema("CreatedWebhook"),
  }),
  ImportFailure: object({
    line,
    status: {
      type: "integer",
      minimum: 400,
      maximum: 503,
      description: "What its creation would have been answered with: 400, 403, 409, 413 or 503.",
    },
    problem: schema("ItemProblem"),
  }),
  Health: object({ status: { type: "string", const: "ok", description: "It runs." } }),
  Scope: values(SCOPES, "What a key may do."),
  GrantedScope: values([...SCOPES, "admin"], "What a key may do. `admin`: it is `ADMIN_KEY`."),
  AuditAction: values(AUDIT_ACTIONS, "What was changed."),
  AuditEntry: object(
    {
      at: time("When."),
      by: text("Who: a key's id, `ADMIN_KEY`, `API_KEY` or `dispatcher`."),
      action: schema("AuditAction"),
      webhook: text("The webhook's id; of changes of a webhook, a recovery or deliveries.", {
        pattern: "^[0-9a-z]+$",
      }),
      event: text("The event's id; of `delivery.resent` and `delivery.skipped`.", {
        pattern: "^[0-9a-z]+$",
      }),
      fields: list({ type: "string" }, {
        description: "The changed fields; of `webhook.updated` and `webhook.reactivated`.",
      }),
      count: count("How many; of `deliveries.resent`."),
      key: text("The key's id; of `key.minted` and `key.revoked`.", { pattern: "^[0-9a-z]+$" }),
      portal: flag("Whether the key is that of a portal link; of `key.minted`."),
    },
    {
      optional: ["webhook", "event", "fields", "count", "key", "portal"],
      description: "One change. No value is in it, so no secret.",
    },
  ),
  AuditList: object({
    next: nullable(text("The URL of the page of older ones.", { format: "uri" })),
    previous: nullable(text("The URL of the page of newer ones.", { format: "uri" })),
    results: list(schema("AuditEntry"), { maxItems: 1000 }),
  }),
  KeyRequest: {
    type: "object",
    required: ["account", "name", "scopes"],
    properties: {
      account: name,
      name: text("What its owner calls it.", { minLength: 1, maxLength: 100 }),
      scopes,
      expires_at: nullable(expires_at),
    },
    additionalProperties: false,
  },
  KeyInfo: object(
    {
      account: nullable(
        text("The account's name; `null` for `ADMIN_KEY`, which belongs to none.", {
          pattern: name.pattern,
        }),
      ),
      key_id: text("The name of the key in the audit log: its id, `API_KEY` or `ADMIN_KEY`."),
      scopes: list(schema("GrantedScope"), { minItems: 1, description: "What it may do." }),
      expires_at: nullable(time("From when on it opens nothing; `null` if it does not end.")),
      return_url: text("Where the platform wants its customer back; only of a portal link.", {
        format: "uri",
        maxLength: 1024,
      }),
    },
    { optional: ["return_url"] },
  ),
  CreatedKey: object(
    { ...keyFields, expires_at, key: text("The key, shown this once.", { pattern: "^whk_" }) },
    { optional: ["expires_at"] },
  ),
  Key: object({
    ...keyFields,
    created_at: time("When it was minted."),
    expires_at: nullable(expires_at),
    portal: flag("Whether it is that of a portal link."),
    last_used: nullable(time("When it was last used, to an hour.")),
  }),
  PortalRequest: {
    type: "object",
    properties: {
      scopes: list(schema("Scope"), {
        minItems: 1,
        default: ["webhooks:read", "webhooks:write"],
        description: "What it opens. Without `events:write` the dashboard publishes nothing.",
      }),
      expires_in_seconds: {
        type: "integer",
        minimum: 10,
        maximum: 604_800,
        default: 3_600,
        description: "How long it opens.",
      },
      return_url: nullable(
        text(
          "Where the dashboard leads back to, also once the link has ended: an absolute `http` " +
            "or `https` URL without credentials.",
          { format: "uri", minLength: 1, maxLength: 1024 },
        ),
      ),
    },
    additionalProperties: false,
  },
  PortalLink: object({
    id: text("The id of its key, which is no secret.", { pattern: "^[0-9a-z]{1,20}$" }),
    url: text("The link, shown this once. With a `return_url`, that is in it too.", {
      format: "uri",
    }),
    expires_at,
    scopes,
  }),
  KeyList: object({
    count: count("How many there are on all pages."),
    next: nullable(text("The URL of the next page.", { format: "uri" })),
    previous: nullable(text("The URL of the page before.", { format: "uri" })),
    results: list(schema("Key"), { maxItems: 1000 }),
  }),
  AccountList: object({
    next: nullable(text("The URL of the next page.", { format: "uri" })),
    results: list(schema("AccountSummary"), { maxItems: 100 }),
  }),
  AccountSummary: object({
    account: name,
    webhooks: count("How many it has, an alert included."),
    failing: count("How many of them are `failing`."),
    off: count("How many of them are `off`."),
    last_event_at: nullable(time("When it last published an event, to an hour.")),
  }),
  AccountState: object({ account: name, disabled: flag("Whether all its sending is stopped.") }),
  AccountDetail: object({
    account: name,
    disabled: flag("Whether all its sending is stopped."),
    webhooks: count("How many it has."),
    stored_bytes: count(
      "Bytes that its own object stores, most of them idempotency keys. From `HISTORY_BYTES` on " +
        "the oldest keys are dropped.",
    ),
    deletion: nullableSchema(
      "AccountDeletion",
      "How far the deletion of its data is; `null` when there is none.",
    ),
  }),
  AccountDeletion: object({
    started_at: time("When it began."),
    webhooks_left: count("How many webhooks may still store something."),
    closed_until: nullable(time("When the name can be used anew.")),
  }),
};
