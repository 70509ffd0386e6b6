// A receiver of webhooks: a real HTTP server on loopback with scripted answers.
//
// A test file has one receiver, and each test creates its own mailboxes. A mailbox is a path with a
// list of answers. It gives them in order and repeats the last one. It records every request as it
// came over the wire: the raw headers in order, the raw bytes of the body, when it arrived and when
// its connection was closed.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { defaultTimeoutMs, until } from "./wait.ts";

/** Answers one request, which is already recorded. */
export type Responder = (request: Received, response: ServerResponse) => void | Promise<void>;

/** One answer of a mailbox: a status with an empty body, or a function that answers. */
export type Step = number | Responder;

export interface Received {
  method: string;
  path: string;
  /** Names and values as received, in order. */
  headers: [name: string, value: string][];
  body: Buffer;
  arrivedMs: number;
  /** When the answer was complete or the connection was closed, whichever came first. */
  endedMs: number | undefined;
  /** Whether the sender closed the connection before the answer was complete. */
  cutOff: boolean;
}

/** Returns all values of a header, in order. */
export function values(request: Received, name: string): string[] {
  return request.headers
    .filter(([key]) => key.toLowerCase() === name.toLowerCase())
    .map(([, value]) => value);
}

/** Parses the body of a request as JSON. */
export function jsonBody(request: Received): any {
  return JSON.parse(request.body.toString("utf8"));
}

export class Receiver {
  readonly #server: Server;
  readonly #mailboxes = new Map<string, Mailbox>();
  /** Requests to a path without a mailbox. */
  readonly unexpected: Received[] = [];

