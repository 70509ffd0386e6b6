// The output of npm run listen: two short lines for each delivery.

import util from "node:util";
import { say } from "../lib/say.mjs";

const INDENT = " ".repeat(10);
const TYPE_WIDTH = 27;

const isColoured = process.stdout.isTTY === true && !process.env.NO_COLOR;
const colour = (name, text) => isColoured ? util.styleText(name, text) : text;

/** Prints the lines above the deliveries. */
export function showStart({ url, eventType, webhook, target }) {
  const what = eventType === undefined ? "all events" : eventType;
  say(`
Listening for ${colour("bold", what)} of ${url}
  webhook  ${webhook.id} (temporary)
  secret   ${webhook.signing_secret}
  forward  ${target?.href ?? "nowhere: each is answered with 204"}

${colour("dim", "Ctrl-C ends it and removes the webhook.")}
`);
}

/** Prints one delivery: time, event type and status, then the id and the check of the signature. */
export function showDelivery(delivery) {
  const { at, type, id, attempt, signatureError, status, error, durationMs } = delivery;
  const time = colour("dim", at.toTimeString().slice(0, 8));
  const answer = colour(colourOf(status), error === undefined ? String(status) : "---");
  const duration = colour("dim", `${durationMs} ms`.padStart(9));
  say(`${time}  ${colour("bold", type.padEnd(TYPE_WIDTH))} ${answer}${duration}`);
  const signed = signatureError === undefined
    ? colour("green", "✓ signed")
    : colour("red", `✗ ${signatureError}`);
  const repeat = attempt > 1 ? colour("yellow", `  try ${attempt}`) : "";
  say(`${INDENT}${colour("dim", id.padEnd(TYPE_WIDTH))} ${signed}${repeat}`);
  const text = consequence(status, error);
  if (text !== undefined) showNote(text);
}

/** Says what the dispatcher does after a failure. Returns undefined for a success. */
function consequence(status, error) {
  if (error !== undefined) return `no answer (${error}): it is tried again`;
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400) return "redirects are not followed: it is tried again";
  if (status >= 400 && status < 500) return "a 4xx switches the webhook off";
  return "it is tried again";
}

function colourOf(status) {
  if (status === undefined || status >= 500) return "red";
  return status < 300 ? "green" : "yellow";
}

/** Prints the body: JSON indented, other text as it is. */
export function showBody(body) {
  let text = body.toString("utf8");
  try {
    text = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON.
  }
  say(text.replaceAll(/^/gm, INDENT));
}

export function showNote(text) {
  say(INDENT + colour("yellow", text));
}

/** Prints the line below the deliveries. */
export function showEnd({ attempts, failed }) {
  say(`\n${attempts} received, ${failed} failed. The webhook is removed.`);
}
