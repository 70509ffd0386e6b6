// The fields of the webhook form, and their conversion from and to those of the API.

import type { Webhook } from "../../../contract/types.ts";

export interface Header {
  /** Identifies the line while its name is edited. */
  key: string;
  name: string;
  value: string;
}

export interface WebhookFields {
  target_url: string;
  event_type: string;
  basic_auth_username: string;
  basic_auth_password: string;
  headers: Header[];
  max_per_second: string;
  max_in_flight: string;
  ordered: boolean;
  retry_4xx: boolean;
  signature: string;
}

export const emptyFields: WebhookFields = {
  target_url: "",
  event_type: "",
  basic_auth_username: "",
  basic_auth_password: "",
  headers: [],
  max_per_second: "",
  // The default of the API.
  max_in_flight: "64",
  ordered: false,
  retry_4xx: false,
  signature: "hmac",
};

/** Returns the form fields of a webhook. A masked secret that is sent back keeps the stored one. */
export function fieldsOf(webhook: Webhook): WebhookFields {
  return {
    target_url: webhook.target_url,
    event_type: webhook.event_type ?? "",
    basic_auth_username: webhook.basic_auth_username,
    basic_auth_password: webhook.basic_auth_password,
    headers: Object.entries(webhook.additional_headers).map(([name, value]) => ({
      key: name,
      name,
      value,
    })),
    max_per_second: webhook.max_per_second?.toString() ?? "",
    max_in_flight: webhook.max_in_flight.toString(),
    ordered: webhook.ordered ?? false,
    retry_4xx: webhook.retry_4xx ?? false,
    signature: "hmac",
  };
}

/** Returns the body of the request. The API validates it. */
export function bodyOf(fields: WebhookFields, isNew: boolean): object {
  const named = fields.headers.filter(({ name, value }) => name !== "" || value !== "");
  return {
    target_url: fields.target_url.trim(),
    event_type: fields.event_type === "" ? null : fields.event_type,
    basic_auth_username: fields.basic_auth_username === "" ? null : fields.basic_auth_username,
    basic_auth_password: fields.basic_auth_password === "" ? null : fields.basic_auth_password,
    additional_headers: Object.fromEntries(named.map(({ name, value }) => [name.trim(), value])),
    max_per_second: numberOf(fields.max_per_second),
    max_in_flight: numberOf(fields.max_in_flight),
    ordered: fields.ordered,
    retry_4xx: fields.retry_4xx,
    ...(isNew ? { signature: fields.signature } : {}),
  };
}

/** Returns the number in a field, or `null` for an empty one, which is the default. */
const numberOf = (text: string): number | null => (text.trim() === "" ? null : Number(text));
