// A client of `GET /v1/listen`: it passes deliveries on to a server over real HTTP, and sends the
// answers back.

import { request as httpRequest, type IncomingMessage } from "node:http";
import { basic, type Answer } from "./api.ts";
import { conform } from "./conform.ts";
import { until } from "./wait.ts";

/** A delivery, as its frame says it. */
export interface Delivery {
  type: "delivery";
  id: string;
  method: string;
  headers: [name: string, value: string][];
  body: string;
  timeout_ms: number;
}

/** What a client says of a delivery, without the id. Undefined: nothing. */
export type Reply = Record<string, unknown> | undefined;
type Responder = (delivery: Delivery, listener: Listener) => Reply | Promise<Reply>;

export interface ListenOptions {
  /** The query, without its question mark. */
  query?: string;
  /** The signing secret to ask for. */
  secret?: string;
  /** Whether it pings at once and then every 20 seconds, as it is to do. */
  pings?: boolean;
  /** The URL of the server behind the client, or what replies in its place. */
  to: string | Responder;
}

/** A connected client. */
export class Listener {
  readonly socket: WebSocket;
  /** The first frame. */
  ready: { webhook_id: string; signing_secret: string | null; grace_seconds: number } | undefined;
  readonly deliveries: Delivery[] = [];
  /** The ids of the deliveries whose answers are not waited for any more. */
  readonly cancelled: string[] = [];
  /** Other texts, such as the answers to pings. */
  readonly others: string[] = [];
  /** How the connection ended. */
  closed: { code: number; reason: string } | undefined;
  readonly #to: string | Responder;

  constructor(socket: WebSocket, to: string | Responder, pings: boolean) {
    this.socket = socket;
    this.#to = to;
    // The local runtime keeps a closed socket for a while whose client has never sent anything.
    const ping = () => socket.send("ping");
    if (pings) {
      socket.addEventListener("open", ping);
      const timer = setInterval(ping, 20_000).unref();
      socket.addEventListener("close", () => clearInterval(timer));
    }
    socket.addEventListener("message", ({ data }) => void this.#take(String(data)));
    socket.addEventListener("close", ({ code, reason }) => (this.closed = { code, reason }));
    socket.addEventListener("error", () => undefined);
  }

  get id(): string {
    if (this.ready === undefined) throw new Error("the connection has no first frame yet");
    return this.ready.webhook_id;
  }

  /** Sends a frame. */
  send(frame: unknown): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** Closes the connection, and waits until it is closed. */
  async close(): Promise<void> {
    this.socket.close();
    await this.ended();
  }

  /** Waits until the connection has ended. */
  ended(): Promise<{ code: number; reason: string }> {
    return until("the end of the connection", () => this.closed);
  }

  async #take(text: string): Promise<void> {
    if (!text.startsWith("{")) return void this.others.push(text);
    const frame = JSON.parse(text);
    if (frame.type === "ready") this.ready = frame;
    else if (frame.type === "cancel") this.cancelled.push(frame.id);
    else if (frame.type === "delivery") {
      this.deliveries.push(frame);
      const reply =
        typeof this.#to === "string" ? await forward(this.#to, frame) : await this.#to(frame, this);
      if (reply !== undefined && this.socket.readyState === WebSocket.OPEN)
        this.send({ id: frame.id, ...reply });
    } else this.others.push(text);
  }
}

/** Connects as a listener, and waits for the first frame. */
export async function listen(url: string, key: string, options: ListenOptions): Promise<Listener> {
  const at = new URL(`/v1/listen?${options.query ?? ""}`, url.replace(/^http/, "ws"));
  const headers: Record<string, string> = { authorization: basic(key) };
  if (options.secret !== undefined) headers["signing-secret"] = options.secret;
  // Node's WebSocket takes headers, which that of browsers does not.
  const socket = new WebSocket(at, { headers } as unknown as string[]);
  const listener = new Listener(socket, options.to, options.pings ?? true);
  await until("the first frame", () => {
    if (listener.closed !== undefined) throw new Error(`refused: ${listener.closed.code}`);
    return listener.ready;
  });
  return listener;
}

/** Asks for a connection, which must be refused by an ordinary answer. */
export async function refusal(
  url: string,
  path: string,
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest(new URL(path, url), {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        ...headers,
      },
    });
    request.once("upgrade", (_, socket) => {
      socket.destroy();
      reject(new Error("the connection was accepted"));
    });
    request.once("response", resolve).once("error", reject).end();
  });
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  const pairs = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
  const answer = {
    status: response.statusCode ?? 0,
    headers: new Headers(pairs as [string, string][]),
    text,
    json: JSON.parse(text),
  };
  conform("GET", new URL(path, url).pathname, answer);
  return answer;
}

/** Passes a delivery on to a server, and returns its answer or why there is none. */
export function forward(url: string, delivery: Delivery): Promise<Reply> {
  return new Promise((resolve) => {
    const body = Buffer.from(delivery.body, "utf8");
    const own = [["host", new URL(url).host], ["content-length", String(body.length)]];
    const headers = [...own, ...delivery.headers].flat() as string[];
    const request = httpRequest(new URL(url), { method: delivery.method, headers });
    request.once("error", (error: NodeJS.ErrnoException) => {
      const fault = error.code === "ECONNREFUSED" ? "refused" : "reset";
      resolve({ type: "failure", fault, detail: error.message });
    });
    request.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", () => {
        const pairs = Object.entries(response.headers).map(([name, value]) => [name, `${value}`]);
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ type: "answer", status: response.statusCode, headers: pairs, body: text });
      });
      response.once("error", () => resolve({ type: "failure", fault: "reset" }));
    });
    request.end(body);
  });
}
