// Counts the billable operations of a running Worker, the product or a peer. It wraps the storage,
// KV and object classes of the runtime, so the Worker's code contains nothing of it.
//
// Rows are those that the runtime's SQL cursors report, as they are billed. To set or delete an
// alarm is a row written, to read it a row read. An object is billed for the time in which at least
// one of its calls, alarms or `waitUntil` promises runs. What other entrypoints of the Worker do,
// which an object may start, is waited for but not billed.
//
// The ledger also replaces the Worker's clock, so the purge after a retention of days can be
// counted: `advance` repeatedly moves the clock to the next alarm of an object and runs the
// object's own handler, as the platform would.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { Backlog, type Call } from "./backlog.ts";

export interface Counts {
  worker_requests: number;
  kv_reads: number;
  kv_writes: number;
  kv_deletes: number;
  kv_lists: number;
  object_requests: number;
  alarms: number;
  rows_read: number;
  rows_written: number;
  object_ms: number;
  fetches: number;
  /** Those of the `fetches` during which an object ran all the time. */
  held_fetches: number;
}

const zero = (): Counts => ({
  worker_requests: 0, kv_reads: 0, kv_writes: 0, kv_deletes: 0, kv_lists: 0, object_requests: 0,
  alarms: 0, rows_read: 0, rows_written: 0, object_ms: 0, fetches: 0, held_fetches: 0,
});

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method>;
type Class = new (...args: never[]) => object;

let counts = zero();
/** Rows written by each statement. */
let written: Record<string, number> = {};
/** Cursors whose numbers may still grow, because a statement writes while its rows are read. */
let cursors: { statement: string; cursor: SqlCursor }[] = [];
/** Whether the ledger itself is calling the storage, which is not counted. */
let isOwnCall = false;
/** How far the Worker's clock is ahead of the real one. */
let offsetMs = 0;

const RealDate = Date;
const realNow = RealDate.now.bind(RealDate);
RealDate.now = () => realNow() + offsetMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now()] : args, newTarget) as Date,
});

const CURSORS_MAX = 256;

function settleCursors(): void {
  for (const { statement, cursor } of cursors) {
    counts.rows_read += cursor.rowsRead;
    counts.rows_written += cursor.rowsWritten;
    if (cursor.rowsWritten > 0) {
      written[statement] = (written[statement] ?? 0) + cursor.rowsWritten;
    }
  }
  cursors = [];
}

const patched = new WeakSet<object>();

type Count = (args: unknown[], answer: unknown) => void;

/** Wraps methods of a runtime class with counters, once for the class. */
function patch(of: object, names: Record<string, Count>): void {
  const prototype = Object.getPrototypeOf(of) as Methods;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  for (const [name, count] of Object.entries(names)) {
    const method = prototype[name];
    if (method === undefined) continue;
    prototype[name] = function (this: unknown, ...args: unknown[]): unknown {
      const answer = method.apply(this, args);
      if (!isOwnCall) count(args, answer);
      return answer;
    };
  }
}

function keysIn(key: unknown): number {
  return Array.isArray(key) ? key.length : 1;
}

function patchStorage(storage: ObjectStorage): void {
  patch(storage.sql, {
    exec: ([statement], cursor) => {
      cursors.push({ statement: String(statement), cursor: cursor as SqlCursor });
      if (cursors.length > CURSORS_MAX) settleCursors();
    },
  });
  const alarmWritten = (): void => {
    counts.rows_written += 1;
    written["setAlarm"] = (written["setAlarm"] ?? 0) + 1;
  };
  patch(storage, {
    setAlarm: alarmWritten,
    deleteAlarm: alarmWritten,
    getAlarm: () => (counts.rows_read += 1),
  });
}

function patchEnvironment(env: Record<string, unknown>): void {
  const kv = env["WEBHOOKS"];
  if (typeof kv !== "object" || kv === null) return;
  patch(kv, {
    get: ([key]) => (counts.kv_reads += keysIn(key)),
    getWithMetadata: ([key]) => (counts.kv_reads += keysIn(key)),
    put: () => (counts.kv_writes += 1),
    delete: () => (counts.kv_deletes += 1),
    list: () => (counts.kv_lists += 1),
  });
}

