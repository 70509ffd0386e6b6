// When a call is made again, and how long to wait before.

/** The statuses after which a call that may be repeated is: throttled, or not available now. */
const REPEATED_STATUSES = [429, 502, 503, 504];
/** The methods that have the same effect once and twice (RFC 9110, section 9.2.2). */
const IDEMPOTENT_METHODS = ["GET", "HEAD", "PUT", "DELETE"];
/** The longest wait before the first repetition; it doubles with each one. */
const BASE_MS = 500;
/** The longest wait by the client's own schedule. */
const MAX_MS = 8_000;
/** A longer `Retry-After` is not waited for: the error has it, and the caller decides. */
export const RETRY_AFTER_MAX_MS = 60_000;

export const isRepeatedStatus = (status: number): boolean => REPEATED_STATUSES.includes(status);

/** Whether a request may be made again although it may have had its effect. */
export function mayRepeat(request: Request): boolean {
  return IDEMPOTENT_METHODS.includes(request.method) || request.headers.has("idempotency-key");
}

/**
 * Returns how many milliseconds to wait before repetition `number`, from 1: anything up to a limit
 * that doubles, so that clients which failed together do not come back together ("full jitter").
 * At least what the server asked for.
 */
export function waitMs(number: number, retryAfterMs: number | undefined): number {
  const jittered = Math.random() * Math.min(MAX_MS, BASE_MS * 2 ** (number - 1));
  return Math.max(jittered, retryAfterMs ?? 0);
}

/** Waits. Fails with the signal's reason as soon as that is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal.addEventListener("abort", abort, { once: true });
  });
}
