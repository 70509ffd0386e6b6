// A client of the dispatcher's HTTP API, as thin as a test needs: an answer is its status, headers,
// text and JSON. Whatever a test is about, an answer outside the contract fails it.

import type { Webhook as Shown } from "../../../contract/types.ts";
import { conform, type Answer } from "./conform.ts";

export type { Answer } from "./conform.ts";

/** A type with every literal widened. */
type Widened<T> = T extends string
  ? string
  : T extends boolean
    ? boolean
    : { [Name in keyof T]: Widened<T[Name]> };

/** A webhook of the API. An answer has masks where a test sends a password or a header's value. */
export type Webhook = Widened<Shown>;

/** A webhook as its creation shows it, without the signing secret that is shown this once. */
export function withoutSecret({ signing_secret: _, ...webhook }: any): Webhook {
  return webhook;
}

export type Body = string | Uint8Array<ArrayBuffer> | FormData | URLSearchParams | ReadableStream;

const callTimeoutMs = 30_000;

/** The key as user name and no password, as the vendor's API wants it. */
export function basic(username: string, password = ""): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

export class Client {
  readonly #url: () => string;
  readonly #headers: Record<string, string>;

  /** `url` is asked at each call: a dispatcher that was started again has another one. */
  constructor(url: () => string, headers: Record<string, string>) {
    this.#url = url;
    this.#headers = headers;
  }

  /** The absolute URL of a path. */
  url(path: string): string {
    return new URL(path, this.#url()).href;
  }

  /** One call with exactly this body; `headers` go over the client's own. */
  async call(
    method: string,
    path: string,
    body?: Body,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.url(path), {
      method,
      headers: { ...this.#headers, ...headers },
      body: body ?? null,
      redirect: "manual",
      signal: AbortSignal.timeout(callTimeoutMs),
      ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
    });
    const text = await response.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    const answer = { status: response.status, headers: response.headers, text, json };
    conform(method, new URL(response.url).pathname, answer);
    return answer;
  }

  get(path: string): Promise<Answer> {
    return this.call("GET", path);
  }

  delete(path: string): Promise<Answer> {
    return this.call("DELETE", path);
  }

  post(path: string, value?: unknown): Promise<Answer> {
    return this.#json("POST", path, value);
  }

  put(path: string, value: unknown): Promise<Answer> {
    return this.#json("PUT", path, value);
  }

  patch(path: string, value: unknown): Promise<Answer> {
    return this.#json("PATCH", path, value);
  }

  /** A body of these very bytes, said to be JSON. */
  text(method: string, path: string, body: string | Uint8Array<ArrayBuffer>): Promise<Answer> {
    return this.call(method, path, body, { "content-type": "application/json" });
  }

  #json(method: string, path: string, value: unknown): Promise<Answer> {
    return value === undefined
      ? this.call(method, path)
      : this.text(method, path, JSON.stringify(value));
  }
}
