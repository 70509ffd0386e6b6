// The fields of the webhook form, and their conversion from and to those of the API.

import { isJson, pretty } from "../json_text.ts";
import { headerName, namesTwice, type Pair } from "../pairs.ts";
import type { EventType, ReadWebhook, Retry, Webhook } from "../types.ts";

export interface WebhookFields {
  target_url: string;
  name: string;
  metadata: Pair[];
  /** Whether it takes all event types. */
  takesAll: boolean;
  /** The chosen event types of the catalogue. */
  types: string[];
  /** Patterns and other types, separated by blanks or commas. */
  patterns: string;
  /** JSON text. */
  filter: string;
  basic_auth_username: string;
  basic_auth_password: string;
  headers: Pair[];
  max_per_second: string;
  max_in_flight: string;
  timeout_ms: string;
  retry_limit: string;
  retry_base_ms: string;
  retry_max_ms: string;
  ordered: boolean;
  deactivate_on_4xx: boolean;
  retry_4xx: boolean;
  hold_while_paused: boolean;
  signature: string;
  signing_secret: string;
}

export const emptyFields: WebhookFields = {
  target_url: "",
  name: "",
  metadata: [],
  takesAll: true,
  types: [],
  patterns: "",
  filter: "",
  basic_auth_username: "",
  basic_auth_password: "",
  headers: [],
  max_per_second: "",
  // The default of the API.
  max_in_flight: "64",
  timeout_ms: "",
  retry_limit: "",
  retry_base_ms: "",
  retry_max_ms: "",
  ordered: false,
  deactivate_on_4xx: true,
  retry_4xx: false,
  hold_while_paused: false,
  signature: "hmac",
  signing_secret: "",
};

/** Returns the event types that a webhook takes, or undefined for all. */
export function typesOf({ event_type: type, event_types: types }: Webhook): string[] | undefined {
  if (types !== undefined && types.length > 0) return types;
  return type === null ? undefined : [type];
}

/** Returns the form fields of a webhook. A masked secret that is sent back keeps the stored one. */
export function fieldsOf(read: ReadWebhook, catalogue: EventType[]): WebhookFields {
  const { webhook } = read;
  const types = typesOf(webhook);
  const isKnown = (name: string) => catalogue.some((each) => each.name === name);
  const number = (value: number | null | undefined) => value?.toString() ?? "";
  return {
    target_url: webhook.target_url,
    name: webhook.name ?? "",
    metadata: pairsOf(webhook.metadata ?? {}),
    takesAll: types === undefined,
    types: types?.filter(isKnown) ?? [],
    patterns: types?.filter((name) => !isKnown(name)).join(" ") ?? "",
    filter: read.filterText,
    basic_auth_username: webhook.basic_auth_username,
    basic_auth_password: webhook.basic_auth_password,
    headers: pairsOf(webhook.additional_headers),
    max_per_second: number(webhook.max_per_second),
    max_in_flight: number(webhook.max_in_flight),
    timeout_ms: number(webhook.timeout_ms),
    retry_limit: number(webhook.retry?.limit),
    retry_base_ms: number(webhook.retry?.base_ms),
    retry_max_ms: number(webhook.retry?.max_ms),
    ordered: webhook.ordered ?? false,
    deactivate_on_4xx: webhook.deactivate_on_4xx ?? true,
    retry_4xx: webhook.retry_4xx ?? false,
    hold_while_paused: webhook.hold_while_paused ?? false,
    signature: emptyFields.signature,
    signing_secret: "",
  };
}

const pairsOf = (values: Record<string, string>): Pair[] =>
  Object.entries(values).map(([name, value]) => ({ key: name, name, value }));

/** Returns the event types that the form names, each once. */
export const chosenTypes = (fields: WebhookFields): string[] =>
  fields.takesAll
    ? []
    : [...new Set([...fields.types, ...fields.patterns.split(/[\s,]+/).filter(Boolean)])];

/** Returns what is wrong before anything is sent, by the names of the API. */
export function problemsOf(fields: WebhookFields): Record<string, string[]> {
  const problems: Record<string, string[]> = {};
  const refuse = (name: string, twice: string[]) => {
    if (twice.length > 0) problems[name] = twice.map((each) => `${each} is there twice.`);
  };
  refuse("additional_headers", namesTwice(fields.headers, headerName));
  refuse("metadata", namesTwice(fields.metadata));
  if (!fields.takesAll && chosenTypes(fields).length === 0) {
    problems["event_types"] = ["Choose at least one, or all events."];
  }
  if (fields.filter.trim() !== "" && !isJson(fields.filter)) {
    problems["filter"] = ["This is not JSON yet."];
  }
  return problems;
}

