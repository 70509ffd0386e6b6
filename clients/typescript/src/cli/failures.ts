// What went wrong, in words that say what to do, and the exit codes.

import {
  ApiError, BadRequest, ConnectionError, DispatcherError, Forbidden, PartialBatchError,
  RateLimited, Unauthorized,
} from "../errors.ts";

export const EXIT_OK = 0;
/** The call failed, or did not have the effect that was asked for. */
export const EXIT_FAILED = 1;
/** The command line or the settings are wrong. Nothing was called. */
export const EXIT_USAGE = 2;

/** The command cannot be carried out as it was given. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The command was carried out, and its outcome is a failure that was shown already. */
export class FailedOutcome extends Error {
  override name = "FailedOutcome";
}

/** Returns what is shown of an error, and undefined for one that is no one's mistake but ours. */
export function explanation(error: unknown, url: string): string | undefined {
  if (error instanceof UsageError) return error.message;
  if (error instanceof PartialBatchError)
    return `${error.results.length} events were published, then it failed:\n` +
      `${explanation(error.cause, url) ?? error.message}\n` +
      "With the same --idempotency-key it can be run again: no event is published twice.";
  if (error instanceof ConnectionError)
    return `The dispatcher does not answer: ${error.message}.\n` +
      `Does it run at ${url}? For another address use --url or WEBHOOKS_URL.`;
  if (error instanceof ApiError) return [told(error, url), ...request(error)].join("\n");
  if (error instanceof DispatcherError) return error.message;
  return undefined;
}

function told(error: ApiError, url: string): string {
  if (error instanceof Unauthorized)
    return `${url} does not accept this API key: ${error.detail}\n` +
      "Give another one with --key or WEBHOOKS_API_KEY.";
  if (error instanceof Forbidden && error.code === "missing_scope")
    return `This API key may not do that: ${error.detail}\n` +
      "`webhooks ping` shows what it may do; keys, portal and accounts need ADMIN_KEY.";
  if (error instanceof BadRequest && Object.keys(error.fieldErrors).length > 0)
    return ["The dispatcher refused the request:", ...fieldLines(error)].join("\n");
  if (error instanceof RateLimited) {
    const seconds = Math.ceil((error.retryAfterMs ?? 0) / 1_000);
    return `${error.detail}${seconds > 0 ? ` Try again in ${seconds} s.` : ""}`;
  }
  return `${error.detail} (${error.status} ${error.code})`;
}

/** Returns a line for each bad field. */
export const fieldLines = ({ fieldErrors }: ApiError): string[] =>
  Object.entries(fieldErrors).map(([field, texts]) => `  ${field}: ${texts.join(" ")}`);

const request = ({ requestId }: ApiError): string[] =>
  requestId === "" ? [] : [`(request ${requestId} in the dispatcher's log)`];
