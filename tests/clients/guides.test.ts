// The code of docs/TYPESCRIPT.md and docs/CLI.md: it compiles with all strict checks, and runs with
// the installed package and a real dispatcher.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { after, describe, test } from "node:test";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { codeBlocks, documentText, tableBelow } from "../worker/support/document.ts";
import { fixture } from "../worker/support/fixture.ts";
import { adminKey, must as mustAnswer } from "../worker/support/harness.ts";
import { closedPort } from "../worker/support/receiver.ts";
import { until } from "../worker/support/wait.ts";
import { emptyProject, must, packageJson, run } from "./support/package.ts";
import { workerOptions } from "./support/worker.ts";

const guide = documentText("docs/TYPESCRIPT.md");
const commands = documentText("docs/CLI.md");
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const { dispatcher, receiver } = await fixture({});
const project = await emptyProject();
const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** Returns the blocks of a language below a heading, up to the next one. */
const blocks = (text: string, language: string, heading: string): string[] =>
  codeBlocks(text)
    .filter((block) => block.language === language && block.heading === heading)
    .map(({ code }) => code);

const sections = ["Publish", "Manage webhooks", "See what was delivered", "Errors"];
const programs = {
  "client.ts": sections.flatMap((heading) => blocks(guide, "ts", heading)).join("\n"),
  "express.ts": blocks(guide, "ts", "Express")[0]!,
  "hono.ts": blocks(guide, "ts", "Hono")[0]!,
  "fetch.ts": blocks(guide, "ts", "Workers, and whatever speaks `fetch`")[0]!,
  "route.ts": blocks(guide, "ts", "Workers, and whatever speaks `fetch`")[1]!,
  "verify.ts": blocks(guide, "ts", "Anything else")[0]!,
};
const file = (name: string) => join(project, "guide", name);
mkdirSync(join(project, "guide"));
for (const [name, text] of Object.entries(programs)) writeFileSync(file(name), text);

test("every block of the TypeScript guide is tested, and compiles", async () => {
  const all = [...guide.matchAll(/^```ts$/gm)];
  const expected = sections.flatMap((heading) => blocks(guide, "ts", heading)).length + 5;
  assert.equal(all.length, expected);
  await must(process.execPath, [
    join(project, "node_modules/typescript/bin/tsc"), "--strict", "--noEmit", "--target", "es2022",
    "--module", "nodenext", "--types", "node", "--exactOptionalPropertyTypes",
    ...Object.keys(programs).map(file),
  ], project);
});

test("the methods of the guide are those of the client", async () => {
  const script = `
    const { WebhookDispatcher } = require("webhook-dispatcher");
    const client = new WebhookDispatcher({ url: "http://a", apiKey: "k" });
    const parts = { client, ...Object.fromEntries(
      ["webhooks", "deliveries", "events", "alert", "admin"]
        .map((n) => ["client." + n, client[n]])),
      ...Object.fromEntries(["accounts", "keys", "eventTypes"].map((n) =>
        ["client.admin." + n, client.admin[n]])) };
    const methods = (one) => Object.getOwnPropertyNames(Object.getPrototypeOf(one))
      .filter((name) => name !== "constructor").sort();
    console.log(JSON.stringify(Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, methods(part)]))));`;
  const { stdout, stderr } = await run(
    process.execPath, ["--input-type=commonjs", "-e", script], project,
  );
  const rows = tableBelow(guide, "Manage webhooks").map(([part, methods]) => [
    part!.replaceAll("`", ""), methods!.replaceAll("`", "").split(", ").sort(),
  ]);
  assert.deepEqual(Object.fromEntries(rows), JSON.parse(stdout || stderr));
});

test("the program of the guide runs", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const output = await must(process.execPath, [file("client.ts")], project, {
    WEBHOOKS_URL: dispatcher.url, WEBHOOKS_API_KEY: account.key, TARGET_URL: mailbox.url,
  });
  assert.match(output, /^01\w+ 0\n250 events\nwhsec_\S+\n/);
  assert.match(output, /^\w+ untried http:\/\/\S+$/m);
  assert.match(output, /^0 delivered\n\{\n {2}target_url: \[[^]*max_in_flight: \[[^]*\]\n\}\n$/m);
  assert.equal(mailbox.count, 1, "the ping");
});

/** Starts a server of the guide, and returns what it has printed. */
async function serve(command: string, args: string[], port: number, isReady: RegExp | null) {
  const child = spawn(command, args, {
    cwd: project, env: { ...process.env, PORT: String(port), SIGNING_SECRET: secret },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const state = { output: "" };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (state.output += chunk.toString("utf8")));
  await until(() => `the server to listen:\n${state.output}`, async () =>
    (isReady === null || isReady.test(state.output)) &&
    fetch(`http://127.0.0.1:${port}/hook`).then(() => true, () => false));
  return state;
}

