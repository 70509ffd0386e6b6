// The code and tables of docs/PUBLISHING.md and the README: their programs run with a real
// dispatcher, and after a failure a publisher repeats the same request.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { unstable_readConfig as readConfig } from "wrangler";
import { codeBlock, documentText, root, tableBelow } from "../support/document.ts";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { closedPort, disconnect, reply, values } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const guide = documentText("docs/PUBLISHING.md");
const readme = documentText("README.md");
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const { dispatcher, receiver, subscribe } = await fixture({});
const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

interface Run {
  output: string;
  code: number | null | undefined;
}

/** Starts a program in the checkout, where JavaScript finds its packages. */
function run([command, ...args]: string[], environment: Record<string, string>): Run {
  const child = spawn(command!, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
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
  return state;
}

async function ended(state: Run): Promise<Run> {
  const what = () => `the program to end. Its output:\n${state.output}`;
  await until(what, () => state.code !== undefined);
  return state;
}

const programs: [language: string, command: () => string[]][] = [
  [
    "ts",
    () => [process.execPath, "--input-type=module-typescript", "--eval", codeBlock(guide, "ts")],
  ],
  ["python", () => [python(), "-c", codeBlock(guide, "python")]],
];

function python(): string {
  const program = process.env["PYTHON"];
  if (program !== undefined) return program;
  throw new Error(process.env["PYTHON_TROUBLE"] ?? "run it by: npm test -- --only node-test");
}

test("the examples of the guide have different idempotency keys", () => {
  const keys = [...guide.matchAll(/^.*(?:"|Idempotency-Key: )(course-[\w-]+)(?:"|').*$/gm)];
  const names = keys.map(([, key]) => key!);
  assert.equal(names.length, 3);
  assert.equal(new Set(names).size, 3);
});

for (const [language, command] of programs) {
  describe(`the publisher in ${language}`, { concurrency: 3 }, () => {
    test("publishes once, also in a second run", async () => {
      const { account, mailbox } = await subscribe();
      const environment = { DISPATCHER_URL: new URL(dispatcher.url).origin, API_KEY: account.key };
      const first = await ended(run(command(), environment));
      assert.equal(first.code, 0, first.output);
      const [request] = await mailbox.got(1);
      assert.equal(JSON.parse(request!.body.toString("utf8")).user.name, "Zoë");
      const id = values(request!, "webhook-id")[0]!;
      assert.equal(first.output.trim(), `${id} 1`);
      const second = await ended(run(command(), environment));
      assert.equal(second.output, first.output);
      assert.equal(mailbox.count, 1);
    });

    test("repeats the same request after no answer, 503 and 429", async () => {
      const later = { "retry-after": "0" };
      const answer = { id: "e1", event_type: "COURSE_COMPLETION", webhooks: 1 };
      const mailbox = receiver.mailboxAt(
        `/${language}/repeats/v1/events`,
        disconnect,
        reply(503, later, '{"detail":"…"}'),
        reply(429, later, '{"detail":"…"}'),
        reply(202, {}, JSON.stringify(answer)),
      );
      const environment = { DISPATCHER_URL: mailbox.url.replace("/v1/events", ""), API_KEY: "k" };
      const state = await ended(run(command(), environment));
      assert.equal(state.code, 0, state.output);
      assert.equal(state.output.trim(), "e1 1");
      assert.equal(mailbox.count, 4);
      const requests = mailbox.received.map((request) => ({
        body: request.body.toString("utf8"),
        keys: values(request, "idempotency-key"),
        authorization: values(request, "authorization"),
      }));
      for (const request of requests) assert.deepEqual(request, requests[0]);
      assert.match(requests[0]!.keys.join(), /^course-c1-user-\d-completed$/);
      assert.deepEqual(requests[0]!.authorization, ["Bearer k"]);
    });

    test("does not repeat a 400, and shows the answer", async () => {
      const mailbox = receiver.mailboxAt(
        `/${language}/wrong/v1/events`,
        reply(400, {}, '{"event_type":["is wrong"]}'),
      );
      const environment = { DISPATCHER_URL: mailbox.url.replace("/v1/events", ""), API_KEY: "k" };
      const state = await ended(run(command(), environment));
      assert.notEqual(state.code, 0);
      assert.match(state.output, /not published: 400 \{"event_type":\["is wrong"\]\}/);
      assert.equal(mailbox.count, 1);
    });
  });
}

test("the statuses of the guide are those of the contract", () => {
  const contract = JSON.parse(documentText("contract/openapi.json"));
  const statuses = Object.keys(contract.paths["/v1/events"].post.responses);
  const explained = tableBelow(guide, "What an answer means")
    .flatMap(([answer]) => [...answer!.matchAll(/^`(\d+)`/g)].map(([, status]) => status!));
  // These programs cannot cause 405 and 406.
  const possible = statuses.filter((status) => !["405", "406"].includes(status));
  assert.deepEqual([...new Set(explained)].sort(), possible.sort());
});

test("the limits of the guide are those of the variables", () => {
  const { vars } = readConfig({ config: join(root, "wrangler.toml") }, { hideWarnings: true });
  const limits = new Map(
    tableBelow(guide, "Limits").map(([, limit, variable]) => [variable!, limit!]),
  );
  for (const name of ["MAX_EVENT_BYTES", "MAX_BATCH_BYTES"])
    assert.equal(limits.get(`\`${name}\``), `${Number(vars[name]).toLocaleString("en")} bytes`);
});

test("the receiver of the README accepts only signed deliveries", async () => {
  const port = await closedPort();
  const program = codeBlock(readme, "js").replace("listen(3000)", `listen(${port})`);
  const environment = { SIGNING_SECRET: secret };
  const state = run([process.execPath, "--input-type=module", "--eval", program], environment);
  const url = `http://127.0.0.1:${port}/hook`;
  const post = () => fetch(url, { method: "POST", body: "{}" }).catch(() => undefined);
  const forged = await until(() => `the receiver to listen. Its output:\n${state.output}`, post);
  assert.equal(forged.status, 500);
  const account = await dispatcher.account();
  await account.create({ target_url: url, signing_secret: secret });
  const { id } = must(202, await account.api.post("/v1/events", event("Zoë ✓"))).json;
  await until("the event to be received", () => state.output.includes(id));
  assert.equal(state.output.trim(), `${id} COURSE_ENROLLMENT`);
});
