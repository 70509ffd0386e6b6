// Fills an object's queue: the latest accept that the Worker made is repeated with new ids.
//
// A backlog of 100,000 takes minutes by publishing one event after the other. The object takes
// lists, so one real call is multiplied: a line of JSON with the `id` and the `bytes` of each
// event, then the payloads. Whoever fills checks by the API that the deliveries wait.

interface Head {
  events: { id: string; bytes: number }[];
}

const AT_ONCE = 500;
const ID_DIGITS = 6;

export class Backlog {
  #latest: { url: string; body: Uint8Array } | undefined;

  /** Remembers a call if it is an accept; answers a request that can still be read. */
  async notice(request: Request): Promise<Request> {
    if (!new URL(request.url).pathname.endsWith("/accept")) return request;
    const body = new Uint8Array(await request.arrayBuffer());
    this.#latest = { url: request.url, body };
    return new Request(request.url, { method: "POST", body });
  }

  /** Hands the object so many more events. */
  async fill(count: number, accept: (request: Request) => Promise<Response>): Promise<number> {
    const latest = this.#latest;
    if (latest === undefined) throw new Error("nothing was accepted yet");
    let filled = 0;
    while (filled < count) {
      const events = Math.min(AT_ONCE, count - filled);
      const body = multiplied(latest.body, filled, events);
      const answer = await accept(new Request(latest.url, { method: "POST", body }));
      if (!answer.ok) throw new Error(`accept answered ${answer.status}`);
      await answer.arrayBuffer();
      filled += events;
    }
    return filled;
  }
}

function multiplied(body: Uint8Array, start: number, count: number): Blob {
  const end = body.indexOf(10);
  const head = JSON.parse(new TextDecoder().decode(body.subarray(0, end))) as Head;
  const [event] = head.events;
  if (event === undefined) throw new Error("an accept without events");
  const payload = body.subarray(end + 1, end + 1 + event.bytes) as Uint8Array<ArrayBuffer>;
  const events = Array.from({ length: count }, (_, at) =>
    ({ ...event, id: event.id.slice(0, -ID_DIGITS) + digits(start + at) }));
  const payloads = events.map(() => payload);
  return new Blob([`${JSON.stringify({ ...head, events })}\n`, ...payloads]);
}

/** The end of an id: decimal digits are digits of every id. */
function digits(number: number): string {
  return number.toString().padStart(ID_DIGITS, "0");
}