/** Has a server receive an event. Returns the status of its answer, and the event's id. */
async function deliver(port: number, type = "COURSE_COMPLETION") {
  const account = await dispatcher.account();
  const target = `http://127.0.0.1:${port}/hook`;
  const { id } = await account.create({ target_url: target, signing_secret: secret });
  const body = { event_type: type, course: { id: "c-Zoë" } };
  const event = mustAnswer(202, await account.api.post("/v1/events", body)).json.id as string;
  const path = `/v1/webhooks/${id}/deliveries/${event}`;
  const { tries } = await until("an attempt", async () => {
    const { json } = await account.api.get(path);
    return json.tries?.length > 0 ? json : undefined;
  });
  return { status: tries[0].http_status_code, event };
}

/** Returns the program of a runtime, which the test step installs. */
function given(name: string): string {
  const path = process.env[name];
  assert.ok(path, process.env[`${name}_TROUBLE`] ?? "run it by: npm run test:clients");
  return path;
}

describe("the receivers of the guide", { concurrency: 2 }, () => {
  const servers: [string, () => [string, ...string[]]][] = [
    ["express.ts", () => [process.execPath, file("express.ts")]],
    ["hono.ts", () => [given("BUN"), "run", file("hono.ts")]],
  ];
  for (const [name, command] of servers) {
    test(`${name} gets a delivery`, async () => {
      const port = await closedPort();
      const [program, ...args] = command();
      const state = await serve(program, args, port, null);
      const { status, event } = await deliver(port);
      assert.equal(status, 204, state.output);
      assert.ok(state.output.includes(`${event} c-Zoë\n`), state.output);
      const forged = await fetch(`http://127.0.0.1:${port}/hook`, { method: "POST", body: "{}" });
      assert.equal(forged.status, 500);
    });
  }

  test("fetch.ts gets a delivery in a Worker", async () => {
    const { outputFiles } = await build({
      entryPoints: [file("fetch.ts")],
      bundle: true, write: false, format: "esm", target: "es2022", logLevel: "silent",
      conditions: ["workerd", "worker"],
    });
    const env = { SIGNING_SECRET: { type: "text", value: secret } };
    const worker = new Miniflare(workerOptions(outputFiles[0]!.text, env) as never);
    try {
      await worker.ready;
      const { port } = await worker.unsafeGetDirectURL();
      assert.equal((await deliver(Number(port))).status, 204);
    } finally {
      await worker.dispose();
    }
  });

  test("route.ts and verify.ts take a signed request", async () => {
    const script = `
      import { Webhook } from "standardwebhooks";
      const { POST } = await import("./guide/route.ts");
      const { verified } = await import("./guide/verify.ts");
      const body = JSON.stringify({ event_type: "COURSE_COMPLETION", course: { id: "c1" } });
      const headers = (id) => new Headers({
        "webhook-id": id, "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
        "webhook-signature": new Webhook("${secret}").sign("e1", new Date(), body) });
      for (const id of ["e1", "e2"]) {
        const request = new Request("http://a/", { method: "POST", headers: headers(id), body });
        console.log((await POST(request)).status);
        console.log(await verified(headers(id), new TextEncoder().encode(body)));
      }`;
    const output = await must(
      process.execPath, ["--input-type=module", "-e", script], project, { SIGNING_SECRET: secret },
    );
    assert.equal(output, "e1 c1\n204\nc1\ne1\n500\nundefined\n");
  });
});

