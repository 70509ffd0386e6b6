// The calls about an account: its key, its audit log, its alert, its numbers, and what the operator
// does with it: keys, portal links, import, disabling, deletion.

import {
  ERASED, answer, conflict, count, flag, json, list, maybe, media, notFound, object,
  operation, parameter, response, schema, text, time, withBody,
} from "./build.mjs";
import { secretExample, webhookExample } from "./webhook_schemas.mjs";

const ADMIN = "Administration";
const SCOPES = ["webhooks:read", "webhooks:write", "events:write"];
const name = text("The account's name.", { pattern: "^[a-z0-9][a-z0-9_-]{0,62}$" });
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
const ofKey = {
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
        problem: schema("Problem"),
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
    next: maybe(text("The URL of the page of older ones.", { format: "uri" })),
    previous: maybe(text("The URL of the page of newer ones.", { format: "uri" })),
    results: list(schema("AuditEntry"), { maxItems: 1000 }),
  }),
  KeyRequest: {
    type: "object",
    required: ["account", "name", "scopes"],
    properties: {
      account: name,
      name: text("What its owner calls it.", { minLength: 1, maxLength: 100 }),
      scopes,
      expires_at: maybe(expires_at),
    },
  },
  MintedKey: object(
    { ...ofKey, expires_at, key: text("The key, shown this once.", { pattern: "^whk_" }) },
    { optional: ["expires_at"] },
  ),
  Key: object({
    ...ofKey,
    created_at: time("When it was minted."),
    expires_at: maybe(expires_at),
    portal: flag("Whether it is that of a portal link."),
    last_used: maybe(time("When it was last used, to an hour.")),
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
    },
  },
  PortalLink: object({
    id: text("The id of its key, which is no secret.", { pattern: "^[0-9a-z]{1,20}$" }),
    url: text("The link, shown this once.", { format: "uri", pattern: "/dashboard#token=whk_" }),
    expires_at,
    scopes,
  }),
  KeyList: object({
    count: count("How many there are on all pages."),
    next: maybe(text("The URL of the next page.", { format: "uri" })),
    previous: maybe(text("The URL of the page before.", { format: "uri" })),
    results: list(schema("Key"), { maxItems: 1000 }),
  }),
  AccountStanding: object({ account: name, disabled: flag("Whether all its sending is stopped.") }),
  AccountDetail: object({
    account: name,
    disabled: flag("Whether all its sending is stopped."),
    webhooks: count("How many it has."),
    deletion: {
      description: "How far the deletion of its data is; `null` when there is none.",
      oneOf: [
        { type: "null" },
        object({
          started_at: time("When it began."),
          webhooks_left: count("How many webhooks may still store something."),
          closed_until: maybe(time("When the name can be used anew.")),
        }),
      ],
    },
  }),
};

const keyExample = {
  id: "0f3c9a1b2d4e5f607182",
  account: "acme",
  name: "backend",
  scopes: ["webhooks:read", "events:write"],
};
const detail = { account: "acme", disabled: false, webhooks: 12, deletion: null };

const standing = (operationId, disabled, description) =>
  operation(
    operationId,
    ADMIN,
    "admin",
    disabled ? "Disable an account" : "Enable an account",
    description,
    {
      responses: {
        200: answer("How it stands.", schema("AccountStanding"), {
          usual: { account: "acme", disabled },
        }),
        ...notFound,
        ...conflict(ERASED),
      },
    },
  );

const imported = {
  id: "5f1d7a84e1b2c3d4",
  target_url: "https://example.com/hooks",
  signing_secret: secretExample,
};

const METRICS = [
  "# TYPE webhooks_up gauge",
  "# HELP webhooks_up Whether the webhook's object answered.",
  'webhooks_up{account="acme",webhook="01kawq9r8t3v5x7z9b1d3f5h7k"} 1',
  "# EOF",
  "",
].join("\n");

