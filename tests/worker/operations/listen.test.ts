// `npm run listen`: the command `webhooks listen` with the dispatcher of a checkout. It has a
// temporary webhook whose receiver is this machine. tests/clients/listen.test.ts has what a
// dispatcher cannot be made to do at will.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { hang, nowhere, reply, values, type Step } from "../support/receiver.ts";
import { header, isSignedWith } from "../support/signatures.ts";
import { until } from "../support/wait.ts";

const root = join(import.meta.dirname, "../../..");
const vars = { RETRY_BASE_MS: 50, DELIVERY_TIMEOUT_MS: 1_000 };
const { dispatcher, receiver, startDispatcher } = await fixture({ vars });
const listeners = new Set<Listener>();
const relays = new Set<Relay>();
after(() => {
  for (const listener of listeners) listener.child.kill("SIGKILL");
  for (const relay of relays) relay.close();
});

/** One run of the command. */
class Listener {
  readonly child: ChildProcess;
  output = "";
  code: number | null | undefined;

  constructor(args: string[], environment: Record<string, string> = {}) {
    listeners.add(this);
    this.child = spawn(process.execPath, [join(root, "scripts", "dev", "listen.mjs"), ...args], {
      // Without the variable of npm, as if the test had started the command directly.
      env: { ...process.env, npm_lifecycle_event: undefined, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.on("data", (chunk: Buffer) => (this.output += chunk.toString("utf8")));
    this.child.once("close", (code) => {
      this.code = code;
      listeners.delete(this);
    });
  }

  /** Waits until the output contains this text. Returns the text, or the match of a pattern. */
  shows(text: string | RegExp): Promise<string[]> {
    return until(
      () => `the output to have ${text}. It is:\n${this.output}`,
      () =>
        typeof text === "string"
          ? (this.output.includes(text) ? [text] : undefined)
          : (this.output.match(text) ?? undefined),
    );
  }

  /** Waits until the command has ended. Returns its exit code. */
  async ended(): Promise<number | null> {
    await until(() => `the end of:\n${this.output}`, () => this.code !== undefined);
    return this.code!;
  }
}

/** Creates an account, and starts a listener for it. */
async function listening(...args: string[]) {
  const account = await dispatcher.account();
  const listener = new Listener(["--url", dispatcher.url, "--key", account.key, ...args]);
  const [, id] = await listener.shows(/webhook {2}(\w+) \(temporary\)/);
  await listener.shows("Ctrl-C");
  return { account, listener, id: id! };
}

/** Waits until the delivery stands so. Returns it with its attempts. */
const delivery = (account: Account, id: string, event: string, status: string) =>
  until(`${event} to be ${status}`, async () => {
    const found = await account.api.get(`/v1/webhooks/${id}/deliveries/${event}`);
    return found.json.status === status ? found.json : undefined;
  });

async function publish(account: Account, body: Record<string, unknown>): Promise<string> {
  return must(202, await account.api.post("/v1/events", body)).json.id;
}

describe("npm run listen", { concurrency: 4 }, () => {
  test("forwards a delivery byte for byte and shows it", async () => {
    const mailbox = receiver.mailbox(reply(201, { "x-answer": "yes" }, "thanks"));
    const { account, listener, id } = await listening("--forward", `${mailbox.url}`);
    const body = '{ "event_type":"COURSE_COMPLETION",\n "é":  1.0e0 }';
    const published = must(202, await account.api.text("POST", "/v1/events", body)).json;
    const [request] = await mailbox.got(1);
    assert.equal(request!.body.toString("utf8"), body);
    assert.deepEqual(values(request!, "content-type"), ["application/json"]);
    assert.deepEqual(values(request!, "user-agent"), ["skilljar"]);
    assert.deepEqual(values(request!, "host"), [new URL(mailbox.url).host]);
    assert.deepEqual(values(request!, "content-length"), [String(Buffer.byteLength(body))]);
    const [, secret] = await listener.shows(/secret {3}(whsec_\S+)/);
    assert.ok(isSignedWith(secret!, request!));
    await listener.shows(/\d\d:\d\d:\d\d {2}COURSE_COMPLETION +201 +\d+ ms/);
    await listener.shows(new RegExp(`${published.id} +✓ signed\\n`));
    assert.ok(!listener.output.includes("\x1b"), "colours without a terminal");
    for (const line of listener.output.split("\n")) assert.ok(line.length <= 80, line);
    const { tries } = await delivery(account, id, published.id, "delivered");
    assert.equal(tries.at(-1).http_status_code, 201);
    assert.equal(tries.at(-1).answer, "thanks");
  });

  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
    test(`removes the webhook after a ${signal}`, async () => {
      const { account, listener, id } = await listening();
      await account.read(id);
      listener.child.kill(signal);
      assert.equal(await listener.ended(), code);
      await listener.shows("0 received, 0 failed. The webhook is removed.");
      must(404, await account.api.get(`/v1/webhooks/${id}`));
    });
  }

  test("removes the webhook when npm's process is killed", async () => {
    const { account, listener, id } = await listening();
    listener.child.kill("SIGKILL");
    await until("the webhook to be removed", async () =>
      (await account.api.get(`/v1/webhooks/${id}`)).status === 404);
  });

  test("answers 204 without --forward, and shows the body with --body", async () => {
    const { account, listener } = await listening("--body");
    await account.publish({ event_type: "PATH_ENROLLMENT", path: { id: "p1" } });
    await listener.shows(/PATH_ENROLLMENT +204/);
    await listener.shows(/^ {10} {2}"path": \{$/m);
  });

  test("gets only what its options ask for", async () => {
    const { account, listener, id } = await listening(
      "--event-type", "QUIZ_COMPLETION", "--event-type", "PATH_*", "--filter", '{"n":{"$gt":1}}',
      "--name", "My laptop",
    );
    const { name, event_types: types } = await account.read(id);
    assert.deepEqual([name, types], ["My laptop", ["QUIZ_COMPLETION", "PATH_*"]]);
    assert.equal(await account.publish(event("a", "COURSE_COMPLETION")), 0);
    assert.equal(await account.publish({ event_type: "PATH_COMPLETION", n: 1 }), 0);
    assert.equal(await account.publish({ event_type: "PATH_COMPLETION", n: 2 }), 1);
    await listener.shows(/PATH_COMPLETION +204/);
    assert.ok(!listener.output.includes("COURSE_COMPLETION"));
  });

  test("uses the secret of --secret", async () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const mailbox = receiver.mailbox();
    const { account } = await listening("--secret", secret, "--forward", mailbox.url);
    await account.publish(event("a"));
    assert.ok(isSignedWith(secret, (await mailbox.got(1))[0]!));
  });

  test("verifies Ed25519", async () => {
    const { account, listener } = await listening("--set", "signature=ed25519");
    await listener.shows(/secret {3}whpk_/);
    await account.publish(event("a"));
    await listener.shows("✓ signed");
  });

  test("shows a failure and the retry", async () => {
    const mailbox = receiver.mailbox(500, 200);
    const { account, listener, id } = await listening("--forward", mailbox.url);
    const published = await publish(account, event("a"));
    const [first, second] = await mailbox.got(2);
    assert.equal(header(first!, "webhook-id"), header(second!, "webhook-id"));
    await listener.shows(/ 500 [^]*it is tried again\n[^]* 200 [^]*✓ signed {2}attempt 2/);
    const { tries } = await delivery(account, id, published, "delivered");
    assert.deepEqual(tries.map((one: Attempt) => one.http_status_code), [500, 200]);
    listener.child.kill("SIGINT");
    await listener.ended();
    await listener.shows("2 received, 1 failed.");
  });

  test("tells the dispatcher that no server answers", async () => {
    const { listener, account, id } = await listening("--forward", nowhere);
    const published = await publish(account, event("a"));
    await listener.shows("no answer (ECONNREFUSED): it is tried again");
    const { tries } = await delivery(account, id, published, "waiting");
    assert.deepEqual([tries[0].http_status_code, tries[0].fault], [null, "refused"]);
  });

  test("waits for a server as long as the dispatcher does", async () => {
    const mailbox = receiver.mailbox(hang);
    const { listener, account } = await listening("--forward", mailbox.url);
    await account.publish(event("a"));
    await listener.shows("no answer (the dispatcher gave up waiting): it is tried again");
    assert.ok((await mailbox.answered(1)).cutOff);
  });

  test("continues after a 4xx, which deactivates the webhook", async () => {
    const mailbox = receiver.mailbox(404, 200);
    const { listener, account } = await listening("--forward", mailbox.url);
    await account.publish(event("a"));
    await listener.shows(/ 404 [^]*a 4xx switches the webhook off/);
    await listener.shows("The webhook was switched off and is on again.");
    await account.publish(event("b"));
    await mailbox.got(2);
    await listener.shows(/ 200 /);
  });

  test("does several deliveries at a time", async () => {
    let open = 0;
    const responses: (() => void)[] = [];
    const together: Step = (_, response) => {
      open += 1;
      responses.push(() => response.writeHead(200).end());
      if (open === 4) for (const respond of responses) respond();
    };
    const mailbox = receiver.mailbox(together);
    const { account } = await listening("--forward", mailbox.url);
    await Promise.all(["a", "b", "c", "d"].map((mark) => account.publish(event(mark))));
    await mailbox.got(4);
    assert.equal(mailbox.openMax, 4);
  });
});

interface Attempt {
  http_status_code: number | null;
}

describe("npm run listen reports the error", { concurrency: 4 }, () => {
  const cases: [string, (account: Account) => string[], RegExp, number][] = [
    [
      "when no dispatcher runs",
      () => ["--url", nowhere, "--key", "any"],
      /does not answer: .*ECONNREFUSED\.\nDoes it run at http:\S+:64999\/\?/,
      1,
    ],
    [
      "when the key is invalid",
      () => ["--url", dispatcher.url, "--key", "bad"],
      /does not accept this API key: .*\nGive another one with --key/,
      1,
    ],
    [
      "when the type is unknown",
      (account) => ["--url", dispatcher.url, "--key", account.key, "--event-type", "NO"],
      /refused the request:\n {2}event_types: .*NO/,
      1,
    ],
    [
      "when the secret is invalid",
      (account) => ["--url", dispatcher.url, "--key", account.key, "--secret", "whsec_a"],
      /refused the request:\n {2}signing_secret: /,
      1,
    ],
    [
      "when an option is unknown",
      () => ["--key", "k", "--fowrard"],
      /unknown option '--fowrard'\n\(Did you mean --forward\?\)/,
      2,
    ],
    ["when the URL is bad", () => ["--key", "k", "--forward", "3000"], /--forward is "3000"/, 2],
  ];
  for (const [title, args, expected, code] of cases) {
    test(title, async () => {
      const account = await dispatcher.account();
      const listener = new Listener(args(account));
      assert.equal(await listener.ended(), code);
      assert.match(listener.output, expected);
      assert.ok(!listener.output.includes("    at "), listener.output);
      assert.deepEqual(must(200, await account.api.get("/v1/webhooks")).json.results, []);
    });
  }
});

test("npm run listen works with a dispatcher that does not reach this machine", async () => {
  const remote = await startDispatcher({ vars: { ALLOW_PRIVATE_TARGETS: null } });
  const account = await remote.account();
  const mailbox = receiver.mailbox();
  const listener = new Listener([
    "--url", remote.url, "--key", account.key, "--forward", mailbox.url,
  ]);
  await listener.shows("Ctrl-C");
  await account.publish(event("a"));
  await mailbox.got(1);
  await listener.shows("✓ signed");
});

test("nothing is lost when the dispatcher is killed", async () => {
  const own = await startDispatcher({ vars: { RETRY_BASE_MS: 50 } });
  const account = await own.account();
  // The dispatcher gets another port when it starts again.
  const proxy = await Relay.listen(() => Number(new URL(own.url).port));
  const mailbox = receiver.mailbox();
  const listener = new Listener([
    "--url", proxy.url, "--key", account.key, "--forward", mailbox.url,
  ]);
  const [, id] = await listener.shows(/webhook {2}(\w+) \(temporary\)/);
  await listener.shows("Ctrl-C");
  const first = await publish(account, event("before"));
  await mailbox.got(1);
  await delivery(account, id!, first, "delivered");
  await own.kill();
  await listener.shows("The dispatcher does not answer; waiting…");
  await own.restart();
  const later = await Promise.all(["a", "b", "c"].map((mark) => publish(account, event(mark))));
  await listener.shows("The dispatcher answers again.");
  for (const one of later) await delivery(account, id!, one, "delivered");
  const ids = mailbox.received.map((request) => header(request, "webhook-id"));
  assert.deepEqual([...new Set(ids)].sort(), [first, ...later].sort());
  listener.child.kill("SIGINT");
  await listener.ended();
  await listener.shows("The webhook is removed.");
});

test("nothing is lost when the listener loses its connection", async () => {
  const account = await dispatcher.account();
  const proxy = await Relay.listen(() => Number(new URL(dispatcher.url).port));
  const mailbox = receiver.mailbox();
  const listener = new Listener([
    "--url", proxy.url, "--key", account.key, "--forward", mailbox.url,
  ]);
  const [, id] = await listener.shows(/webhook {2}(\w+) \(temporary\)/);
  await listener.shows("Ctrl-C");
  const published: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    published.push(await publish(account, event(`before ${round}`)));
    proxy.cut();
    published.push(await publish(account, event(`after ${round}`)));
  }
  for (const one of published) await delivery(account, id!, one, "delivered");
  const ids = new Set(mailbox.received.map((request) => header(request, "webhook-id")));
  assert.deepEqual([...ids].sort(), published.sort());
});

/** Passes connections on to a port, and cuts them. */
class Relay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(port: () => number) {
    this.#server = createServer((client) => {
      let upstream: Socket;
      try {
        upstream = connect(port(), "127.0.0.1");
      } catch {
        return client.destroy(); // The dispatcher does not run.
      }
      for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
        this.#sockets.add(one);
        one.on("error", () => other.destroy());
        one.once("close", () => {
          other.destroy();
          this.#sockets.delete(one);
        });
        one.pipe(other);
      }
      return undefined;
    });
  }

  static async listen(port: () => number): Promise<Relay> {
    const relay = new Relay(port);
    relays.add(relay);
    await new Promise<void>((resolve) => relay.#server.listen(0, "127.0.0.1", resolve));
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends all connections. New ones can be made. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
