// Invocations, and what each of them may still do. An invocation is a request, a scheduled event or
// the call of an entrypoint for a Worker, and a call or an alarm for an object.
//
// The runtime does not say which invocation calls `fetch`. AsyncLocalStorage does: a promise's
// reaction runs in the invocation that attached it, even if another one resolves the promise.

import { AsyncLocalStorage } from "node:async_hooks";
import { Connections } from "./connections.ts";
import { exceeded, limits, report } from "./limits.ts";

const storage = new AsyncLocalStorage<Invocation>();

/** The invocation that the running code belongs to. */
export function current(): Invocation | undefined {
  return storage.getStore();
}

/** One invocation. */
export class Invocation {
  /** Its handler, for messages. */
  readonly name: string;
  /** 1 for a request, 0 for an event of the platform, else one more than the caller's. */
  readonly depth: number;
  readonly connections: Connections;
  #subrequests = 0;
  #invocations = 1;

  constructor(name: string, depth: number, connections: Connections) {
    this.name = name;
    this.depth = depth;
    this.connections = connections;
    report.depthMax = Math.max(report.depthMax, depth);
  }

  /** Runs the handler, and everything that it starts, as this invocation. */
  run<T>(handler: () => T): T {
    try {
      const answer = storage.run(this, handler);
      const isPromise = typeof (answer as { then?: unknown } | undefined)?.then === "function";
      if (!isPromise) this.answered();
      else (answer as unknown as Promise<unknown>).then(this.#answered, this.#answered);
      return answer;
    } catch (error) {
      this.answered();
      throw error;
    }
  }

  /** Counts a connection or a call. Throws if it is one too many. */
  subrequest(what: string): void {
    this.#subrequests += 1;
    report.subrequestsMax = Math.max(report.subrequestsMax, this.#subrequests);
    if (this.#subrequests <= limits.subrequests) return;
    exceeded("subrequests", this.name, what);
    throw new Error("Too many subrequests.");
  }

  /**
   * Counts a call of an object, or of an entrypoint, which is an invocation of a Worker. Returns
   * the depth of the call. Throws if it exceeds a limit.
   */
  call(what: string, isEntrypoint: boolean): number {
    this.subrequest(what);
    const depth = this.callerDepth() + 1;
    if (depth > limits.depth) {
      exceeded("depth", this.name, what);
      throw new Error(
        "Subrequest depth limit exceeded. This request recursed through Workers too many times.",
      );
    }
    if (!isEntrypoint) return depth;
    this.#invocations += 1;
    if (this.#invocations > limits.invocations) {
      exceeded("invocations", this.name, what);
      throw new Error("Too many Worker invocations for one request.");
    }
    report.invocationsMax = Math.max(report.invocationsMax, this.#invocations);
    return depth;
  }

  /** The depth from which a call is made. */
  protected callerDepth(): number {
    return this.depth;
  }

  /** Called when the handler has its answer. */
  protected answered(): void {}

  readonly #answered = (): void => this.answered();
}

/** An invocation of a Worker. What outlives its answer is cut after a time. */
export class WorkerInvocation extends Invocation {
  #isAnswered = false;
  /** How many promises of `waitUntil` have not settled. */
  #background = 0;
  /** Resolved when the time is over. */
  #cut: PromiseWithResolvers<void> | undefined;

  constructor(name: string, depth: number) {
    super(name, depth, new Connections());
  }

  /**
   * Returns what the runtime has to wait for in place of `promise`. When that settles, the runtime
   * ends the invocation with all that runs in it, as the platform does when the time is over.
   */
  background(promise: Promise<unknown>): Promise<unknown> {
    this.#background += 1;
    const over = (): void => {
      this.#background -= 1;
    };
    promise.then(over, over);
    if (this.#cut === undefined) {
      this.#cut = Promise.withResolvers();
      if (this.#isAnswered) this.#arm();
    }
    return Promise.race([promise, this.#cut.promise]);
  }

  protected override answered(): void {
    this.#isAnswered = true;
    if (this.#background > 0) this.#arm();
  }

  #arm(): void {
    setTimeout(() => {
      if (this.#background === 0) return;
      exceeded("afterAnswerMs", this.name, `${this.#background} promises of waitUntil`);
      this.#cut?.resolve();
    }, limits.afterAnswerMs);
  }
}

/** The calls and alarms of one object, which share its connections. */
export class ObjectInvocations {
  readonly name: string;
  readonly connections = new Connections();
  /** The invocation that began last. */
  latest: ObjectInvocation | undefined;
  /** How many invocations of each depth run. */
  readonly #running: number[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** The greatest depth of those that run, or 0. */
  get deepest(): number {
    return Math.max(0, this.#running.findLastIndex((count) => count > 0));
  }

  begin(invocation: ObjectInvocation): void {
    this.latest = invocation;
    this.#running[invocation.depth] = (this.#running[invocation.depth] ?? 0) + 1;
  }

  end(depth: number): void {
    this.#running[depth] = (this.#running[depth] ?? 0) - 1;
  }
}

/** A call or an alarm of an object. The platform does not cut what outlives its answer. */
export class ObjectInvocation extends Invocation {
  readonly #object: ObjectInvocations;

  constructor(object: ObjectInvocations, method: string, depth: number) {
    super(`${object.name}.${method}`, depth, object.connections);
    this.#object = object;
    object.begin(this);
  }

  /**
   * The runtime takes the invocation that began last as the caller. If that is not this one, it may
   * be any other, so the deepest one is assumed.
   */
  protected override callerDepth(): number {
    return this.#object.latest === this ? this.depth : Math.max(this.depth, this.#object.deepest);
  }

  protected override answered(): void {
    this.#object.end(this.depth);
  }
}
