// Starts the load generator and the receiver as child processes, and sends them orders.

import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LoadOrder, LoadResult } from "./load.ts";
import type { Arrivals, Crowd, ReceiverOrder } from "./receiver.ts";

interface Reply {
  id: number;
  value?: unknown;
  error?: string;
}

/** A child process. It answers each order with a reply that has the order's id. */
class Helper {
  readonly pid: number;
  port = 0;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #orders = 0;

  constructor(file: string) {
    this.#child = fork(join(import.meta.dirname, file), [], { serialization: "advanced" });
    this.pid = this.#child.pid ?? 0;
    this.#child.on("message", (reply: Reply) => {
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
    });
    this.#child.on("exit", () => {
      for (const [id, answer] of this.#waiting) answer({ id, error: `${file} has ended` });
      this.#waiting.clear();
    });
  }

  async ready(): Promise<void> {
    this.port = await new Promise((resolve, reject) => {
      this.#child.once("message", (first: { port: number }) => resolve(first.port));
      this.#child.once("exit", (code) => reject(new Error(`a helper ended with ${code}`)));
    });
  }

  ask(order: LoadOrder | ReceiverOrder): Promise<unknown> {
    const id = ++this.#orders;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (reply) =>
        reply.error === undefined ? resolve(reply.value) : reject(new Error(reply.error)));
      this.#child.send({ id, order });
    });
  }

  end(): void {
    this.#child.disconnect();
  }
}

export class Receiver {
  readonly #helper = new Helper("receiver.ts");

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await receiver.#helper.ready();
    return receiver;
  }

  get port(): number {
    return this.#helper.port;
  }

  url(kind: string, webhook: number): string {
    return `http://127.0.0.1:${this.port}/${kind}/${webhook}`;
  }

  async count(): Promise<number> {
    return (await this.#helper.ask({ kind: "count" })) as number;
  }

  async hanging(): Promise<number> {
    return (await this.#helper.ask({ kind: "hanging" })) as number;
  }

  /** How the requests to `/full` came. */
  async crowd(): Promise<Crowd> {
    return (await this.#helper.ask({ kind: "crowd" })) as Crowd;
  }

  /** Sets whether the `switch`, `full` and `dead` paths of a webhook are down. */
  async down(webhook: number, down: boolean): Promise<void> {
    await this.#helper.ask({ kind: "down", webhook, down });
  }

  /** Returns the requests that arrived since the last call. */
  async collect(): Promise<Arrivals> {
    return (await this.#helper.ask({ kind: "collect" })) as Arrivals;
  }

  /** Waits for `count` requests since the last `collect`, and returns whether they came in time. */
  async reached(count: number, timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while ((await this.count()) < count) {
      if (Date.now() > deadline) return false;
      await sleep(5);
    }
    return true;
  }

  end(): void {
    this.#helper.end();
  }
}

export class Load {
  readonly #helper = new Helper("load.ts");

  static async start(): Promise<Load> {
    const load = new Load();
    await load.#helper.ready();
    return load;
  }

  async run(order: LoadOrder): Promise<LoadResult> {
    return (await this.#helper.ask(order)) as LoadResult;
  }

  end(): void {
    this.#helper.end();
  }
}
