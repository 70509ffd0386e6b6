// A real HTTP server on loopback that a test scripts: who gets the webhooks, behaving as well or
// badly as told.
//
// One receiver serves a test file; each test opens mailboxes in it. A mailbox is a path with a list
// of answers, given in order, the last one for ever. It records every request as it came over the
// wire: raw headers in order, raw bytes of the body, when it arrived and when its connection was
// closed. Nothing here waits for a guessed time.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { patienceMs, until } from "./wait.ts";

/** Answers one request in whatever way. Requests are recorded before it is asked. */
export type Answering = (request: Received, response: ServerResponse) => void | Promise<void>;

/** A status, with an empty body, or an act. */
export type Step = number | Answering;

export interface Received {
  method: string;
  path: string;
  /** Name and value as they came, in order. */
  headers: [name: string, value: string][];
  body: Buffer;
  arrivedMs: number;
  /** When the answer was complete or the connection closed, whichever came first. */
  endedMs: number | undefined;
  /** Whether the sender closed the connection before the answer was complete. */
  cutOff: boolean;
}

/** All values of a header, in order. */
export function values(request: Received, name: string): string[] {
  return request.headers
    .filter(([key]) => key.toLowerCase() === name.toLowerCase())
    .map(([, value]) => value);
}

export class Receiver {
  readonly #server: Server;
  readonly #mailboxes = new Map<string, Mailbox>();
  /** Requests for paths that are no mailbox. */
  readonly strays: Received[] = [];

  /** Listens on a free port, or on this one. */
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
    // A connection that this side closes while the dispatcher reuses it would look like one more
    // failed try.
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

  /** A path of its own that gives these answers; without any it says 200 to all. */
  mailbox(...steps: Step[]): Mailbox {
    return this.mailboxAt(`/m${this.#mailboxes.size + 1}`, ...steps);
  }

  mailboxAt(path: string, ...steps: Step[]): Mailbox {
    const mailbox = new Mailbox(`${this.origin}${path}`, steps);
    this.#mailboxes.set(path, mailbox);
    return mailbox;
  }

  /** Closes everything, also connections that hang. */
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
      // The sender gave up in mid-body: that is no request.
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
      this.strays.push(received);
      response.writeHead(599).end();
      return;
    }
    await mailbox.take(received, response);
  }
}

export class Mailbox {
  readonly url: string;
  readonly received: Received[] = [];
  /** The most requests that were open at the same time. */
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

  /** Requests that wait for an answer now. */
  get open(): number {
    return this.#open;
  }

  /** The bodies, as text. */
  get texts(): string[] {
    return this.received.map((request) => request.body.toString("utf8"));
  }

  /** What has not been asked for yet is replaced by these answers. */
  answer(...steps: Step[]): void {
    this.#steps = steps;
  }

  /** Waits until at least `count` requests have arrived, and answers with them. */
  async got(count: number, timeoutMs: number = patienceMs): Promise<Received[]> {
    await until(
      () => `${count} requests at ${this.url} (${this.count} came)`,
      () => this.count >= count,
      timeoutMs,
    );
    return this.received;
  }

  /** Waits until the answer to the request of this number is out, and answers with the request. */
  async answered(count: number): Promise<Received> {
    const request = (await this.got(count))[count - 1]!;
    await until(`the answer to request ${count} to be out`, () => request.endedMs !== undefined);
    return request;
  }

  /** Milliseconds from the arrival of each request to that of the next. */
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

/** A status with headers and a body. */
export function reply(status: number, headers: Record<string, string> = {}, body = ""): Answering {
  return (_request, response) => {
    response
      .writeHead(status, { "content-length": String(Buffer.byteLength(body)), ...headers })
      .end(body);
  };
}

/** Takes the request and never says anything. */
export const hang: Answering = () => undefined;

/** Closes the connection without an answer. */
export const hangUp: Answering = (_request, response) => {
  response.socket?.destroy();
};

/** Sends these bytes as they are, whatever they mean, and closes. */
export function raw(bytes: string): Answering {
  return (_request, response) => {
    response.socket?.end(bytes);
  };
}

/** Headers at once, then a byte of the body every 20 ms for ever. */
export function drip(status: number): Answering {
  return async (_request, response) => {
    response.writeHead(status);
    while (!response.destroyed) {
      response.write(".");
      await pause(20);
    }
  };
}

/** Headers and ten bytes of a body that was promised to be longer, then the connection breaks. */
export function breakOff(status: number): Answering {
  return (_request, response) => {
    response.writeHead(status, { "content-length": "1000" });
    response.write("0123456789", () => response.socket?.destroy());
  };
}

/** A body of this size, as fast as the other side takes it. */
export function flood(status: number, bytes: number): Answering {
  return async (_request, response) => {
    response.writeHead(status, { "content-length": String(bytes) });
    const block = Buffer.alloc(64 * 1024, "x");
    for (let sent = 0; sent < bytes && !response.destroyed; sent += block.length) {
      if (!response.write(block.subarray(0, bytes - sent))) await drained(response);
    }
    response.end();
  };
}

/** Holds requests open until the test says what they get. */
export class Gate {
  readonly #held: { request: Received; response: ServerResponse }[] = [];

  readonly step: Answering = (request, response) => {
    this.#held.push({ request, response });
  };

  get held(): number {
    return this.#held.length;
  }

  /** Answers the request that has waited longest. */
  async release(step: Step): Promise<void> {
    const { request, response } = await until("a request to be held", () => this.#held.shift());
    if (typeof step === "number") response.writeHead(step, { "content-length": "0" }).end();
    else await step(request, response);
  }
}

/**
 * A target that is well-formed and where nothing listens: outside of the ports that are given to
 * those who ask for any.
 */
export const nowhere = "http://127.0.0.1:64999/";

/** A port that refuses connections. */
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
