// A client of the dispatcher's HTTP API. Every answer is checked against the contract: one that it
// does not allow fails the test, whatever the test is about.

import type { Webhook as Shown, WebhookCreate } from "../../../contract/types.ts";
import { conform, type Answer } from "./conform.ts";

export type { Answer } from "./conform.ts";

/** A type in which every literal is widened to `string` or `boolean`. */
type Widened<T> = T extends string
  ? string
  : T extends boolean
    ? boolean
    : { [Name in keyof T]: Widened<T[Name]> };

/** A webhook as the API shows it, with masks in place of the password and the header values. */
export type Webhook = Widened<Shown>;

/** The fields that create a webhook. */
export type NewWebhook = Widened<WebhookCreate>;

/** Removes the signing secret, which only the answer to a creation has. */
export function withoutSecret({ signing_secret: _, ...webhook }: any): Webhook {
  return webhook;
}

export type Body = string | Uint8Array<ArrayBuffer> | FormData | URLSearchParams | ReadableStream;

const callTimeoutMs = 30_000;

/**
 * Returns the header of basic authentication. An API key is the user name and has no password, as
 * in the vendor's API.
 */
export function basic(username: string, password = ""): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

/**
 * Moves the code and the id of the request, which every error has, from its JSON to the answer: the
 * tests of errors are about their texts.
 */
function withoutLabels(answer: Answer): Answer {
  if (answer.status < 400 || typeof answer.json !== "object") return answer;
  const { code, request_id: requestId, ...json } = answer.json;
  return { ...answer, json, code, requestId };
}

export class Client {
  readonly #url: () => string;
  readonly #headers: Record<string, string>;

  /** `url` is called for each request, because a restarted dispatcher has another URL. */
  constructor(url: () => string, headers: Record<string, string>) {
    this.#url = url;
    this.#headers = headers;
  }

  /** Returns the absolute URL of a path. */
  url(path: string): string {
    return new URL(path, this.#url()).href;
  }

  /** Sends this body unchanged. `headers` override the client's own. */
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
    return withoutLabels(answer);
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

  /** Sends this body unchanged, with the content type of JSON. */
  text(method: string, path: string, body: string | Uint8Array<ArrayBuffer>): Promise<Answer> {
    return this.call(method, path, body, { "content-type": "application/json" });
  }

  #json(method: string, path: string, value: unknown): Promise<Answer> {
    return value === undefined
      ? this.call(method, path)
      : this.text(method, path, JSON.stringify(value));
  }
}
