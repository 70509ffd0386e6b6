// Calls of the dispatcher's HTTP API. Errors are `ApiError`s.
//
// The key is sent in a header only.

/** An error response: a sentence, or sentences for each field that is wrong. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: Record<string, string[]>;

  constructor(status: number, message: string, fields: Record<string, string[]> = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }

  static of(status: number, body: unknown): ApiError {
    if (typeof body !== "object" || body === null) {
      return new ApiError(status, `The dispatcher answered ${status}.`);
    }
    if ("detail" in body) return new ApiError(status, String(body.detail));
    const entries = Object.entries(body)
      .filter(([name, value]) => !labels.has(name) || typeof value !== "string")
      .map(([field, texts]) => [field, [texts].flat().map(String)] as const);
    const fields: Record<string, string[]> = Object.fromEntries(entries);
    return new ApiError(status, Object.values(fields).flat().join(" "), fields);
  }

  /** Returns the sentences on a field and on its parts, or undefined if there are none. */
  on(field: string): string[] | undefined {
    const found = Object.entries(this.fields).filter(
      ([name]) => name === field || name.startsWith(`${field}.`) || name.startsWith(`${field}/`),
    );
    return found.length === 0 ? undefined : found.flatMap(([, texts]) => texts);
  }
}

/** Members of an error response that are about no field. */
const labels = new Set(["code", "request_id"]);

/**
 * The result of a call for the key and the connection: `ok`, also for an error of the request;
 * `unauthorized` if the key is not valid; `unreachable` without a response, or with a 5xx.
 */
export type CallResult = "ok" | "unauthorized" | "unreachable";

export interface CallOptions {
  /** A string is sent as it is, any other body as JSON. */
  body?: unknown;
  signal?: AbortSignal | undefined;
  idempotencyKey?: string;
  /** The version that a change is based on. */
  ifMatch?: string | undefined;
  accept?: string;
}

export interface Answer {
  text: string;
  etag: string | undefined;
}

export class Http {
  readonly #key: string;
  readonly #onResult: (result: CallResult) => void;

  /** `onResult` gets the result of each call. */
  constructor(key: string, onResult: (result: CallResult) => void = () => undefined) {
    this.#key = key;
    this.#onResult = onResult;
  }

  /** Makes a call and returns the JSON of the response, or undefined if it has none. */
  async call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const { text } = await this.read(method, path, options);
    return parsed(text) as T;
  }

  /** Makes a call and returns the text of the response, whose JSON may have long numbers. */
  async read(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const response = await this.#send(method, path, options);
    const text = await response.text().catch(() => "");
    if (!response.ok) throw ApiError.of(response.status, parsed(text));
    return { text, etag: response.headers.get("etag") ?? undefined };
  }

  /** Makes a call and returns the body of the response, for a file. */
  async file(path: string, accept: string): Promise<Blob> {
    const response = await this.#send("GET", path, { accept });
    if (!response.ok) throw ApiError.of(response.status, parsed(await response.text()));
    return response.blob();
  }

  async #send(method: string, path: string, options: CallOptions): Promise<Response> {
    const { body, signal, idempotencyKey, ifMatch, accept = "application/json" } = options;
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const headers: Record<string, string> = {
      accept,
      authorization: `Bearer ${this.#key}`,
      ...(text === undefined ? {} : { "content-type": "application/json" }),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
    };
    try {
      const response = await fetch(path, {
        method,
        headers,
        body: text ?? null,
        // No cookies, and no sign-in dialog of the browser after a 401.
        credentials: "omit",
        cache: "no-store",
        signal: signal ?? null,
      });
      this.#onResult(resultOf(response.status));
      return response;
    } catch (error) {
      if (signal?.aborted) throw error;
      this.#onResult("unreachable");
      throw new ApiError(0, "The dispatcher cannot be reached.");
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function resultOf(status: number): CallResult {
  if (status === 401) return "unauthorized";
  return status < 500 ? "ok" : "unreachable";
}

/** Returns path and query of a link in a response. It may name the dispatcher by another host. */
export function pathOf(link: string): string {
  const { pathname, search } = new URL(link, location.origin);
  return pathname + search;
}
