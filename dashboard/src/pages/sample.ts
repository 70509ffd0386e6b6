// Example events for the forms. Those that the catalogue lacks are invented, and marked by
// `"test": true`.

import { eventName } from "../format.ts";
import { members, pretty, withMember } from "../json_text.ts";
import type { EventType } from "../types.ts";

interface Sample {
  event_type: string;
  test: true;
  [field: string]: unknown;
}

const user = { id: "u1", email: "ada@example.com", first_name: "Ada", last_name: "Lovelace" };

/** Example fields for the event types whose name contains a word. */
const subjects: [word: string, fields: Record<string, unknown>][] = [
  ["COURSE", { course: { id: "c1", title: "Getting started" }, user }],
  ["LESSON", { lesson: { id: "l1", title: "The first lesson" }, user }],
  ["PATH", { path: { id: "p1", name: "Onboarding" }, user }],
  ["QUIZ", { quiz: { id: "q1", name: "Check yourself", score: 9, max_score: 10 }, user }],
  ["PURCHASE", { purchase: { id: "o1", price_cents: 4900, currency_code: "USD" }, user }],
];

/** Returns the options of a field for an event type. */
export const typeOptions = (types: EventType[]): [value: string, text: string][] =>
  types.map(({ name, deprecated }) => [
    name,
    deprecated ? `${eventName(name)} (deprecated)` : eventName(name),
  ]);

/** Returns an invented event of a type. */
export function sampleOf(type: string): string {
  const fields = subjects.find(([word]) => type.includes(word))?.[1] ?? { user };
  const sample: Sample = { event_type: type, test: true, ...fields };
  return JSON.stringify(sample, null, 2);
}

/** Returns the example of the catalogue, or an invented one. */
export function sampleText(type: string, catalogue: EventType[]): string {
  const example = catalogue.find(({ name }) => name === type)?.example ?? "";
  return example === "" ? sampleOf(type) : example;
}

/**
 * Returns the event with another type. Returns undefined if the form should show the example of
 * that type: the text is an unchanged example, is empty, or has no `event_type`.
 */
export function withType(text: string, type: string, catalogue: EventType[]): string | undefined {
  if (text === "") return undefined;
  if (jsonError(text) !== undefined) return text;
  const before = members(text).get("event_type");
  if (before === undefined) return undefined;
  if (text === sampleText(String(JSON.parse(before)), catalogue)) return undefined;
  return pretty(withMember(text, "event_type", JSON.stringify(type)));
}

/** Returns what is wrong with the text of an event, or undefined if it is a JSON object. */
export function jsonError(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? undefined : "An event is a JSON object: { … }.";
  } catch (error) {
    return `This is not JSON yet: ${(error as Error).message}`;
  }
}
