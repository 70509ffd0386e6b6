// Passes a request on to another server byte for byte, and its answer back.

import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** What belongs to one connection (RFC 9110 section 7.6.1), and what is set for the next. */
const OF_ONE_CONNECTION = new Set([
  "connection", "content-length", "host", "keep-alive", "proxy-connection", "te", "trailer",
  "transfer-encoding", "upgrade",
]);

/**
 * Sends the request with its raw headers and body to `url` and hands the answer to `response`.
 * Answers `{ status }`, or `{ fault }` when there was none; it is over when that is known. The
 * time is the sender's: if it does not wait any longer, neither do we.
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

/** Name, value, name, value: without those of one connection. */
function ofTheMessage(rawHeaders) {
  const isKept = (index) => !OF_ONE_CONNECTION.has(rawHeaders[index].toLowerCase());
  return rawHeaders.filter((_, index) => isKept(index - (index % 2)));
}
