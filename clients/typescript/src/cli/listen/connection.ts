// The WebSocket to the dispatcher: opens it, keeps it alive, and opens it anew after a break.

import type { IncomingMessage } from "node:http";
import WebSocket from "ws";
import { ConnectionError, DispatcherError, apiError, type ApiError } from "../../errors.ts";
import { pause } from "../../retries.ts";
import { VERSION } from "../../version.ts";
import type { Settings } from "../settings.ts";
import {
  CLOSE_REASONS, frameOf, replyFrame, type Delivery, type Ready, type Reply,
} from "./frames.ts";

const HANDSHAKE_MS = 15_000;
/** How often the connection is tested. Proxies close one that is silent for a minute or so. */
const PING_MS = 20_000;
/** After so long without a sign of the dispatcher, the connection is given up. */
const SILENCE_MS = 45_000;
/** The longest wait before the first attempt to connect again; it doubles up to the other. */
const [BACKOFF_MS, BACKOFF_MAX_MS] = [500, 10_000];
/** How long the end of the webhook may take. */
const END_MS = 4_000;
/** Above what the dispatcher sends in one frame. */
const FRAME_BYTES = 64 * 1024 * 1024;

export interface Hooks {
  /** The webhook is ready, for the first time or again under another id. */
  ready(ready: Ready, isFirst: boolean): void;
  /** Answers a delivery. `signal` is aborted when the answer is not waited for any more. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<Reply>;
  /** The dispatcher cannot be reached; `true`: it can be again. */
  reachable(isReachable: boolean): void;
}

/** An open connection. */
interface Open {
  socket: WebSocket;
  ready: Ready;
  /** Resolves to the close code. */
  closed: Promise<number>;
}

export class Connection {
  readonly #settings: Settings;
  readonly #fields: URLSearchParams;
  readonly #hooks: Hooks;
  readonly #ended = new AbortController();
  #secret: string | undefined;
  #open: Open | undefined;
  #webhookId = "";

  /** `fields` are those of the webhook as a form, `secret` what it signs with. */
  constructor(
    settings: Settings,
    fields: URLSearchParams,
    secret: string | undefined,
    hooks: Hooks,
  ) {
    this.#settings = settings;
    this.#fields = fields;
    this.#secret = secret;
    this.#hooks = hooks;
  }

  /**
   * Listens until `end`, or until the dispatcher ends it for good: then it returns why. Fails if
   * the first connection does, or if the key opens nothing any more.
   */
  async run(): Promise<string | undefined> {
    this.#open = await this.#begin();
    this.#isReady(this.#open, true);
    for (;;) {
      const code = await this.#open.closed;
      this.#open = undefined;
      if (this.#ended.signal.aborted) return undefined;
      const reason = CLOSE_REASONS[code];
      if (reason !== undefined) return reason;
      const next = await this.#reconnect();
      if (next === undefined) return undefined;
      this.#open = next;
    }
  }

  /** Ends the webhook. Returns whether the dispatcher has confirmed it in time. */
  async end(): Promise<boolean> {
    this.#ended.abort();
    const open = this.#open;
    if (open === undefined) return false;
    open.socket.send(JSON.stringify({ type: "end" }));
    const late = pause(END_MS, new AbortController().signal).then(() => undefined);
    const code = await Promise.race([open.closed, late]);
    open.socket.terminate();
    return code !== undefined;
  }

  async #begin(): Promise<Open> {
    try {
      return await this.#connect(this.#fields, this.#secret);
    } catch (error) {
      if ((error as Partial<ApiError>).code !== "not_found") throw error;
      const { url } = this.#settings;
      throw new DispatcherError(
        `${url} has no /v1/listen: it is an older release of the dispatcher, or another path.`,
      );
    }
  }

