// The asynchronous operations of the module. The module starts an operation with one call and
// receives its result in one call of `done`, with the operation's id, a status, bytes and a note. A
// status of 0 is a failure, which the note describes.

const DONE = 1;
const FAILED = 0;

/** The headers of `Header` in `incoming.rs`, in the same order. */
const HEADERS = [
  "Accept", "Authorization", "CF-Ray", "Content-Encoding", "Content-Type", "Idempotency-Key",
  "If-Match", "traceparent", "tracestate", "webhook-id",
];

/**
 * Reads the whole body of a request; there are no bytes if it has more than `bytesMax`. The rest of
 * a longer body is read and discarded, up to `drainedMax` bytes in total.
 */
export function readBody(id, done, request, bytesMax, drainedMax) {
  // Access to `request.body` makes the runtime create a stream, so it is avoided where possible.
  const body = lengthOf(request) <= bytesMax
    ? request.arrayBuffer()
    : startOf(request.body ?? [], bytesMax, drainedMax);
  body.then(
    (bytes) => finish(done, id, DONE, bytes && new Uint8Array(bytes)),
    failed(id, done),
  );
}

/**
 * Calls an object; the note is its answer. The first four lines of `message` are the binding, the
 * jurisdiction (which may be empty), the object's name and the call's path; the rest is the call's
 * body.
 */
export function callObject(id, done, env, message) {
  const [binding, jurisdiction, name, path] = message.split("\n", 4);
  const body = message.slice(binding.length + jurisdiction.length + name.length + path.length + 4);
  const over = failed(id, done);
  try {
    stubOf(env, binding, jurisdiction, name).call(path, body).then(
      (answer) => finish(done, id, answer === undefined ? FAILED : DONE, undefined, answer),
      over,
    );
  } catch (error) {
    over(error);
  }
}

function stubOf(env, binding, jurisdiction, name) {
  const whole = env[binding];
  const namespace = jurisdiction === "" ? whole : whole.jurisdiction(jurisdiction);
  return namespace.getByName(name);
}

/** Fetches from an object. The lines of `address` are the first three of `callObject`. */
const fetchObject = (env, address, init) =>
  stubOf(env, ...address.split("\n")).fetch("https://object/", init);

/** Connects the client of this request to the object of a listener. Resolves to its response. */
export const connectListener = (env, address, ready) =>
  fetchObject(env, address, { headers: { Upgrade: "websocket", [READY]: ready } });

/** The header with the first frame of a connection. */
const READY = "listener-ready";

/** The header that says why an object has no answer of its client. */
const NO_ANSWER = "listener-no-answer";

/** Reads a static file; the note is its text. */
export function readAsset(id, done, env, url) {
  const over = failed(id, done);
  const read = async () => {
    const answer = await env.ASSETS.fetch(url);
    if (!answer.ok) throw new Error(`the asset was answered with ${answer.status}`);
    finish(done, id, DONE, undefined, await answer.text());
  };
  read().catch(over);
}

/**
 * Starts a courier through the loopback binding of the Worker. It answers `true` once it has taken
 * the order.
 */
export function startCourier(id, done, context, order) {
  const over = failed(id, done);
  try {
    context.exports.Courier.run(order).then((isTaken) => {
      if (isTaken === true) finish(done, id, DONE);
      else over("the order is unreadable");
    }, over);
  } catch (error) {
    over(error);
  }
}

/**
 * Sends a POST and reads the start of the response, within `timeoutMs` in total. The first line of
 * `head` is the URL; the lines after it are headers, each a name and then its value. The status is
 * that of the response, the bytes are its start in UTF-8, and the note has the values of `NOTED`.
 * Without a response the status is 0, and the note is the error; after a timeout there is no note.
 */
export function post(id, done, head, body, timeoutMs, startMax) {
  const lines = head.split("\n");
  const headers = headersOf(lines, 1);
  const init = { method: "POST", headers, body: body.slice(), redirect: "manual" };
  exchange(id, done, timeoutMs, startMax, (signal) => fetch(lines[0], { ...init, signal }));
}

/**
 * Sends a delivery to the object of a listener, which passes it on to its client, and reads the
 * answer as that of a POST. If there is none, the note is the word for the reason.
 */
export function postToListener(id, done, env, address, order, timeoutMs, startMax) {
  exchange(id, done, timeoutMs, startMax, async (signal) => {
    const answer = await fetchObject(env, address, { method: "POST", body: order, signal });
    const reason = answer.headers.get(NO_ANSWER);
    if (reason !== null) throw reason;
    return answer;
  });
}

async function exchange(id, done, timeoutMs, startMax, send) {
  const signal = AbortSignal.timeout(timeoutMs);
  const chunks = [];
  let [status, note, type] = [0, undefined, ""];
  try {
    const answer = await send(signal);
    // From here on the status is final, even if reading the body fails.
    status = answer.status;
    note = noteOf(answer);
    type = answer.headers.get("Content-Type") ?? "";
    if (lengthOf(answer) !== 0) await readStart(answer, startMax, chunks);
  } catch (error) {
    if (status === 0 && !signal.aborted) note = String(error);
  }
  const start = chunks.length > 0 ? asUtf8(joined(chunks), type) : undefined;
  finish(done, id, status, start, note);
}

/** The headers of a response that the module reads. Of a success it reads only the first one. */
const NOTED = [
  "webhook-delivery", "Retry-After", "cf-mitigated", "x-vercel-mitigated", "x-amzn-waf-action",
];

/** The values of `NOTED`, one per line; undefined if the response has none of them. */
function noteOf({ ok, headers }) {
  const names = ok ? NOTED.slice(0, 1) : NOTED;
  const values = names.map((name) => headers.get(name) ?? "");
  return values.every((value) => value === "") ? undefined : values.join("\n");
}

