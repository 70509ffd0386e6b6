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

/** The method of an object that answers its calls. */
export type Call = (path: string, body: string) => Promise<string | undefined>;

export class Backlog {
  #latest: { path: string; body: string } | undefined;

  /** Remembers a call if it is an accept. */
  notice(path: string, body: string): void {
    if (path.endsWith("/accept")) this.#latest = { path, body };
  }

  /** Hands the object so many more events. */
  async fill(count: number, call: Call): Promise<number> {
    const latest = this.#latest;
    if (latest === undefined) throw new Error("nothing was accepted yet");
    let filled = 0;
    while (filled < count) {
      const events = Math.min(AT_ONCE, count - filled);
      const answer = await call(latest.path, multiplied(latest.body, filled, events));
      if (answer === undefined) throw new Error("the object could not accept");
      filled += events;
    }
    return filled;
  }
}

function multiplied(body: string, start: number, count: number): string {
  const [line, ...lines] = body.split("\n");
  const head = JSON.parse(line ?? "") as Head;
  const [event] = head.events;
  if (event === undefined) throw new Error("an accept without events");
  const events = Array.from({ length: count }, (_, at) =>
    ({ ...event, id: event.id.slice(0, -ID_DIGITS) + digits(start + at) }));
  return `${JSON.stringify({ ...head, events })}\n${lines.join("\n").repeat(count)}`;
}

/** The end of an id: decimal digits are digits of every id. */
function digits(number: number): string {
  return number.toString().padStart(ID_DIGITS, "0");
}
