// The command `listen` against a WebSocket server that plays the dispatcher: what the dispatcher
// itself cannot be made to do at will. tests/worker/operations/listen.test.ts has the rest.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, describe, test } from "node:test";
import { Webhook as StandardWebhook } from "standardwebhooks";
import WebSocket, { WebSocketServer } from "ws";
import {
  Receiver, disconnect, hang, nowhere, raw, reply, values, type Step,
} from "../worker/support/receiver.ts";
import { until } from "../worker/support/wait.ts";
import { Command } from "./support/command.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const receiver = await Receiver.listen();
const servers = new Set<FakeDispatcher>();
after(async () => {
  await receiver.close();
  await Promise.all([...servers].map((server) => server.stop()));
});

interface Frame {
  type: string;
  id?: string;
  status?: number;
  headers?: [string, string][];
  body?: string;
  fault?: string;
  detail?: string;
}

/** One connection of the command. */
class Peer {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.socket = socket;
    this.request = request;
    socket.on("message", (data) => {
      if (String(data) !== "ping") this.frames.push(JSON.parse(String(data)));
    });
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** Sends a delivery with a good signature. */
  deliver(id: string, body: string, more: [string, string][] = []): void {
    const at = new Date();
    this.send({
      type: "delivery", id, method: "POST", body, timeout_ms: 10_000,
      headers: [
        ["Content-Type", "application/json"],
        ...more,
        ["webhook-id", `event-${id}`],
        ["webhook-timestamp", String(Math.floor(at.getTime() / 1_000))],
        ["webhook-signature", new StandardWebhook(secret).sign(`event-${id}`, at, body)],
      ],
    });
  }

  /** Waits for the frame about a delivery. */
  about(id: string): Promise<Frame> {
    return until(`a frame about ${id}`, () => this.frames.find((frame) => frame.id === id));
  }
}

type Refusal = (request: IncomingMessage, response: ServerResponse) => void;

class FakeDispatcher {
  readonly peers: Peer[] = [];
  /** Answers requests that are not to become a WebSocket; undefined lets all in. */
  refuse: ((url: URL) => Refusal | undefined) = () => undefined;
  /** The id of the next new webhook. */
  webhookId = "w1";
  port = 0;
  #server = createServer();
  #sockets = new WebSocketServer({ noServer: true });

  async start(): Promise<this> {
    servers.add(this);
    this.#server = createServer((_, response) => response.writeHead(426).end());
    this.#server.on("upgrade", (request, socket, head) => {
      const url = new URL(request.url!, "http://fake");
      const refusal = this.refuse(url);
      if (refusal !== undefined) return answer(socket as never, request, refusal);
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        const peer = new Peer(client, request);
        const id = url.searchParams.get("webhook_id");
        peer.send({
          type: "ready", webhook_id: id ?? this.webhookId, grace_seconds: 60,
          signing_secret: id === null ? secret : null,
        });
        this.peers.push(peer);
      });
    });
    this.#server.listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.peers) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    servers.delete(this);
  }

  peer(number: number): Promise<Peer> {
    return until(`connection ${number}`, () => this.peers[number - 1]);
  }
}

/** Answers an upgrade by an HTTP response. */
function answer(socket: WebSocket, request: IncomingMessage, refusal: Refusal): void {
  const lines: string[] = [];
  const response = {
    writeHead(status: number, headers: Record<string, string> = {}) {
      lines.push(`HTTP/1.1 ${status} x`, "Connection: close");
      for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
      return this;
    },
    end(body = "") {
      (socket as never as { end(text: string): void }).end(`${lines.join("\r\n")}\r\n\r\n${body}`);
    },
  };
  refusal(request, response as never);
}

const problem = (status: number, body: object): Refusal => (_, response) =>
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));

/** Starts a dispatcher and a listener that is connected to it. */
async function listening(...args: string[]) {
  const dispatcher = await new FakeDispatcher().start();
  const command = new Command(["listen", "--url", dispatcher.url, "--key", "k", ...args]);
  await command.shows("Ctrl-C");
  return { dispatcher, command, peer: await dispatcher.peer(1) };
}

