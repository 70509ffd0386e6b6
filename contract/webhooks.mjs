// The calls for webhooks and for the alert.

import {
  DISABLED, ERASED, SUSPENDED, answer, conflict, forbidden, header, json, media, notFound, operation,
  parameter, response, schema, withBody,
} from "./build.mjs";
import { alertExample, secretExample, webhookExample } from "./webhook_schemas.mjs";

const TAG = "Webhooks";
const createExample = {
  target_url: "https://example.com/hooks/learning",
  event_type: "COURSE_COMPLETION",
};

/** The header of a response with one webhook, and what a change may depend on. */
const tagged = { headers: { ETag: header("ETag") } };
const conditional = { parameters: [parameter("IfMatch")] };
const changed = { 412: response("PreconditionFailed") };

const bodyOf = (name, required, examples) => ({
  required,
  content: {
    ...json(schema(name), examples),
    "application/x-www-form-urlencoded": media(schema(`${name}Form`)),
    "multipart/form-data": media(schema(`${name}Form`)),
  },
});

const update = (operationId, method) =>
  operation(
    operationId,
    TAG,
    "webhooks:write",
    "Change a webhook",
    `${method} keeps what is left out, in a form too. \`{"active": true}\` alone re-activates, ` +
      "which clears the reason and starts with no failure on record. `signing_secret` and " +
      "`signature` may repeat what is in force and cannot change it.",
    {
      ...conditional,
      requestBody: bodyOf("WebhookUpdate", false, {
        reactivate: { active: true },
        move: { target_url: "https://example.com/hooks/new" },
      }),
      responses: {
        200: answer(
          "The webhook as it is now.",
          schema("Webhook"),
          { usual: webhookExample },
          tagged,
        ),
        ...changed,
        ...withBody,
        ...notFound,
        ...conflict(SUSPENDED),
      },
    },
  );

/** Links from a response with a webhook to the calls for that webhook. */
const links = Object.fromEntries(
  [
    ["getWebhook", "Read it."],
    ["patchWebhook", "Change it."],
    ["pingWebhook", "Test it."],
    ["listDeliveries", "See its deliveries."],
    ["readStats", "See it in numbers."],
    ["deleteWebhook", "Delete it."],
  ].map(([operationId, description]) => [
    operationId,
    { operationId, description, parameters: { id: "$response.body#/id" } },
  ]),
);

/** The alert is a webhook, so the calls for a webhook apply to it too. */
const ABOUT_ALERT =
  "The alert is the webhook of an account that gets every operational event of it " +
  "(`WEBHOOK_DEACTIVATED`, `WEBHOOK_FAILING`, `WEBHOOK_RECOVERED`) and nothing else. There is " +
  "one at most. ";

const alertPaths = {
  "/v1/alert": {
    get: operation(
      "readAlert",
      TAG,
      "webhooks:read",
      "Read the alert",
      `${ABOUT_ALERT}It is listed among the webhooks, and its \`id\` is that of one: it has ` +
        "deliveries and numbers, is pinged, its secret rotated.",
      {
        responses: {
          200: answer("The alert.", schema("Webhook"), { usual: alertExample }, tagged),
          ...notFound,
        },
      },
    ),
    put: operation(
      "putAlert",
      TAG,
      "webhooks:write",
      "Make or change the alert",
      `${ABOUT_ALERT}If there is one, what is left out is kept, as when a webhook is changed; ` +
        "`signing_secret` and `signature` are set only when it is made, `event_type` and " +
        "`event_types` never. It does not count to `MAX_WEBHOOKS`. What happens to itself is " +
        "told nobody.",
      {
        ...conditional,
        requestBody: bodyOf("AlertPut", false, {
          usual: { target_url: alertExample.target_url },
          secured: {
            target_url: alertExample.target_url,
            basic_auth_username: "dispatcher",
            basic_auth_password: "correct horse battery staple",
          },
        }),
        responses: {
          200: answer("It was changed.", schema("Webhook"), { usual: alertExample }, tagged),
          201: answer(
            "It was made. `signing_secret` is shown this once.",
            schema("CreatedWebhook"),
            { usual: { ...alertExample, signing_secret: secretExample } },
            { ...tagged, links },
          ),
          ...changed,
          ...withBody,
          ...notFound,
          ...conflict(
            "This account is disabled, so the webhook cannot be switched on.",
            ERASED,
          ),
        },
      },
    ),
    delete: operation(
      "deleteAlert",
      TAG,
      "webhooks:write",
      "Delete the alert",
      "What waits is not sent any more.",
      {
        ...conditional,
        responses: { 204: { description: "It is gone." }, ...changed, ...notFound },
      },
    ),
  },
};

