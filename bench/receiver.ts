// The receiver, a separate process: answers POSTs by their path and records when each arrived.
//
//   /ok/7       200 at once            /slow/7    200 after 100 ms
//   /hang/7     never                  /fail/7    500
//   /flaky/7    after 100 ms, 500 to the first attempt of every 50th event, else 200
//   /again/7    500 to the first two attempts of every event, else 200
//   /switch/7   500 between the orders `down` for webhook 7 with true and with false, else 200
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
  /** The number of open requests to `/hang`. */
  hanging: number;
  /** CPU time of this process since its start. */
  cpuMs: number;
}

export type ReceiverOrder =
  | { kind: "count" }
  | { kind: "collect" }
  | { kind: "hanging" }
  | { kind: "down"; webhook: number; down: boolean };

const SLOW_MS = 100;
const FLAKY_EVERY = 50;
const AGAIN_FAILURES = 2;
const ok = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
const failed = Buffer.from("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");

const down = new Set<string>();
let hanging = 0;
let count = 0;
let numbers = new Uint32Array(65_536);
let webhooks = new Uint32Array(65_536);
let times = new Float64Array(65_536);
const attempts = new Map<string, number>();

function record(number: number, webhook: number): void {
  if (count === times.length) {
    numbers = grown(numbers, new Uint32Array(count * 2));
    webhooks = grown(webhooks, new Uint32Array(count * 2));
    times = grown(times, new Float64Array(count * 2));
  }
  numbers[count] = number;
  webhooks[count] = webhook;
  times[count] = clockMs();
  count += 1;
}

function grown<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function handle(socket: Socket, head: string, body: Buffer): void {
  const [, path = ""] = head.slice(0, head.indexOf("\r\n")).split(" ");
  const [, kind = "", webhook = "0"] = path.split("/");
  const mark = body.indexOf(NUMBER_MARK);
  const start = mark + NUMBER_MARK.length;
  const number = mark < 0 ? 0 : Number(body.toString("latin1", start, start + NUMBER_DIGITS));
  record(number, Number(webhook));
  switch (kind) {
    case "slow":
      setTimeout(() => socket.write(ok), SLOW_MS);
      return;
    case "hang":
      hanging += 1;
      socket.once("close", () => (hanging -= 1));
      return;
    case "fail":
      socket.write(failed);
      return;
    case "flaky": {
      const fails = number % FLAKY_EVERY === 0 && countAttempt(webhook, number) === 1;
      setTimeout(() => socket.write(fails ? failed : ok), SLOW_MS);
      return;
    }
    case "again":
      socket.write(countAttempt(webhook, number) <= AGAIN_FAILURES ? failed : ok);
      return;
    case "switch":
      socket.write(down.has(webhook) ? failed : ok);
      return;
    default:
      socket.write(ok);
  }
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
    case "down":
      if (order.down) down.add(String(order.webhook));
      else down.delete(String(order.webhook));
      return null;
    case "collect": {
      const { user, system } = process.cpuUsage();
      const arrivals: Arrivals = {
        numbers: numbers.slice(0, count),
        webhooks: webhooks.slice(0, count),
        times: times.slice(0, count),
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