export const accountPaths = {
  "/health": {
    get: {
      operationId: "health",
      tags: ["Account"],
      summary: "Whether the dispatcher runs",
      description: "Without a key.",
      security: [],
      responses: {
        200: answer("It runs.", schema("Health"), { usual: { status: "ok" } }),
        400: response("BadRequest"),
        405: response("MethodNotAllowed"),
        406: response("NotAcceptable"),
      },
    },
  },
  "/metrics": {
    get: operation(
      "readMetrics",
      ADMIN,
      "admin",
      "Read an account's numbers",
      "Of each of its webhooks, for a monitoring system: OpenMetrics 1.0 text. Every webhook is " +
        "asked, so once a minute is often enough. An account that nobody has heard of has none.",
      {
        parameters: [
          {
            name: "account",
            in: "query",
            required: true,
            description: "The account's name.",
            schema: { type: "string", pattern: "^[a-z0-9][a-z0-9_-]{0,62}$", maxLength: 63 },
            example: "acme",
          },
        ],
        responses: {
          200: {
            description: "The numbers.",
            content: {
              "application/openmetrics-text; version=1.0.0; charset=utf-8": media(
                text("Ends with `# EOF`.", { pattern: "\\n# EOF\\n$" }),
                { usual: METRICS },
              ),
            },
          },
        },
      },
    ),
  },
  "/v1/ping": {
    get: operation("ping", "Account", "any", "Whether a key is good", "Answers nothing else.", {
      responses: { 200: { description: "It is. The body is empty." } },
    }),
  },
  "/v1/audit": {
    get: operation(
      "readAudit",
      "Account",
      "webhooks:read",
      "Read the audit log",
      "The latest 10,000 changes of the account, the newest first.",
      {
        parameters: [parameter("Cursor"), parameter("PageSize")],
        responses: {
          200: answer("A page.", schema("AuditList"), {
            usual: {
              next: null,
              previous: null,
              results: [
                {
                  at: "2026-11-24T10:00:00.000Z",
                  by: "0f3c9a1b2d4e5f607182",
                  action: "webhook.updated",
                  webhook: "01kawq9r8t3v5x7z9b1d3f5h7k",
                  fields: ["target_url"],
                },
              ],
            },
          }),
        },
      },
    ),
  },
  "/v1/admin/keys": {
    get: operation("listKeys", ADMIN, "admin", "List keys", "Of all accounts.", {
      parameters: [parameter("Page"), parameter("PageSize")],
      responses: {
        200: answer("A page.", schema("KeyList"), {
          usual: {
            count: 1,
            next: null,
            previous: null,
            results: [
              {
                ...keyExample,
                created_at: "2026-11-24T10:00:00.000Z",
                expires_at: null,
                portal: false,
                last_used: null,
              },
            ],
          },
        }),
        ...notFound,
      },
    }),
    post: operation(
      "mintKey",
      ADMIN,
      "admin",
      "Mint a key",
      "The account needs no other preparation. A key is for backends only.",
      {
        requestBody: {
          required: true,
          content: json(schema("KeyRequest"), {
            usual: { account: "acme", name: "backend", scopes: keyExample.scopes },
            ending: {
              account: "acme",
              name: "trial",
              scopes: ["webhooks:read"],
              expires_at: "2030-01-01T00:00:00Z",
            },
          }),
        },
        responses: {
          201: answer(
            "The key, shown this once.",
            schema("MintedKey"),
            {
              usual: {
                ...keyExample,
                key: "whk_9vN1rDk3d1mQ0h0y8m3c2v7b5n4a6s8d0f2g4h6j8kL",
              },
            },
            {
              links: {
                revokeKey: {
                  operationId: "revokeKey",
                  description: "Revoke it.",
                  parameters: { id: "$response.body#/id" },
                },
              },
            },
          ),
          ...withBody,
          ...conflict(ERASED),
        },
      },
    ),
  },
  "/v1/admin/keys/{id}": {
    parameters: [parameter("KeyId")],
    delete: operation(
      "revokeKey",
      ADMIN,
      "admin",
      "Revoke a key",
      "It may open the account for two minutes more elsewhere.",
      { responses: { 204: { description: "It is revoked." }, ...notFound } },
    ),
  },
  "/v1/admin/accounts/{account}": {
    parameters: [parameter("Account")],
    get: operation("readAccount", ADMIN, "admin", "Read an account", "How it stands.", {
      responses: {
        200: answer("How it stands.", schema("AccountDetail"), { usual: detail }),
        ...notFound,
      },
    }),
    delete: operation(
      "deleteAccount",
      ADMIN,
      "admin",
      "Delete an account's data",
      "Its webhooks stop at once; then they, its keys and its audit log are erased. The name can " +
        "be used anew `ERASE_LINGER_MS` (120,000) after nothing was left.",
      {
        responses: {
          202: answer("It has begun.", schema("AccountDetail"), {
            usual: {
              ...detail,
              deletion: {
                started_at: "2026-11-24T10:00:00.000Z",
                webhooks_left: 12,
                closed_until: null,
              },
            },
          }),
          ...notFound,
        },
      },
    ),
  },
  "/v1/admin/accounts/{account}/disable": {
    parameters: [parameter("Account")],
    post: standing(
      "disableAccount",
      true,
      "All its webhooks stop. What waits keeps its place and its tries.",
    ),
  },
  "/v1/admin/accounts/{account}/portal": {
    parameters: [parameter("Account")],
    post: operation(
      "makePortal",
      ADMIN,
      "admin",
      "Make a portal link",
      "A link that opens the dashboard for this account and no other, until it expires. In it is a " +
        "key of the account, behind the `#`, so that no server and no log sees it: hand it over " +
        "as you would a key. `DELETE /v1/admin/keys/{id}` ends it sooner. A day after its end " +
        "it is listed no more.",
      {
        requestBody: {
          required: false,
          content: json(schema("PortalRequest"), {
            usual: {},
            reader: { scopes: ["webhooks:read"], expires_in_seconds: 86_400 },
          }),
        },
        responses: {
          201: answer(
            "The link, shown this once.",
            schema("PortalLink"),
            {
              usual: {
                id: keyExample.id,
                url:
                  "https://hooks.example.com/dashboard" +
                  "#token=whk_9vN1rDk3d1mQ0h0y8m3c2v7b5n4a6s8d0f2g4h6j8kL",
                expires_at: "2026-11-24T11:00:00.000+00:00",
                scopes: ["webhooks:read", "webhooks:write"],
              },
            },
            {
              links: {
                revokeLink: {
                  operationId: "revokeKey",
                  description: "Revoke it.",
                  parameters: { id: "$response.body#/id" },
                },
              },
            },
          ),
          ...notFound,
          ...withBody,
          ...conflict(ERASED),
        },
      },
    ),
  },
  "/v1/admin/accounts/{account}/enable": {
    parameters: [parameter("Account")],
    post: standing("enableAccount", false, "Its webhooks go on where they stopped."),
  },
  "/v1/admin/accounts/{account}/import": {
    parameters: [parameter("Account")],
    post: operation(
      "importWebhooks",
      ADMIN,
      "admin",
      "Import webhooks",
      "For those who come from another sender: webhooks under the ids they have there. JSON " +
        "lines, at most 100 in 1,048,576 bytes, each with `id` and what the creation of a webhook " +
        "takes. Each is answered for itself, in order. A line whose webhook is there already " +
        "changes nothing: it is 200 if the line asks for the same one, 409 if not (`active`, and " +
        "a secret that is not given, are not compared).",
      {
        requestBody: {
          required: true,
          content: {
            "application/x-ndjson": media(
              text("An object of the schema `WebhookCreate` with its `id` a line.", { minLength: 2 }),
              { usual: `${JSON.stringify(imported)}\n` },
            ),
          },
        },
        responses: {
          200: answer("What came of each line.", list(schema("ImportItem")), {
            usual: [
              {
                line: 1,
                status: 201,
                webhook: { ...webhookExample, id: imported.id, signing_secret: secretExample },
              },
              { line: 2, status: 400, problem: { id: ["This field is required."] } },
            ],
          }),
          ...withBody,
          ...notFound,
          ...conflict(ERASED),
        },
      },
    ),
  },
};