export const webhookPaths = {
  ...alertPaths,
  "/v1/webhooks": {
    get: operation(
      "listWebhooks",
      TAG,
      "webhooks:read",
      "List webhooks",
      "In the order of their creation. The list may lag a minute behind in another region; to " +
        "read one webhook is exact. A `state` that changes often lags a minute, too.",
      {
        parameters: [
          parameter("Page"),
          parameter("PageSize"),
          {
            name: "active",
            in: "query",
            description: "Only those that are switched on, or off.",
            schema: { type: "boolean" },
          },
          {
            name: "q",
            in: "query",
            description: "Only those whose name or URL contains this text, in any case.",
            schema: { type: "string" },
          },
          {
            name: "name",
            in: "query",
            description: "Only those of exactly this name; blank: those without a name.",
            schema: { type: "string" },
          },
          {
            name: "event_type",
            in: "query",
            description:
              "Only those that ask for this type, by its name or in a list; blank: those that " +
              "take all.",
            schema: { type: "string" },
          },
          {
            name: "state",
            in: "query",
            description: "Only those in this state.",
            schema: schema("WebhookState"),
          },
        ],
        responses: {
          200: answer("A page.", schema("WebhookList"), {
            usual: { count: 1, next: null, previous: null, results: [webhookExample] },
          }),
          ...notFound,
        },
      },
    ),
    post: operation(
      "createWebhook",
      TAG,
      "webhooks:write",
      "Create a webhook",
      "From the moment of the answer it gets what is published. An account has at most " +
        "`MAX_WEBHOOKS` (500) webhooks.",
      {
        parameters: [parameter("IdempotencyKey")],
        requestBody: bodyOf("WebhookCreate", true, {
          usual: createExample,
          several_types: {
            target_url: createExample.target_url,
            event_types: ["COURSE_*", "QUIZ_COMPLETION"],
          },
          everything: {
            ...createExample,
            active: true,
            basic_auth_username: "dispatcher",
            basic_auth_password: "correct horse battery staple",
            additional_headers: { "X-Tenant": "acme" },
            max_per_second: 20,
            max_in_flight: 32,
            ordered: true,
            retry_4xx: true,
            name: webhookExample.name,
            metadata: webhookExample.metadata,
            timeout_ms: 5000,
            retry: webhookExample.retry,
            deactivate_on_4xx: false,
            hold_while_paused: true,
            signing_secret: secretExample,
            signature: "hmac",
          },
        }),
        responses: {
          201: answer(
            "The webhook. `signing_secret` is shown this once, and to a repeat with the same " +
              "idempotency key.",
            schema("CreatedWebhook"),
            { usual: { ...webhookExample, signing_secret: secretExample } },
            { ...tagged, links },
          ),
          ...withBody,
          ...forbidden("This account has 500 webhooks, the most it may have."),
          ...conflict(ERASED),
          422: response("KeyUsed"),
        },
      },
    ),
  },
  "/v1/webhooks/{id}": {
    parameters: [parameter("WebhookId")],
    get: operation("getWebhook", TAG, "webhooks:read", "Read a webhook", "Exact at any moment.", {
      responses: {
        200: answer(
          "The webhook.",
          schema("Webhook"),
          {
            usual: webhookExample,
            switched_off: {
              ...webhookExample,
              active: false,
              deactivate_reason: "HTTP_4XX_RESPONSE",
            },
          },
          tagged,
        ),
        ...notFound,
      },
    }),
    put: update("putWebhook", "As `PATCH`, it"),
    patch: update("patchWebhook", "It"),
    delete: operation(
      "deleteWebhook",
      TAG,
      "webhooks:write",
      "Delete a webhook",
      "What waits is not sent any more. A POST that is on its way may still arrive.",
      {
        ...conditional,
        responses: { 204: { description: "It is gone." }, ...changed, ...notFound },
      },
    ),
  },
  "/v1/webhooks/{id}/ping": {
    parameters: [parameter("WebhookId")],
    post: operation(
      "pingWebhook",
      TAG,
      "webhooks:write",
      "Test a webhook",
      "Makes one POST of an event of type `PING`, signed as any, or of the sample of another " +
        'type, marked by `"test": true`. It is not retried, switches nothing off, and works ' +
        "while the webhook is inactive.",
      {
        parameters: [
          {
            name: "event_type",
            in: "query",
            description: "Whose sample to send; any type that is in force. Left out: a `PING`.",
            schema: schema("EventTypeName"),
          },
        ],
        responses: {
          200: answer("What came of it.", schema("PingResult"), {
            good: {
              succeeded: true,
              event_id: "01kawq9r8t3v5x7z9b1d3f5h7m",
              duration_ms: 84,
              http_status_code: 204,
              fault: null,
              answer: "",
              message: "Ping succeeded: the receiver answered 204.",
            },
            no_answer: {
              succeeded: false,
              event_id: "01kawq9r8t3v5x7z9b1d3f5h7m",
              duration_ms: 3,
              http_status_code: null,
              fault: "refused",
              answer: null,
              message: "Ping failed: the connection failed or broke before an answer.",
            },
          }),
          ...notFound,
          ...forbidden(DISABLED),
        },
      },
    ),
  },
  "/v1/webhooks/{id}/rotate-secret": {
    parameters: [parameter("WebhookId")],
    post: operation(
      "rotateSecret",
      TAG,
      "webhooks:write",
      "Rotate the signing secret",
      "Puts a new key in force; the one before signs too for `grace_seconds` more. At most 5 " +
        "keys of a webhook are live. The secret that is in force already changes nothing.",
      {
        requestBody: {
          required: false,
          content: json(schema("Rotation"), { at_once: { grace_seconds: 0 } }),
        },
        responses: {
          200: answer("What to verify with, shown this once.", schema("Signing"), {
            usual: { signing_secret: secretExample },
          }),
          ...withBody,
          ...notFound,
          ...conflict(
            "This webhook has 5 live signing secrets, the most it may have; the first ends at " +
              "2026-11-25T10:00:00.000Z.",
          ),
        },
      },
    ),
  },
};
