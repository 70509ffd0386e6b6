// Makes the HTTP requests: key, time limit, repetitions and errors. The calls themselves are those
// of the contract, by `openapi-fetch`.

import createClient, { type Client } from "openapi-fetch";
import { ApiError, ConnectionError, apiError, retryAfter } from "./errors.ts";
import { RETRY_AFTER_MAX_MS, isRepeatedStatus, mayRepeat, pause, waitMs } from "./retries.ts";
import type { paths } from "./schema.ts";
import { VERSION } from "./version.ts";

export interface ClientOptions {
  /** The address of the dispatcher, as `https://hooks.example.com`. */
  url: string;
  /** A key of the account, or `ADMIN_KEY` for `admin`. It belongs on servers only. */
  apiKey: string;
  /** Makes the requests, in place of the runtime's `fetch`: for proxies and service bindings. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** How long one attempt of a call may take, in milliseconds. 30,000 if left out. */
  timeoutMs?: number;
  /** How often a call that may be repeated is, at most. 4 if left out; 0 switches it off. */
  retries?: number;
  /** What goes before the client's own name in `User-Agent`. */
  userAgent?: string;
}

/** What every call takes besides its own options. */
export interface CallOptions {
  /** Ends the call, and its repetitions, as soon as it is aborted. */
  signal?: AbortSignal;
}

/** The dispatcher's calls, as the contract has them. */
export type Api = Client<paths>;

/** What `openapi-fetch` returns of a call. */
interface Outcome<Data> {
  data?: Data | undefined;
  error?: unknown;
  response: Response;
}

const TIMEOUT_MS = 30_000;
const RETRIES = 4;
/** Statuses whose answers have no body, so a `Response` may have none. */
const BODILESS = [101, 204, 205, 304];

const NO_CONTENT = 204;

/** How one request is treated. */
interface Treatment {
  /** Whether it may be repeated, whatever its method. */
  repeats?: boolean;
  /** Whether the answer is read while it comes, without a time limit for its body. */
  streams?: boolean;
}

type Fetch = (request: Request) => Promise<Response>;

export class Transport {
  readonly api: Api;
  /** The `fetch` of calls with another method that change nothing or are the same twice. */
  readonly repeatable: Fetch = (request) => this.#send(request, { repeats: true });
  /** The `fetch` of calls whose answer is read while it comes. */
  readonly streaming: Fetch = (request) => this.#send(request, { streams: true });
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly #timeoutMs: number;
  readonly #retries: number;

  constructor(options: ClientOptions) {
    // Called as a bare name: Workers refuse a `fetch` that is the method of something else.
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
    this.#timeoutMs = wholeNumber("timeoutMs", options.timeoutMs ?? TIMEOUT_MS, 1);
    this.#retries = wholeNumber("retries", options.retries ?? RETRIES, 0);
    this.api = createClient<paths>({
      baseUrl: baseUrl(options.url),
      fetch: (request) => this.#send(request, {}),
      redirect: "manual",
      headers: { authorization: `Bearer ${header("apiKey", options.apiKey)}`, ...agent(options) },
    });
  }

