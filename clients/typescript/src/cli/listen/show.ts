// What `listen` prints: two short lines for each delivery, or one of JSON.

import { textOf, type Output } from "../output.ts";
import type { Reply } from "./frames.ts";

const INDENT = " ".repeat(10);
const TYPE_WIDTH = 27;

/** One delivery and what came of it. */
export interface Shown {
  at: Date;
  /** The event's type and id. */
  type: string;
  id: string;
  /** Which attempt it is, of those that this run has seen. */
  attempt: number;
  /** Why the signature is not good; undefined if it is. */
  signatureError: string | undefined;
  reply: Reply;
  durationMs: number;
  /** The body, if it is to be shown. */
  body: string | undefined;
}

export class Show {
  readonly #out: Output;
  #received = 0;
  #failed = 0;

  constructor(out: Output) {
    this.#out = out;
  }

  /** Prints the lines above the deliveries. */
  start(what: {
    url: string; types: string[]; id: string; key: string | undefined; target: string | undefined;
  }): void {
    const { url, types, id, key, target } = what;
    if (this.#out.isJson)
      return this.#out.line(JSON.stringify({ type: "ready", webhook_id: id, secret: key }));
    const events = types.length === 0 ? "all events" : types.join(", ");
    this.#out.line(`
Listening for ${this.#out.paint("bold", events)} of ${url}
  webhook  ${id} (temporary)
  secret   ${textOf(key)}
  forward  ${target ?? "nowhere: each is answered with 204"}

${this.#out.paint("dim", "Ctrl-C ends it and removes the webhook.")}
`);
  }

  /** Prints a delivery: time, type and status, then id and the check of the signature. */
  delivery(shown: Shown): void {
    this.#received += 1;
    if (!isSuccess(shown.reply)) this.#failed += 1;
    if (this.#out.isJson) this.#out.line(JSON.stringify(jsonOf(shown)));
    else this.#lines(shown);
  }

  #lines({ at, type, id, attempt, signatureError, reply, durationMs, body }: Shown): void {
    const out = this.#out;
    const isAnswer = "status" in reply;
    const answer = out.paint(colourOf(reply), isAnswer ? String(reply.status) : "---");
    const duration = out.paint("dim", `${durationMs} ms`.padStart(9));
    const time = out.paint("dim", at.toTimeString().slice(0, 8));
    out.line(`${time}  ${out.paint("bold", type.padEnd(TYPE_WIDTH))} ${answer}${duration}`);
    const signed = signatureError === undefined
      ? out.paint("green", "✓ signed")
      : out.paint("red", `✗ ${signatureError}`);
    const repeat = attempt > 1 ? out.paint("yellow", `  attempt ${attempt}`) : "";
    out.line(`${INDENT}${out.paint("dim", id.padEnd(TYPE_WIDTH))} ${signed}${repeat}`);
    const text = consequence(reply);
    if (text !== undefined) this.note(text);
    if (body !== undefined) out.line(indented(body));
  }

  note(text: string): void {
    if (this.#out.isJson) this.#out.note(text);
    else this.#out.line(INDENT + this.#out.paint("yellow", text));
  }

  /** Prints the line below the deliveries. */
  end(what: string): void {
    const text = `${this.#received} received, ${this.#failed} failed. ${what}`;
    if (this.#out.isJson) this.#out.note(text);
    else this.#out.line(`\n${text}`);
  }
}

const isSuccess = (reply: Reply): boolean =>
  "status" in reply && reply.status >= 200 && reply.status < 300;

/** Says what the dispatcher does after a failure. Returns undefined for a success. */
function consequence(reply: Reply): string | undefined {
  if ("fault" in reply) return `no answer (${reply.detail}): it is tried again`;
  const { status } = reply;
  if (isSuccess(reply)) return undefined;
  if (status < 400) return "redirects are not followed: it is tried again";
  if (status < 500) return "a 4xx switches the webhook off";
  return "it is tried again";
}

function colourOf(reply: Reply): "red" | "green" | "yellow" {
  if ("fault" in reply || reply.status >= 500) return "red";
  return reply.status < 300 ? "green" : "yellow";
}

function jsonOf({ at, type, id, attempt, signatureError, reply, durationMs, body }: Shown) {
  return {
    type: "delivery",
    at: at.toISOString(),
    event_type: type,
    event_id: id,
    attempt,
    signed: signatureError === undefined,
    http_status_code: "status" in reply ? reply.status : null,
    fault: "fault" in reply ? reply.fault : null,
    duration_ms: durationMs,
    ...(body === undefined ? {} : { body }),
  };
}

/** Returns a body for people: JSON indented, other text as it is. */
function indented(body: string): string {
  let text = body;
  try {
    text = JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // Not JSON.
  }
  return text.replaceAll(/^/gm, INDENT);
}
