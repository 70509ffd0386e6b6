// The answers of the tools: JSON of a limited size, which says when something was left out.

import type { Pages } from "../../pages.ts";
import { defined } from "../options.ts";

/** The size of an answer, about 10,000 tokens, so that several fit into a model's context. */
export const ANSWER_BYTES = 40_000;
/** How much of a text is left when the answer is too long: enough to see what it is. */
const TEXT_CHARACTERS = 2_000;
/** What `cut` takes at most. */
const NOTE_BYTES = 500;
const COMMA_BYTES = 1;
const ITEMS = 20;
/** More would rarely fit into `ANSWER_BYTES`. */
const ITEMS_MAX = 100;

/** A call's answer. Of a long one, `list` names the member whose items are left out. */
export interface Answer {
  value: object;
  list?: { name: string; keep: "first" | "last" };
}

/** The schema of the argument `limit`. */
export const LIMIT = {
  type: "integer", minimum: 1, maximum: ITEMS_MAX, default: ITEMS, description: "How many at most.",
};

/** Reads the first items of a list. */
export async function listed<Item>(
  read: (pageSize: { page_size: number }) => Pages<Item>,
  limit = ITEMS,
): Promise<Answer> {
  const wanted = limit + 1;
  const items = await read({ page_size: wanted }).take(wanted);
  const more = items.length > limit
    ? `There are more than ${limit}: narrow it down, or raise limit (at most ${ITEMS_MAX}).`
    : undefined;
  return {
    value: { ...defined({ more }), items: items.slice(0, limit) },
    list: { name: "items", keep: "first" },
  };
}

/** Returns the JSON of an answer, at most `ANSWER_BYTES` of it. */
export function textOf({ value, list }: Answer): string {
  const whole = JSON.stringify(value);
  if (Buffer.byteLength(whole) <= ANSWER_BYTES) return whole;
  const short = shortened(value) as Record<string, unknown>;
  const cut = `The answer was too long. Texts in it end after ${TEXT_CHARACTERS} characters.`;
  if (list === undefined) return cutText(JSON.stringify({ cut, ...short }));
  const all = short[list.name] as unknown[];
  const items = fitting(all, list.keep, ANSWER_BYTES - NOTE_BYTES - bytesOf({
    ...short, [list.name]: [],
  }));
  const left = `There are the ${list.keep} ${items.length} of ${all.length} ${list.name}.`;
  return cutText(JSON.stringify({ cut: `${cut} ${left}`, ...short, [list.name]: items }));
}

/** Returns a text, at most `ANSWER_BYTES` of it. */
export function cutText(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= ANSWER_BYTES) return text;
  const left = new TextDecoder().decode(bytes.subarray(0, ANSWER_BYTES), { stream: true });
  return `${left}… (cut: ${bytes.length} bytes in all)`;
}

/** Returns a value with shorter texts in it. */
function shortened(value: unknown): unknown {
  if (typeof value === "string")
    return value.length <= TEXT_CHARACTERS
      ? value
      : `${value.slice(0, TEXT_CHARACTERS)}… (cut: ${value.length} characters in all)`;
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shortened(one)]));
}

/** Returns the first or last items, as many as fit into `room` bytes. */
function fitting(all: unknown[], keep: "first" | "last", room: number): unknown[] {
  const items = keep === "first" ? all : [...all].reverse();
  let left = room;
  const misfit = items.findIndex((item) => (left -= bytesOf(item) + COMMA_BYTES) < 0);
  const count = misfit === -1 ? all.length : misfit;
  return keep === "first" ? all.slice(0, count) : all.slice(all.length - count);
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
