// Calls of the dispatcher's API, which may be dead at any moment.

import { Agent, request } from "node:http";

/** The time limit for an answer. Longer than any restart, so a slow answer is not lost. */
const ANSWER_LIMIT_MS = 15_000;

export interface Answer {
  status: number;
  text: string;
  /** The parsed body; undefined if it is not JSON. */
  json: any;
}

export interface Call {
  method: string;
  path: string;
  /** The API key. */
  key: string;
  body?: string;
  headers?: Record<string, string>;
  /** Called when the whole request was handed to the operating system. */
  onSent?: () => void;
}

/** A client with connections of its own. */
export class Client {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: string) {
    this.#url = url;
  }

  /** Makes a call once. Returns undefined if no whole answer came. */
  call({ method, path, key, body = "", headers = {}, onSent }: Call): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      const sent = request(`${this.#url}${path}`, {
        method,
        agent: this.#agent,
        headers: {
          authorization: `Bearer ${key}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          ...headers,
        },
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      });
      const noAnswer = () => resolve(undefined);
      sent.once("error", noAnswer);
      sent.once("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.once("error", noAnswer);
        response.once("close", () => {
          if (!response.complete) return noAnswer();
          resolve({ status: response.statusCode ?? 0, text, json: parsed(text) });
        });
      });
      if (onSent !== undefined) sent.once("finish", onSent);
      sent.end(body);
    });
  }

  /** Makes a call that must be answered with this status. Returns the JSON. */
  async must(status: number, call: Call): Promise<any> {
    const answer = await this.call(call);
    if (answer?.status === status) return answer.json;
    const got = answer === undefined ? "no answer" : `${answer.status} ${answer.text}`;
    throw new Error(`${call.method} ${call.path}: expected ${status}, got ${got}`);
  }

  /** Closes the connections. */
  end(): void {
    this.#agent.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
