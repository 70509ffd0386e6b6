// The API of a dispatcher, as scripts call it. What goes wrong becomes a message for the person at
// the terminal.

import { Trouble } from "../lib/say.mjs";

const LIMIT_MS = 15_000;

export class Dispatcher {
  #url;
  #key;

  constructor(url, key) {
    this.#url = url;
    this.#key = key;
  }

  /** One call; answers `{ status, json }`, or fails when nobody answered or the key is bad. */
  async call(method, path, body, limitMs = LIMIT_MS) {
    const answer = await this.#fetch(method, path, body, limitMs);
    const text = await answer.text();
    if (answer.status === 401) {
      throw new Trouble(
        `${this.#url} does not know this API key: ${detail(text)}\n` +
          "Give another one with --key. For a dispatcher of this checkout it is in .dev.vars.",
      );
    }
    return { status: answer.status, text, json: parsed(text) };
  }

  /** A call that must be answered with this status; answers the JSON. */
  async must(status, method, path, body, limitMs) {
    const answer = await this.call(method, path, body, limitMs);
    if (answer.status === status) return answer.json;
    const what = `${method} ${path} was answered ${answer.status}`;
    throw new Trouble(`${what} by ${this.#url}:\n${detail(answer.text)}`);
  }

  async #fetch(method, path, body, limitMs) {
    try {
      return await fetch(new URL(path, this.#url), {
        method,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: "manual",
        signal: AbortSignal.timeout(limitMs),
      });
    } catch (error) {
      const why = error.cause?.code ?? error.cause?.message ?? error.message;
      throw new Trouble(
        `No dispatcher answers at ${this.#url} (${why}).\n` +
          "Start it in another terminal with `npm start`, or name another one with --url.",
      );
    }
  }
}

/** What an answer says is wrong: a sentence, or a line for each field. */
function detail(text) {
  const json = parsed(text);
  if (json === undefined) return text.slice(0, 200) || "(no body)";
  return Object.entries(json)
    .map(([field, says]) => field === "detail" ? says : `  ${field}: ${[says].flat().join(" ")}`)
    .join("\n");
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
