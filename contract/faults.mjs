// The classes of failed attempts, each with what happened and what to do about it.

import { nullableSchema, values } from "./build.mjs";

/** crates/domain/src/delivery/fault.rs has the same names. */
export const FAULTS = [
  [
    "dns",
    "The host name of the target did not resolve.",
    "Check the spelling of the host and its DNS records.",
  ],
  [
    "refused",
    "Nothing accepted the connection.",
    "Check that the server runs, and that its port is right and open to the internet.",
  ],
  [
    "reset",
    "The connection broke before a complete answer.",
    "Look in the receiver's log, and in that of a proxy in front of it, for a crash or a limit.",
  ],
  [
    "tls",
    "No TLS connection could be made.",
    "Check that the port speaks TLS, in version 1.2 or 1.3 with a current cipher.",
  ],
  [
    "certificate",
    "The receiver's certificate was not accepted.",
    "Check that it is current, names this host, and is sent with its whole chain.",
  ],
  [
    "timeout_connect",
    "The connection was not made in time.",
    "Check firewalls and routing, and whether the server has connections left.",
  ],
  [
    "timeout_answer",
    "There was no answer in time.",
    "Answer first and do the work afterwards.",
  ],
  [
    "not_http",
    "What answered does not speak HTTP.",
    "Check that the port is that of a web server, and `https` if it speaks TLS.",
  ],
  [
    "blocked_target",
    "The rules of this dispatcher, or of its platform, forbid the target.",
    "Use a public host name that is not this dispatcher's own.",
  ],
  [
    "http_status",
    "The receiver answered with an error status.",
    "Look at its answer and in its log.",
  ],
  [
    "redirect",
    "The receiver answered with a redirect, which is not followed.",
    "Set the target to the URL that it redirects to.",
  ],
  [
    "bot_challenge",
    "A bot protection in front of the receiver answered instead of it.",
    "Let requests with the header `webhook-id` pass the bot protection.",
  ],
  [
    "lost",
    "The outcome never reached the dispatcher's storage, as it was restarted meanwhile.",
    "Nothing: the attempt is made again.",
  ],
];

const names = FAULTS.map(([name]) => name);
const row = ([name, what, advice]) => `| \`${name}\` | ${what} | ${advice} |`;

export const faultSchemas = {
  DeliveryFault: values(
    names,
    ["| class | what happened | what to do |", "|---|---|---|"]
      .concat(FAULTS.map(row))
      .join("\n"),
  ),
};

/** Why an attempt failed, or null. */
export const nullableFault = nullableSchema(
  "DeliveryFault",
  "Why it failed; `null` if it succeeded.",
);
