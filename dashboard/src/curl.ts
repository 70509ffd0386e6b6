// A request as a command of curl, for a POSIX shell.

import type { DeliveryRequest } from "./types.ts";

/** Quotes a text for the shell. Between single quotes every other character stands for itself. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Headers that curl sets itself. */
const own = new Set(["host", "content-length", "connection", "transfer-encoding"]);

export function curlOf(request: Omit<DeliveryRequest, "at">): string {
  const { method, url, headers, body } = request;
  const lines = [`curl --request ${method} ${quote(url)}`];
  // Without this, curl takes brackets and braces in a URL for patterns.
  if (/[[\]{}]/.test(url)) lines.push("--globoff");
  for (const [name, value] of Object.entries(headers)) {
    if (own.has(name.toLowerCase())) continue;
    // `name;` is how curl sends a header without a value.
    lines.push(`--header ${quote(value === "" ? `${name};` : `${name}: ${value}`)}`);
  }
  // Unlike `--data`, this sends a body that begins with `@` as it is.
  if (body !== null) lines.push(`--data-raw ${quote(body)}`);
  return lines.join(" \\\n  ");
}
