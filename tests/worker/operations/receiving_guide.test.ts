// The code and tables of docs/RECEIVING.md: the receivers get real deliveries, the table of answers
// is tested with a dispatcher, and the table of attempts is compared with the variables.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { unstable_readConfig as readConfig } from "wrangler";
import { codeBlock, documentText, root, tableBelow } from "../support/document.ts";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import type { NewWebhook } from "../support/api.ts";
import { must, type Account } from "../support/harness.ts";
import {
  closedPort, disconnect, reply, type Received, type Step,
} from "../support/receiver.ts";
import { header } from "../support/signatures.ts";
import { retryVars } from "../support/retries.ts";
import { until } from "../support/wait.ts";

const text = documentText("docs/RECEIVING.md");
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const { dispatcher, subscribe } = await fixture({ vars: retryVars });
const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

interface Run {
  output: string;
  code: number | null | undefined;
}

/** Starts a program in the checkout, where JavaScript finds its packages. */
function run(command: string, args: string[], options: Environment = {}): Run {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  children.add(child);
  const state: Run = { output: "", code: undefined };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (state.output += chunk.toString("utf8")));
  child.on("error", (error) => (state.output += error.message));
  child.once("close", (code) => {
    children.delete(child);
    state.code = code;
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  return state;
}

interface Environment {
  cwd?: string;
  environment?: Record<string, string>;
  input?: Buffer;
}

async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Starts a receiver of the document, and creates a webhook for it. */
async function startReceiver(
  command: string,
  args: string[],
  webhook: Partial<NewWebhook> = { signing_secret: secret },
) {
  const port = await closedPort();
  const account = await dispatcher.account();
  const url = `http://127.0.0.1:${port}/hook`;
  const { id, signing_public_key: key } = await account.create({ target_url: url, ...webhook });
  const environment = { SIGNING_SECRET: key ?? secret, PORT: String(port) };
  const state = run(command, args, { environment });
  await until(
    () => `the receiver to listen (${state.code}). Its output:\n${state.output}`,
    () => isListening(port),
  );
  const lines = (eventId: string) =>
    state.output.split(/\r?\n/).filter((line) => line.startsWith(eventId));
  return { account, url, state, lines, path: `/v1/webhooks/${id}` };
}

async function publish(account: Account, mark: string): Promise<string> {
  return must(202, await account.api.post("/v1/events", event(mark))).json.id;
}

/** Waits until the event is delivered with this number of attempts. Returns the delivery. */
const delivered = (account: Account, path: string, eventId: string, tries: number) =>
  until(`${eventId} to be delivered with ${tries} attempts`, async () => {
    const found = must(200, await account.api.get(`${path}/deliveries/${eventId}`)).json;
    return found.status === "delivered" && found.tries.length === tries ? found : undefined;
  });

interface Example {
  /** The heading above the code, and its language. */
  heading: string;
  language: string;
  command: () => string;
  /** The arguments that run the code of the document. */
  args: (block: string) => string[];
  /** Fields of the webhook in place of the signing secret. */
  webhook?: Partial<NewWebhook>;
}

function receives({ heading, language, command, args, webhook }: Example) {
  const what = `the receiver in ${language} below ${heading}`;
  test(`${what} accepts each signed delivery once, and no others`, async () => {
    const block = codeBlock(text, language, heading);
    const started = await startReceiver(command(), args(block), webhook);
    const { account, url, state, lines, path } = started;
    const id = await publish(account, "Zoë ✓");
    const [first] = (await delivered(account, path, id, 1)).tries;
    assert.equal(first.http_status_code, 204, state.output);
    assert.deepEqual(lines(id), [`${id} COURSE_ENROLLMENT`]);

    must(202, await account.api.post(`${path}/deliveries/${id}/resend`));
    const [, second] = (await delivered(account, path, id, 2)).tries;
    assert.equal(second.http_status_code, 204, state.output);
    assert.deepEqual(lines(id), [`${id} COURSE_ENROLLMENT`], "the event was processed twice");

    must(200, await account.api.post(`${path}/rotate-secret`));
    const later = await publish(account, "after a rotation");
    await delivered(account, path, later, 1);
    assert.deepEqual(lines(later), [`${later} COURSE_ENROLLMENT`]);

    for (const forged of forgeries()) {
      const answer = await fetch(url, { method: "POST", ...forged });
      assert.equal(answer.status, 500, JSON.stringify(forged));
    }
    assert.deepEqual(lines("forged"), []);
  });
}

/** Returns requests without a valid signature. */
function forgeries(): { headers: Record<string, string>; body: string }[] {
  const body = JSON.stringify(event("forged"));
  const signed = (key: string, at: Date) => ({
    "webhook-id": "forged",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new StandardWebhook(key).sign("forged", at, body),
  });
  const now = new Date();
  const other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  return [
    { headers: {}, body },
    { headers: signed(other, now), body },
    { headers: signed(secret, now), body: body.replace("forged", "forgery") },
    { headers: signed(secret, new Date(now.getTime() - 600_000)), body },
  ];
}

/** Serves a handler of the web's `Request`, as Next.js does. */
const serveHandler = `
import { createServer } from "node:http";
createServer(async (request, answer) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = "http://127.0.0.1" + request.url;
  const headers = request.headers as Record<string, string>;
  const body = Buffer.concat(chunks);
  const { status } = await POST(new Request(url, { method: "POST", headers, body }));
  answer.writeHead(status).end();
}).listen(process.env.PORT);
`;

const serveFastApi = `
import uvicorn
uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
`;

/** A receiver around the function of the document. */
const serveIsSigned = `
import { createServer } from "node:http";
const seen = new Set();
createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (!isSigned(process.env.SIGNING_SECRET, request.headers, body)) {
    return response.writeHead(500).end();
  }
  const id = request.headers["webhook-id"];
  if (!seen.has(id)) console.log(id, JSON.parse(body).event_type);
  seen.add(id);
  response.writeHead(204).end();
}).listen(process.env.PORT);
`;

const serveIsSignedInPython = `
import json, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

seen = set()

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        is_good = is_signed(os.environ["SIGNING_SECRET"], self.headers, body)
        event_id = self.headers["webhook-id"]
        if is_good and event_id not in seen:
            seen.add(event_id)
            print(event_id, json.loads(body)["event_type"], flush=True)
        self.send_response(204 if is_good else 500)
        self.end_headers()

ThreadingHTTPServer(("", int(os.environ["PORT"])), Receiver).serve_forever()
`;

describe("the document's code", () => {
  const node = () => process.execPath;
  const inNode = (language: "js" | "ts", more = "") => (block: string) => [
    `--input-type=module${language === "ts" ? "-typescript" : ""}`, "--eval", block + more,
  ];
  const inPython = (more = "") => (block: string) => ["-c", block + more];
  receives({ heading: "JavaScript", language: "js", command: node, args: inNode("js") });
  receives({ heading: "Express", language: "js", command: node, args: inNode("js") });
  receives({
    heading: "Next.js", language: "ts", command: node, args: inNode("ts", serveHandler),
  });
  receives({
    heading: "Python", language: "python", command: pythonProgram, args: inPython(),
  });
  receives({
    heading: "FastAPI", language: "python", command: pythonProgram, args: inPython(serveFastApi),
  });
  const webhook = { signature: "ed25519" };
  receives({
    heading: "Ed25519", language: "js", command: node, args: inNode("js", serveIsSigned), webhook,
  });
  receives({
    heading: "Ed25519", language: "python", command: pythonProgram,
    args: inPython(serveIsSignedInPython), webhook,
  });

  test("a function in Rust accepts only signed deliveries", async () => {
    const program = await compiled(codeBlock(text, "rust"));
    const { account, mailbox } = await subscribe({ webhook: { signing_secret: secret } });
    const id = await publish(account, "Zoë ✓");
    const [request] = await mailbox.got(1);
    assert.deepEqual(await verdict(program, request!, request!.body), { code: 0, says: id });
    const altered = Buffer.from(request!.body.toString("utf8").replace("Zoë", "Zoe"));
    assert.notEqual((await verdict(program, request!, altered)).code, 0);
  });
});

function pythonProgram(): string {
  const program = process.env["PYTHON"];
  if (program !== undefined) return program;
  throw new Error(process.env["PYTHON_TROUBLE"] ?? "run it by: npm test -- --only node-test");
}

/** Runs the program, which calls the function with its arguments and its input. */
async function verdict(program: string, request: Received, body: Buffer) {
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  const args = [secret, ...names.map((name) => header(request, name))];
  const state = run(program, args, { input: body });
  await until("the program to end", () => state.code !== undefined);
  return { code: state.code, says: state.output.trim() };
}

const main = `
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", args[1].parse().unwrap());
    headers.insert("webhook-timestamp", args[2].parse().unwrap());
    headers.insert("webhook-signature", args[3].parse().unwrap());
    let mut body = Vec::new();
    std::io::Read::read_to_end(&mut std::io::stdin(), &mut body).unwrap();
    println!("{}", verified(&args[0], &headers, &body).unwrap());
}
`;

/** Compiles the function with the versions of Cargo.lock. The output is kept for later runs. */
async function compiled(block: string): Promise<string> {
  const home = join(root, "target", "receiving");
  mkdirSync(join(home, "src"), { recursive: true });
  copyFileSync(join(root, "Cargo.lock"), join(home, "Cargo.lock"));
  writeFileSync(
    join(home, "Cargo.toml"),
    '[package]\nname = "receiving"\nversion = "0.0.0"\nedition = "2024"\n' +
      '[dependencies]\nhttp = "1"\nstandardwebhooks = "1"\n[workspace]\n',
  );
  writeFileSync(join(home, "src", "main.rs"), block + main);
  const environment = { CARGO_TARGET_DIR: join(home, "target") };
  const state = run("cargo", ["build", "--quiet"], { cwd: home, environment });
  await until(() => "cargo to end", () => state.code !== undefined, 240_000);
  assert.equal(state.code, 0, state.output);
  return join(home, "target", "debug", "receiving");
}

/** The answers of the table that are told by more than their status. */
const SIGNALS: Record<string, Step[]> = {
  "a failure with `webhook-delivery: abort-message`":
    [400, 500].map((status) => reply(status, { "webhook-delivery": "abort-message" })),
  "any with `webhook-delivery: disable`":
    [204, 503].map((status) => reply(status, { "webhook-delivery": "disable" })),
  "the challenge of a bot protection": [reply(403, { "cf-mitigated": "challenge" })],
};

describe("the document's table of answers", { concurrency: 4 }, () => {
  const outcomes: Record<string, (step: Step) => Promise<void>> = {
    delivered: async (step) => {
      const { account, mailbox, path } = await subscribe({ answers: [step] });
      await delivered(account, path, await publish(account, "a"), 1);
      assert.equal(mailbox.count, 1);
    },
    retried: async (step) => {
      const { account, mailbox, path } = await subscribe({ answers: [step, 200] });
      await delivered(account, path, await publish(account, "a"), 2);
      assert.equal(mailbox.count, 2);
    },
    "given up": async (step) => {
      const { account, mailbox, id, path } = await subscribe({ answers: [step, 200] });
      const event = await publish(account, "a");
      await until("the delivery to be given up", async () => {
        const { json } = await account.api.get(`${path}/deliveries/${event}`);
        return json.status === "undelivered";
      });
      assert.equal((await account.read(id)).active, true);
      assert.equal(mailbox.count, 1);
    },
    deactivated: async (step) => {
      const { account, mailbox, id } = await subscribe({ answers: [step] });
      await publish(account, "a");
      await account.deactivated(id);
      assert.equal(mailbox.count, 1);
    },
  };
  const rows = tableBelow(text, "What an answer does");
  assert.equal(rows.length, 8);
  for (const [answers, outcome] of rows) {
    const [from, to] = [...answers!.matchAll(/`(\d+)`/g)].map(([, status]) => Number(status));
    const steps: Step[] =
      SIGNALS[answers!] ?? (from === undefined ? [disconnect] : [from, from + 4, to!]);
    for (const step of steps) {
      const what = typeof step === "number" ? step : answers;
      test(`${what}: ${outcome}`, async () => {
        const check = outcomes[outcome!];
        assert.ok(check, `the table has ${outcome}`);
        await check(step);
      });
    }
  }
});

test("the document's table of attempts follows from the variables", () => {
  const { vars } = readConfig({ config: join(root, "wrangler.toml") }, { hideWarnings: true });
  const [baseMs, maxMs, retries] = ["RETRY_BASE_MS", "RETRY_MAX_MS", "RETRY_LIMIT"].map((name) =>
    Number(vars[name]),
  ) as [number, number, number];
  const rows = new Map<string, string[]>(
    tableBelow(text, "When it is retried").map(([number, ...rest]) => [number!, rest]),
  );
  let sinceFirst = 0;
  for (let number = 2; number <= retries + 1; number += 1) {
    const delay = Math.min(baseMs * 2 ** (number - 2), maxMs) / 1_000;
    sinceFirst += delay;
    const row = rows.get(String(number));
    if (row !== undefined) assert.deepEqual(row, [`${delay} s`, inWords(sinceFirst)]);
    else assert.equal(`${delay} s`, rows.get("…")?.[0], `attempt ${number} is not in the table`);
    rows.delete(String(number));
  }
  assert.deepEqual([...rows.keys()], ["…"], "the table has more attempts than are made");
  assert.ok(text.includes(`failed ${retries + 1} times`));
});

function inWords(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const parts = [`${seconds % 60} s`];
  if (hours > 0 || minutes > 0) parts.unshift(`${minutes} min`);
  if (hours > 0) parts.unshift(`${hours} h`);
  return parts.join(" ");
}