describe("listen", { concurrency: 4 }, () => {
  test("asks for a webhook with its options", async () => {
    const { peer } = await listening(
      "--event-type", "COURSE_*", "--event-type", "QUIZ_COMPLETION", "--filter", '{"a":1}',
      "--name", "My laptop", "--timeout-ms", "3000", "--ordered", "--set", "max_in_flight=2",
      "--secret", secret,
    );
    const url = new URL(peer.request.url!, "http://fake");
    assert.equal(url.pathname, "/v1/listen");
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      event_types: '["COURSE_*","QUIZ_COMPLETION"]', filter: '{"a":1}', name: "My laptop",
      timeout_ms: "3000", ordered: "true", max_in_flight: "2",
    });
    assert.equal(peer.request.headers.authorization, "Bearer k");
    assert.equal(peer.request.headers["signing-secret"], secret);
  });

  test("passes a delivery on byte for byte, and the answer back", async () => {
    const long = "ü".repeat(4_000);
    const mailbox = receiver.mailbox(
      reply(503, { "Retry-After": "7", "X-Other": "1", "webhook-delivery": "abort-message" }, long),
    );
    const { command, peer } = await listening("--forward", mailbox.url);
    const body = '{ "event_type":"COURSE_COMPLETION",\n "é":  1.0e0 }';
    const own: [string, string][] = [["User-Agent", "skilljar"], ["X-B", "2"], ["x-a", "1"]];
    peer.deliver("d1", body, own);
    const [request] = await mailbox.got(1);
    assert.equal(request!.body.toString("utf8"), body);
    const names = request!.headers.map(([name]) => name);
    assert.deepEqual(names, [
      "Host", "Content-Type", "User-Agent", "X-B", "x-a", "webhook-id", "webhook-timestamp",
      "webhook-signature", "Content-Length", "Connection",
    ]);
    assert.deepEqual(values(request!, "host"), [new URL(mailbox.url).host]);
    assert.deepEqual(values(request!, "x-b"), ["2"]);
    const frame = await peer.about("d1");
    assert.equal(frame.type, "answer");
    assert.equal(frame.status, 503);
    assert.deepEqual(frame.headers, [["Retry-After", "7"], ["webhook-delivery", "abort-message"]]);
    assert.equal(frame.body, "ü".repeat(2_048));
    await command.shows(/\d\d:\d\d:\d\d {2}COURSE_COMPLETION +503 +\d+ ms\n/);
    await command.shows(/\n +event-d1 +✓ signed\n/);
    await command.shows("it is tried again");
    assert.ok(!command.output.includes("\x1b"), "colours without a terminal");
  });

  test("works on several deliveries at once", async () => {
    let release = () => {};
    const slow: Step = (_, response) => {
      release = () => response.writeHead(200).end();
    };
    const mailbox = receiver.mailbox(slow, 204);
    const { peer } = await listening("--forward", mailbox.url);
    peer.deliver("d1", '{"event_type":"A"}');
    await mailbox.got(1);
    peer.deliver("d2", '{"event_type":"A"}');
    assert.equal((await peer.about("d2")).status, 204);
    assert.equal(peer.frames.length, 1);
    release();
    assert.equal((await peer.about("d1")).status, 200);
  });

  const faults: [title: string, target: () => string, fault: string][] = [
    ["nothing listens", () => nowhere, "refused"],
    ["the connection breaks", () => receiver.mailbox(disconnect).url, "reset"],
    ["it does not speak HTTP", () => receiver.mailbox(raw("hello\r\n\r\n")).url, "not_http"],
    ["it does not speak TLS", () => receiver.origin.replace("http:", "https:"), "tls"],
    ["its name does not exist", () => "http://nothing.invalid/", "dns"],
  ];
  for (const [title, target, fault] of faults) {
    test(`says that the server gave no answer: ${title}`, async () => {
      const { command, peer } = await listening("--forward", target());
      peer.deliver("d1", '{"event_type":"A"}');
      const frame = await peer.about("d1");
      assert.deepEqual([frame.type, frame.fault], ["failure", fault], JSON.stringify(frame));
      await command.shows(/ --- +\d+ ms\n.*\n +no answer \(.+\): it is tried again/);
    });
  }

  test("gives up a delivery that the dispatcher cancels", async () => {
    const mailbox = receiver.mailbox(hang, 204);
    const { command, peer } = await listening("--forward", mailbox.url);
    peer.deliver("d1", '{"event_type":"A"}');
    await mailbox.got(1);
    peer.send({ type: "cancel", id: "d1" });
    await command.shows("no answer (the dispatcher gave up waiting): it is tried again");
    assert.ok((await mailbox.answered(1)).cutOff);
    peer.deliver("d2", '{"event_type":"A"}');
    await peer.about("d2");
    assert.equal(peer.frames.length, 1, "an answer was sent that nobody waits for");
  });

  test("shows a signature that is not good, and the body, and JSON", async () => {
    const { command, peer } = await listening("--body");
    peer.send({
      type: "delivery", id: "d1", method: "POST", timeout_ms: 1_000, body: '{"event_type":"A"}',
      headers: [["webhook-id", "e1"], ["webhook-timestamp", "1"], ["webhook-signature", "v1,x"]],
    });
    assert.equal((await peer.about("d1")).status, 204);
    await command.shows(/A +204 [^]*e1 +✗ Message timestamp too old\n {10}\{\n {12}"event_type"/);
    const url = `http://${peer.request.headers.host}`;
    const json = new Command(["listen", "--url", url, "--key", "k", "--json"]);
    await json.shows('"type":"ready"');
    assert.deepEqual(JSON.parse(json.stdout), { type: "ready", webhook_id: "w1", secret });
  });

  test("goes on with the same webhook after a break", async () => {
    const mailbox = receiver.mailbox(hang, 204);
    const { dispatcher, command, peer } = await listening("--forward", mailbox.url);
    peer.deliver("d1", '{"event_type":"A"}');
    await mailbox.got(1);
    peer.socket.terminate();
    await command.shows("no answer (the connection to the dispatcher broke)");
    const second = await dispatcher.peer(2);
    assert.equal(second.request.url, "/v1/listen?webhook_id=w1");
    assert.equal(second.request.headers["signing-secret"], undefined);
    second.deliver("d1", '{"event_type":"A"}');
    await second.about("d1");
    await command.shows("✓ signed  attempt 2");
  });

  test("waits for a dispatcher that is away", async () => {
    const { dispatcher, command } = await listening();
    const { port } = dispatcher;
    await dispatcher.stop();
    await command.shows("The dispatcher does not answer; waiting…");
    const again = new FakeDispatcher();
    again.port = port;
    again.refuse = (url) => {
      again.refuse = () => undefined;
      assert.equal(url.searchParams.get("webhook_id"), "w1");
      return problem(503, { detail: "Not yet.", code: "unavailable" });
    };
    await again.start();
    const peer = await again.peer(1);
    await command.shows("The dispatcher answers again.");
    assert.equal(command.output.split("does not answer").length, 2, "it was said more than once");
    peer.deliver("d1", '{"event_type":"A"}');
    assert.equal((await peer.about("d1")).status, 204);
  });

  test("makes a new webhook with the same secret if the old one has ended", async () => {
    const { dispatcher, command, peer } = await listening("--event-type", "A_*");
    dispatcher.webhookId = "w2";
    dispatcher.refuse = (url) => url.searchParams.has("webhook_id")
      ? problem(404, { detail: "Not found.", code: "not_found" })
      : undefined;
    peer.socket.terminate();
    const second = await dispatcher.peer(2);
    assert.equal(second.request.url, "/v1/listen?event_types=%5B%22A_*%22%5D");
    assert.equal(second.request.headers["signing-secret"], secret);
    await command.shows("w2 takes its place; what was published in between is lost");
  });

  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const [signal, code] of Object.entries(signals)) {
    test(`ends the webhook at a ${signal}`, async () => {
      const { command, peer } = await listening();
      peer.socket.on("message", (data) => {
        if (String(data) === '{"type":"end"}') peer.socket.close(4001, "the webhook was deleted");
      });
      command.child.kill(signal as NodeJS.Signals);
      assert.equal(await command.ended(), code);
      await command.shows("\n0 received, 0 failed. The webhook is removed.\n");
    });
  }

  test("says when the end is not confirmed", async () => {
    const { dispatcher, command } = await listening();
    await dispatcher.stop();
    await command.shows("waiting…");
    command.child.kill("SIGINT");
    assert.equal(await command.ended(), 130);
    await command.shows("The webhook w1 ends by itself within a minute or two.");
  });

  for (const [close, expected] of [
    [4000, /Another listener has taken over this webhook\./],
    [4001, /The webhook was deleted\./],
    [4002, /did not understand this version of the command/],
  ] as const) {
    test(`ends when the dispatcher closes with ${close}`, async () => {
      const { command, peer } = await listening();
      peer.socket.close(close);
      assert.equal(await command.ended(), 1);
      assert.match(command.output, expected);
    });
  }

  const refusals: [string, Refusal, RegExp][] = [
    [
      "bad fields", problem(400, { event_types: ['"NO" is not one.'], code: "invalid_fields" }),
      /refused the request:\n {2}event_types: "NO" is not one\./,
    ],
    [
      "a bad key", problem(401, { detail: "Invalid.", code: "invalid_key" }),
      /does not accept this API key: Invalid\.\nGive another one with --key/,
    ],
    [
      "a dispatcher without listen", problem(404, { detail: "Not found.", code: "not_found" }),
      /has no \/v1\/listen: it is an older release/,
    ],
    [
      "a page of something else", (_, response) => response.writeHead(502).end("<h1>Bad</h1>"),
      /not the dispatcher's: <h1>Bad<\/h1> Check the address/,
    ],
  ];
  for (const [title, refusal, expected] of refusals) {
    test(`fails at once with ${title}`, async () => {
      const dispatcher = await new FakeDispatcher().start();
      dispatcher.refuse = () => refusal;
      const command = new Command(["listen", "--url", dispatcher.url, "--key", "k"]);
      assert.equal(await command.ended(), 1);
      assert.match(command.stderr, expected);
      assert.ok(!command.stderr.includes("    at "), command.stderr);
    });
  }

  test("fails at once when nothing answers", async () => {
    const command = new Command(["listen", "--url", nowhere, "--key", "k"]);
    assert.equal(await command.ended(), 1);
    assert.match(command.stderr, /does not answer: .*ECONNREFUSED\.\nDoes it run at/);
  });
});
