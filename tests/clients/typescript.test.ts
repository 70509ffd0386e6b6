// The package of the TypeScript client as its users have it: packed, installed into an empty
// project, compiled there with all strict checks, and run against a real dispatcher in every
// runtime that it supports.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { join, relative } from "node:path";
import { after, before, describe, test } from "node:test";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { adminKey, must as mustAnswer } from "../worker/support/harness.ts";
import { fixture } from "../worker/support/fixture.ts";
import { nowhere } from "../worker/support/receiver.ts";
import { until } from "../worker/support/wait.ts";
import { emptyProject, must, packageJson, root, run } from "./support/package.ts";
import { scenarioReceiver } from "./support/receiver.ts";
import { workerOptions } from "./support/worker.ts";

interface Outcome {
  name: string;
  steps: number;
  failure?: string;
}

const { dispatcher, startDispatcher } = await fixture({});
const receiver = await scenarioReceiver();
const scenarios = JSON.parse(readFileSync(join(root, "clients/scenarios.json"), "utf8"));
const project = await emptyProject();
const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGKILL");
});
const program = (name: string) => join(project, "src", name);

/** Returns what a program is told. Each runtime has a dispatcher of its own. */
async function orders(runtime: string) {
  const { url } = await startDispatcher();
  return { scenarios, url, adminKey, receiver, runtime };
}

function assertPassed(outcomes: Outcome[]): void {
  const failures = outcomes.filter(({ failure }) => failure !== undefined);
  assert.deepEqual(failures.map(({ name, failure }) => `${name}: ${failure}`), []);
  assert.equal(outcomes.length, scenarios.length);
}

test("the package has what it needs and nothing else", () => {
  const folder = join(project, "node_modules/webhook-dispatcher");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  for (const needed of ["dist/index.js", "dist/index.d.ts", "dist/receive/index.js", "LICENSE"])
    assert.ok(files.includes(needed), `${needed} is missing`);
  const odd = files.filter((path) => !/^(dist\/.*\.(js|d\.ts)|package\.json|README\.md|LICENSE)$/
    .test(path));
  assert.deepEqual(odd, []);
});

test("the package has the version of the dispatcher, and the packages that are tested", () => {
  const { version, dependencies } = packageJson();
  const cargo = readFileSync(join(root, "Cargo.toml"), "utf8");
  const source = readFileSync(join(root, "clients/typescript/src/version.ts"), "utf8");
  assert.ok(cargo.includes(`\nversion = "${version}"`), "Cargo.toml has another version");
  assert.ok(source.includes(`VERSION = "${version}"`), "version.ts has another version");
  const tested = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies;
  for (const [name, range] of Object.entries(dependencies)) {
    const major = /^\^(\d+\.)/.exec(String(range))?.[1];
    assert.ok(major && tested[name]?.startsWith(major), `${name} ${range} is not ${tested[name]}`);
  }
});

