// Measures for how long a call holds an object: how long small calls to the same object wait
// meanwhile.
//
// An object has one thread, so a small call that comes while another runs waits for the end of its
// turn. The small calls follow each other on a connection of their own.

import { connect, type Socket } from "node:net";
import { Messages, clockMs } from "./http.ts";

export class Probe {
  readonly #socket: Socket;
  readonly #request: string;
  #answer: ((isOk: boolean) => void) | undefined;

  constructor(port: number, path: string, authorization: string) {
    this.#request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
      `Authorization: ${authorization}\r\n\r\n`;
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const messages = new Messages((head) => this.#done(head.startsWith("HTTP/1.1 200 ")));
    this.#socket.on("data", (chunk: Buffer) => messages.push(chunk));
    this.#socket.on("error", () => this.#socket.destroy());
    this.#socket.on("close", () => this.#done(false));
  }

  /** Makes a call, and returns its milliseconds. Throws unless the answer is 200. */
  async once(): Promise<number> {
    const start = clockMs();
    const isOk = await new Promise<boolean>((resolve) => {
      this.#answer = resolve;
      if (this.#socket.destroyed) this.#done(false);
      else this.#socket.write(this.#request);
    });
    if (!isOk) throw new Error("a small call to the object failed");
    return clockMs() - start;
  }

  /** Makes calls until `work` has ended, and returns the milliseconds of the longest. */
  async longestDuring(work: Promise<unknown>): Promise<number> {
    let isOver = false;
    const over = work.finally(() => (isOver = true));
    // A failure of `work` is thrown below, after the last call.
    over.catch(() => undefined);
    let longest = 0;
    do longest = Math.max(longest, await this.once()); while (!isOver);
    await over;
    return longest;
  }

  end(): void {
    this.#socket.destroy();
  }

  #done(isOk: boolean): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(isOk);
  }
}
