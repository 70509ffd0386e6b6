// Fills the backlog of a Webhook object by repeating the Worker's latest `accept` call with new
// ids.
//
// To publish 100,000 events one by one would take minutes. An `accept` call takes a list of events:
// a line of JSON with the `id` and the `bytes` of each, then the payloads. So one real call is
// multiplied. The caller of `fill` must check with the API that the deliveries wait.

interface Head {
  events: { id: string; bytes: number }[];
}

/** Events in one call. */
const BATCH_MAX = 500;
const ID_DIGITS = 6;
/** The greatest character of an id: the new ids come after all others, as those of new events do. */
const AFTER = "z";

/** The method of an object that handles the calls of the Worker. */
export type Call = (path: string, body: string) => Promise<string | undefined>;

export class Backlog {
  #latest: { path: string; body: string } | undefined;
  #filled = 0;

  /** Records the latest call to `accept`. */
  record(path: string, body: string): void {
    if (path.endsWith("/accept")) this.#latest = { path, body };
  }

  /** Adds `count` events to the object and returns their number. */
  async fill(count: number, call: Call): Promise<number> {
    const latest = this.#latest;
    if (latest === undefined) throw new Error("nothing was accepted yet");
    const end = this.#filled + count;
    while (this.#filled < end) {
      const events = Math.min(BATCH_MAX, end - this.#filled);
      const answer = await call(latest.path, multiplied(latest.body, this.#filled, events));
      if (answer === undefined) throw new Error("the object could not accept");
      this.#filled += events;
    }
    return count;
  }
}

function multiplied(body: string, start: number, count: number): string {
  const [line, ...lines] = body.split("\n");
  const head = JSON.parse(line ?? "") as Head;
  const [event] = head.events;
  if (event === undefined) throw new Error("an accept without events");
  const events = Array.from({ length: count }, (_, index) =>
    ({ ...event, id: `${event.id.slice(0, -1 - ID_DIGITS)}${AFTER}${digits(start + index)}` }));
  return `${JSON.stringify({ ...head, events })}\n${lines.join("\n").repeat(count)}`;
}

/** Returns the new end of an id. Decimal digits are valid in ids. */
function digits(number: number): string {
  return number.toString().padStart(ID_DIGITS, "0");
}
