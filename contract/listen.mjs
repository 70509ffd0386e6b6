// The call of a listener: a WebSocket, which OpenAPI cannot describe but in words.

import { ERASED, conflict, forbidden, notFound, operation, query, response } from "./build.mjs";
import { formParameter, givenSecret, secretExample } from "./webhook_schemas.mjs";

const WEBHOOK = "01kawq9r8t3v5x7z9b1d3f5h7k";
const EVENT = "01kawq9r8t3v5x7z9b1d3f5h7m";
const lines = (frames) => frames.map((frame) => JSON.stringify(frame)).join("\n");

/** crates/domain/src/request/listen.rs has the same parameters. */
const FIELDS = [
  "active", "event_type", "event_types", "filter", "name", "metadata", "timeout_ms", "retry",
  "max_per_second", "max_in_flight", "ordered", "retry_4xx", "deactivate_on_4xx",
  "hold_while_paused", "signature",
];

const ABOUT = `Makes a temporary webhook whose receiver is this connection, so that a server that
nobody can reach from outside gets events: a developer's, for example. Each delivery is sent over
the WebSocket, the client passes it on to its server, and what that answers counts as the
receiver's answer: status, retries, history and all. The webhook is one like any other, but for
its \`target_url\`, which only names it, and \`listener: true\`. It is told to no alert.

While the client is not connected, nothing is attempted and events wait. After 60 seconds without a
connection the webhook is deleted; to go on before that, connect again with \`webhook_id\`. A newer
connection replaces an older one. An account has at most 10 listeners.

Each message is one JSON text. The dispatcher sends:

\`\`\`jsonl
${lines([
    { type: "ready", webhook_id: WEBHOOK, signing_secret: secretExample, grace_seconds: 60 },
    {
      type: "delivery", id: "19ad.1", method: "POST",
      headers: [["Content-Type", "application/json"], ["webhook-id", EVENT]],
      body: '{"event_type":"COURSE_COMPLETION"}', timeout_ms: 10_000,
    },
    { type: "cancel", id: "19ad.1" },
  ])}
\`\`\`

\`ready\` comes first; \`signing_secret\` is \`null\` when a listener goes on, and with Ed25519,
where \`signing_public_key\` is there instead. \`headers\` and \`body\` are exactly what a receiver
gets, of which the example leaves some out. \`cancel\` says that the answer is not waited for any more. The client sends:

\`\`\`jsonl
${lines([
    {
      type: "answer", id: "19ad.1", status: 503, headers: [["Retry-After", "5"]], body: "later",
    },
    { type: "failure", id: "19ad.1", fault: "refused", detail: "ECONNREFUSED" },
    { type: "end" },
  ])}
\`\`\`

The status of an \`answer\` is from 200 to 599. Of its headers, \`Content-Type\`, \`Retry-After\`,
\`webhook-delivery\` and those of bot protections are read; the first 4 kB of its body are kept. A
\`failure\` says why there is no answer: \`refused\`, \`reset\`, \`dns\`, \`tls\`, \`certificate\`,
\`timeout_connect\` or \`not_http\`. \`end\` deletes the webhook at once. A frame has at most
131,072 characters. The text \`ping\` is answered with \`pong\`; send one at once and then every 20 seconds, because a
connection that is silent counts as broken.

The dispatcher closes with 4000 (replaced by a newer connection), 4001 (the webhook was deleted),
4002 (a frame that it cannot read) or 1001 (no ping came).`;

export const listenPaths = {
  "/v1/listen": {
    get: operation(
      "listen",
      "Webhooks",
      "webhooks:write",
      "Listen",
      `${ABOUT}\n\nThe query has the fields of a new webhook, as a form has them, without a ` +
        "target and without secrets, or `webhook_id` alone.",
      {
        parameters: [
          query("webhook_id", "Go on as this listener.", {
            type: "string",
            pattern: "^[0-9a-z]+$",
            maxLength: 64,
          }),
          ...FIELDS.map(formParameter),
          {
            name: "Signing-Secret",
            in: "header",
            description: "The signing secret of a new webhook. A header, because URLs are logged.",
            schema: givenSecret,
          },
        ],
        responses: {
          101: { description: "The connection is a WebSocket, and the webhook exists." },
          ...notFound,
          ...forbidden("This account has 10 listeners or 500 webhooks, the most it may have."),
          ...conflict(ERASED),
          426: response("UpgradeRequired"),
        },
      },
    ),
  },
};
