// Finds out why a connection failed. `fetch` says only "Network connection lost." for a connection
// that was refused or broke, and "internal error" for a host name or TLS.
//
// With `mayConnect` the receiver is looked at with a connection of its own, which sends no request.
// That is for a dispatcher on one machine: at Cloudflare a failed connection is an answer, 520 to
// 530, and some hosts cannot be reached in this way.

import { connect } from "cloudflare:sockets";

/** The longest time that a look takes. */
const LOOK_MS = 1_000;
/** How long a server is waited for that says something by itself. */
const READ_MS = 250;
/**
 * How often a connection is tried. One that is reset at once often looks like one that was refused.
 */
const CONNECTS = 5;
/** How long a finding counts for the other attempts that fail at this receiver. */
const KEPT_MS = 10_000;
const KEPT_MAX = 1_000;
/** A server of HTTP ignores empty lines before a request (RFC 9112 2.2). Others may complain. */
const EMPTY_LINES = new TextEncoder().encode("\r\n\r\n\r\n\r\n");
/** The types of TLS records with which a server answers a ClientHello. */
const HANDSHAKE = 22;

/** The latest findings: by origin and error, the class and when it was found. */
const findings = new Map();

/** Completes with the class of the failure of a POST to `url`, whose `fetch` failed with `text`. */
export async function diagnose(id, done, url, text, mayConnect) {
  let fault;
  try {
    fault = await classOf(new URL(url), text.includes("Network connection lost"), mayConnect);
  } catch {
    // The attempt has failed, whatever comes of this.
  }
  try {
    done(id, 1, undefined, fault);
  } catch (error) {
    reportError(error);
  }
}

async function classOf(url, isLost, mayConnect) {
  if (!mayConnect) return guess(url, isLost);
  const key = `${isLost} ${url.origin}`;
  const known = findings.get(key);
  if (known !== undefined && Date.now() - known.at < KEPT_MS) return known.fault;
  const fault = await within(LOOK_MS, look(url, isLost)) ?? guess(url, isLost);
  if (findings.size >= KEPT_MAX) findings.clear();
  findings.set(key, { fault, at: Date.now() });
  return fault;
}

/** The most likely class by the error alone. */
function guess({ protocol, hostname }, isLost) {
  if (isLost) return "reset";
  if (protocol === "https:") return "tls";
  return isAddress(hostname) ? "refused" : "dns";
}

async function look(url, isLost) {
  const { protocol, hostname } = url;
  const isSecure = protocol === "https:";
  const port = Number(url.port || (isSecure ? 443 : 80));
  const socket = await opened({ hostname: hostname.replace(/^\[|\]$/g, ""), port });
  if (socket === undefined) return isLost || isAddress(hostname) ? "refused" : "dns";
  try {
    if (isSecure && isLost) return "reset";
    const first = await firstBytes(socket, isSecure ? clientHello(hostname) : EMPTY_LINES);
    // If a server goes on with the handshake, the certificate was what the other end refused.
    if (isSecure) return first?.[0] === HANDSHAKE ? "certificate" : "tls";
    return first === undefined || isHttp(first) ? "reset" : "not_http";
  } finally {
    socket.close().catch(() => {});
  }
}

/** Returns a connection; undefined if none can be made. */
async function opened(address) {
  for (let left = CONNECTS; left > 0; left -= 1) {
    const socket = connect(address);
    socket.closed.catch(() => {});
    try {
      await socket.opened;
      return socket;
    } catch {
      // The error does not say why.
    }
  }
  return undefined;
}

/** Sends bytes, and returns what comes first; undefined if nothing does. */
async function firstBytes({ readable, writable }, bytes) {
  const reader = readable.getReader();
  const exchange = async () => {
    await writable.getWriter().write(bytes);
    return (await reader.read()).value;
  };
  return within(READ_MS, exchange().catch(() => undefined));
}

const isHttp = (bytes) => new TextDecoder().decode(bytes.subarray(0, 5)) === "HTTP/";
const isAddress = (hostname) => /^[\d.]+$|^\[/.test(hostname);

/** The result of a promise, or undefined if it takes longer. */
function within(ms, promise) {
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(resolve, ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A ClientHello of TLS 1.3 and 1.2 (RFC 8446 4.1.2), as browsers offer. */
function clientHello(hostname) {
  const random = (length) => [...crypto.getRandomValues(new Uint8Array(length))];
  const uint16 = (number) => [number >> 8, number & 255];
  const vector = (bytes) => [...uint16(bytes.length), ...bytes];
  const list = (...numbers) => vector(numbers.flatMap(uint16));
  const extension = (type, bytes) => [...uint16(type), ...vector(bytes)];
  const name = [...new TextEncoder().encode(hostname)];
  const extensions = [
    ...(isAddress(hostname) ? [] : extension(0, vector([0, ...vector(name)]))),
    ...extension(10, list(0x001d, 0x0017, 0x0018)),
    ...extension(13, list(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601)),
    ...extension(43, [4, 3, 4, 3, 3]),
    ...extension(51, vector([...uint16(0x001d), ...vector(random(32))])),
  ];
  const suites = list(
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8,
  );
  const hello = [3, 3, ...random(32), 32, ...random(32), ...suites, 1, 0, ...vector(extensions)];
  const message = [1, 0, ...vector(hello)];
  return new Uint8Array([HANDSHAKE, 3, 1, ...vector(message)]);
}
