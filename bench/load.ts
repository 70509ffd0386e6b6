// The load generator, a separate process: publishes events and records when each was sent and
// answered.
//
// Closed loop: on each of `publishers` connections, the next event is sent when the previous one
// was answered. Open loop (`perSecond`): events are sent at even intervals, on as many connections
// as that takes. With `batch`, a request has that many events, which count as sent together.

import { connect, type Socket } from "node:net";
import { Messages, NUMBER_DIGITS, NUMBER_MARK, clockMs } from "./http.ts";

export type Frame = readonly [open: string, middle: string, close: string];

export interface LoadOrder {
  port: number;
  path: string;
  /** The value of the Authorization header. */
  authorization: string;
  /** The event type. A `#` in it becomes the event number modulo `types`, in four digits. */
  eventType: string;
  types?: number;
  /**
   * The body's text before the event type, between it and the number, and at the end. None: as the
   * product wants it.
   */
  frame?: Frame;
  /** The length of a body in bytes. */
  bytes: number;
  /** The number of the first event. The others are numbered consecutively. */
  first: number;
  publishers: number;
  /** Whether each event has an `Idempotency-Key` of its own, as client libraries send. */
  keyed?: boolean;
  /** The number of events in a request. None: each event is a request of its own. */
  batch?: number;
  /** Requests per second. */
  perSecond?: number;
  /** The end of the load: after this time, or after this number of events. */
  ms?: number;
  /** A multiple of `batch`. */
  count?: number;
}

export interface LoadResult {
  /** At index `i`, when event `first + i` was sent. */
  sent: Float64Array;
  /** At index `i`, when event `first + i` was answered with a 2xx, or 0. */
  answered: Float64Array;
  /** The number of events by status. Without an answer in time, the status is 0. */
  statuses: Record<string, number>;
  accepted: number;
  /** The time from the first send to the last response, but at least `ms`. */
  seconds: number;
  cpuMs: number;
}

const PRODUCT_FRAME: Frame = ['{"event_type":"', '",', "}"];
const TYPE_DIGITS = 4;
const CONNECTIONS_MAX = 512;
/** The most time that a load takes beyond its `ms`. A request without an answer ends then. */
const PATIENCE_MS = 60_000;
/** The status of an event in the answer to a batch. */
const ITEM_STATUS = /"status":(\d{3})/g;
const KEY_MARK = "Idempotency-Key: bench-";

/** One connection. Its request is one buffer, of which only the digits change. */
class Publisher {
  readonly #socket: Socket;
  readonly #request: Buffer;
  /** Where the number of each event stands. */
  readonly #numbersAt: number[];
  /** Where the number of the first event stands in the `Idempotency-Key`, or -1. */
  readonly #keyAt: number;
  /** Where the number of the type of each event stands. */
  readonly #typesAt: number[];
  readonly #types: number;
  readonly #isBatch: boolean;
  #answer: ((statuses: number[]) => void) | undefined;