  /** Listens on this port, or on a free one. */
  static async listen(port = 0): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve, reject) => {
      receiver.#server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
    return receiver;
  }

  private constructor() {
    this.#server = createServer(
      { maxHeaderSize: 128 * 1024 },
      (request, response) => void this.#take(request, response),
    );
    // Idle connections stay open. Closing one while the dispatcher reuses it would look like a
    // failed attempt.
    this.#server.keepAliveTimeout = 600_000;
    this.#server.headersTimeout = 0;
    this.#server.requestTimeout = 0;
    this.#server.maxHeadersCount = 0;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Creates a mailbox with these answers at a new path. Without answers it answers 200. */
  mailbox(...steps: Step[]): Mailbox {
    return this.mailboxAt(`/m${this.#mailboxes.size + 1}`, ...steps);
  }

  mailboxAt(path: string, ...steps: Step[]): Mailbox {
    const mailbox = new Mailbox(`${this.origin}${path}`, steps);
    this.#mailboxes.set(path, mailbox);
    return mailbox;
  }

  /** Closes the server and all connections, also those with an open request. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedMs = performance.now();
    const path = request.url ?? "";
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The sender closed the connection before the end of the body. It is not recorded.
      return;
    }
    const received: Received = {
      method: request.method ?? "",
      path,
      headers: pairs(request.rawHeaders),
      body: Buffer.concat(chunks),
      arrivedMs,
      endedMs: undefined,
      cutOff: false,
    };
    response.on("error", () => undefined);
    response.once("close", () => {
      received.endedMs = performance.now();
      received.cutOff = !response.writableFinished;
    });
    const mailbox = this.#mailboxes.get(path);
    if (mailbox === undefined) {
      this.unexpected.push(received);
      response.writeHead(599).end();
      return;
    }
    await mailbox.take(received, response);
  }
}

export class Mailbox {
  readonly url: string;
  readonly received: Received[] = [];
  /** The maximum number of requests that were open at the same time. */
  openMax = 0;
  #steps: Step[];
  #open = 0;

  constructor(url: string, steps: Step[]) {
    this.url = url;
    this.#steps = steps;
  }

  get count(): number {
    return this.received.length;
  }

  /** The number of requests that now wait for an answer. */
  get open(): number {
    return this.#open;
  }

  /** The bodies of all requests, as text. */
  get texts(): string[] {
    return this.received.map((request) => request.body.toString("utf8"));
  }

  /** Replaces the answers that have not been given yet. */
  answer(...steps: Step[]): void {
    this.#steps = steps;
  }

  /** Waits until at least `count` requests have arrived. Returns all requests. */
  async got(count: number, timeoutMs: number = defaultTimeoutMs): Promise<Received[]> {
    await until(
      () => `${count} requests at ${this.url} (${this.count} arrived)`,
      () => this.count >= count,
      timeoutMs,
    );
    return this.received;
  }

  /** Waits until the request of this number (from 1) has been answered. Returns the request. */
  async answered(count: number): Promise<Received> {
    const request = (await this.got(count))[count - 1]!;
    await until(`request ${count} to be answered`, () => request.endedMs !== undefined);
    return request;
  }

  /** Returns the milliseconds from the arrival of each request to that of the next. */
  gapsMs(): number[] {
    return this.received
      .slice(1)
      .map((request, index) => request.arrivedMs - this.received[index]!.arrivedMs);
  }

  async take(received: Received, response: ServerResponse): Promise<void> {
    this.received.push(received);
    this.#open += 1;
    this.openMax = Math.max(this.openMax, this.#open);
    response.once("close", () => {
      this.#open -= 1;
    });
    const step = (this.#steps.length > 1 ? this.#steps.shift() : this.#steps[0]) ?? 200;
    if (typeof step === "number") response.writeHead(step, { "content-length": "0" }).end();
    else await step(received, response);
  }
}

/** Answers with a status, headers and a body. */
export function reply(status: number, headers: Record<string, string> = {}, body = ""): Responder {
  return (_request, response) => {
    response
      .writeHead(status, { "content-length": String(Buffer.byteLength(body)), ...headers })
      .end(body);
  };
}

/** Never answers. */
export const hang: Responder = () => undefined;

/** Closes the connection without an answer. */
export const disconnect: Responder = (_request, response) => {
  response.socket?.destroy();
};

/** Sends these bytes, which need not be HTTP, and closes the connection. */
export function raw(bytes: string): Responder {
  return (_request, response) => {
    response.socket?.end(bytes);
  };
}

/** Sends the headers at once, then one byte of the body every 20 ms, without end. */
export function drip(status: number): Responder {
  return async (_request, response) => {
    response.writeHead(status);
    while (!response.destroyed) {
      response.write(".");
      await pause(20);
    }
  };
}

/** Sends the headers and ten of the 1,000 announced bytes, then closes the connection. */
export function breakOff(status: number): Responder {
  return (_request, response) => {
    response.writeHead(status, { "content-length": "1000" });
    response.write("0123456789", () => response.socket?.destroy());
  };
}

/** Sends a body of this size, as fast as the sender of the request reads it. */
export function flood(status: number, bytes: number): Responder {
  return async (_request, response) => {
    response.writeHead(status, { "content-length": String(bytes) });
    const block = Buffer.alloc(64 * 1024, "x");
    for (let sent = 0; sent < bytes && !response.destroyed; sent += block.length) {
      if (!response.write(block.subarray(0, bytes - sent))) await drained(response);
    }
    response.end();
  };
}

/** Keeps requests open until the test answers them. */
export class OpenRequests {
  readonly #open: { request: Received; response: ServerResponse }[] = [];

  /** The answer of a mailbox whose requests are kept open here. */
  readonly step: Responder = (request, response) => {
    this.#open.push({ request, response });
  };

  get count(): number {
    return this.#open.length;
  }

  /** Answers the oldest open request. Waits for one if there is none. */
  async answer(step: Step): Promise<void> {
    const { request, response } = await until("an open request", () => this.#open.shift());
    if (typeof step === "number") response.writeHead(step, { "content-length": "0" }).end();
    else await step(request, response);
  }
}

/**
 * A valid target on which nothing listens. The port is outside the range from which the system
 * assigns free ports.
 */
export const nowhere = "http://127.0.0.1:64999/";

/** Returns a port that refuses connections. */
export async function closedPort(): Promise<number> {
  const receiver = await Receiver.listen();
  const { port } = receiver;
  await receiver.close();
  return port;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off("drain", go).off("close", go);
      resolve();
    };
    response.on("drain", go).on("close", go);
  });
}

function pairs(flat: string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2)
    found.push([flat[index]!, flat[index + 1]!]);
  return found;
}
