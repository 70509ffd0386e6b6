// The calls for an account: health, the key, metrics and the audit log, and those of the operator:
// keys, portal links, import, disabling and deletion.

import {
  ERASED, answer, conflict, json, list, media, notFound, operation, parameter, query, response,
  schema, text, withBody,
} from "./build.mjs";
import { accountPattern } from "./account_schemas.mjs";
import { secretExample, webhookExample } from "./webhook_schemas.mjs";

const ADMIN = "Administration";

const keyExample = {
  id: "0f3c9a1b2d4e5f607182",
  account: "acme",
  name: "backend",
  scopes: ["webhooks:read", "events:write"],
};
const RETURN_URL = "https://platform.example/settings/webhooks";
const detail = {
  account: "acme", disabled: false, webhooks: 12, stored_bytes: 40_960, deletion: null,
};

const disabling = (operationId, disabled, description) =>
  operation(
    operationId,
    ADMIN,
    "admin",
    disabled ? "Disable an account" : "Enable an account",
    description,
    {
      responses: {
        200: answer("How it stands.", schema("AccountState"), {
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

const UP = [
  "# TYPE webhooks_up gauge",
  "# HELP webhooks_up Whether the webhook's object answered.",
  'webhooks_up{account="acme",webhook="01kawq9r8t3v5x7z9b1d3f5h7k"} 1',
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
      "Of each of its webhooks, for a monitoring system: OpenMetrics 1.0, or the text format " +
        "0.0.4 of Prometheus for whoever prefers `text/plain`. Every webhook is asked, so once a " +
        "minute is often enough. An account that was never used is a 404.",
      {
        parameters: [
          {
            name: "account",
            in: "query",
            required: true,
            description: "The account's name.",
            schema: {
              type: "string",
              pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$",
              maxLength: 128,
            },
            example: "acme",
          },
        ],
        responses: {
          200: {
            description: "The numbers.",
            content: {
              "application/openmetrics-text": media(
                text("Ends with `# EOF`.", { pattern: "\\n# EOF\\n$" }),
                { usual: `${UP}# EOF\n` },
              ),
              "text/plain": media(text("The same samples."), { usual: UP }),
            },
          },
          ...notFound,
        },
      },
    ),
  },
  "/v1/ping": {
    get: operation(
      "ping",
      "Account",
      "every",
      "What a key opens",
      "Whose it is, what it may do, and until when.",
      {
        responses: {
          200: answer("The key is good.", schema("KeyInfo"), {
            usual: {
              account: "acme",
              key_id: keyExample.id,
              scopes: keyExample.scopes,
              expires_at: null,
            },
            link: {
              account: "acme",
              key_id: keyExample.id,
              scopes: ["webhooks:read", "webhooks:write"],
              expires_at: "2026-11-24T11:00:00.000+00:00",
              return_url: RETURN_URL,
            },
            operator: { account: null, key_id: "ADMIN_KEY", scopes: ["admin"], expires_at: null },
          }),
        },
      },
    ),
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
      "createKey",
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
            schema("CreatedKey"),
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
  "/v1/admin/accounts": {
    get: operation(
      "listAccounts",
      ADMIN,
      "admin",
      "List accounts",
      "Those that have, or had, a key or a webhook, or published an event, in the order of their " +
        "names. The numbers are those of the lists of their webhooks, so they may lag a minute.",
      {
        parameters: [
          query("q", "Only those whose name contains this text, in upper or lower case.", {
            type: "string",
          }),
          query("cursor", "Where the page starts: taken from `next`.", {
            type: "string",
            pattern: accountPattern,
          }),
          query("page_size", "How many a page has.", {
            type: "integer",
            minimum: 1,
            maximum: 100,
            default: 100,
          }),
        ],
        responses: {
          200: answer("A page.", schema("AccountList"), {
            usual: {
              next: null,
              results: [
                {
                  account: "acme",
                  webhooks: 12,
                  failing: 1,
                  off: 0,
                  last_event_at: "2026-11-24T10:00:00.000+00:00",
                },
              ],
            },
          }),
        },
      },
    ),
  },
  "/v1/admin/accounts/{account}": {
    parameters: [parameter("Account")],
    get: operation(
      "readAccount",
      ADMIN,
      "admin",
      "Read an account",
      "How it stands. An account that was never used is a 404, and one a day after its data " +
        "was deleted.",
      {
        responses: {
          200: answer("How it stands.", schema("AccountDetail"), { usual: detail }),
          ...notFound,
        },
      },
    ),
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
    post: disabling(
      "disableAccount",
      true,
      "All its webhooks stop. What waits keeps its place and its tries.",
    ),
  },
  "/v1/admin/accounts/{account}/portal": {
    parameters: [parameter("Account")],
    post: operation(
      "createPortalLink",
      ADMIN,
      "admin",
      "Make a portal link",
      "A link that opens the dashboard for this account and no other, until it expires. In it is " +
        "a key of the account, behind the `#`, so that no server and no log sees it: hand it " +
        "over as you would a key. `DELETE /v1/admin/keys/{id}` ends it sooner. A day after its " +
        "end it is listed no more. With one of `PORTAL_*` set, it leads to `/portal`, the " +
        "dashboard in the platform's look.",
      {
        requestBody: {
          required: false,
          content: json(schema("PortalRequest"), {
            usual: {},
            reader: { scopes: ["webhooks:read"], expires_in_seconds: 86_400 },
            returning: { return_url: RETURN_URL },
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
    post: disabling("enableAccount", false, "Its webhooks go on where they stopped."),
  },
  "/v1/admin/accounts/{account}/import": {
    parameters: [parameter("Account")],
    post: operation(
      "importWebhooks",
      ADMIN,
      "admin",
      "Import webhooks",
      "For those who come from another sender: webhooks under the ids they have there. JSON " +
        "lines, at most 100 in 1,048,576 bytes, each with `id` and what the creation of a " +
        "webhook takes. Each is answered for itself, in order. A line whose webhook is there " +
        "already changes nothing: it is 200 if the line asks for the same one, 409 if not " +
        "(`active`, and a secret that is not given, are not compared).",
      {
        requestBody: {
          required: true,
          content: {
            "application/x-ndjson": media(
              text("An object of the schema `WebhookCreate` with its `id` a line.", {
                minLength: 2,
              }),
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
