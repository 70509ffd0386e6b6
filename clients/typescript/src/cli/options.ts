// Options that several commands share, and how their values are read.

import { readFile } from "node:fs/promises";
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { UsageError } from "./failures.ts";

const LIMIT = 100;
const STATUSES = ["waiting", "in_flight", "delivered", "undelivered", "held"];
/** The statuses that a recovery takes up. */
const MISSED = ["held", "undelivered", "all"];

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`It must be JSON: ${(error as Error).message}`);
  }
}

/** Adds the value to those of the same option before it. */
export const collect = (text: string, before: string[] = []): string[] => [...before, text];

/** Adds `Name: value` to the headers before it. */
export function header(
  text: string,
  before: Record<string, string> = {},
): Record<string, string> {
  const colon = text.indexOf(":");
  if (colon < 1) throw new InvalidArgumentError('It must be like "Name: value".');
  return { ...before, [text.slice(0, colon).trim()]: text.slice(colon + 1).trim() };
}

/** Adds `field=value` to the fields before it. A value that is not JSON is a text. */
export function field(
  text: string,
  before: Record<string, unknown> = {},
): Record<string, unknown> {
  const sign = text.indexOf("=");
  if (sign < 1) throw new InvalidArgumentError('It must be like "field=value".');
  const value = text.slice(sign + 1);
  let parsed: unknown = value;
  try {
    parsed = JSON.parse(value);
  } catch {
    // A text.
  }
  return { ...before, [text.slice(0, sign)]: parsed };
}

export const limitOption = (): Option =>
  new Option("--limit <number>", "how many at most").argParser(wholeNumber).default(LIMIT);

/** The options by which deliveries are found. */
export interface DeliveryOptions {
  status?: string;
  eventType?: string;
  after?: string;
  before?: string;
  httpStatus?: string;
  fault?: string;
}

export function withDeliveryOptions(command: Command): Command {
  return command
    .addOption(new Option("--status <status>", "only those that stand there").choices(STATUSES))
    .option("--event-type <type>", "only those of this type")
    .option("--after <time>", "only those accepted at this time or later (RFC 3339)")
    .option("--before <time>", "only those accepted before this time")
    .option("--http-status <code>", "only those answered so at last: 503, or 5xx")
    .option("--fault <fault>", "only those whose latest attempt failed so: refused, dns, …");
}

/** Returns the filters of the API. */
export function deliveryFilters(options: DeliveryOptions): Record<string, string> {
  const { status, eventType, after, before, httpStatus, fault } = options;
  return defined({
    status, event_type: eventType, after, before, http_status_code: httpStatus, fault,
  });
}

export const missedOption = (): Option =>
  new Option("--status <status>", "what to take up").choices(MISSED);

/** Returns the members that are set. */
export function defined<Value>(
  object: Record<string, Value | undefined>,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(object).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}

/** Returns the text of an option: what is given, of a file with `@FILE`, or of stdin with `-`. */
export async function textFrom(given: string): Promise<string> {
  if (given === "-") return stdin();
  if (!given.startsWith("@")) return given;
  const file = given.slice(1);
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

async function stdin(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
  return text;
}
