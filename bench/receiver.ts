// The receiver, a separate process: answers POSTs by their path and records when each arrived.
//
//   /ok/7       200 at once            /slow/7    200 after 100 ms
//   /hang/7     never                  /slower/7  200 after 500 ms
//   /fail/7     500
//   /flaky/7    after 100 ms, 500 to the first attempt of every 50th event, else 200
//   /again/7    500 to the first two attempts of every event, else 200
//   /switch/7   500 between the orders `down` for webhook 7 with true and with false, else 200
//   /full/7     503 between these orders, and for what comes while 100 others wait for an answer;
//               else 200 after 100 ms
//   /dead/7     no answer between these orders, else 500
//
// The number in the path is that of the webhook.

import { createServer, type Socket } from "node:net";
import { Messages, NUMBER_DIGITS, NUMBER_MARK, clockMs } from "./http.ts";

/** The requests that arrived since the last order `collect`, one entry in each array. */
export interface Arrivals {
  /** The number of the event, from the body. */
  numbers: Uint32Array;
  /** The number of the webhook, from the path. */
  webhooks: Uint32Array;
  /** When the whole request had arrived, by `clockMs`. */
  times: Float64Array;
  /** The status of the answer, or 0 without one. */
  statuses: Uint16Array;
  /** The number of open requests to `/hang`. */
  hanging: number;
  /** CPU time of this process since its start. */
  cpuMs: number;
}

export type ReceiverOrder =
  | { kind: "count" }
  | { kind: "collect" }
  | { kind: "hanging" }
  | { kind: "crowd" }
  | { kind: "down"; webhook: number; down: boolean };

/** How the requests to `/full` came since the order `down` with false. */
export interface Crowd {
  /** Most requests that waited for their answer at a time. */
  most: number;
  /** The number of requests beyond the capacity, which were answered 503. */
  beyond: number;
  /** The number of requests whose sender closed the connection before the answer. */
  abandoned: number;
}

const SLOW_MS = 100;
const SLOWER_MS = 500;
/** What `/full` answers at a time: more than the 64 attempts in flight that a webhook has. */
const CAPACITY = 100;
const FLAKY_EVERY = 50;
const AGAIN_FAILURES = 2;

interface Answer {
  /** 0: no answer. */
  status: number;
  bytes: Buffer;
  afterMs: number;
}

function answerWith(status: number, afterMs = 0): Answer {
  const bytes = Buffer.from(`HTTP/1.1 ${status} .\r\nContent-Length: 0\r\n\r\n`);
  return { status, bytes, afterMs };
}

const ok = answerWith(200);
const slow = answerWith(200, SLOW_MS);
const slower = answerWith(200, SLOWER_MS);
const failed = answerWith(500);
const failedSlowly = answerWith(500, SLOW_MS);
const busy = answerWith(503);
const none = answerWith(0);

const down = new Set<string>();
let hanging = 0;
let waiting = 0;
let crowd: Crowd = { most: 0, beyond: 0, abandoned: 0 };
let count = 0;
let numbers = new Uint32Array(65_536);
let webhooks = new Uint32Array(65_536);
let times = new Float64Array(65_536);
let statuses = new Uint16Array(65_536);
const attempts = new Map<string, number>();

function record(number: number, webhook: number, status: number): void {
  if (count === times.length) {
    numbers = grown(numbers, new Uint32Array(count * 2));
    webhooks = grown(webhooks, new Uint32Array(count * 2));
    times = grown(times, new Float64Array(count * 2));
    statuses = grown(statuses, new Uint16Array(count * 2));
  }
  numbers[count] = number;
  webhooks[count] = webhook;
  times[count] = clockMs();
  statuses[count] = status;
  count += 1;
}

function grown<T extends Uint16Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function handle(socket: Socket, head: string, body: Buffer): void {
  const [, path = ""] = head.slice(0, head.indexOf("\r\n")).split(" ");
  const [, kind = "", webhook = "0"] = path.split("/");
  const mark = body.indexOf(NUMBER_MARK);
  const start = mark + NUMBER_MARK.length;
  const number = mark < 0 ? 0 : Number(body.toString("latin1", start, start + NUMBER_DIGITS));
  const { status, bytes, afterMs } = answerTo(kind, webhook, number);
  record(number, Number(webhook), status);
  if (status === 0) hang(socket);
  else if (kind === "full" && status === 200) answerInCrowd(socket);
  else if (afterMs === 0) socket.write(bytes);
  else setTimeout(() => socket.write(bytes), afterMs);
}

function answerTo(kind: string, webhook: string, number: number): Answer {
  switch (kind) {
    case "slow":
      return slow;
    case "slower":
      return slower;
    case "hang":
      return none;
    case "fail":
      return failed;
    case "flaky":
      return isFirstOfEvery50th(webhook, number) ? failedSlowly : slow;
    case "again":
      return countAttempt(webhook, number) <= AGAIN_FAILURES ? failed : ok;
    case "switch":
      return down.has(webhook) ? failed : ok;
    case "dead":
      return down.has(webhook) ? none : failed;
    case "full":
      if (down.has(webhook)) return busy;
      if (waiting < CAPACITY) return slow;
      crowd.beyond += 1;
      return busy;
    default:
      return ok;
  }
}

function isFirstOfEvery50th(webhook: string, number: number): boolean {
  return number % FLAKY_EVERY === 0 && countAttempt(webhook, number) === 1;
}

function hang(socket: Socket): void {
  hanging += 1;
  socket.once("close", () => (hanging -= 1));
}

/** Answers 200 after 100 ms, and counts the request until then. */
function answerInCrowd(socket: Socket): void {
  waiting += 1;
  crowd.most = Math.max(crowd.most, waiting);
  const close = (): void => {
    crowd.abandoned += 1;
  };
  socket.once("close", close);
  setTimeout(() => {
    waiting -= 1;
    socket.off("close", close);
    socket.write(slow.bytes);
  }, SLOW_MS);
}

/** Counts an attempt and returns its number, from 1. */
function countAttempt(webhook: string, number: number): number {
  const key = `${webhook}/${number}`;
  const attempt = (attempts.get(key) ?? 0) + 1;
  attempts.set(key, attempt);
  return attempt;
}

function answer(order: ReceiverOrder): unknown {
  switch (order.kind) {
    case "count":
      return count;
    case "hanging":
      return hanging;
    case "crowd":
      return crowd;
    case "down":
      if (order.down) down.add(String(order.webhook));
      else down.delete(String(order.webhook));
      if (!order.down) crowd = { most: 0, beyond: 0, abandoned: 0 };
      return null;
    case "collect": {
      const { user, system } = process.cpuUsage();
      const arrivals: Arrivals = {
        numbers: numbers.slice(0, count),
        webhooks: webhooks.slice(0, count),
        times: times.slice(0, count),
        statuses: statuses.slice(0, count),
        hanging,
        cpuMs: (user + system) / 1000,
      };
      count = 0;
      attempts.clear();
      return arrivals;
    }
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  const messages = new Messages((head, body) => handle(socket, head, body));
  socket.on("data", (chunk: Buffer) => messages.push(chunk));
  socket.on("error", () => socket.destroy());
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : undefined });
});
process.on("message", ({ id, order }: { id: number; order: ReceiverOrder }) => {
  process.send?.({ id, value: answer(order) });
});
process.on("disconnect", () => process.exit(0));
