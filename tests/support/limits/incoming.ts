// The invocations: each request, scheduled event and call that comes to the Worker or an object.
// `limited` wraps what the main module exports, so that the Worker's code has nothing of the layer.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { current, ObjectInvocation, ObjectInvocations, WorkerInvocation } from "./invocation.ts";
import { report, unattributed } from "./limits.ts";
import { limitBindings, takeDepth, type Methods } from "./outgoing.ts";

type ContextOf<T> = T & { exports?: Record<string, object> };
type Class<Ctx> = new (ctx: ContextOf<Ctx>, env: object) => object;

/** Events that begin in the platform, not by a call. */
const EVENTS_WITHOUT_CALLER = new Set([
  "alarm", "scheduled", "webSocketMessage", "webSocketClose", "webSocketError",
]);

/** The depth of an invocation that no other one called. A request has gone through one Worker. */
function firstDepth(handler: string): number {
  return EVENTS_WITHOUT_CALLER.has(handler) ? 0 : 1;
}

/** The invocations of Workers, by their context. */
const invocations = new WeakMap<object, WorkerInvocation>();

/** Has `waitUntil` of this context end with the time that its invocation has. */
function limitContext(context: Context, invocation: WorkerInvocation): void {
  invocations.set(context, invocation);
  const prototype = Object.getPrototypeOf(context) as Context;
  if (prototype.waitUntil === limitedWaitUntil) return;
  realWaitUntil = prototype.waitUntil;
  prototype.waitUntil = limitedWaitUntil;
}

let realWaitUntil: Context["waitUntil"] | undefined;

function limitedWaitUntil(this: Context, promise: Promise<unknown>): void {
  const invocation = invocations.get(this);
  // The context is the invocation's own, so this also checks how `fetch` finds its invocation.
  if (invocation !== current()) unattributed("waitUntil");
  realWaitUntil?.call(this, invocation?.background(promise) ?? promise);
}

/** Wraps an export of the main module. What is neither a handler nor a class stays as it is. */
export function limited(name: string, exported: unknown): unknown {
  if (typeof exported === "object" && exported !== null) return limitedHandlers(exported);
  if (typeof exported !== "function") return exported;
  if (exported.prototype instanceof DurableObject) {
    return limitedObject(name, exported as Class<ObjectState>);
  }
  if (exported.prototype instanceof WorkerEntrypoint) {
    return limitedEntrypoint(name, exported as Class<Context>);
  }
  return exported;
}

/** Wraps an object of handlers, each of which is called with an event, `env` and a context. */
function limitedHandlers(handlers: object): object {
  const all = { ...handlers } as Methods;
  for (const [name, handler] of Object.entries(all)) {
    if (typeof handler !== "function") continue;
    all[name] = (event, env, context) => {
      const args = [event];
      const depth = takeDepth(args) ?? firstDepth(name);
      const invocation = new WorkerInvocation(`Worker ${name}`, depth);
      limitBindings(env as object, (context as ContextOf<Context>).exports);
      limitContext(context as Context, invocation);
      return invocation.run(() => handler.call(handlers, args[0], env, context));
    };
  }
  return all;
}

/** Wraps the methods of a class and of those it extends, up to `base`. */
function wrapMethods(
  wrapped: Class<never>,
  base: object,
  by: (instance: object, method: string, args: unknown[], run: () => unknown) => unknown,
): void {
  const names = new Set<string>();
  const inner = Object.getPrototypeOf(wrapped.prototype) as Methods;
  for (let of: object = inner; of !== base; of = Object.getPrototypeOf(of) as object) {
    Object.getOwnPropertyNames(of).forEach((name) => names.add(name));
  }
  names.delete("constructor");
  for (const name of names) {
    const method = inner[name];
    if (typeof method !== "function") continue;
    const value = function (this: object, ...args: unknown[]): unknown {
      // A method that calls another one of its instance begins no invocation.
      if (current() !== undefined) return method.apply(this, args);
      return by(this, name, args, () => method.apply(this, args));
    };
    Object.defineProperty(wrapped.prototype, name, { value, configurable: true, writable: true });
  }
}

/** Wraps an entrypoint. The runtime makes an instance for each call. */
function limitedEntrypoint(name: string, Base: Class<Context>): Class<Context> {
  const contexts = new WeakMap<object, Context>();
  class Limited extends Base {
    constructor(ctx: ContextOf<Context>, env: object) {
      limitBindings(env, ctx.exports);
      super(ctx, env);
      contexts.set(this, ctx);
    }
  }
  wrapMethods(Limited, WorkerEntrypoint.prototype, (instance, method, args, run) => {
    const depth = takeDepth(args) ?? firstDepth(method);
    const invocation = new WorkerInvocation(`${name}.${method}`, depth);
    const context = contexts.get(instance);
    if (context !== undefined) limitContext(context, invocation);
    return invocation.run(run);
  });
  return Limited;
}

/**
 * Wraps an object. It has one instance for all its calls and alarms. What its constructor started
 * would be `unattributed`.
 */
function limitedObject(name: string, Base: Class<ObjectState>): Class<ObjectState> {
  const objects = new WeakMap<object, ObjectInvocations>();
  class Limited extends Base {
    constructor(ctx: ContextOf<ObjectState>, env: object) {
      limitBindings(env, ctx.exports);
      super(ctx, env);
      objects.set(this, new ObjectInvocations(name));
    }
  }
  wrapMethods(Limited, DurableObject.prototype, (instance, method, args, run) => {
    const object = objects.get(instance);
    if (object === undefined) throw new Error(`${name}.${method} before its constructor ended`);
    const depth = takeDepth(args) ?? firstDepth(method);
    return new ObjectInvocation(object, method, depth).run(run);
  });
  return Limited;
}

/** A handler that answers with the counters of the isolate. */
export const limitsReport = {
  fetch: (): Response => Response.json(report),
};
