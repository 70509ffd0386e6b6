// Every code block of the README and of docs/ is run: here, by the test that is named for it, or it
// is listed with the reason why no test can run it. A new block fails until it is in one of them.

import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";
// @ts-expect-error: a script without types.
import { STEPS } from "../../../scripts/test/steps.mjs";
import { codeBlocks, documentText, root } from "../support/document.ts";
import { fixture } from "../support/fixture.ts";
import { adminKey, must } from "../support/harness.ts";
import { closedPort, values } from "../support/receiver.ts";
import { header, isSignedWith } from "../support/signatures.ts";
import { until } from "../support/wait.ts";

/** A block's document, heading, language and number among those of the same three. */
type Key = `${string} > ${string} > ${string} ${number}`;

const documents = [
  "README.md",
  ...readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md")).sort()
    .map((name) => `docs/${name}`),
];

const blocks = new Map<string, string>();
for (const document of documents) {
  for (const { heading, language, code } of codeBlocks(documentText(document))) {
    for (let number = 1; ; number += 1) {
      const key = `${document} > ${heading} > ${language || "text"} ${number}`;
      if (blocks.has(key)) continue;
      blocks.set(key, code);
      break;
    }
  }
}

function block(key: Key): string {
  const code = blocks.get(key);
  assert.ok(code !== undefined, `there is no block ${key}`);
  return code;
}

/** Blocks that another test runs. */
const ELSEWHERE: Record<Key, string> = {
  "README.md > Publish > ts 1": "../clients/guides",
  "README.md > Receive > js 1": "operations/publishing_guide",
  "docs/CLI.md > As an MCP server > json 1": "../clients/mcp",
  "docs/PUBLISHING.md > TypeScript > ts 1": "operations/publishing_guide",
  "docs/PUBLISHING.md > Python > python 1": "operations/publishing_guide",
  "docs/PUBLISHING.md > A client in another language > sh 1": "../contract/generators",
  "docs/OPERATIONS.md > Traces > toml 1": "operations/traces_guide",
  "docs/RECEIVING.md > Continue the trace > py 1": "operations/traces_guide",
  "docs/API.md > Listen > jsonl 1": "listen/deliveries",
  "docs/API.md > Listen > jsonl 2": "listen/deliveries",
  "docs/RECEIVING.md > JavaScript > js 1": "operations/receiving_guide",
  "docs/RECEIVING.md > Express > js 1": "operations/receiving_guide",
  "docs/RECEIVING.md > Next.js > ts 1": "operations/receiving_guide",
  "docs/RECEIVING.md > Python > python 1": "operations/receiving_guide",
  "docs/RECEIVING.md > FastAPI > python 1": "operations/receiving_guide",
  "docs/RECEIVING.md > Rust > rust 1": "operations/receiving_guide",
  "docs/RECEIVING.md > Ed25519 > js 1": "operations/receiving_guide",
  "docs/RECEIVING.md > Ed25519 > python 1": "operations/receiving_guide",
};

/** Documents of which another test runs all blocks of a language, and checks that it does. */
const WHOLE: Record<string, string> = {
  "docs/PYTHON.md > python": "tests/clients/python/guide.ts",
  "docs/TYPESCRIPT.md > ts": "tests/clients/guides.test.ts",
  "docs/CLI.md > sh": "tests/clients/guides.test.ts",
};

const LOGIN = "the login is in a browser; operations/first_deploy runs the other line with a token";
const TOOLCHAIN = "each checkout would need the toolchain of the language";

