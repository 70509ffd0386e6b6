// The load generator, a separate process: publishes events and records when each was sent and
// answered.
//
// Closed loop: on each of `publishers` connections, the next event is sent when the previous one
// was answered. Open loop (`perSecond`): events are sent at even intervals, on as many connections
// as that takes.

import { connect, type Socket } from "node:net";
import { Messages, NUMBER_DIGITS, NUMBER_MARK, clockMs } from "./http.ts";

export interface LoadOrder {
  port: number;
  path: string;
  /** The value of the Authorization header. */
  authorization: string;
  /** The event type. A `#` in it becomes the event number modulo `types`, in four digits. */
  eventType: string;
  types?: number;
  /** The length of a body in bytes. */
  bytes: number;
  /** The number of the first event. The others are numbered consecutively. */
  first: number;
  publishers: number;
  /** Whether each event has an `Idempotency-Key` of its own, as client libraries send. */
  keyed?: boolean;
  perSecond?: number;
  /** The end of the load: after this time, or after this number of events. */
  ms?: number;
  count?: number;
}

export interface LoadResult {
  /** At index `i`, when event `first + i` was sent. */
  sent: Float64Array;
  /** At index `i`, when event `first + i` was answered with a 2xx, or 0. */
  answered: Float64Array;
  /** The number of responses by status. */
  statuses: Record<string, number>;
  accepted: number;
  /** The time from the first send to the last response, but at least `ms`. */
  seconds: number;
  cpuMs: number;
}

const TYPE_DIGITS = 4;
const CONNECTIONS_MAX = 512;
const KEY_MARK = "Idempotency-Key: bench-";

/** One connection. Its request is one buffer, of which only the digits change. */
class Publisher {
  readonly #socket: Socket;
  readonly #request: Buffer;
  /** Where the number of the event stands. */
  readonly #numbersAt: number[];
  readonly #typeAt: number;
  readonly #types: number;
  #answer: ((status: number) => void) | undefined;

  constructor(order: LoadOrder) {
    const type = order.eventType.replace("#", "0".repeat(TYPE_DIGITS));
    const start = `{"event_type":"${type}",${NUMBER_MARK}${"0".repeat(NUMBER_DIGITS)}","data":"`;
    const body = `${start}${"x".repeat(Math.max(0, order.bytes - start.length - 2))}"}`;
    const head = `POST ${order.path} HTTP/1.1\r\nHost: 127.0.0.1:${order.port}\r\n` +
      `Authorization: ${order.authorization}\r\nContent-Type: application/json\r\n` +
      (order.keyed === true ? `${KEY_MARK}${"0".repeat(NUMBER_DIGITS)}\r\n` : "") +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    this.#request = Buffer.from(head + body, "latin1");
    this.#numbersAt = [NUMBER_MARK, ...(order.keyed === true ? [KEY_MARK] : [])].map(
      (mark) => this.#request.indexOf(mark) + mark.length);
    const hash = order.eventType.indexOf("#");
    const typeStart = head.length + '{"event_type":"'.length;
    this.#typeAt = hash < 0 ? -1 : typeStart + hash;
    this.#types = order.types ?? 1;
    this.#socket = connect({ port: order.port, host: "127.0.0.1", noDelay: true });
    const messages = new Messages((answer) => this.#done(Number(answer.slice(9, 12))));
    this.#socket.on("data", (chunk: Buffer) => messages.push(chunk));
    this.#socket.on("error", () => this.#done(0));
    this.#socket.on("close", () => this.#done(0));
  }

  publish(number: number): Promise<number> {
    const digits = String(number).padStart(NUMBER_DIGITS, "0");
    for (const at of this.#numbersAt) this.#request.write(digits, at, "latin1");
    if (this.#typeAt >= 0) {
      const type = String(number % this.#types).padStart(TYPE_DIGITS, "0");
      this.#request.write(type, this.#typeAt, "latin1");
    }
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#socket.write(this.#request);
    });
  }

  #done(status: number): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(status);
  }

  end(): void {
    this.#socket.destroy();
  }
}

class Run {
  readonly #order: LoadOrder;
  readonly #sent: number[] = [];
  readonly #answered: number[] = [];
  readonly #statuses: Record<string, number> = {};
  readonly #start = clockMs();

  constructor(order: LoadOrder) {
    this.#order = order;
  }

  #isOver(): boolean {
    const { ms, count } = this.#order;
    if (count !== undefined) return this.#sent.length >= count;
    return clockMs() - this.#start >= (ms ?? 0);
  }

  async #publish(publisher: Publisher): Promise<number> {
    const index = this.#sent.length;
    this.#sent.push(clockMs());
    this.#answered.push(0);
    const status = await publisher.publish(this.#order.first + index);
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    if (status >= 200 && status < 300) this.#answered[index] = clockMs();
    return status;
  }

  async closed(): Promise<void> {
    const publishers = Array.from(
      { length: this.#order.publishers },
      () => new Publisher(this.#order),
    );
    await Promise.all(publishers.map(async (publisher) => {
      while (!this.#isOver() && await this.#publish(publisher) !== 0);
      publisher.end();
    }));
  }

  async open(perSecond: number): Promise<void> {
    const idle: Publisher[] = [];
    const all: Publisher[] = [];
    const running = new Set<Promise<void>>();
    while (!this.#isOver()) {
      const dueMs = this.#start + this.#sent.length * (1000 / perSecond);
      const waitMs = dueMs - clockMs();
      if (waitMs > 0.2 || (idle.length === 0 && all.length >= CONNECTIONS_MAX)) {
        await new Promise((resolve) =>
          waitMs > 1.5 ? setTimeout(resolve, 1) : setImmediate(resolve));
        continue;
      }
      let publisher = idle.pop();
      if (publisher === undefined) all.push((publisher = new Publisher(this.#order)));
      const free = publisher;
      const one = this.#publish(free).then((status) => {
        running.delete(one);
        if (status !== 0) idle.push(free);
      });
      running.add(one);
    }
    await Promise.all(running);
    all.forEach((publisher) => publisher.end());
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
  await (order.perSecond === undefined ? run.closed() : run.open(order.perSecond));
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
