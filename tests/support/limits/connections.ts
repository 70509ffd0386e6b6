// The connections of one Worker invocation, or of one object with all its calls and alarms.

import { limits, report } from "./limits.ts";

/** Lets some connections wait for headers at a time. The others wait for their turn. */
export class Connections {
  #open = 0;
  readonly #queue: (() => void)[] = [];

  /** Whether a connection would have to wait. */
  get areFull(): boolean {
    return this.#open >= limits.connections;
  }

  /** Makes a connection now. It counts until `connect` has settled. */
  open<T>(connect: () => Promise<T>): Promise<T> {
    this.#open += 1;
    report.connectionsMax = Math.max(report.connectionsMax, this.#open);
    return this.#connect(connect);
  }

  /**
   * Makes a connection after those in the queue. When `signal` is aborted before that, it leaves
   * the queue: as on the platform, a timeout that was armed before the turn also counts the wait.
   */
  async enqueue<T>(connect: () => Promise<T>, signal?: AbortSignal | null): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push(resolve);
    report.queued += 1;
    report.queuedMax = Math.max(report.queuedMax, this.#queue.length);
    const leave = (): void => {
      const at = this.#queue.indexOf(resolve);
      if (at < 0) return;
      this.#queue.splice(at, 1);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
    await promise;
    return this.#connect(connect);
  }

  #connect<T>(connect: () => Promise<T>): Promise<T> {
    const connected = connect();
    connected.then(this.#end, this.#end);
    return connected;
  }

  /** Ends a connection. The next one in the queue takes its place, so that no other can. */
  readonly #end = (): void => {
    const next = this.#queue.shift();
    if (next === undefined) this.#open -= 1;
    else next();
  };
}