describe("the commands of docs/CLI.md", { concurrency: 1 }, () => {
  const bin = join(project, "bin");
  mkdirSync(bin);
  const script = (name: string, text: string) => {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  };
  // Not every machine has it.
  script("jq", `#!/bin/sh\nexec "${process.execPath}" -p 'JSON.parse(fs.readFileSync(0)).id'\n`);
  writeFileSync(join(project, "event.json"), '{"course": {"id": "c2"}}');
  writeFileSync(join(project, "events.jsonl"), '{"event_type":"QUIZ_COMPLETION"}\n'.repeat(3));

  /** Runs the blocks below a heading in one shell, after those with the settings. */
  const shell = (key: string, heading: string) => {
    writeFileSync(join(project, ".dev.vars"), `API_KEY=${key}\n`);
    const lines = [...blocks(commands, "sh", "Settings"), ...blocks(commands, "sh", heading)];
    const text = lines.join("\n").replaceAll("http://127.0.0.1:8787", dispatcher.url);
    const path = [bin, join(project, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
    return must("bash", ["-euo", "pipefail", "-c", text], project, { PATH: path });
  };

  test("to install it run", async () => {
    const [block] = blocks(commands, "sh", "The command `webhooks`");
    const prefix = join(project, "global");
    const { version } = packageJson();
    const tarball = join(project, `webhook-dispatcher-${version}.tgz`);
    const text = block!.replace(/\/path\/to\/\S+\.tgz/, tarball);
    assert.notEqual(text, block);
    await must("bash", ["-euc", text], project, { npm_config_prefix: prefix });
    const installed = join(prefix, "bin", "webhooks");
    assert.equal(await must(installed, ["--version"], project), `${version}\n`);
  });

  test("to publish run", async () => {
    const { key, name } = await dispatcher.account();
    const output = await shell(key, "Publish");
    assert.match(output, new RegExp(`^account +${name}$`, "m"));
    assert.equal([...output.matchAll(/^\w+ {2}COURSE_COMPLETION {2}to 0 webhooks$/gm)].length, 2);
    assert.equal([...output.matchAll(/^\w+ {2}QUIZ_COMPLETION {2}to 0 webhooks$/gm)].length, 3);
  });

  test("about webhooks and deliveries run", async () => {
    const { key } = await dispatcher.account();
    const output = await shell(key, "Webhooks and deliveries");
    assert.match(output, /^max_per_second +20$/m);
    assert.match(output, /Webhook \w+ is deleted\.\n$/);
    assert.match(readFileSync(join(project, "deliveries.csv"), "utf8"), /^event_id,/);
  });

  test("for the operator run", async () => {
    const output = await shell(adminKey, "For the operator");
    assert.match(output, /^key +whk_\S+$/m);
    assert.match(output, /^http:\/\/\S+#\S+$/m);
  });

  test("for completion run", async () => {
    await shell((await dispatcher.account()).key, "In scripts");
  });

  test("are all tested, and the table of listen has its options", async () => {
    const headings = ["Settings", "Publish", "Webhooks and deliveries", "For the operator"];
    const tested = ["The command `webhooks`", ...headings, "In scripts"]
      .flatMap((name) => blocks(commands, "sh", name));
    assert.equal([...commands.matchAll(/^```sh$/gm)].length, tested.length);
    const { stdout } = await run(
      join(project, "node_modules/.bin/webhooks"), ["listen", "--help"], project,
    );
    const named = tableBelow(commands, "Listen").flatMap(([option]) =>
      [...option!.matchAll(/--[\w-]+/g)].map(([name]) => name));
    const offered = [...stdout.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, name]) => name!)
      .filter((name) => !["--version", "--url", "--key", "--config"].includes(name));
    assert.deepEqual(named.sort(), offered.sort());
  });
});

test("the guides name the version of the package", () => {
  const { version } = packageJson();
  for (const text of [guide, commands])
    assert.ok(text.includes(`webhook-dispatcher-${version}.tgz`));
  assert.ok(existsSync(join(project, `webhook-dispatcher-${version}.tgz`)));
});
