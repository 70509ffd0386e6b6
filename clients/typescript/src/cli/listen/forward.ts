// Passes a delivery on to a server on this machine, with its exact headers and body.

import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Delivery, Fault, Reply } from "./frames.ts";

/** Headers that belong to one connection (RFC 9110, section 7.6.1) and are not passed on. */
const HOP_BY_HOP = new Set([
  "connection", "content-length", "host", "keep-alive", "proxy-connection", "te", "trailer",
  "transfer-encoding", "upgrade",
]);
/** The headers of an answer that mean something to the dispatcher. */
const TOLD_HEADERS = new Set([
  "content-type", "retry-after", "webhook-delivery", "cf-mitigated", "x-vercel-mitigated",
  "x-amzn-waf-action",
]);
/** As much as the dispatcher reads of any receiver's answer. */
const ANSWER_BYTES = 4 * 1024;
/** The statuses that the dispatcher takes. */
const [STATUS_MIN, STATUS_MAX] = [200, 599];

/** Node's names of faults, and what the dispatcher calls them. */
const FAULTS: [pattern: RegExp, fault: Fault][] = [
  [/^ECONNREFUSED$/, "refused"],
  [/^(ENOTFOUND|EAI_\w+)$/, "dns"],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/, "timeout_connect"],
  [/^HPE_/, "not_http"],
  [/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT/, "certificate"],
  [/^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/, "tls"],
];

/**
 * Sends a delivery to `url`. Returns the answer, or why there is none. There is no time limit: the
 * dispatcher says when it has waited long enough, and `signal` is aborted.
 */
export function forward(url: URL, delivery: Delivery, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) => resolve({
      fault: faultOf(error),
      detail: signal.aborted ? String(signal.reason) : (error.code ?? error.message),
    });
    const body = Buffer.from(delivery.body, "utf8");
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const outgoing = send(url, {
      method: delivery.method,
      headers: [
        ["Host", url.host],
        ...delivery.headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase())),
        ["Content-Length", String(body.length)],
        ["Connection", "close"],
      ].flat(),
    });
    const abort = () => outgoing.destroy(new Error(String(signal.reason)));
    signal.addEventListener("abort", abort, { once: true });
    outgoing.once("close", () => signal.removeEventListener("abort", abort));
    outgoing.on("error", fail);
    outgoing.once("response", (response) => {
      answerOf(response).then(resolve, fail).finally(() => outgoing.destroy());
    });
    outgoing.end(body);
  });
}

/** Reads an answer up to as much as the dispatcher keeps. */
async function answerOf(response: IncomingMessage): Promise<Reply> {
  const status = response.statusCode ?? 0;
  if (status < STATUS_MIN || status > STATUS_MAX)
    return { fault: "not_http", detail: `the status ${status}` };
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= ANSWER_BYTES) break;
  }
  const body = Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString("utf8");
  return { status, headers: toldHeaders(response.rawHeaders), body };
}

function toldHeaders(raw: string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2)
    if (TOLD_HEADERS.has(raw[index]!.toLowerCase())) pairs.push([raw[index]!, raw[index + 1]!]);
  return pairs;
}

function faultOf({ code = "" }: NodeJS.ErrnoException): Fault {
  return FAULTS.find(([pattern]) => pattern.test(code))?.[1] ?? "reset";
}
