// What the Worker awaits of the runtime, each in one step: an await in the module costs a closure
// and several calls between the module and JavaScript, and reading a stream is many of them.

/**
 * The whole body of a request; `undefined` if it has more than `bytesMax` bytes. A longer one is
 * read on without being kept, up to `drainedMax`.
 */
export async function readBody(request, bytesMax, drainedMax) {
  if (request.body === null) return new Uint8Array();
  if (lengthOf(request) <= bytesMax) return new Uint8Array(await request.arrayBuffer());
  const chunks = [];
  let length = 0;
  for await (const chunk of request.body) {
    length += chunk.byteLength;
    if (length <= bytesMax) chunks.push(chunk);
    else if (length > drainedMax) break;
  }
  return length <= bytesMax ? joined(chunks) : undefined;
}

/** Calls an object by its name; its answer. */
export async function callObject(namespace, name, path, body) {
  const answer = await namespace.getByName(name).call(path, body.slice());
  if (answer === undefined) throw new Error("it could not answer");
  return answer;
}

/**
 * Makes a POST and reads the start of its answer, all within `timeoutMs`. `status` is 0 without an
 * answer; once there is one it stands, whatever the body does.
 */
export async function post(url, headers, body, timeoutMs, startMax) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  const { signal } = controller;
  const exchange = { status: 0, retryAfter: undefined, start: [], isLate: false };
  try {
    const init = { method: "POST", headers, body: body.slice(), redirect: "manual", signal };
    const answer = await fetch(url, init);
    exchange.status = answer.status;
    exchange.retryAfter = answer.headers.get("Retry-After") ?? undefined;
    await readStart(answer, startMax, exchange.start);
  } catch {
    exchange.isLate = signal.aborted;
  } finally {
    clearTimeout(timer);
  }
  return exchange;
}

/** Reads up to `max` bytes of an answer into `chunks`, after decompression; the rest is cancelled. */
async function readStart(answer, max, chunks) {
  if (answer.body === null) return;
  if (lengthOf(answer) <= max && !answer.headers.has("Content-Encoding")) {
    chunks.push(new Uint8Array(await answer.arrayBuffer()));
    return;
  }
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
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
  let end = 0;
  for (const chunk of chunks) {
    whole.set(chunk, end);
    end += chunk.byteLength;
  }
  return whole;
}
