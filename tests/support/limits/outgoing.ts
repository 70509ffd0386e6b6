// What an invocation calls: `fetch`, KV, objects and entrypoints. The runtime's own classes and
// objects are changed, once for the isolate.
//
// A call carries its depth, a method as one more argument and `fetch` as a header. The invocation
// that it begins takes it off again.

import { current } from "./invocation.ts";
import { unattributed } from "./limits.ts";

type Method = (...args: unknown[]) => unknown;
export type Methods = Record<string, Method>;

const KV_METHODS = ["get", "getWithMetadata", "put", "delete", "list"];
const NAMESPACE_METHODS = ["get", "getByName"];
/** What the argument with the depth begins with. */
const DEPTH_MARK = "\0depth=";
const DEPTH_HEADER = "x-invocation-depth";

const realFetch = globalThis.fetch;
globalThis.fetch = ((input: string | URL | Request, init?: RequestInit): Promise<Response> => {
  const signal = init?.signal ?? (input instanceof Request ? input.signal : null);
  return connection("fetch", signal, (isQueued) => {
    if (!isQueued) return () => realFetch(input, init);
    // What the caller changes while the request is queued does not change the request.
    const request = new Request(input, init);
    return () => realFetch(request);
  });
}) as typeof fetch;

/** Makes a connection of the current invocation. `prepare` returns what begins it. */
async function connection<T>(
  what: string,
  signal: AbortSignal | null,
  prepare: (isQueued: boolean) => () => Promise<T>,
): Promise<T> {
  const invocation = current();
  if (invocation === undefined) {
    unattributed(what);
    return prepare(false)();
  }
  invocation.subrequest(what);
  const { connections } = invocation;
  const isQueued = connections.areFull && signal?.aborted !== true;
  const connect = prepare(isQueued);
  return isQueued ? connections.enqueue(connect, signal) : connections.open(connect);
}

/** Objects of the runtime that were changed or need no change. */
const seen = new WeakSet<object>();

/** Whether this is the first time that an object is seen. */
function isNew(object: object): boolean {
  return !seen.has(object) && seen.add(object) !== undefined;
}

/** Puts the layer around the bindings of an environment, and around `ctx.exports`. */
export function limitBindings(env: object, exports: Record<string, object> | undefined): void {
  if (isNew(env)) Object.values(env).forEach(limitBinding);
  if (exports === undefined || !isNew(exports)) return;
  for (const [name, binding] of Object.entries(exports)) {
    if (classOf(binding) === "LoopbackServiceStub") exports[name] = limitedStub(binding, name);
    else limitBinding(binding);
  }
}

function classOf(binding: unknown): string | undefined {
  return (binding as object | null)?.constructor?.name;
}

function limitBinding(binding: object): void {
  switch (classOf(binding)) {
    case "KvNamespace":
      return replace(binding, KV_METHODS, (method, name) => function (this: unknown, ...args) {
        const connect = () => method.apply(this, args) as Promise<unknown>;
        return connection(`KV ${name}`, null, () => connect);
      });
    case "DurableObjectNamespace":
    case "LoopbackDurableObjectNamespace":
      return replace(binding, NAMESPACE_METHODS, (method) => function (this: unknown, ...args) {
        return limitedStub(method.apply(this, args) as object);
      });
  }
}

/** Replaces methods in the class of `instance`, once. */
function replace(
  instance: object,
  names: string[],
  by: (method: Method, name: string) => Method,
): void {
  for (const name of names) {
    let prototype = instance as Methods | null;
    do prototype = Object.getPrototypeOf(prototype) as Methods | null;
    while (prototype !== null && !Object.hasOwn(prototype, name));
    const method = prototype?.[name];
    if (prototype === null || method === undefined || !isNew(method)) continue;
    prototype[name] = by(method, name);
    seen.add(prototype[name]);
  }
}

/**
 * Returns a stub whose calls are limited: of the entrypoint of this name, or of an object. Its
 * class cannot be changed, because the runtime makes up the methods.
 */
function limitedStub(stub: object, entrypoint?: string): object {
  return new Proxy(stub as Methods, {
    get(target, name: string) {
      const member: unknown = target[name];
      if (typeof member !== "function" || name === "dup") return member;
      return (...args: unknown[]) => call(target, name, member as Method, args, entrypoint);
    },
    // `ctx.exports.Name({ props })` returns another stub of the entrypoint.
    apply: (target, _self, args) =>
      limitedStub((target as unknown as (...args: unknown[]) => object)(...args), entrypoint),
  });
}

function call(
  stub: object,
  name: string,
  method: Method,
  args: unknown[],
  entrypoint?: string,
): unknown {
  // A method of a stub is no function: its `call` and `apply` would be methods of the callee.
  const invocation = current();
  const what = `${entrypoint ?? "object"}.${name}`;
  if (invocation === undefined) {
    unattributed(what);
    return Reflect.apply(method, stub, args);
  }
  try {
    const depth = invocation.call(what, entrypoint !== undefined);
    if (name !== "fetch") return Reflect.apply(method, stub, [...args, `${DEPTH_MARK}${depth}`]);
    const request = new Request(...(args as [string, RequestInit]));
    request.headers.set(DEPTH_HEADER, String(depth));
    return Reflect.apply(method, stub, [request]);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Removes the depth from the arguments of a call. Returns undefined if it has none. */
export function takeDepth(args: unknown[]): number | undefined {
  const last = args.at(-1);
  if (typeof last === "string" && last.startsWith(DEPTH_MARK)) {
    args.pop();
    return Number(last.slice(DEPTH_MARK.length));
  }
  const [first] = args;
  const header = first instanceof Request ? first.headers.get(DEPTH_HEADER) : null;
  if (header === null) return undefined;
  // The headers of an incoming request cannot be changed.
  const request = new Request(first as Request);
  request.headers.delete(DEPTH_HEADER);
  args[0] = request;
  return Number(header);
}
