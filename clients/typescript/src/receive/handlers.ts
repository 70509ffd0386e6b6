// Receivers for servers: plain `fetch` (Workers, Deno, Bun, Next.js), Hono and Express.

import type { EventOf, WebhookEvent } from "./events.ts";
import { VerificationError } from "./signature.ts";
import { verifyDelivery, type Delivery, type Keys } from "./verify.ts";

/** What is done with an event. The delivery is answered when the promise is settled. */
export type EventHandler<Event, All = Event> = (
  event: Event,
  delivery: Delivery<All>,
) => void | Promise<void>;

/** A function for all events, or functions by event type, `*` for those without their own. */
export type EventHandlers<Event extends { event_type: string }> =
  | EventHandler<Event>
  | ({ [Type in Event["event_type"]]?: EventHandler<EventOf<Event, Type>, Event> } & {
      "*"?: EventHandler<Event>;
    });

export interface ReceiveOptions {
  /** Is told why a delivery was not accepted. It is logged to the console if left out. */
  onError?: (error: unknown) => void;
  /** The status for a delivery whose signature is not good. 500 if left out: it is retried. */
  badSignatureStatus?: number;
  /** The longest body that is read, in bytes. 2 MiB if left out. */
  maxBodyBytes?: number;
}

const ACCEPTED = 204;
/** Not a 4xx, which would deactivate the webhook. */
const FAILED = 500;
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** Returns a function that answers the requests of a `fetch` handler. */
export function fetchHandler<Event extends { event_type: string } = WebhookEvent>(
  keys: Keys,
  handlers: EventHandlers<Event>,
  options: ReceiveOptions = {},
): (request: Request) => Promise<Response> {
  return async (request) => {
    const status = await receive<Event>(
      async () => ({ headers: request.headers, body: await bytesOf(chunksOf(request), options) }),
      keys, handlers, options,
    );
    return new Response(null, { status });
  };
}

/** Returns a handler for Hono: `app.post("/hook", honoHandler(…))`. */
export function honoHandler<Event extends { event_type: string } = WebhookEvent>(
  keys: Keys,
  handlers: EventHandlers<Event>,
  options: ReceiveOptions = {},
): (context: { req: { raw: Request } }) => Promise<Response> {
  const handle = fetchHandler<Event>(keys, handlers, options);
  return (context) => handle(context.req.raw);
}

/** What the handler for Express reads of a request. Those of Node's `http` are such too. */
export interface ExpressRequest extends AsyncIterable<Uint8Array> {
  headers: Record<string, string | string[] | undefined>;
  /** What a parser made of the body; undefined if none has run. */
  body?: unknown;
}

export interface ExpressResponse {
  statusCode: number;
  end(): unknown;
}

/**
 * Returns a handler for Express: `app.post("/hook", expressHandler(…))`, before `express.json()`,
 * or behind `express.raw({ type: "*\/*" })`.
 */
export function expressHandler<Event extends { event_type: string } = WebhookEvent>(
  keys: Keys,
  handlers: EventHandlers<Event>,
  options: ReceiveOptions = {},
): (request: ExpressRequest, response: ExpressResponse) => Promise<void> {
  return async (request, response) => {
    response.statusCode = await receive<Event>(
      async () => ({ headers: request.headers, body: await rawBody(request, options) }),
      keys, handlers, options,
    );
    response.end();
  };
}

/** Reads, checks and handles one delivery. Returns the status of the answer. */
async function receive<Event extends { event_type: string }>(
  read: () => Promise<{ headers: Headers | ExpressRequest["headers"]; body: Uint8Array | string }>,
  keys: Keys,
  handlers: EventHandlers<Event>,
  options: ReceiveOptions,
): Promise<number> {
  const onError = options.onError ?? ((error) => console.error("webhook delivery:", error));
  let delivery: Delivery<Event>;
  try {
    delivery = await verifyDelivery<Event>(await read(), keys);
  } catch (error) {
    onError(error);
    const isForged = error instanceof VerificationError;
    return isForged ? (options.badSignatureStatus ?? FAILED) : FAILED;
  }
  try {
    await handlerOf(handlers, delivery.event.event_type)?.(delivery.event, delivery);
    return ACCEPTED;
  } catch (error) {
    onError(error);
    return FAILED;
  }
}

function handlerOf<Event extends { event_type: string }>(
  handlers: EventHandlers<Event>,
  type: string,
): EventHandler<Event> | undefined {
  if (typeof handlers === "function") return handlers;
  const byType = handlers as Record<string, EventHandler<Event> | undefined>;
  return Object.hasOwn(byType, type) ? byType[type] : byType["*"];
}

/** Returns the body of a request of Express as it came. */
async function rawBody(
  request: ExpressRequest,
  options: ReceiveOptions,
): Promise<Uint8Array | string> {
  const { body } = request;
  if (body instanceof Uint8Array || typeof body === "string") return body;
  if (body !== undefined && isParsed(body))
    throw new TypeError(
      "the body was parsed before: put this route before express.json(), because the signature " +
        "is over the bytes as they came",
    );
  return bytesOf(request, options);
}

/** Old versions of Express set an empty object where no parser has run. */
const isParsed = (body: unknown): boolean =>
  typeof body !== "object" || body === null || Object.keys(body).length > 0;

/** Reads all chunks of a body, up to the limit. */
async function bytesOf(
  chunks: AsyncIterable<Uint8Array>,
  { maxBodyBytes = MAX_BODY_BYTES }: ReceiveOptions,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBodyBytes)
      throw new RangeError(`the body is longer than ${maxBodyBytes} bytes`);
    parts.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

async function* chunksOf(request: Request): AsyncGenerator<Uint8Array, void, undefined> {
  if (request.bodyUsed) throw new TypeError("the body of the request was read before");
  const reader = request.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
