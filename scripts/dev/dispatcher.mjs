// A client of the dispatcher's API for scripts. Its errors have messages for the user.

import { CommandError } from "../lib/say.mjs";

const LIMIT_MS = 15_000;

export class Dispatcher {
  #url;
  #key;

  constructor(url, key) {
    this.#url = url;
    this.#key = key;
  }

  /** Makes a call and returns `{ status, text, json }`. Fails on 401, or without a response. */
  async call(method, path, body, limitMs = LIMIT_MS) {
    const answer = await this.#fetch(method, path, body, limitMs);
    const text = await answer.text();
    if (answer.status === 401) {
      throw new CommandError(
        `${this.#url} does not know this API key: ${detail(text)}\n` +
          "Give another one with --key. For a dispatcher of this checkout it is in .dev.vars.",
      );
    }
    return { status: answer.status, text, json: parseJson(text) };
  }

  /** Makes a call and returns the JSON. Fails if the response has another status. */
  async must(status, method, path, body, limitMs) {
    const answer = await this.call(method, path, body, limitMs);
    if (answer.status === status) return answer.json;
    const what = `${method} ${path} was answered ${answer.status}`;
    throw new CommandError(`${what} by ${this.#url}:\n${detail(answer.text)}`);
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
      throw new CommandError(
        `No dispatcher answers at ${this.#url} (${why}).\n` +
          "Start it in another terminal with `npm start`, or give another URL with --url.",
      );
    }
  }
}

/** Returns the message of an error response: a sentence, or a line for each field. */
function detail(text) {
  const json = parseJson(text);
  if (json === undefined) return text.slice(0, 200) || "(no body)";
  const { code: _, request_id: __, ...told } = json;
  return Object.entries(told)
    .map(([field, text]) => field === "detail" ? text : `  ${field}: ${[text].flat().join(" ")}`)
    .join("\n");
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
