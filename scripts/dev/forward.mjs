// Forwards a request to another server byte for byte, and returns its answer.

import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** The headers of one connection (RFC 9110 section 7.6.1), which the next one sets anew. */
const OF_ONE_CONNECTION = new Set([
  "connection", "content-length", "host", "keep-alive", "proxy-connection", "te", "trailer",
  "transfer-encoding", "upgrade",
]);

/**
 * Sends the request with its raw headers and body to `url`, and writes the answer to `response`.
 * Answers `{ status }` as soon as it is there, or `{ fault }` without an answer. It has no time
 * limit of its own: it stops when the sender does.
 */
export function forward(url, { method, rawHeaders, body }, response) {
  return new Promise((resolve) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const onward = send(url, {
      method,
      headers: [
        "Host", url.host,
        ...ofTheMessage(rawHeaders),
        "Content-Length", String(body.length),
        "Connection", "close",
      ],
    });
    response.once("close", () => {
      if (!response.writableFinished) onward.destroy(new Error("the dispatcher gave up waiting"));
    });
    onward.once("response", (answer) => {
      response.writeHead(answer.statusCode, ofTheMessage(answer.rawHeaders));
      answer.on("error", () => response.destroy());
      answer.pipe(response);
      resolve({ status: answer.statusCode });
    });
    onward.on("error", (error) => {
      resolve({ fault: error.code ?? error.message });
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(`no answer from ${url.host}: ${error.message}\n`);
    });
    onward.end(body);
  });
}

/** The list of names and values, without the headers of one connection. */
function ofTheMessage(rawHeaders) {
  const isKept = (index) => !OF_ONE_CONNECTION.has(rawHeaders[index].toLowerCase());
  return rawHeaders.filter((_, index) => isKept(index - (index % 2)));
}