  async #send(request: Request, treatment: Treatment): Promise<Response> {
    const body = request.body === null ? undefined : await request.arrayBuffer();
    const repeats = treatment.repeats ?? mayRepeat(request);
    let wasLost = false;
    for (let number = 1; ; number += 1) {
      const isLast = !repeats || number > this.#retries;
      const outcome = await this.#attempt(request, body, treatment.streams ?? false);
      let retryAfterMs: number | undefined;
      if (outcome instanceof ConnectionError) {
        if (isLast) throw outcome;
        wasLost = true;
      } else {
        // An earlier attempt, whose answer was lost, has deleted it.
        if (wasLost && request.method === "DELETE" && outcome.status === 404)
          return new Response(null, { status: 204 });
        if (isLast || !isRepeatedStatus(outcome.status)) return outcome;
        retryAfterMs = retryAfter(outcome.headers);
        if ((retryAfterMs ?? 0) > RETRY_AFTER_MAX_MS) return outcome;
        await outcome.body?.cancel();
      }
      await pause(waitMs(number, retryAfterMs), request.signal);
    }
  }

  /** Makes a request once. Returns the answer with its whole body, or why there is none. */
  async #attempt(
    request: Request,
    body: ArrayBuffer | undefined,
    streams: boolean,
  ): Promise<Response | ConnectionError> {
    const { url, method, headers, signal, redirect } = request;
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), this.#timeoutMs);
    try {
      const response = await this.#fetch(url, {
        method, headers, redirect,
        signal: AbortSignal.any([signal, timer.signal]),
        ...(body === undefined ? {} : { body }),
      });
      if (streams && response.ok) return response;
      // Read here, so that an answer that breaks off is a failed attempt too.
      const bytes = await response.arrayBuffer();
      return new Response(BODILESS.includes(response.status) ? null : bytes, {
        status: response.status,
        headers: response.headers,
      });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const { origin } = new URL(url);
      const why = timer.signal.aborted
        ? `no answer from ${origin} within ${this.#timeoutMs} ms`
        : `no answer from ${origin}: ${reasonOf(error)}`;
      return new ConnectionError(why, { cause: error });
    } finally {
      clearTimeout(timeout);
    }
  }
}

/** Returns what a call answered, or throws its error. */
export async function must<Data>(call: Promise<Outcome<Data>>): Promise<Data> {
  return (await mustRespond(call)).data;
}

/** As `must`, with the response. */
export async function mustRespond<Data>(
  call: Promise<Outcome<Data>>,
): Promise<{ data: Data; response: Response }> {
  const { data, error, response } = await call.catch((error: unknown) => {
    throw error instanceof SyntaxError ? notJson(error) : error;
  });
  if (!response.ok) throw apiError(response, error);
  if (data === undefined && response.status !== NO_CONTENT) throw notJson();
  return { data: data as Data, response };
}

/** Returns the headers that are set. */
export function headersOf(
  headers: Record<string, string | undefined>,
): { headers: Record<string, string> } | Record<never, never> {
  const set = Object.entries(headers).filter((entry): entry is [string, string] =>
    entry[1] !== undefined);
  return set.length === 0 ? {} : { headers: Object.fromEntries(set) };
}

/** Returns the part of a call's options that `fetch` takes. */
export const callOf = ({ signal }: CallOptions): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };

/** The error for an answer of success that is not JSON, such as the page of another site. */
function notJson(cause?: SyntaxError): ApiError {
  const failure = {
    status: 200,
    code: "unexpected_answer",
    detail: "The answer is not JSON. Check the address of the dispatcher.",
    fieldErrors: {},
    requestId: "",
    retryAfterMs: undefined,
  };
  return new ApiError(failure, { cause });
}

/** Returns the most telling text of an error of `fetch`, whose cause often has it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return (cause as { code?: string }).code ?? cause.message;
  return error.message;
}

function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol))
    throw new TypeError(`url is ${JSON.stringify(text)}: it must begin with http:// or https://`);
  if (url.username !== "" || url.search !== "" || url.hash !== "")
    throw new TypeError("url must have no user name, query or fragment");
  return url.href.replace(/\/+$/, "");
}

function header(name: string, value: string): string {
  if (typeof value === "string" && /^[\x21-\x7e]+$/.test(value)) return value;
  throw new TypeError(`${name} must be text of visible ASCII characters`);
}

/** Returns the `User-Agent`, which browsers do not let a page set. */
function agent({ userAgent }: ClientOptions): { "user-agent": string } {
  const own = `webhook-dispatcher-typescript/${VERSION}`;
  return { "user-agent": userAgent === undefined ? own : `${userAgent} ${own}` };
}

function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new TypeError(`${name} is ${value}: it must be a whole number from ${least} on`);
}