  #isReady(open: Open, isFirst: boolean): void {
    this.#webhookId = open.ready.webhook_id;
    // A webhook in place of this one gets the same secret, which the local server knows.
    this.#secret ??= open.ready.signing_secret ?? undefined;
    this.#hooks.ready(open.ready, isFirst);
  }

  /** Connects again, with growing waits. Returns undefined if it was ended meanwhile. */
  async #reconnect(): Promise<Open | undefined> {
    const { signal } = this.#ended;
    for (let number = 1; ; number += 1) {
      const limit = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** (number - 1));
      await pause(Math.random() * limit, signal).catch(() => undefined);
      if (signal.aborted) return undefined;
      try {
        const open = await this.#goOn();
        if (number > 1) this.#hooks.reachable(true);
        return open;
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (number === 1) this.#hooks.reachable(false);
      }
    }
  }

  /** Goes on as the same webhook, or as a new one if that is gone. */
  async #goOn(): Promise<Open> {
    try {
      return await this.#connect(new URLSearchParams({ webhook_id: this.#webhookId }), undefined);
    } catch (error) {
      if ((error as ApiError).status !== 404) throw error;
    }
    const open = await this.#connect(this.#fields, this.#secret);
    this.#isReady(open, false);
    return open;
  }

  /** Opens a connection and waits for its first frame. */
  #connect(query: URLSearchParams, secret: string | undefined): Promise<Open> {
    const { url, apiKey } = this.#settings;
    const address = new URL(`${url.replace(/\/+$/, "")}/v1/listen`);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    address.search = query.toString();
    const socket = new WebSocket(address, {
      headers: {
        authorization: `Bearer ${apiKey}`,
        "user-agent": `webhooks-cli/${VERSION}`,
        ...(secret === undefined ? {} : { "signing-secret": secret }),
      },
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: FRAME_BYTES,
      perMessageDeflate: false,
    });
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    return new Promise((resolve, reject) => {
      socket.on("error", (error: NodeJS.ErrnoException) => {
        const why = error.code ?? error.message;
        reject(new ConnectionError(`no answer from ${address.host}: ${why}`, { cause: error }));
      });
      socket.once("unexpected-response", (_request, response: IncomingMessage) => {
        errorOf(response).then(reject, reject).finally(() => socket.terminate());
      });
      closed.then((code) => reject(new ConnectionError(
        `${address.host} closed the connection (${code}) before it began`,
      )));
      this.#serve(socket, (ready) => resolve({ socket, ready, closed }));
    });
  }

  /** Handles the frames of a connection. */
  #serve(socket: WebSocket, begin: (ready: Ready) => void): void {
    const waiting = new Map<string | number, AbortController>();
    let heardAt = Date.now();
    const timer = setInterval(() => {
      if (Date.now() - heardAt > SILENCE_MS) socket.terminate();
      else if (socket.readyState === WebSocket.OPEN) socket.send("ping");
    }, PING_MS);
    socket.once("close", () => {
      clearInterval(timer);
      for (const one of waiting.values()) one.abort("the connection to the dispatcher broke");
    });
    socket.on("message", (data) => {
      heardAt = Date.now();
      const frame = frameOf(String(data));
      if (frame?.type === "ready") begin(frame);
      if (frame?.type === "cancel")
        waiting.get(frame.id)?.abort("the dispatcher gave up waiting");
      if (frame?.type === "delivery") void this.#deliver(socket, frame, waiting);
    });
  }

  async #deliver(
    socket: WebSocket,
    delivery: Delivery,
    waiting: Map<string | number, AbortController>,
  ): Promise<void> {
    const controller = new AbortController();
    waiting.set(delivery.id, controller);
    const reply = await this.#hooks.deliver(delivery, controller.signal);
    waiting.delete(delivery.id);
    if (!controller.signal.aborted && socket.readyState === WebSocket.OPEN)
      socket.send(replyFrame(delivery.id, reply));
  }
}

/** Whether it can be over after a while. */
function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  const { status } = error as Partial<ApiError>;
  return status !== undefined && (status === 429 || status >= 500);
}

/** Returns the error for an answer that is no WebSocket. */
async function errorOf(response: IncomingMessage): Promise<DispatcherError> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers))
    if (value !== undefined) headers.set(name, String(value));
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // The page of a proxy or another site.
  }
  return apiError(new Response(null, { status: response.statusCode ?? 500, headers }), body);
}
