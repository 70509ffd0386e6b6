// The receiver, a process of its own: answers POSTs as their path says and notes when each came.
//
//   /ok/7       200 at once            /slow/7    200 after 100 ms
//   /hang/7     never                  /fail/7    500
//   /flaky/7    500 to the first try of every 50th event, else 200; after 100 ms
//   /again/7    500 to the first two tries of every event, else 200
//   /switch/7   200, or 500 while webhook 7 is told to be down
//
// The number in the path is the webhook's.

import { createServer, type Socket } from "node:net";
import { Messages, NUMBER_DIGITS, NUMBER_MARK, clockMs } from "./http.ts";

/** What arrived since the last time somebody asked. */
export interface Arrivals {
  /** The number of the event, as its body says. */
  numbers: Uint32Array;
  /** The number of the webhook, as the path says. */
  webhooks: Uint32Array;
  /** When the whole request was there. */
  times: Float64Array;
  /** How many requests are open and will not be answered. */
  hanging: number;
  /** CPU time of this process so far. */
  cpuMs: number;
}

export type ReceiverOrder =
  | { kind: "count" }
  | { kind: "collect" }
  | { kind: "hanging" }
  | { kind: "down"; webhook: number; down: boolean };

const SLOW_MS = 100;
const FLAKY_EVERY = 50;
const AGAIN_TRIES = 2;
const ok = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
const failed = Buffer.from("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");

const down = new Set<string>();
let hanging = 0;
let count = 0;
let numbers = new Uint32Array(65_536);
let webhooks = new Uint32Array(65_536);
let times = new Float64Array(65_536);
const tries = new Map<string, number>();

function note(number: number, webhook: number): void {
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

function take(socket: Socket, head: string, body: Buffer): void {
  const [, path = ""] = head.slice(0, head.indexOf("\r\n")).split(" ");
  const [, kind = "", webhook = "0"] = path.split("/");
  const at = body.indexOf(NUMBER_MARK);
  const start = at + NUMBER_MARK.length;
  const number = at < 0 ? 0 : Number(body.toString("latin1", start, start + NUMBER_DIGITS));
  note(number, Number(webhook));
  let answer = ok;
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
    case "flaky":
      answer = number % FLAKY_EVERY === 0 && tried(webhook, number) === 1 ? failed : ok;
      setTimeout(() => socket.write(answer), SLOW_MS);
      return;
    case "again":
      socket.write(tried(webhook, number) <= AGAIN_TRIES ? failed : ok);
      return;
    case "switch":
      socket.write(down.has(webhook) ? failed : ok);
      return;
    default:
      socket.write(ok);
  }
}

function tried(webhook: string, number: number): number {
  const key = `${webhook}/${number}`;
  const now = (tries.get(key) ?? 0) + 1;
  tries.set(key, now);
  return now;
}

function obey(order: ReceiverOrder): unknown {
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
      tries.clear();
      return arrivals;
    }
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  const messages = new Messages((head, body) => take(socket, head, body));
  socket.on("data", (chunk: Buffer) => messages.push(chunk));
  socket.on("error", () => socket.destroy());
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : undefined });
});
process.on("message", ({ id, order }: { id: number; order: ReceiverOrder }) => {
  process.send?.({ id, value: obey(order) });
});
process.on("disconnect", () => process.exit(0));
