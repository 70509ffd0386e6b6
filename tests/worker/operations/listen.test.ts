// `npm run listen`: it creates a temporary webhook, shows its deliveries and forwards them to a
// server of the developer.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { hang, nowhere, reply, values } from "../support/receiver.ts";
import { header, isSignedWith } from "../support/signatures.ts";
import { until } from "../support/wait.ts";

const root = join(import.meta.dirname, "../../..");
const vars = { RETRY_BASE_MS: 50, DELIVERY_TIMEOUT_MS: 1_000 };
const { dispatcher, receiver, startDispatcher } = await fixture({ vars });
const listeners = new Set<Listener>();
after(() => {
  for (const listener of listeners) listener.child.kill("SIGKILL");
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

const webhookIds = async (account: Account): Promise<string[]> =>
  must(200, await account.api.get("/v1/webhooks"))
    .json.results.map((webhook: { id: string }) => webhook.id)
    .sort();

/** Waits until the account has only these webhooks. The list shows a removal with a delay. */
const haveOnly = (account: Account, ids: string[]) =>
  until(
    `the webhooks to be ${ids}`,
    async () => String(await webhookIds(account)) === String([...ids].sort()),
  );

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
    const path = `/v1/webhooks/${id}/deliveries/${published.id}`;
    const delivery = await until("the delivery to be recorded", async () => {
      const found = must(200, await account.api.get(path)).json;
      return found.status === "delivered" ? found : undefined;
    });
    const last = delivery.tries.at(-1);
    assert.equal(last.http_status_code, 201);
    assert.equal(last.answer, "thanks");
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    test(`removes the webhook after a ${signal}`, async () => {
      const { account, listener, id } = await listening();
      await account.read(id);
      listener.child.kill(signal);
      const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
      assert.equal(await listener.ended(), codes[signal]);
      must(404, await account.api.get(`/v1/webhooks/${id}`));
      await listener.shows("0 received, 0 failed. The webhook is removed.");
    });
  }

  test("answers 204 without --forward, and shows the body with --body", async () => {
    const { account, listener } = await listening("--body");
    await account.publish({ event_type: "PATH_ENROLLMENT", path: { id: "p1" } });
    await listener.shows(/PATH_ENROLLMENT +204/);
    await listener.shows(/^ {10} {2}"path": \{$/m);
  });

  test("gets only one type with --event-type", async () => {
    const { account, listener } = await listening("--event-type", "QUIZ_COMPLETION");
    assert.equal(await account.publish(event("a", "PATH_COMPLETION")), 0);
    assert.equal(await account.publish(event("b", "QUIZ_COMPLETION")), 1);
    await listener.shows(/QUIZ_COMPLETION +204/);
    assert.ok(!listener.output.includes("PATH_COMPLETION"));
  });

  test("uses the secret of --secret", async () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const mailbox = receiver.mailbox();
    const { account } = await listening("--secret", secret, "--forward", mailbox.url);
    await account.publish(event("a"));
    assert.ok(isSignedWith(secret, (await mailbox.got(1))[0]!));
  });

  test("shows a failure and the retry", async () => {
    const mailbox = receiver.mailbox(500, 200);
    const { account, listener } = await listening("--forward", mailbox.url);
    await account.publish(event("a"));
    const [first, second] = await mailbox.got(2);
    assert.equal(header(first!, "webhook-id"), header(second!, "webhook-id"));
    await listener.shows(/ 500 [^]*it is tried again\n[^]* 200 [^]*✓ signed {2}try 2/);
    listener.child.kill("SIGINT");
    await listener.ended();
    await listener.shows("2 received, 1 failed.");
  });

  test("shows that no server answers", async () => {
    const { listener, account } = await listening("--forward", nowhere);
    await account.publish(event("a"));
    await listener.shows("no answer (ECONNREFUSED): it is tried again");
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

  test("removes the webhooks of ended runs, and no others", async () => {
    const { account, listener, id } = await listening();
    const other = await account.create({ target_url: nowhere });
    const second = new Listener(["--url", dispatcher.url, "--key", account.key]);
    const [, running] = await second.shows(/webhook {2}(\w+) \(temporary\)/);
    await haveOnly(account, [id, other.id, running!]);
    listener.child.kill("SIGKILL");
    await listener.ended();
    const third = new Listener(["--url", dispatcher.url, "--key", account.key]);
    const [, last] = await third.shows(/webhook {2}(\w+) \(temporary\)/);
    await haveOnly(account, [other.id, running!, last!]);
  });
});

describe("npm run listen reports the error", { concurrency: 4 }, () => {
  const cases: [string, (account: Account) => string[], RegExp][] = [
    [
      "when no dispatcher runs",
      () => ["--url", nowhere, "--key", "any"],
      /No dispatcher answers at http:\S+:64999 \(ECONNREFUSED\)\.\nStart it .*npm start/,
    ],
    [
      "when the key is invalid",
      () => ["--url", dispatcher.url, "--key", "bad"],
      /does not know this API key: .*\nGive another one with --key/,
    ],
    [
      "when the type is unknown",
      (account) => ["--url", dispatcher.url, "--key", account.key, "--event-type", "NO"],
      /--event-type: .*NO/,
    ],
    [
      "when the secret is invalid",
      (account) => ["--url", dispatcher.url, "--key", account.key, "--secret", "whsec_a"],
      /--secret: /,
    ],
    ["when an option is unknown", () => ["--fowrard"], /Unknown option '--fowrard'[^]*usage: npm/],
    ["when the URL is invalid", () => ["--key", "k", "--forward", "3000"], /--forward is "3000"/],
  ];
  for (const [title, args, expected] of cases) {
    test(title, async () => {
      const account = await dispatcher.account();
      const listener = new Listener(args(account));
      assert.equal(await listener.ended(), 1);
      assert.match(listener.output, expected);
      assert.ok(!listener.output.includes("    at "), listener.output);
      assert.deepEqual(await webhookIds(account), []);
    });
  }

  test("when the dispatcher does not send to this machine", async () => {
    const remote = await startDispatcher({ vars: { ALLOW_PRIVATE_TARGETS: null } });
    const { key } = await remote.account();
    const listener = new Listener(["--url", remote.url, "--key", key]);
    assert.equal(await listener.ended(), 1);
    assert.match(listener.output, /does not send to this machine: .*\n.*ALLOW_PRIVATE_TARGETS/);
  });
});
