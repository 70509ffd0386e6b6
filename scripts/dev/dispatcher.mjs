// A client of the dispatcher's API for scripts. Its failures are messages for the user.

import { Trouble } from "../lib/say.mjs";

const LIMIT_MS = 15_000;

export class Dispatcher {
  #url;
  #key;

  constructor(url, key) {
    this.#url = url;
    this.#key = key;
  }

  /** Makes a call and answers `{ status, text, json }`. It fails without an answer or a good key. */
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

  /** Makes a call that must be answered with this status; answers the JSON. */
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
          "Start it in another terminal with `npm start`, or give another URL with --url.",
      );
    }
  }
}

/** The message of an error answer: a sentence, or a line for each field. */
function detail(text) {
  const json = parsed(text);
  if (json === undefined) return text.slice(0, 200) || "(no body)";
  return Object.entries(json)
    .map(([field, text]) => field === "detail" ? text : `  ${field}: ${[text].flat().join(" ")}`)
    .join("\n");
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