/** Blocks that no test runs, each with the reason. */
const NOT_RUN: Record<Key, string> = {
  "README.md > Deploy > sh 1": LOGIN,
  "docs/OPERATIONS.md > Deploy > sh 1": LOGIN,
  "docs/HOW_WE_KNOW.md > How we know > sh 1": "it runs all tests, this one among them",
  "docs/OPERATIONS.md > The button > md 1": "it leads to Cloudflare, for a public repository",
  "docs/OPERATIONS.md > Monitoring > yaml 1":
    "it configures Prometheus; operations/metrics reads /metrics with Prometheus' own parser",
  "docs/OPERATIONS.md > Counters > sql 1":
    "Analytics Engine runs only at Cloudflare; operations/telemetry tests the columns",
  "docs/CONCEPTS.md > The dashboard and portal links > html 1":
    "it is for a browser; dashboard/portal.test.ts embeds the page in one",
  "docs/PYTHON.md > The Python client > sh 1":
    "it is for an environment of the user's; clients/python.test.ts installs the built wheel",
  "docs/TYPESCRIPT.md > The TypeScript client > sh 1":
    "it packs into the checkout; clients/guides.test.ts packs and installs elsewhere",
  "docs/CLI.md > Listen > text 1": "it runs until Ctrl-C; operations/listen.test.ts runs the same",
  "docs/CLI.md > Listen > text 2": "an output, which operations/listen.test.ts expects",
  "docs/RECEIVING.md > Go > go 1": TOOLCHAIN,
  "docs/RECEIVING.md > Ruby > ruby 1": TOOLCHAIN,
  "docs/RECEIVING.md > PHP > php 1": TOOLCHAIN,
  "docs/RECEIVING.md > Java > java 1": TOOLCHAIN,
};

/** Pictures and formulas: diagrams, and the plain blocks of these documents. */
const isPicture = (key: string) => / > mermaid \d+$/.test(key) ||
  /^docs\/(ARCHITECTURE|COST|SCALE)\.md > .* > text \d+$/.test(key) ||
  key === "docs/CONCEPTS.md > The life of an event > text 1";

const isOfWhole = (key: string) => {
  const [document, , language] = key.replace(/ \d+$/, "").split(" > ");
  return `${document} > ${language}` in WHOLE;
};

/** Blocks that the tests of this file run. */
const here = new Set<string>();

/** Defines a test that runs blocks. */
function runs(keys: Key[], title: string, act: (codes: string[]) => Promise<void>): void {
  for (const key of keys) here.add(key);
  test(title, () => act(keys.map(block)));
}

// One whose catalogue of event types is changed, and one of which an account is deleted.
const { dispatchers: [dispatcher, typed, other], subscribe } = await fixture({}, {}, {});
const folder = mkdtempSync(join(tmpdir(), "documents-"));
const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGTERM");
  rmSync(folder, { recursive: true });
});
writeFileSync(join(folder, ".curlrc"), "silent\nshow-error\nfail-with-body\n");

const execute = promisify(execFile);

/** Runs commands of a document, which name a dispatcher, with this one. Returns their output. */
async function shell(
  code: string,
  environment: Record<string, string> = {},
  { url = dispatcher.url, cwd = folder } = {},
): Promise<string> {
  const { origin } = new URL(url);
  const text = code.replaceAll(/https:\/\/hooks\.example\.com|http:\/\/127\.0\.0\.1:8787/g, origin);
  assert.ok(!text.includes("hooks.example.com"));
  const env = { ...process.env, CURL_HOME: folder, ADMIN_KEY: adminKey, ...environment };
  const { stdout } = await execute("bash", ["-euc", text], { cwd, env });
  return stdout;
}

/** The parts of an output of several JSON documents, one behind the other. */
const documentsIn = (output: string) =>
  output.split(/(?<=\})\s*(?=\{)/).filter((text) => text !== "").map((text) => JSON.parse(text));


test("every code block is run, here or elsewhere, or is listed with a reason", () => {
  const listed = [...here, ...Object.keys(ELSEWHERE), ...Object.keys(NOT_RUN)];
  assert.equal(new Set(listed).size, listed.length, "a block is listed twice");
  const known = [...blocks.keys()].filter((key) => !isPicture(key) && !isOfWhole(key));
  assert.deepEqual(listed.filter((key) => !blocks.has(key)), [], "blocks that are not there");
  assert.deepEqual(known.filter((key) => !listed.includes(key)), [],
    "blocks that no test runs: run them in this file, or list them with a reason");
  assert.ok(known.length > 30, "the blocks were not found");
  for (const path of Object.values(ELSEWHERE))
    assert.ok(existsSync(join(root, "tests", "worker", `${path}.test.ts`)), path);
  for (const path of Object.values(WHOLE)) assert.ok(existsSync(join(root, path)), path);
});