/** Completes after `ms`. */
export function sleep(id, done, ms) {
  setTimeout(finish, ms, done, id, DONE);
}

/**
 * Completes when the returned function is called, which another request may do; fails after `ms`.
 * `finish` runs in the request that called `hold`, because the promise belongs to that request.
 */
export function hold(id, done, ms) {
  const { promise, resolve } = Promise.withResolvers();
  const timer = setTimeout(resolve, ms, FAILED);
  promise.then((status) => {
    clearTimeout(timer);
    finish(done, id, status);
  });
  return () => resolve(DONE);
}

/**
 * The method, the URL and the values of `HEADERS`, one per line. A value follows a space; the line
 * of an absent header is empty.
 */
export function headOf({ method, url, headers }) {
  let head = `${method}\n${url}`;
  for (const name of HEADERS) {
    const value = headers.get(name);
    head += value === null ? "\n" : `\n ${value}`;
  }
  return head;
}

/** Creates a response. The lines of `head` are its headers: a name, then its value. */
export const response = (status, head, body) =>
  new Response(body, { status, headers: headersOf(head === "" ? [] : head.split("\n"), 0) });

/** A body that is written in parts, each when the client has read the one before. */
export function openBody() {
  const { readable, writable } = new IdentityTransformStream();
  return { readable, writer: writable.getWriter() };
}

/** Creates a response with a body that is written in parts. */
export const streamedResponse = (status, head, body) => response(status, head, body.readable);

/** Writes a part. Fails if the client has left. */
export function writePart(id, done, body, text) {
  const over = failed(id, done);
  body.writer.write(new TextEncoder().encode(text)).then(() => finish(done, id, DONE), over);
}

/** Ends a body. */
export const closeBody = ({ writer }) => void writer.close().catch(() => {});

/** Breaks off a body, so that the client sees that it is not whole. */
export const abortBody = ({ writer }, why) => void writer.abort(new Error(why)).catch(() => {});

/** A promise and the function that resolves it. */
export const deferred = () => Promise.withResolvers();

/** Returns a function that completes the operation as failed. */
const failed = (id, done) => (error) => finish(done, id, FAILED, undefined, String(error));

/**
 * Passes a result to the module. A trap in the module is reported as an `error` event, which causes
 * worker-build's proxies to restart the instance.
 */
function finish(done, id, status, bytes, note) {
  try {
    done(id, status, bytes, note);
  } catch (error) {
    reportError(error);
  }
}

/** Headers as an object. A list of pairs would be read by iterators, with a call for each step. */
function headersOf(lines, first) {
  const headers = { __proto__: null };
  for (let at = first; at < lines.length; at += 2) headers[lines[at]] = lines[at + 1];
  return headers;
}

/** Reads the body; `undefined` if it has more than `bytesMax` bytes. */
async function startOf(body, bytesMax, drainedMax) {
  const chunks = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length <= bytesMax) chunks.push(chunk);
    else if (length > drainedMax) break;
  }
  return length <= bytesMax ? joined(chunks) : undefined;
}

/**
 * Reads up to `max` bytes of a response into `chunks`, after decompression, and cancels the rest.
 */
async function readStart(answer, max, chunks) {
  const length = lengthOf(answer);
  if (length <= max && !answer.headers.has("Content-Encoding")) {
    chunks.push(new Uint8Array(await answer.arrayBuffer()));
    return;
  }
  if (answer.body === null) return;
  let room = max;
  for await (const chunk of answer.body) {
    chunks.push(chunk.subarray(0, room));
    room -= chunk.byteLength;
    if (room <= 0) break;
  }
}

/**
 * Converts the start of a text to UTF-8, as the Encoding Standard decodes it: a byte order mark
 * says the encoding, else the charset of the media type, else the document itself.
 */
function asUtf8(bytes, type) {
  const label = markOf(bytes) ?? charsetIn(type) ?? declaredIn(bytes, type) ?? "utf-8";
  if (/^utf-?8$/i.test(label)) return bytes;
  try {
    // `stream`: the start may end within a character, which is then left out.
    return new TextEncoder().encode(new TextDecoder(label).decode(bytes, { stream: true }));
  } catch {
    // No encoding has this label.
    return bytes;
  }
}

/** The encoding that a byte order mark stands for. */
function markOf(bytes) {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : undefined;
}

/** The label in `charset=…`, quoted or not. */
const charsetIn = (text) => /charset\s*=\s*["']?([^\s"';,>]+)/i.exec(text)?.[1];

/** How far a document is searched for its encoding (HTML Standard, "prescan a byte stream"). */
const PRESCANNED_BYTES = 1_024;

/** The label that an HTML or XML document declares for itself, unless it is UTF-8 anyway. */
function declaredIn(bytes, type) {
  if (!/html|xml/i.test(type) || isUtf8(bytes)) return undefined;
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, PRESCANNED_BYTES));
  const meta = /<meta\s[^>]*charset[^>]*>/i.exec(head);
  const xml = /^<\?xml\s[^>]*encoding\s*=\s*["']([^"']+)/.exec(head);
  return meta === null ? xml?.[1] : charsetIn(meta[0]);
}

/** Whether the bytes are the start of a text in UTF-8. */
function isUtf8(bytes) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The declared length of a body; the runtime reads no more. `NaN` if there is none. */
const lengthOf = ({ headers }) => Number(headers.get("Content-Length") ?? Number.NaN);

function joined(chunks) {
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
  let end = 0;
  for (const chunk of chunks) {
    whole.set(chunk, end);
    end += chunk.byteLength;
  }
  return whole;
}
