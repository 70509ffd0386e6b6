// The receivers, a process of their own: one HTTP server that answers the POSTs to all webhooks, at
// the path `/` and the number of the webhook, and reports each delivery that it answered with 2xx.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Webhook as Verifier } from "standardwebhooks";
import { Answers, type Answer } from "./answers.ts";
import { nowMs } from "./clock.ts";
import { bodyOf, type Subscription } from "./subscriptions.ts";

/** A delivery that a receiver answered with 2xx. */
export interface Arrival {
  /** The number of the webhook. */
  webhook: number;
  /** The number of the event, from the body; -1 if the body is not one of ours. */
  n: number;
  /** The header `webhook-id`. */
  id: string;
  /** When the whole request had come, by `nowMs`. */
  cameAtMs: number;
  /** When it was answered, by `nowMs`. */
  atMs: number;
  /** What is wrong with the request, in words. */
  fault?: string;
}

export type ReceiverOrder =
  | { kind: "begin"; seed: number; subscriptions: Subscription[]; areWell: boolean }
  /** The signing secret of a webhook, to verify its deliveries with. */
  | { kind: "verify"; webhook: number; secret: string }
  /** From now on every request is answered with 200 at once. */
  | { kind: "well" };

export type ReceiverReport =
  | { kind: "listening"; port: number }
  | { kind: "arrived"; arrivals: Arrival[]; failures: number };

const SLOW_MS = 100;
/** Reports are sent together, since each message costs as much as a request. */
const REPORT_EVERY_MS = 10;
/** Longer than any run, so that no idle connection is closed while the dispatcher reuses it. */
const KEEP_ALIVE_MS = 86_400_000;

let answers: Answers[] = [];
let areWell = true;
const verifiers = new Map<number, Verifier>();
let arrivals: Arrival[] = [];
let failures = 0;

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The sender was killed while it sent.
    return;
  }
  const cameAtMs = nowMs();
  const webhook = Number(request.url?.slice(1));
  const answer = areWell ? "ok" : (answers[webhook]?.next(cameAtMs) ?? "ok");
  if (answer === "slow") await sleep(SLOW_MS);
  if (answer !== "ok" && answer !== "slow") {
    failures += 1;
    return fail(answer, response);
  }
  // A sender that has gone does not get the answer.
  if (response.destroyed) return;
  response.writeHead(200, { "content-length": "0" }).end();
  const body = Buffer.concat(chunks);
  const id = String(request.headers["webhook-id"]);
  const read = readBody(body);
  const fault = read.fault ?? signatureFault(webhook, body, request);
  const arrival = { webhook, n: read.n, id, cameAtMs, atMs: nowMs() };
  arrivals.push(fault === undefined ? arrival : { ...arrival, fault });
}

function fail(answer: Answer, response: ServerResponse): void {
  const status = (code: number, headers = {}) =>
    response.writeHead(code, { "content-length": "0", ...headers }).end();
  switch (answer) {
    case "error":
      status(500);
      return;
    case "busy":
      status(503, { "retry-after": "1" });
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "close":
      response.socket?.destroy();
      return;
    case "hang":
      return;
    default:
      status(Number(answer));
  }
}

/** Returns the number of the event, after comparing every byte of its body. */
function readBody(body: Buffer): { n: number; fault?: string } {
  try {
    const event = JSON.parse(body.toString("utf8"));
    const n = Number(event.n);
    if (body.equals(Buffer.from(bodyOf(n, event.event_type)))) return { n };
    return { n, fault: "the body is not byte for byte as published" };
  } catch {
    return { n: -1, fault: "the body is not JSON" };
  }
}

function signatureFault(
  webhook: number, body: Buffer, request: IncomingMessage,
): string | undefined {
  try {
    verifiers.get(webhook)?.verify(body.toString("utf8"), request.headers as never);
    return undefined;
  } catch (error) {
    return `the signature is wrong: ${(error as Error).message}`;
  }
}

function send(report: ReceiverReport): void {
  // An error means that the parent has ended. Then this process ends too.
  process.send?.(report, () => undefined);
}

const server = createServer((request, response) => void receive(request, response));
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.headersTimeout = 0;
server.requestTimeout = 0;
server.listen(0, "127.0.0.1", () => {
  send({ kind: "listening", port: (server.address() as AddressInfo).port });
});

setInterval(() => {
  if (arrivals.length === 0 && failures === 0) return;
  send({ kind: "arrived", arrivals, failures });
  arrivals = [];
  failures = 0;
}, REPORT_EVERY_MS);

process.on("message", (order: ReceiverOrder) => {
  switch (order.kind) {
    case "begin":
      areWell = order.areWell;
      answers = order.subscriptions.map(({ index, kind }) =>
        new Answers(order.seed, `receiver ${index}`, kind));
      return;
    case "verify":
      verifiers.set(order.webhook, new Verifier(order.secret));
      return;
    case "well":
      areWell = true;
  }
});
process.on("disconnect", () => process.exit(0));