test("the README publishes as docs/TYPESCRIPT.md does, whose code runs", () => {
  const own = block("README.md > Publish > ts 1");
  assert.ok(block("docs/TYPESCRIPT.md > Publish > ts 1").startsWith(own));
});

test("HOW_WE_KNOW names tests that there are, and the runs that they make", () => {
  const text = documentText("docs/HOW_WE_KNOW.md");
  const named = [...text.matchAll(/`(tests\/[^`]+)`: "([^"]+)"/g)];
  assert.ok(named.length > 25, "the tests were not found");
  for (const [, path, name] of named)
    assert.ok(documentText(path!).includes(name!), `${path} has no ${name}`);
  for (const [, path] of text.matchAll(/`(tests\/[^`]+)`/g))
    assert.ok(existsSync(join(root, path!)), path);
  // Each row of a table that names what is asserted names its test.
  const rows = text.split("\n").filter((line) => /^\| (?!what is asserted|fault \|)/.test(line));
  assert.equal(rows.length, named.length);
  for (const [path, runs] of [["simulation/runs.rs", "10_000"], ["idempotency/mod.rs", "3_000"]]) {
    assert.ok(documentText(`tests/native/${path}`).includes(`const SEEDS: u64 = ${runs};`), path);
    assert.ok(text.includes(runs!.replace("_", ",")), runs);
  }
  assert.ok(text.split("\n").length <= 121, "it is longer than 120 lines");
});

test("every npm command in the documents exists", () => {
  const { scripts } = JSON.parse(documentText("package.json"));
  const steps = STEPS.flatMap(({ name, groups }: { name: string; groups: string[] }) =>
    [name, ...groups]);
  let found = 0;
  for (const document of [...documents, "CONTRIBUTING.md", "SECURITY.md"]) {
    const text = documentText(document);
    for (const [said, name] of text.matchAll(/\bnpm run ([a-z:]+)/g)) {
      found += 1;
      assert.ok(name! in scripts, `${document}: ${said}`);
    }
    for (const [said, name] of text.matchAll(/\bnpm test -- --only ([a-z-]+)/g))
      assert.ok(steps.includes(name), `${document}: ${said}`);
  }
  assert.ok(found > 10, "the commands were not found");
});

interface Terminal {
  child: ChildProcess;
  output: string;
}

/** Runs a command in the checkout, as a user does in a terminal. */
function terminal(command: string, environment: Record<string, string>): Terminal {
  const child = spawn("bash", ["-c", `exec ${command}`], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  child.once("close", () => children.delete(child));
  const state: Terminal = { child, output: "" };
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (chunk: string) => (state.output += chunk));
  return state;
}

async function shows(state: Terminal, text: string | RegExp, timeoutMs?: number) {
  const what = () => `the output to have ${text}. It is:\n${state.output}`;
  await until(what, () => state.output.search(text) >= 0, timeoutMs);
}

describe("README.md", () => {
  runs(
    [
      "README.md > Quick start > sh 1", "README.md > Quick start > sh 2",
      "README.md > Quick start > text 1", "README.md > Quick start > text 2",
    ],
    "the quick start shows what the README shows",
    async ([first, publish, answer, delivery]) => {
      const commands = first!.trim().split("\n").map((line) => line.split("#")[0]!.trim());
      assert.equal(commands.length, 2);
      const PORT = String(await closedPort());
      const environment = { PORT, STATE_DIR: join(folder, "quick-start") };
      const server = terminal(commands[0]!, environment);
      await shows(server, `listens on http://127.0.0.1:${PORT}`, 120_000);
      const listener = terminal(commands[1]!, environment);
      await shows(listener, "Ctrl-C");
      const url = `http://127.0.0.1:${PORT}`;
      const output = await shell(publish!, {}, { url, cwd: root });
      const { id } = JSON.parse(output);
      const own = JSON.parse(answer!).id;
      assert.equal(output.trim(), answer!.trim().replace(own, id));
      // The time and the milliseconds differ.
      const pattern = delivery!.trim().replace(own, id)
        .replaceAll(/^[\d:]+|\d+(?= ms)/g, "[\\d:]+").replaceAll(/ +/g, " +");
      await shows(listener, new RegExp(pattern));
      for (const { child } of [listener, server]) {
        child.kill("SIGINT");
        await until("the command to end", () => child.exitCode !== null);
      }
    },
  );
});

