// Forwards a request to another server byte for byte, and passes the response back.

import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** Headers that belong to one connection (RFC 9110, section 7.6.1) and are not forwarded. */
const HOP_BY_HOP = new Set([
  "connection", "content-length", "host", "keep-alive", "proxy-connection", "te", "trailer",
  "transfer-encoding", "upgrade",
]);

/**
 * Sends the request with its raw headers and body to `url`, and writes what comes back to
 * `response`. Returns `{ status }` when the response begins, or `{ error }` without one. There is
 * no timeout: it stops when the sender closes the connection.
 */
export function forward(url, { method, rawHeaders, body }, response) {
  return new Promise((resolve) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const outgoing = send(url, {
      method,
      headers: [
        "Host", url.host,
        ...endToEnd(rawHeaders),
        "Content-Length", String(body.length),
        "Connection", "close",
      ],
    });
    response.once("close", () => {
      if (!response.writableFinished) outgoing.destroy(new Error("the dispatcher gave up waiting"));
    });
    outgoing.once("response", (answer) => {
      response.writeHead(answer.statusCode, endToEnd(answer.rawHeaders));
      answer.on("error", () => response.destroy());
      answer.pipe(response);
      resolve({ status: answer.statusCode });
    });
    outgoing.on("error", (error) => {
      resolve({ error: error.code ?? error.message });
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(`no answer from ${url.host}: ${error.message}\n`);
    });
    outgoing.end(body);
  });
}

/** Returns the list of names and values without the hop-by-hop headers. */
function endToEnd(rawHeaders) {
  const isKept = (index) => !HOP_BY_HOP.has(rawHeaders[index].toLowerCase());
  return rawHeaders.filter((_, index) => isKept(index - (index % 2)));
}
