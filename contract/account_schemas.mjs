// The schemas of the calls for an account: keys, portal links, the audit log, the import.

import { count, flag, list, nullable, object, schema, text, time } from "./build.mjs";

const SCOPES = ["webhooks:read", "webhooks:write", "events:write"];
export const accountPattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$";
const name = text("The account's name.", { pattern: accountPattern });
const webhook = text("A webhook's id.", { pattern: "^[0-9a-z]+$" });
const event = text("An event's id.", { pattern: "^[0-9a-z]+$" });
const key = text("A key's id.", { pattern: "^[0-9a-z]+$" });
const fields = list({ type: "string" }, { description: "The fields that were changed." });

const entry = (actions, more = {}, rest = {}) =>
  object(
    {
      at: time("When."),
      by: text("Who: a key's id, `ADMIN_KEY`, `API_KEY` or `dispatcher`."),
      action: { type: "string", enum: actions, description: "What was changed." },
      ...more,
    },
    rest,
  );

const scopes = list(
  { type: "string", enum: SCOPES },
  { minItems: 1, description: "What it may do." },
);
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
    oneOf: [
      object({
        line,
        status: {
          type: "integer",
          enum: [200, 201],
          description: "201: it was created. 200: it was there.",
        },
        webhook: schema("CreatedWebhook"),
      }),
      object({
        line,
        status: {
          type: "integer",
          enum: [400, 403, 409, 413, 503],
          description: "What its creation would have been answered with.",
        },
        problem: schema("ItemProblem"),
      }),
    ],
  },
  Health: object({ status: { type: "string", const: "ok", description: "It runs." } }),
  AuditEntry: {
    description: "One change. No value is in it, so no secret.",
    oneOf: [
      entry(
        [
          "webhook.created", "webhook.deactivated", "webhook.deleted", "webhook.secret_rotated",
          "recovery.begun",
        ],
        { webhook },
      ),
      entry(["webhook.updated", "webhook.reactivated"], { webhook, fields }),
      entry(["delivery.resent", "delivery.skipped"], { webhook, event }),
      entry(["deliveries.resent"], { webhook, count: count("How many.") }),
      entry(
        ["key.minted"],
        { key, portal: flag("Whether it is that of a portal link.") },
        { optional: ["portal"] },
      ),
      entry(["key.revoked"], { key }),
      entry(["account.disabled", "account.enabled", "account.deleted"]),
    ],
  },
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
  KeyStanding: object(
    {
      account: nullable(
        text("The account's name; `null` for `ADMIN_KEY`, which belongs to none.", {
          pattern: name.pattern,
        }),
      ),
      key_id: text("The name of the key in the audit log: its id, `API_KEY` or `ADMIN_KEY`."),
      scopes: list(
        { type: "string", enum: [...SCOPES, "admin"] },
        { minItems: 1, description: "What it may do. `admin`: it is `ADMIN_KEY`." },
      ),
      expires_at: nullable(time("From when on it opens nothing; `null` if it does not end.")),
      return_url: text("Where the platform wants its customer back; only of a portal link.", {
        format: "uri",
        maxLength: 1024,
      }),
    },
    { optional: ["return_url"] },
  ),
  MintedKey: object(
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
      scopes: list(
        { type: "string", enum: SCOPES },
        {
          minItems: 1,
          default: ["webhooks:read", "webhooks:write"],
          description: "What it opens. Without `events:write` the dashboard publishes nothing.",
        },
      ),
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
      pattern: "^https?://.+/(dashboard|portal)#token=whk_",
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
    results: list(
      object({
        account: name,
        webhooks: count("How many it has, an alert included."),
        failing: count("How many of them are `failing`."),
        off: count("How many of them are `off`."),
        last_event_at: nullable(time("When it last published an event, to an hour.")),
      }),
      { maxItems: 100 },
    ),
  }),
  AccountStanding: object({ account: name, disabled: flag("Whether all its sending is stopped.") }),
  AccountDetail: object({
    account: name,
    disabled: flag("Whether all its sending is stopped."),
    webhooks: count("How many it has."),
    stored_bytes: count(
      "Bytes that its own object stores, most of them idempotency keys. From `HISTORY_BYTES` on " +
        "the oldest keys are dropped.",
    ),
    deletion: {
      description: "How far the deletion of its data is; `null` when there is none.",
      oneOf: [
        { type: "null" },
        object({
          started_at: time("When it began."),
          webhooks_left: count("How many webhooks may still store something."),
          closed_until: nullable(time("When the name can be used anew.")),
        }),
      ],
    },
  }),
};