/** The number of objects that run, and how often it has become 0. */
let objectsRunning = 0;
let timesIdle = 0;

const realFetch = globalThis.fetch;
globalThis.fetch = ((input: RequestInfo, init?: RequestInit) => {
  counts.fetches += 1;
  const [isHeld, before] = [objectsRunning > 0, timesIdle];
  const answer = realFetch(input, init);
  const end = (): void => {
    if (isHeld && timesIdle === before) counts.held_fetches += 1;
  };
  answer.then(end, end);
  return answer;
}) as typeof fetch;

/** Measures the time in which at least one call, alarm or promise of an object runs. */
class Activity {
  #running = 0;
  #since = 0;
  #idle: (() => void)[] = [];

  async during<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#running++ === 0) {
      this.#since = realNow();
      objectsRunning += 1;
    }
    try {
      return await work();
    } finally {
      if (--this.#running === 0) {
        counts.object_ms += realNow() - this.#since;
        if (--objectsRunning === 0) timesIdle += 1;
        this.#idle.splice(0).forEach((wake) => wake());
      }
    }
  }

  isIdle(): boolean {
    return this.#running === 0;
  }

  idle(): Promise<void> {
    return this.#running === 0 ? Promise.resolve() : new Promise((wake) => this.#idle.push(wake));
  }
}

/** The calls of entrypoints, and their `waitUntil` promises, that run. */
let entrypointsRunning = 0;

/** Has the classes of entrypoints among the exports of a Worker count what runs. */
export function watchEntrypoints(exports: Record<string, unknown>): void {
  for (const one of Object.values(exports)) {
    if (typeof one !== "function" || !(one.prototype instanceof WorkerEntrypoint)) continue;
    const methods = one.prototype as unknown as Methods;
    for (const name of Object.getOwnPropertyNames(methods)) {
      const method = methods[name];
      if (name === "constructor" || method === undefined) continue;
      methods[name] = function (this: { ctx: Context }, ...args: unknown[]): unknown {
        const { ctx } = this;
        // Looked up later, because the first call may replace it.
        const real = Object.getPrototypeOf(ctx) as Context;
        const over = (promise: Promise<unknown>): void =>
          real.waitUntil.call(ctx, running(promise));
        Object.defineProperty(ctx, "waitUntil", { value: over, configurable: true });
        const answer = method.apply(this, args);
        return answer instanceof Promise ? running(answer) : answer;
      };
    }
  }
}

async function running<T>(work: Promise<T>): Promise<T> {
  entrypointsRunning += 1;
  try {
    return await work;
  } finally {
    entrypointsRunning -= 1;
  }
}

function watched(state: ObjectState): Activity {
  const activity = new Activity();
  const waitUntil = state.waitUntil.bind(state);
  const over = (promise: Promise<unknown>): void =>
    waitUntil(activity.during(() => promise.catch(() => undefined)));
  Object.defineProperty(state, "waitUntil", { value: over });
  return activity;
}

/** The limits of one `advance`. */
interface Steps {
  /** Maximum number of alarms to run. */
  max: number;
  /** The distance that the clock moves, in milliseconds. */
  ms: number;
}

const REST_POLL_MS = 1;
const STEPS_PATH = "/ledger-steps";
const FILL_PATH = "/ledger-fill";

async function advance(
  state: ObjectState,
  activity: Activity,
  steps: Steps,
  alarm: () => Promise<unknown>,
): Promise<{ ran: number; next: number | null }> {
  const until = RealDate.now() + steps.ms;
  const own = async <T>(work: () => Promise<T>): Promise<T> => {
    isOwnCall = true;
    try {
      const answer = work();
      isOwnCall = false;
      return await answer;
    } finally {
      isOwnCall = false;
    }
  };
  for (let ran = 0; ; ran++) {
    const next = await own(() => state.storage.getAlarm());
    if (next === null || next > until || ran === steps.max) {
      if (ran < steps.max) offsetMs = Math.max(offsetMs, until - realNow());
      return { ran, next };
    }
    offsetMs = Math.max(offsetMs, next + 1 - realNow());
    // The platform deletes an alarm before it runs the handler.
    await own(() => state.storage.deleteAlarm());
    await alarm();
    await atRest(activity);
  }
}