  constructor(order: LoadOrder) {
    const type = order.eventType.replace("#", "0".repeat(TYPE_DIGITS));
    const [open, middle, close] = order.frame ?? PRODUCT_FRAME;
    const number = `${NUMBER_MARK}${"0".repeat(NUMBER_DIGITS)}"`;
    const start = `${open}${type}${middle}${number},"data":"`;
    const filling = Math.max(0, order.bytes - start.length - 1 - close.length);
    const event = `${start}${"x".repeat(filling)}"${close}`;
    const events = order.batch ?? 1;
    this.#isBatch = order.batch !== undefined;
    const all = Array.from({ length: events }, () => event).join(",");
    const body = this.#isBatch ? `[${all}]` : all;
    const head = `POST ${order.path} HTTP/1.1\r\nHost: 127.0.0.1:${order.port}\r\n` +
      `Authorization: ${order.authorization}\r\nContent-Type: application/json\r\n` +
      (order.keyed === true ? `${KEY_MARK}${"0".repeat(NUMBER_DIGITS)}\r\n` : "") +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    this.#request = Buffer.from(head + body, "latin1");
    this.#keyAt = order.keyed === true ? head.indexOf(KEY_MARK) + KEY_MARK.length : -1;
    const starts = Array.from({ length: events }, (_, index) =>
      head.length + (this.#isBatch ? 1 : 0) + index * (event.length + 1));
    this.#numbersAt = starts.map((at) => at + event.indexOf(NUMBER_MARK) + NUMBER_MARK.length);
    const hash = order.eventType.indexOf("#");
    this.#typesAt = hash < 0 ? [] : starts.map((at) => at + open.length + hash);
    this.#types = order.types ?? 1;
    this.#socket = connect({ port: order.port, host: "127.0.0.1", noDelay: true });
    const messages = new Messages((answer, body) =>
      this.#done(this.#statuses(Number(answer.slice(9, 12)), body)));
    this.#socket.on("data", (chunk: Buffer) => messages.push(chunk));
    this.#socket.on("error", () => this.end());
    this.#socket.on("close", () => this.end());
  }

  /** Sends the events from `number` on in one request, and returns the status of each. */
  publish(number: number): Promise<number[]> {
    if (this.#keyAt >= 0) this.#request.write(digits(number), this.#keyAt, "latin1");
    for (const [index, at] of this.#numbersAt.entries()) {
      this.#request.write(digits(number + index), at, "latin1");
    }
    for (const [index, at] of this.#typesAt.entries()) {
      const type = String((number + index) % this.#types).padStart(TYPE_DIGITS, "0");
      this.#request.write(type, at, "latin1");
    }
    return new Promise((resolve) => {
      this.#answer = resolve;
      if (this.#socket.destroyed) this.end();
      else this.#socket.write(this.#request);
    });
  }

  #statuses(status: number, body: Buffer): number[] {
    if (!this.#isBatch || status !== 200) return this.#numbersAt.map(() => status);
    const items = [...body.toString("latin1").matchAll(ITEM_STATUS)];
    return this.#numbersAt.map((_, index) => Number(items[index]?.[1] ?? 0));
  }

  #done(statuses: number[]): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(statuses);
  }

  /** Closes the connection. What was not answered has the status 0. */
  end(): void {
    this.#socket.destroy();
    this.#done(this.#numbersAt.map(() => 0));
  }
}

function digits(number: number): string {
  return String(number).padStart(NUMBER_DIGITS, "0");
}

class Run {
  readonly #order: LoadOrder;
  readonly #all: Publisher[] = [];
  readonly #sent: number[] = [];
  readonly #answered: number[] = [];
  readonly #statuses: Record<string, number> = {};
  readonly #start = clockMs();
  #gaveUp = false;

  constructor(order: LoadOrder) {
    this.#order = order;
  }

  /** Ends the load: no request is sent or waited for any more. */
  giveUp(): void {
    this.#gaveUp = true;
    this.#all.forEach((publisher) => publisher.end());
  }

  #isOver(): boolean {
    const { ms, count } = this.#order;
    if (this.#gaveUp) return true;
    if (count !== undefined) return this.#sent.length >= count;
    return clockMs() - this.#start >= (ms ?? 0);
  }

  #connect(): Publisher {
    const publisher = new Publisher(this.#order);
    this.#all.push(publisher);
    return publisher;
  }

  /** Publishes one request, and returns whether it was answered. */
  async #publish(publisher: Publisher): Promise<boolean> {
    const index = this.#sent.length;
    const sentAt = clockMs();
    for (let event = 0; event < (this.#order.batch ?? 1); event++) {
      this.#sent.push(sentAt);
      this.#answered.push(0);
    }
    const statuses = await publisher.publish(this.#order.first + index);
    const answeredAt = clockMs();
    for (const [event, status] of statuses.entries()) {
      this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
      if (status >= 200 && status < 300) this.#answered[index + event] = answeredAt;
    }
    return statuses.every((status) => status !== 0);
  }

  async closed(): Promise<void> {
    await Promise.all(Array.from({ length: this.#order.publishers }, async () => {
      const publisher = this.#connect();
      while (!this.#isOver() && await this.#publish(publisher));
      publisher.end();
    }));
  }

  async open(perSecond: number): Promise<void> {
    const idle: Publisher[] = [];
    const running = new Set<Promise<void>>();
    let requests = 0;
    while (!this.#isOver()) {
      const dueMs = this.#start + requests * (1000 / perSecond);
      const waitMs = dueMs - clockMs();
      if (waitMs > 0.2 || (idle.length === 0 && this.#all.length >= CONNECTIONS_MAX)) {
        await new Promise((resolve) =>
          waitMs > 1.5 ? setTimeout(resolve, 1) : setImmediate(resolve));
        continue;
      }
      const free = idle.pop() ?? this.#connect();
      requests += 1;
      const one = this.#publish(free).then((isAnswered) => {
        running.delete(one);
        if (isAnswered) idle.push(free);
      });
      running.add(one);
    }
    await Promise.all(running);
    this.#all.forEach((publisher) => publisher.end());
  }

  result(): LoadResult {
    const accepted = this.#answered.filter((time) => time > 0).length;
    const { user, system } = process.cpuUsage();
    const { ms, count } = this.#order;
    const elapsedMs = clockMs() - this.#start;
    return {
      sent: Float64Array.from(this.#sent),
      answered: Float64Array.from(this.#answered),
      statuses: this.#statuses,
      accepted,
      seconds: (count === undefined ? Math.max(ms ?? 0, elapsedMs) : elapsedMs) / 1000,
      cpuMs: (user + system) / 1000,
    };
  }
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const run = new Run(order);
  const patience = setTimeout(() => run.giveUp(), (order.ms ?? 0) + PATIENCE_MS);
  await (order.perSecond === undefined ? run.closed() : run.open(order.perSecond));
  clearTimeout(patience);
  return run.result();
}

process.on("message", ({ id, order }: { id: number; order: LoadOrder }) => {
  load(order).then(
    (value) => process.send?.({ id, value }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
process.send?.({ port: 0 });
