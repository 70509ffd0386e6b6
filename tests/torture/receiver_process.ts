// Starts the receivers' process and passes on what it reports.

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Arrival, ReceiverOrder, ReceiverReport } from "./receivers.ts";

export class ReceiverProcess {
  /** The number of requests that got no 2xx so far. */
  failures = 0;
  readonly #child: ChildProcess;
  readonly #port: number;

  /** Starts the process. `take` is called with each delivery that arrived. */
  static async start(take: (arrival: Arrival) => void): Promise<ReceiverProcess> {
    const file = join(import.meta.dirname, "receivers.ts");
    const child = fork(file, [], { serialization: "advanced", execArgv: [] });
    const [first] = (await once(child, "message")) as [ReceiverReport];
    if (first.kind !== "listening") throw new Error("the receivers reported before they listened");
    return new ReceiverProcess(child, first.port, take);
  }

  private constructor(child: ChildProcess, port: number, take: (arrival: Arrival) => void) {
    this.#child = child;
    this.#port = port;
    child.on("message", (report: ReceiverReport) => {
      if (report.kind !== "arrived") return;
      this.failures += report.failures;
      report.arrivals.forEach(take);
    });
    child.once("exit", (code) => {
      if (code !== 0) throw new Error(`the receivers' process ended with code ${code}`);
    });
  }

  /** Returns the target of a webhook. */
  url(webhook: number): string {
    return `http://127.0.0.1:${this.#port}/${webhook}`;
  }

  order(order: ReceiverOrder): void {
    this.#child.send(order);
  }

  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}