type Body = Record<string, string>;

/**
 * Returns the fields by the names of the API, each as JSON text. With `hasLists` the event types
 * are always a list, so that a list is replaced as a whole.
 */
function bodyOf(fields: WebhookFields, hasLists: boolean): Body {
  const types = chosenTypes(fields);
  const isList = hasLists || types.length > 1 || types.some((type) => type.endsWith("*"));
  const value = JSON.stringify;
  return {
    target_url: value(fields.target_url.trim()),
    name: value(fields.name.trim()),
    metadata: value(objectOf(fields.metadata)),
    ...(isList ? { event_types: value(types) } : { event_type: value(types[0] ?? null) }),
    filter: fields.filter.trim() === "" ? "null" : pretty(fields.filter),
    basic_auth_username: value(textOf(fields.basic_auth_username)),
    basic_auth_password: value(textOf(fields.basic_auth_password)),
    additional_headers: value(objectOf(fields.headers)),
    max_per_second: value(numberOf(fields.max_per_second)),
    max_in_flight: value(numberOf(fields.max_in_flight)),
    timeout_ms: value(numberOf(fields.timeout_ms)),
    retry: value(retryOf(fields)),
    ordered: value(fields.ordered),
    deactivate_on_4xx: value(fields.deactivate_on_4xx),
    retry_4xx: value(fields.retry_4xx),
    hold_while_paused: value(fields.hold_while_paused),
    signature: value(fields.signature),
    signing_secret: value(textOf(fields.signing_secret)),
  };
}

const textOf = (text: string): string | null => (text === "" ? null : text);

/** Returns the number in a field, or `null` for an empty one, which is the default. */
const numberOf = (text: string): number | null => (text.trim() === "" ? null : Number(text));

function objectOf(pairs: Pair[]): Record<string, string> {
  const named = pairs.filter(({ name, value }) => name !== "" || value !== "");
  return Object.fromEntries(named.map(({ name, value }) => [name.trim(), value]));
}

/** Returns the retry schedule of the form, or `null` for that of the dispatcher. */
export function retryOf(fields: WebhookFields): Retry | null {
  const parts = {
    limit: numberOf(fields.retry_limit),
    base_ms: numberOf(fields.retry_base_ms),
    max_ms: numberOf(fields.retry_max_ms),
  };
  const given = Object.entries(parts).filter(([, value]) => value !== null);
  return given.length === 0 ? null : Object.fromEntries(given);
}

const jsonOf = (entries: [string, string][]): string =>
  `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`;

const isChanged =
  (before: Body) =>
  ([name, value]: [string, string]): boolean =>
    before[name] !== value;

/** Returns the body that creates a webhook: its target, and what is not the default. */
export function createBody(fields: WebhookFields): string {
  const isGiven = isChanged(bodyOf(emptyFields, false));
  const entries = Object.entries(bodyOf(fields, false));
  return jsonOf(entries.filter((entry) => entry[0] === "target_url" || isGiven(entry)));
}

/** Returns the names of what differs between two states of the form, by the API. */
export function changedNames(before: WebhookFields, after: WebhookFields): string[] {
  return Object.entries(bodyOf(after, true))
    .filter(isChanged(bodyOf(before, true)))
    .map(([name]) => name);
}

/** Returns the body that changes a webhook: only what the user has changed. */
export function updateBody(before: WebhookFields, after: WebhookFields, hasLists: boolean): string {
  const changed = Object.entries(bodyOf(after, hasLists)).filter(
    isChanged(bodyOf(before, hasLists)),
  );
  // Where one type stood, a list takes its place.
  const isList = changed.some(([name]) => name === "event_types");
  return jsonOf(isList ? [...changed, ["event_type", "null"]] : changed);
}

/**
 * Returns the form after somebody else has changed the webhook: what this user has not touched is
 * as it is now.
 */
export function rebased(
  before: WebhookFields,
  after: WebhookFields,
  fresh: WebhookFields,
): WebhookFields {
  const isTouched = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(before[name as keyof WebhookFields]);
  return { ...fresh, ...Object.fromEntries(Object.entries(after).filter(isTouched)) };
}
