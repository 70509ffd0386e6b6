// The fields of a webhook as tests send and expect them, and checks of 400 answers.

import assert from "node:assert/strict";
import { withoutSecret, type Answer, type Body, type Webhook } from "./api.ts";
import { must, type Account } from "./harness.ts";

export const url = "http://example.com/your-hook-processor";
export const mask = "********";
export const fields = [
  "id",
  "target_url",
  "active",
  "deactivate_reason",
  "event_type",
  "basic_auth_username",
  "basic_auth_password",
  "additional_headers",
  "max_in_flight",
  "name",
  "metadata",
  "event_types",
  "filter",
  "timeout_ms",
  "retry",
  "deactivate_on_4xx",
  "hold_while_paused",
  "created_at",
  "updated_at",
  "state",
  "shares_target_with",
];
export const plain = {
  target_url: url,
  active: true,
  deactivate_reason: null,
  event_type: null,
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
  state: "untried",
  shares_target_with: [],
};

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/;

/** Returns a webhook as a list has it: without the webhooks that share its target. */
export function inList<Shown extends Partial<Webhook>>({
  shares_target_with: _, ...webhook
}: Shown): Omit<Shown, "shares_target_with"> {
  return webhook;
}

/** Returns a webhook without its times, which must be in order. */
export function undated<Dated extends Pick<Webhook, "created_at" | "updated_at">>(
  webhook: Dated,
): Omit<Dated, "created_at" | "updated_at"> {
  const { created_at, updated_at, ...others } = webhook;
  assert.match(String(created_at), rfc3339);
  assert.match(String(updated_at), rfc3339);
  assert.ok(created_at! <= updated_at!, `${created_at} ${updated_at}`);
  return others;
}

/** Fails unless the answer is 201 with a signing secret. Returns the webhook without the secret. */
export function created(answer: Answer): Webhook {
  const { json } = must(201, answer);
  assert.equal(Object.keys(json).at(-1), "signing_secret");
  assert.match(json.signing_secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  return withoutSecret(json);
}

/** Fails unless the answer is 400 with exactly these messages. */
export function refused(answer: Answer, messages: Record<string, string[]>): void {
  assert.equal(answer.status, 400, answer.text);
  assert.deepEqual(answer.json, messages);
  assert.deepEqual(Object.keys(answer.json), Object.keys(messages), "the order of the fields");
}

/** Fails unless the answer is 400 with a message for this field only. */
export function refusedFor(answer: Answer, field: string): void {
  assert.equal(answer.status, 400, answer.text);
  assert.deepEqual(Object.keys(answer.json), [field], answer.text);
  assert.ok(Array.isArray(answer.json[field]) && answer.json[field].length > 0, answer.text);
  for (const message of answer.json[field]) assert.match(message, /\S/);
}

export async function listed(account: Account, query = ""): Promise<any> {
  return must(200, await account.api.get(`/v1/webhooks${query}`)).json;
}

/** The ways to send fields. In the two kinds of forms, booleans and objects become JSON text. */
export const senders: [
  what: string,
  body: (fields: Record<string, unknown>) => [Body, Record<string, string>],
][] = [
  ["JSON", (sent) => [JSON.stringify(sent), { "content-type": "application/json" }]],
  [
    "JSON with a charset",
    (sent) => [JSON.stringify(sent), { "content-type": "application/json; charset=utf-8" }],
  ],
  ["a form", (sent) => [new URLSearchParams(asTexts(sent)), {}]],
  [
    "multipart",
    (sent) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(asTexts(sent))) form.append(name, value);
      return [form, {}];
    },
  ],
];

function asTexts(sent: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sent).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
