// Reads a delivery: checks its signature and returns its event.

import type { WebhookEvent } from "./events.ts";
import { VerificationError, check, type SignatureHeaders } from "./signature.ts";

/** A secret (`whsec_…`), a public key (`whpk_…`), or several of them, any of which is enough. */
export type Keys = string | readonly string[];

export type HeadersLike =
  | Headers
  | Record<string, string | readonly string[] | undefined>
  | Iterable<readonly [string, string]>;

/** A delivery as it came. The body must not have been parsed. */
export interface RawDelivery {
  headers: HeadersLike;
  body: string | Uint8Array | ArrayBuffer;
}

/** A delivery whose signature is good. */
export interface Delivery<Event> {
  /** The event's id, the same over all attempts. Drop an event whose id you have seen. */
  id: string;
  /** When this attempt was made. */
  at: Date;
  event: Event;
  /** The event, byte for byte as it was published. */
  body: string;
}

/**
 * Checks the signature of a delivery and returns its event. Throws a `VerificationError` if it is
 * not good. `Event` are the events that are expected: the built-in ones if left out.
 */
export async function verify<Event extends { event_type: string } = WebhookEvent>(
  delivery: Request | RawDelivery,
  keys: Keys,
): Promise<Event> {
  return (await verifyDelivery<Event>(delivery, keys)).event;
}

/** As `verify`, with the event's id, its time and its text. */
export async function verifyDelivery<Event extends { event_type: string } = WebhookEvent>(
  delivery: Request | RawDelivery,
  keys: Keys,
): Promise<Delivery<Event>> {
  const headers = signatureHeaders(delivery.headers);
  const body = await textOf(delivery);
  await check(typeof keys === "string" ? [keys] : keys, headers, body);
  return {
    id: headers.id,
    at: new Date(Number(headers.timestamp) * 1_000),
    event: eventOf<Event>(body),
    body,
  };
}

function eventOf<Event>(body: string): Event {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch (error) {
    throw new VerificationError("The body is not JSON", { cause: error });
  }
  const isEvent = typeof event === "object" && event !== null &&
    typeof (event as { event_type?: unknown }).event_type === "string";
  if (!isEvent) throw new VerificationError("The body is not an event");
  return event as Event;
}

async function textOf(delivery: Request | RawDelivery): Promise<string> {
  const { body } = delivery as RawDelivery;
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array || body instanceof ArrayBuffer) return decoded(body);
  if (isRequest(delivery)) {
    if (delivery.bodyUsed) throw new TypeError("the body of the request was read before");
    return decoded(await delivery.arrayBuffer());
  }
  throw new TypeError("the body must be the text or bytes that came, before they were parsed");
}

const isRequest = (delivery: Request | RawDelivery): delivery is Request =>
  typeof (delivery as Request).arrayBuffer === "function";

/** A byte order mark is kept, because it is signed too. */
const decoded = (bytes: Uint8Array | ArrayBuffer): string =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

function signatureHeaders(headers: HeadersLike): SignatureHeaders {
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;
  const [id, timestamp, signature] = names.map((name) => headerOf(headers, name));
  if (!id || !timestamp || !signature) throw new VerificationError("Missing required headers");
  return { id, timestamp, signature };
}

function headerOf(headers: HeadersLike, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const entries: Iterable<readonly [string, string | readonly string[] | undefined]> =
    Symbol.iterator in headers ? headers : Object.entries(headers);
  for (const [key, value] of entries) {
    if (key.toLowerCase() !== name || value === undefined) continue;
    return typeof value === "string" ? value : value[0];
  }
  return undefined;
}