test("every operation of the contract has its call, and no other", () => {
  const source = readFileSync(join(import.meta.dirname, "programs/calls.ts"), "utf8");
  const table = source.slice(source.indexOf("export const calls"), source.indexOf("\n};"));
  const names = [...table.matchAll(/^ {2}(\w+): \(client/gm)].map(([, name]) => name!);
  const contract = JSON.parse(readFileSync(join(root, "contract/openapi.json"), "utf8"));
  const operations = Object.values<Record<string, { operationId: string }>>(contract.paths)
    .flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
    .filter((id) => id !== undefined && !NOT_CALLS.includes(id));
  assert.deepEqual(names.sort(), operations.sort());
  const used = new Set(scenarios.flatMap((scenario: { steps: { call: string }[] }) =>
    scenario.steps.map((step) => step.call)));
  assert.deepEqual(names.filter((name) => !used.has(name)), [], "no scenario has these calls");
});

/** Operations that are no calls of the client. `listen` is the command of the same name. */
const NOT_CALLS = ["listen"];

test("a program compiles with all strict checks, with TypeScript 5 and 7", async () => {
  const options = [
    "--strict", "--noEmit", "--target", "es2022", "--module", "nodenext", "--types", "node",
    "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--noImplicitOverride",
    "--resolveJsonModule", "--allowImportingTsExtensions",
  ];
  writeFileSync(program("orders.json"), "{}");
  const files = readdirSync(join(project, "src"), { recursive: true })
    .map(String).filter((name) => name.endsWith(".ts")).map((name) => program(name));
  const compilers = [
    join(project, "node_modules/typescript/bin/tsc"),
    join(root, "node_modules/typescript-native/bin/tsc"),
  ];
  for (const compiler of compilers)
    await must(process.execPath, [compiler, ...options, ...files], project);
});

describe("the scenarios", { concurrency: 1 }, () => {
  const programs: [string, () => string[]][] = [
    ["node", () => [process.execPath, program("main.ts")]],
    ["bun", () => [given("BUN"), "run", program("main.ts")]],
    ["deno", () => [given("DENO"), "run", "--no-prompt", "--allow-net", program("main.ts")]],
  ];
  for (const [runtime, command] of programs) {
    test(`pass in ${runtime}`, async () => {
      writeFileSync(program("orders.json"), JSON.stringify(await orders(runtime)));
      const [name, ...args] = command();
      const output = await must(name!, args, project, { DENO_NO_UPDATE_CHECK: "1" });
      assertPassed(JSON.parse(output.trim().split("\n").at(-1)!));
    });
  }

  test("pass in a Worker", async () => {
    const { outputFiles } = await build({
      entryPoints: [program("worker.ts")],
      bundle: true, write: false, format: "esm", target: "es2022", logLevel: "silent",
      conditions: ["workerd", "worker"],
    });
    const script = outputFiles[0]!.text;
    assert.ok(!/from "node:|require\("node:/.test(script), "the bundle imports modules of Node");
    const worker = new Miniflare(workerOptions(script) as never);
    try {
      await worker.ready;
      const body = JSON.stringify(await orders("worker"));
      const answer = await fetch(await worker.unsafeGetDirectURL(), { method: "POST", body });
      assert.equal(answer.status, 200, await answer.clone().text());
      assertPassed((await answer.json()) as Outcome[]);
    } finally {
      await worker.dispose();
    }
  });
});

/** Returns the program of a runtime, which the test step installs. */
function given(name: string): string {
  const path = process.env[name];
  if (path !== undefined) return path;
  const trouble = process.env[`${name}_TROUBLE`];
  throw new Error(trouble ?? "run it by: npm test -- --only client-test");
}

describe("the handlers for receivers", { concurrency: 4 }, () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const lines: string[][] = [];
  let origin = "";
  let publicKey = "";
  let account: Awaited<ReturnType<typeof dispatcher.account>>;
  let ed25519: string;
  before(async () => {
    account = await dispatcher.account();
    // Inactive, so that it gets nothing before its target is known.
    const created = mustAnswer(201, await account.api.post("/v1/webhooks", {
      target_url: nowhere, signature: "ed25519", active: false,
    })).json;
    [ed25519, publicKey] = [created.id, created.signing_public_key];
    const child = spawn(process.execPath, [program("receivers.ts")], {
      cwd: project, env: { ...process.env, KEYS: JSON.stringify([publicKey, secret]) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.add(child);
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line)));
    const [, port] = await until("the port", () => lines.find(([what]) => what === "port"));
    origin = `http://127.0.0.1:${port}`;
  });

  /** Publishes an event to a webhook with this target. Returns its delivery after an attempt. */
  async function deliver(path: string, event: Record<string, unknown>, fields = {}) {
    const own = await dispatcher.account();
    const webhook = await own.create({
      target_url: `${origin}/${path}`, signing_secret: secret, ...fields,
    });
    const { id } = mustAnswer(202, await own.api.post("/v1/events", event)).json;
    const url = `/v1/webhooks/${webhook.id}/deliveries/${id}`;
    const delivery = await until("an attempt", async () => {
      const { json } = await own.api.get(url);
      return json.tries?.length > 0 ? json : undefined;
    });
    return { id, status: delivery.http_status_code };
  }

  const course = { event_type: "COURSE_COMPLETION", course: { title: "Zoë ✓" } };
  for (const path of ["express", "raw", "hono", "fetch"]) {
    test(`${path}: a delivery is verified and handled by its type`, async () => {
      const first = await deliver(path, course);
      assert.equal(first.status, 204);
      assert.deepEqual(lines.filter((line) => line.includes(first.id)), [
        [path, first.id, "COURSE_COMPLETION"],
      ]);
      const other = await deliver(path, { event_type: "PATH_COMPLETION" });
      assert.equal(other.status, 204);
      assert.ok(lines.some((line) => line.join() === `${path} *,${other.id},PATH_COMPLETION`));
    });

    test(`${path}: a handler that fails has the delivery retried`, async () => {
      assert.equal((await deliver(path, { event_type: "QUIZ_COMPLETION" })).status, 500);
      assert.ok(lines.some((line) => line.join() === "error,Error: the quiz fails"));
    });

    test(`${path}: what is not signed is not handled`, async () => {
      const body = JSON.stringify({ event_type: "COURSE_COMPLETION" });
      for (const headers of forgedHeaders(body)) {
        const answer = await fetch(`${origin}/${path}`, { method: "POST", headers, body });
        assert.equal(answer.status, 500);
      }
      assert.ok(!lines.some((line) => line.includes("forged")));
    });
  }

  /** Headers without a good signature: none, by another secret, too old, for another body. */
  function forgedHeaders(body: string): Record<string, string>[] {
    const signed = (key: string, at: Date, text: string) => ({
      "webhook-id": "forged",
      "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
      "webhook-signature": new StandardWebhook(key).sign("forged", at, text),
    });
    const now = new Date();
    return [
      {},
      signed("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", now, body),
      signed(secret, new Date(now.getTime() - 600_000), body),
      signed(secret, now, `${body} `),
    ];
  }

  test("a delivery signed with Ed25519 is verified", async () => {
    mustAnswer(200, await account.api.patch(`/v1/webhooks/${ed25519}`, {
      target_url: `${origin}/fetch`, active: true,
    }));
    const { id } = mustAnswer(202, await account.api.post("/v1/events", course)).json;
    await until("the event to be handled", () => lines.some((line) => line.includes(id)));
    const path = `/v1/webhooks/${ed25519}/deliveries/${id}/request`;
    const sent = await until("the attempt to be recorded", async () => {
      const { status, json } = await account.api.get(path);
      return status === 200 ? json : undefined;
    });
    assert.match(sent.headers["webhook-signature"], /^v1a,/);
    const signed = Object.entries<string>(sent.headers).filter(([name]) => /^webhook-/.test(name));
    const good = await fetch(`${origin}/fetch`, {
      method: "POST", headers: signed, body: sent.body,
    });
    assert.equal(good.status, 204, "the recorded request is not accepted");
    const headers = { ...Object.fromEntries(signed), "webhook-id": "forged" };
    const answer = await fetch(`${origin}/fetch`, { method: "POST", headers, body: sent.body });
    assert.equal(answer.status, 500);
  });

  test("a body that was parsed before is named as the mistake", async () => {
    assert.equal((await deliver("parsed", course)).status, 500);
    assert.ok(lines.some(([what, text]) => what === "error" && /before express.json/.test(text!)));
  });

  test("a body that is too long is not read", async () => {
    assert.equal((await deliver("small", course)).status, 500);
    assert.ok(lines.some(([what, text]) => what === "error" && /longer than 10 bytes/.test(text!)));
  });

  test("the status for a bad signature can be another", async () => {
    const answer = await fetch(`${origin}/strict`, { method: "POST", body: "{}" });
    assert.equal(answer.status, 401);
  });
});

test("the package is used in a project of CommonJS too", async () => {
  const script = 'const { WebhookDispatcher } = require("webhook-dispatcher");' +
    'console.log(typeof WebhookDispatcher, typeof require("webhook-dispatcher/receive").verify)';
  const { code, stdout } = await run(process.execPath, ["--input-type=commonjs", "-e", script],
    project);
  assert.equal(code, 0);
  assert.equal(stdout.trim(), "function function");
});
