// What npm run listen prints: two narrow lines for each delivery.

import { colour } from "../lib/colour.mjs";
import { say } from "../lib/say.mjs";

const INDENT = " ".repeat(10);
const TYPE_WIDTH = 27;

/** The lines above the deliveries. */
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

/** One delivery: when, what, what became of it; its id and its signature. */
export function showDelivery(delivery) {
  const { at, type, id, tryNumber, signatureFault, status, fault, durationMs } = delivery;
  const time = colour("dim", at.toTimeString().slice(0, 8));
  const cameBack = colour(mood(status), (fault === undefined ? String(status) : "---").padStart(3));
  const duration = colour("dim", `${durationMs} ms`.padStart(9));
  say(`${time}  ${colour("bold", type.padEnd(TYPE_WIDTH))} ${cameBack}${duration}`);
  const signed = signatureFault === undefined
    ? colour("green", "✓ signed")
    : colour("red", `✗ ${signatureFault}`);
  const again = tryNumber > 1 ? colour("yellow", `  try ${tryNumber}`) : "";
  say(`${INDENT}${colour("dim", id.padEnd(TYPE_WIDTH))} ${signed}${again}`);
  const what = consequence(status, fault);
  if (what !== undefined) say(INDENT + colour("yellow", what));
}

/** What the dispatcher does about it, if it is not done with it. */
function consequence(status, fault) {
  if (fault !== undefined) return `no answer (${fault}): it is tried again`;
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400) return "redirects are not followed: it is tried again";
  if (status >= 400 && status < 500) return "a 4xx switches the webhook off";
  return "it is tried again";
}

function mood(status) {
  if (status === undefined || status >= 500) return "red";
  return status < 300 ? "green" : "yellow";
}

/** The body as it came, or set out if it is JSON. */
export function showBody(body) {
  let text = body.toString("utf8");
  try {
    text = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Shown as it is.
  }
  say(text.replaceAll(/^/gm, INDENT));
}

export function showNote(text) {
  say(INDENT + colour("yellow", text));
}

/** The lines below the deliveries. */
export function showEnd({ tries, failed }) {
  say(`\n${tries} received, ${failed} failed. The webhook is removed.`);
}
