// The faults of an attempt, each with a sentence on what happened and one on what to do.

interface Fault {
  /** What happened. */
  what: string;
  /** What the owner of the receiver can do. */
  advice: string;
}

const faults: Record<string, Fault> = {
  dns: {
    what: "The host name could not be resolved.",
    advice: "Check the spelling of the host and its DNS records.",
  },
  refused: {
    what: "The receiver refused the connection.",
    advice: "Check that the server is running and that the port is right and open.",
  },
  reset: {
    what: "The connection broke before an answer.",
    advice: "Look in the receiver's log for a crash, and at proxies in front of it.",
  },
  tls: {
    what: "No encrypted connection could be made.",
    advice: "Check that the port speaks TLS, in version 1.2 or later.",
  },
  certificate: {
    what: "The receiver's certificate was not accepted.",
    advice: "Check that it is current, names this host, and comes with its whole chain.",
  },
  timeout_connect: {
    what: "The receiver could not be reached in time.",
    advice: "Check firewalls and whether the server is overloaded.",
  },
  timeout_answer: {
    what: "The receiver did not answer in time.",
    advice: "Answer first and work afterwards, or allow the webhook a longer time.",
  },
  not_http: {
    what: "The answer was not HTTP.",
    advice: "Check that the port is that of a web server.",
  },
  blocked_target: {
    what: "The address is not allowed as a target.",
    advice: "Use a public host name that is not this dispatcher's own.",
  },
  http_status: {
    what: "The receiver answered with an error.",
    advice: "Look at its answer and in its log.",
  },
  redirect: {
    what: "The receiver answered with a redirect, which is not followed.",
    advice: "Use the address to which it redirects.",
  },
  bot_challenge: {
    what: "A bot protection in front of the receiver answered in its place.",
    advice: "Let requests with the header webhook-id pass the bot protection.",
  },
  lost: {
    what: "The outcome is not known, since the dispatcher was restarted meanwhile.",
    advice: "Nothing is to be done: the attempt is made again.",
  },
};

/** The classes of faults by which deliveries can be filtered, each with a short name. */
export const faultNames: [fault: string, name: string][] = [
  ["dns", "Host name not found"],
  ["refused", "Connection refused"],
  ["reset", "Connection broke"],
  ["tls", "TLS failed"],
  ["certificate", "Certificate not accepted"],
  ["timeout_connect", "Connecting took too long"],
  ["timeout_answer", "Answer took too long"],
  ["not_http", "Not HTTP"],
  ["blocked_target", "Target not allowed"],
  ["http_status", "Error status"],
  ["redirect", "Redirect"],
  ["bot_challenge", "Bot protection"],
  ["lost", "Outcome not known"],
];

/** Returns what a fault means. One without a class is a text in words already. */
export function explain(fault: string): Fault {
  const known = faults[fault];
  if (known !== undefined) return known;
  return { what: `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`, advice: "" };
}