/** Waits until neither the object runs nor an entrypoint, which may call the object again. */
async function atRest(activity: Activity): Promise<void> {
  do {
    await activity.idle();
    // The work of an entrypoint cannot wake another request, so this looks again and again.
    while (entrypointsRunning > 0) {
      await new Promise((resolve) => setTimeout(resolve, REST_POLL_MS));
    }
  } while (!activity.isIdle());
}

/** Returns a subclass of an object class that counts its calls. */
export function countedObject(of: Class): Class {
  const Base = of as new (ctx: ObjectState, env: unknown) => DurableObject & { alarm?: Method };
  const activities = new WeakMap<object, Activity>();
  const backlogs = new WeakMap<object, Backlog>();
  class Counted extends Base {
    constructor(ctx: ObjectState, env: Record<string, unknown>) {
      patchStorage(ctx.storage);
      patchEnvironment(env);
      const activity = watched(ctx);
      super(ctx, env);
      activities.set(this, activity);
      backlogs.set(this, new Backlog());
    }

    async fetch(request: Request): Promise<Response> {
      if (new URL(request.url).pathname === FILL_PATH) {
        const { count } = (await request.json()) as { count: number };
        const call = (Base.prototype as unknown as Methods)["call"]?.bind(this);
        return Response.json({ filled: await backlogs.get(this)?.fill(count, call as Call) });
      }
      const activity = activities.get(this) ?? new Activity();
      const steps = (await request.json()) as Steps;
      const run = async (): Promise<unknown> => this.alarm?.();
      return Response.json(await advance(this.ctx, activity, steps, run));
    }
  }
  for (const name of Object.getOwnPropertyNames(Base.prototype)) {
    if (name === "constructor") continue;
    const method = (Base.prototype as unknown as Methods)[name];
    if (method === undefined) continue;
    const counted = function (this: object, ...args: unknown[]): unknown {
      counts.object_requests += 1;
      if (name === "alarm") counts.alarms += 1;
      if (name === "call") backlogs.get(this)?.record(...(args as [string, string]));
      return activities.get(this)?.during(() => method.apply(this, args));
    };
    Object.defineProperty(Counted.prototype, name, { value: counted, configurable: true });
  }
  return Counted;
}

interface Handler {
  fetch(request: Request, env: unknown, ctx: Context): unknown;
}

/**
 * Returns the Worker with counters. `of` is its default export: a class or an object of handlers.
 */
export function countedWorker(of: unknown): unknown {
  return class extends WorkerEntrypoint<Record<string, unknown>> {
    fetch(request: Request): unknown {
      patchEnvironment(this.env);
      counts.worker_requests += 1;
      if (typeof of !== "function") return (of as Handler).fetch(request, this.env, this.ctx);
      const inner = new (of as Class)(...([this.ctx, this.env] as never[])) as { fetch: Method };
      return inner.fetch(request);
    }
  };
}

/**
 * The HTTP interface on a port of its own: `/counts`, `/reset`,
 * `/advance?binding=&name=&ms=&max=`, and `/fill?binding=&name=&count=`.
 */
export const ledger = {
  async fetch(request: Request, env: Record<string, Namespace>): Promise<Response> {
    const url = new URL(request.url);
    settleCursors();
    switch (url.pathname) {
      case "/counts":
        return Response.json({ counts, written });
      case "/reset":
        counts = zero();
        written = {};
        return Response.json({});
      case "/fill":
      case "/advance": {
        const number = (name: string): number => Number(url.searchParams.get(name));
        const namespace = env[url.searchParams.get("binding") ?? ""];
        const stub = namespace?.getByName(url.searchParams.get("name") ?? "");
        if (stub === undefined) return new Response("no such binding", { status: 404 });
        const steps = { ms: number("ms"), max: number("max") };
        const [path, order] = url.pathname === "/fill"
          ? [FILL_PATH, { count: number("count") }]
          : [STEPS_PATH, steps];
        const body = JSON.stringify(order);
        return stub.fetch(`https://object${path}`, { method: "POST", body });
      }
      default:
        return new Response(null, { status: 404 });
    }
  },
};
