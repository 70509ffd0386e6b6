// The platform's limits that workerd does not have, and what the layer reports about them.

/** The limits that the layer enforces. */
export interface Limits {
  /** How many connections of an invocation wait for headers at a time. More are queued. */
  connections: number;
  /** How many connections and calls an invocation may make. */
  subrequests: number;
  /** How many Worker invocations there may be for one request: its own, and those it calls. */
  invocations: number;
  /** How long `waitUntil` goes on after the answer, in milliseconds. */
  afterAnswerMs: number;
  /** How many calls deep a request may go through Workers and objects. */
  depth: number;
}

/**
 * The limits of the paid plan: connections, subrequests and `waitUntil` by "Limits" of Workers,
 * invocations by "Limits" of service bindings. The platform does not publish its depth. 8 is a
 * guess, and twice what the product needs.
 */
export const LIMITS: Limits = {
  connections: 6,
  subrequests: 10_000,
  invocations: 32,
  afterAnswerMs: 30_000,
  depth: 8,
};

/** The limits that fail whatever exceeds them. A connection too many only waits. */
export type HardLimit = "subrequests" | "invocations" | "afterAnswerMs" | "depth";

/** What the layer counted since the isolate began. */
export interface LimitsReport {
  /** How often each limit was exceeded. */
  exceeded: Record<HardLimit, number>;
  /** How many connections were queued. */
  queued: number;
  /** The most connections in the queue of one invocation or object at a time. */
  queuedMax: number;
  /** The most connections of one invocation or object that waited for headers at a time. */
  connectionsMax: number;
  /** The most subrequests of one invocation. */
  subrequestsMax: number;
  /** The most Worker invocations for one request. */
  invocationsMax: number;
  /** The depth of the deepest invocation. */
  depthMax: number;
  /**
   * Subrequests and `waitUntil` whose invocation the layer did not know, so that no limit applied.
   * Each is a fault of the layer.
   */
  unattributed: number;
}

/** The limits of this isolate. A test may set some of them. */
export const limits: Limits = { ...LIMITS };

/** The counters of this isolate. */
export const report: LimitsReport = {
  exceeded: { subrequests: 0, invocations: 0, afterAnswerMs: 0, depth: 0 },
  queued: 0,
  queuedMax: 0,
  connectionsMax: 0,
  subrequestsMax: 0,
  invocationsMax: 0,
  depthMax: 0,
  unattributed: 0,
};

/** What the log line of an exceeded limit begins with. The name of the limit follows. */
export const LOG_MARK = "limit exceeded:";

/** Counts and logs that an invocation exceeded a limit. */
export function exceeded(limit: HardLimit, invocation: string, by: string): void {
  report.exceeded[limit] += 1;
  console.error(`${LOG_MARK} ${limit} of ${invocation}: ${by}`);
}

/** Counts and logs that the invocation of `what` is unknown. */
export function unattributed(what: string): void {
  report.unattributed += 1;
  console.error(`${LOG_MARK} unattributed: ${what}`);
}
