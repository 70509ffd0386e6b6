// What the module waits for. Each operation is begun by one call and ends with one: `done` is the
// module's, and takes the operation's id, its status, bytes and a note. A status of 0 is a failure,
// and the note says of what.

const DONE = 1;
const FAILED = 0;

/** What `Header` in `incoming.rs` names, in its order. */
const HEADERS = [
  "Accept", "Authorization", "CF-Ray", "Content-Type", "Idempotency-Key", "webhook-id",
];

/**
 * Reads the whole body of a request; no bytes if it has more than `bytesMax`. A longer one is read
 * on without being kept, up to `drainedMax`.
 */
export function readBody(id, done, request, bytesMax, drainedMax) {
  // A body is not touched as a stream unless it must be read as one: the runtime would make one.
  const body = lengthOf(request) <= bytesMax
    ? request.arrayBuffer()
    : startOf(request.body ?? [], bytesMax, drainedMax);
  body.then(
    (bytes) => finish(done, id, DONE, bytes && new Uint8Array(bytes)),
    failed(id, done),
  );
}

/**
 * Calls an object; the note is its answer. The lines of `message` are its binding, its jurisdiction
 * or nothing, its name, and the call's path; what follows is the call's body.
 */
export function callObject(id, done, env, message) {
  const [binding, jurisdiction, name, path] = message.split("\n", 4);
  const body = message.slice(binding.length + jurisdiction.length + name.length + path.length + 4);
  const over = failed(id, done);
  try {
    const whole = env[binding];
    const namespace = jurisdiction === "" ? whole : whole.jurisdiction(jurisdiction);
    namespace.getByName(name).call(path, body).then(
      (answer) => finish(done, id, answer === undefined ? FAILED : DONE, undefined, answer),
      over,
    );
  } catch (fault) {
    over(fault);
  }
}

/**
 * Makes a POST and reads the start of its answer, all within `timeoutMs`. The first line of `head`
 * is where to; then a name and a value take a line each. The status and the bytes are those of the
 * answer, the note its `Retry-After`; without an answer there is a note if it was too late.
 */
export async function post(id, done, head, body, timeoutMs, startMax) {
  const signal = AbortSignal.timeout(timeoutMs);
  const chunks = [];
  let [status, note] = [0, undefined];
  try {
    const lines = head.split("\n");
    const headers = headersOf(lines, 1);
    const init = { method: "POST", headers, body: body.slice(), redirect: "manual", signal };
    const answer = await fetch(lines[0], init);
    // From here on the status stands, whatever the body does.
    status = answer.status;
    note = answer.headers.get("Retry-After") ?? undefined;
    if (lengthOf(answer) !== 0) await readStart(answer, startMax, chunks);
  } catch {
    if (status === 0 && signal.aborted) note = "late";
  }
  finish(done, id, status, chunks.length > 0 ? joined(chunks) : undefined, note);
}

/** Ends after `ms`. */
export function sleep(id, done, ms) {
  setTimeout(finish, ms, done, id, DONE);
}

/**
 * Ends when the function that it answers with is called, which another request may do, or as failed
 * after `ms`. The runtime goes on in the request that holds, since the promise is its own.
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
 * The method, the URL and the values of the headers that are looked at, a line each. A value
 * follows a space; the line of a header that is not there is empty.
 */
export function headOf({ method, url, headers }) {
  let head = `${method}\n${url}`;
  for (const name of HEADERS) {
    const value = headers.get(name);
    head += value === null ? "\n" : `\n ${value}`;
  }
  return head;
}

/** A response; the lines of `head` are its headers, each a name and then a value. */
export const response = (status, head, body) =>
  new Response(body, { status, headers: headersOf(head === "" ? [] : head.split("\n"), 0) });

/** A promise, and what resolves it. */
export const deferred = () => Promise.withResolvers();

/** What an operation that failed comes to. */
const failed = (id, done) => (fault) => finish(done, id, FAILED, undefined, String(fault));

/** Tells the module. If that traps, whoever begins it anew hears of it by an `error` event. */
function finish(done, id, status, bytes, note) {
  try {
    done(id, status, bytes, note);
  } catch (fault) {
    reportError(fault);
  }
}

/** Headers by their names. A list of pairs would be read by iterators, a call for each step. */
function headersOf(lines, first) {
  const headers = { __proto__: null };
  for (let at = first; at < lines.length; at += 2) headers[lines[at]] = lines[at + 1];
  return headers;
}

/** The body, if it has at most `bytesMax` bytes. */
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

/** Reads up to `max` bytes of an answer, after decompression; the rest is cancelled. */
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

/** The length that a message says its body has, which is what the runtime reads. */
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
