// Types of the part of the Workers runtime that the peers, kv.ts and ledger.ts use.

declare module "cloudflare:workers" {
  export abstract class DurableObject<Env = unknown> {
    protected ctx: ObjectState;
    protected env: Env;
    constructor(ctx: ObjectState, env: Env);
  }
  export abstract class WorkerEntrypoint<Env = unknown> {
    protected ctx: Context;
    protected env: Env;
    constructor(ctx: Context, env: Env);
  }
}

interface SqlCursor extends Iterable<Record<string, unknown>> {
  toArray(): Record<string, unknown>[];
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

interface SqlStorage {
  exec(statement: string, ...bindings: unknown[]): SqlCursor;
}

interface ObjectStorage {
  readonly sql: SqlStorage;
  transactionSync<T>(step: () => T): T;
  getAlarm(): Promise<number | null>;
  setAlarm(time: number | Date): Promise<void>;
  deleteAlarm(): Promise<void>;
  deleteAll(): Promise<void>;
}

interface ObjectState {
  readonly storage: ObjectStorage;
  readonly id: { toString(): string; readonly name?: string };
  waitUntil(promise: Promise<unknown>): void;
}

interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

interface Stub {
  fetch(url: string | Request, init?: RequestInit): Promise<Response>;
}

/** The methods of an object's class, as its stub has them. */
type Remote<T> = {
  [Name in keyof T]: T[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Awaited<Answer>>
    : never;
};

interface Namespace<T = unknown> {
  getByName(name: string): Stub & Remote<T>;
}

interface Kv {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  list(options: { prefix: string }): Promise<{ keys: { name: string }[] }>;
}
