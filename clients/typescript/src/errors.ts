// The errors of the client: one class for each kind that a program tells apart.

import type { BatchItem } from "./schema.ts";

/** What every error of the client is. */
export class DispatcherError extends Error {
  override name = "DispatcherError";
}

/** The dispatcher was not reached, did not answer in time, or the connection broke. */
export class ConnectionError extends DispatcherError {
  override name = "ConnectionError";
}

/** A batch was divided, and a part failed after others had been published. */
export class PartialBatchError extends DispatcherError {
  override name = "PartialBatchError";
  /** What came of the events before, in their order. The others may not be published. */
  readonly results: BatchItem[];

  constructor(results: BatchItem[], cause: unknown) {
    const text = cause instanceof Error ? cause.message : String(cause);
    super(`published ${results.length} events, then failed: ${text}`, { cause });
    this.results = results;
  }
}

/** What an answer says of a failed call. */
export interface Failure {
  /** The HTTP status. */
  status: number;
  /** Which error it is, for programs, as `invalid_fields`. `unexpected_answer`: not this API. */
  code: string;
  /** What is wrong, for people. The text may change. */
  detail: string;
  /** Sentences on each bad field; empty if the error is not about fields. */
  fieldErrors: Record<string, string[]>;
  /** The id of the request in the dispatcher's log; blank if something else answered. */
  requestId: string;
  /** How long to wait before the call is repeated, in milliseconds, if the answer says so. */
  retryAfterMs: number | undefined;
}

/** The dispatcher answered with an error. A status without a class of its own is this class. */
export class ApiError extends DispatcherError implements Failure {
  override name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fieldErrors: Record<string, string[]>;
  readonly requestId: string;
  readonly retryAfterMs: number | undefined;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(messageOf(failure), options);
    this.status = failure.status;
    this.code = failure.code;
    this.detail = failure.detail;
    this.fieldErrors = failure.fieldErrors;
    this.requestId = failure.requestId;
    this.retryAfterMs = failure.retryAfterMs;
  }
}

/** 400: the request is wrong. `fieldErrors` has a list of sentences for each bad field. */
export class BadRequest extends ApiError {
  override name = "BadRequest";
}

/** 401: there is no key, or it opens nothing. */
export class Unauthorized extends ApiError {
  override name = "Unauthorized";
}

/** 403: the key may not do this, or the account is at a limit or disabled. */
export class Forbidden extends ApiError {
  override name = "Forbidden";
}

/** 404: there is no such thing in this account. */
export class NotFound extends ApiError {
  override name = "NotFound";
}

/** 409: the state of what is there forbids it. */
export class Conflict extends ApiError {
  override name = "Conflict";
}

/** 412: somebody has changed the webhook since it was read. */
export class PreconditionFailed extends ApiError {
  override name = "PreconditionFailed";
}

/** 429: more was published than the account may publish in a minute. */
export class RateLimited extends ApiError {
  override name = "RateLimited";
}

/** 503: something inside the dispatcher did not answer. */
export class Unavailable extends ApiError {
  override name = "Unavailable";
}

const CLASSES: Record<number, typeof ApiError> = {
  400: BadRequest,
  401: Unauthorized,
  403: Forbidden,
  404: NotFound,
  409: Conflict,
  412: PreconditionFailed,
  429: RateLimited,
  503: Unavailable,
};

/** How much of an answer that is not the dispatcher's is quoted, in characters. */
const QUOTED_CHARACTERS = 200;

/** Returns the error for a failed answer. `body` is its JSON, or its text if it is not JSON. */
export function apiError(response: Response, body: unknown): ApiError {
  const { status } = response;
  const retryAfterMs = retryAfter(response.headers);
  const of = CLASSES[status] ?? ApiError;
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return new of({ ...unexpected(response, body), retryAfterMs });
  const { code, detail, request_id: requestId, ...rest } = body as Record<string, unknown>;
  const fieldErrors = Object.fromEntries(
    Object.entries(rest).filter((entry): entry is [string, string[]] => Array.isArray(entry[1])),
  );
  const sentences = Object.entries(fieldErrors).map(([name, texts]) => line(name, texts));
  return new of({
    status,
    code: typeof code === "string" ? code : "unexpected_answer",
    detail: typeof detail === "string" ? detail : sentences.join(" ") || `Status ${status}.`,
    fieldErrors,
    requestId: typeof requestId === "string" ? requestId : "",
    retryAfterMs,
  });
}

/** What is said of an answer that is not JSON, such as the page of a proxy or another site. */
function unexpected(response: Response, body: unknown): Failure {
  const text = typeof body === "string" ? body.trim().slice(0, QUOTED_CHARACTERS) : "";
  const isRedirect = response.status >= 300 && response.status < 400;
  const location = response.headers.get("location") ?? "";
  const why = isRedirect
    ? `It redirects to ${location}, which is not followed.`
    : text === "" ? "The answer is empty." : `The answer is not the dispatcher's: ${text}`;
  return {
    status: response.status,
    code: "unexpected_answer",
    detail: `${why} Check the address of the dispatcher.`,
    fieldErrors: {},
    requestId: "",
    retryAfterMs: undefined,
  };
}

/** Returns the milliseconds of a `Retry-After` (RFC 9110, 10.2.3), if there is a good one. */
export function retryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

function messageOf({ status, code, detail, requestId }: Failure): string {
  const request = requestId === "" ? "" : ` (request ${requestId})`;
  return `${status} ${code}: ${detail}${request}`;
}

const line = (name: string, texts: string[]): string => `${name}: ${texts.join(" ")}`;