describe("docs/PUBLISHING.md", () => {
  runs(["docs/PUBLISHING.md > The key > sh 1"], "the key of npm start is read", async ([code]) => {
    writeFileSync(join(folder, ".dev.vars"), "# a comment\nAPI_KEY=abc\nADMIN_KEY=def\n");
    assert.equal(await shell(`${code}echo "$API_KEY"`), "abc\n");
  });

  runs(["docs/PUBLISHING.md > The key > sh 2"], "the minted key only publishes", async ([code]) => {
    const { account, scopes, key } = JSON.parse(await shell(code!));
    assert.equal(account, "acme");
    assert.deepEqual(scopes, ["events:write"]);
    const api = dispatcher.client(key);
    must(202, await api.post("/v1/events", { event_type: "COURSE_COMPLETION" }));
    must(403, await api.get("/v1/webhooks"));
  });

  runs(
    [
      "docs/PUBLISHING.md > The first event > sh 1",
      "docs/PUBLISHING.md > The first event > json 1",
    ],
    "the first event is published once, and answered as shown",
    async ([code, answer]) => {
      const { account, mailbox } = await subscribe();
      const output = await shell(code!, { API_KEY: account.key });
      const { id, ...others } = JSON.parse(output);
      const { id: _, ...shown } = JSON.parse(answer!);
      assert.deepEqual(others, shown);
      const [request] = await mailbox.got(1);
      assert.deepEqual(values(request!, "webhook-id"), [id]);
      assert.equal(await shell(code!, { API_KEY: account.key }), output);
      assert.equal(mailbox.count, 1);
    },
  );

  runs(["docs/PUBLISHING.md > Traces > sh 1"], "a delivery is in the trace", async ([code]) => {
    const { account, mailbox } = await subscribe();
    await shell(code!, { API_KEY: account.key });
    const [request] = await mailbox.got(1);
    const [, traceId] = /traceparent: 00-([0-9a-f]{32})-/.exec(code!)!;
    assert.match(header(request!, "traceparent"), new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  });

  runs(
    ["docs/PUBLISHING.md > What an answer means > json 1"],
    "an unknown type is answered as shown",
    async ([answer]) => {
      const { account } = await subscribe();
      const { request_id: _, ...shown } = JSON.parse(answer!);
      const body = { event_type: "NOTHING" };
      const { json, code } = must(400, await account.api.post("/v1/events", body));
      assert.deepEqual({ ...json, code }, shown);
    },
  );

  runs(
    ["docs/PUBLISHING.md > Batches > json 1"],
    "a batch with a wrong event is answered as shown",
    async ([answer]) => {
      const { account } = await subscribe();
      const batch = ["COURSE_COMPLETION", "NOTHING"].map((event_type) => ({ event_type }));
      const { json } = must(200, await account.api.post("/v1/events/batch", batch));
      const shown = JSON.parse(answer!);
      json[0].id = shown[0].id;
      for (const item of json) for (const name of ["code", "request_id"]) delete item[name];
      assert.deepEqual(json, shown);
    },
  );

  runs(
    ["docs/PUBLISHING.md > Event types and samples > sh 1"],
    "a type is defined",
    async ([code]) => {
      assert.equal(JSON.parse(await shell(code!, {}, { url: typed.url })).name, "ORDER_PAID");
      const { api } = await typed.account();
      must(202, await api.post("/v1/events", { event_type: "ORDER_PAID", order: { id: "o1" } }));
    },
  );
});

describe("docs/OPERATIONS.md", () => {
  runs(["docs/OPERATIONS.md > Deploy > sh 2"], "a customer gets an account", async ([code]) => {
    const { account, key } = JSON.parse(await shell(code!));
    assert.equal(account, "acme");
    must(200, await dispatcher.client(key).get("/v1/webhooks"));
  });

  runs(
    [
      "docs/OPERATIONS.md > Bring webhooks from another sender > sh 1",
      "docs/OPERATIONS.md > Delete an account's data > sh 1",
    ],
    "webhooks are imported, and the account is deleted",
    async ([importing, deleting]) => {
      const lines = JSON.parse(await shell(importing!, {}, { url: other.url }));
      assert.deepEqual(lines.map(({ status }: any) => status), [201, 201]);
      const states = documentsIn(await shell(deleting!, {}, { url: other.url }));
      assert.ok(states.at(-1).deletion.started_at, JSON.stringify(states));
    },
  );
});

describe("docs/CONCEPTS.md", () => {
  runs(["docs/CONCEPTS.md > Filters > json 1"], "the filter matches so", async ([code]) => {
    const { api } = await dispatcher.account();
    const filter = JSON.parse(code!);
    const base = { event_type: "COURSE_COMPLETION", user: { plan: "pro" }, score: 80 };
    for (const [event, matches] of [
      [base, true],
      [{ ...base, user: { plan: "free" } }, false],
      [{ ...base, score: 79 }, false],
      [{ ...base, tags: ["internal"] }, false],
    ] as const) {
      const { json } = must(200, await api.post("/v1/filters/test", { filter, event }));
      assert.equal(json.matches, matches, JSON.stringify(event));
    }
  });

  runs(
    ["docs/CONCEPTS.md > The dashboard and portal links > sh 1"],
    "a portal link is made",
    async ([code]) => {
      const { url } = JSON.parse(await shell(code!));
      assert.ok(url.includes("#token="), url);
    },
  );
});

describe("docs/RECEIVING.md", () => {
  runs(["docs/RECEIVING.md > What arrives > text 1"], "a delivery reads so", async ([text]) => {
    const { mailbox, publish, secret } = await subscribe();
    await publish("a");
    const [request] = await mailbox.got(1);
    const [head, body] = text!.split("\n\n") as [string, string];
    const shown = head.split("\n").slice(1).map((line) => line.split(":")[0]!.toLowerCase());
    for (const name of shown) assert.equal(values(request!, name).length, 1, name);
    const ours = (names: string[]) => names.filter((name) => name.startsWith("webhook-")).sort();
    assert.deepEqual(ours(request!.headers.map(([name]) => name.toLowerCase())), ours(shown));
    assert.match(head, new RegExp(`^User-Agent: ${header(request!, "user-agent")}$`, "m"));
    assert.ok(isSignedWith(secret, request!));
    assert.equal(JSON.parse(body).event_type, "COURSE_COMPLETION");
  });

  runs(["docs/RECEIVING.md > Get a test event > sh 1"], "test events arrive", async ([code]) => {
    const { account, mailbox, id } = await subscribe();
    const answers = documentsIn(await shell(code!, { API_KEY: account.key, ID: id }));
    assert.deepEqual(answers.map(({ succeeded }) => succeeded), [true, true]);
    const events = (await mailbox.got(2)).map(({ body }) => JSON.parse(body.toString("utf8")));
    assert.deepEqual(events.map((event) => event.event_type), ["PING", "COURSE_COMPLETION"]);
    assert.equal(events[1].test, true);
  });

  runs(
    ["docs/RECEIVING.md > After an outage > sh 1"],
    "what was missed is delivered",
    async ([code]) => {
      const { account, mailbox, id, publish } = await subscribe({ answers: [404, 200] });
      await publish("a");
      await account.deactivated(id);
      await publish("b");
      const outputs = documentsIn(await shell(code!, { API_KEY: account.key, ID: id }));
      assert.equal(outputs.length, 3, JSON.stringify(outputs));
      assert.equal(outputs[0].active, true);
      await mailbox.got(3);
    },
  );
});
