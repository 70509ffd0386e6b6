// Client generators read the contract, by the commands of docs/PUBLISHING.md: each makes a client
// with every call, the client compiles, and a program uses it with a running dispatcher.
//
// The last test gives the generators a contract with the faults that this one had once, so that the
// checks themselves are tested.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { documentText } from "../worker/support/document.ts";
import { adminKey, start, type Dispatcher } from "../worker/support/harness.ts";
import { Receiver, jsonBody } from "../worker/support/receiver.ts";
import { Workshop, python, type Run } from "./support/generated.ts";

const contract = join(import.meta.dirname, "../../contract");
const forClients = join(contract, "openapi.client.json");
const whole = join(contract, "openapi.json");

interface Document {
  paths: Record<string, Record<string, { operationId?: string }>>;
  webhooks?: Record<string, { post: { tags: string[] } }>;
  components: { schemas: Record<string, { properties: Record<string, object> }> };
}

const read = (path: string): Document => JSON.parse(readFileSync(path, "utf8"));
const operationsOf = ({ paths }: Document): string[] =>
  Object.values(paths).flatMap(Object.values).flatMap(({ operationId }) => operationId ?? []);
const operations = operationsOf(read(forClients));
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** The calls that a generated client lacks. */
const lacking = (names: string[], has: (name: string) => boolean): string[] =>
  names.filter((name) => !has(name));

const workshop = new Workshop();
let dispatcher: Dispatcher;
let receiver: Receiver;
/** What the commands of docs/PUBLISHING.md said, by the folder or file that each makes. */
const generated = new Map<string, Run>();
let others: Run;

/** The commands of docs/PUBLISHING.md that generate clients. */
function commands(): string[] {
  const heading = "\n## A client in another language\n";
  const [, section] = documentText("docs/PUBLISHING.md").split(heading);
  const [, block] = section!.match(/^```sh\n(.*?)^```$/ms)!;
  const lines = block!.replaceAll("\\\n", " ").trim().split("\n");
  return lines.filter((line) => /^(openapi-\S+ generate|npx openapi-typescript) /.test(line));
}

async function generate(): Promise<void> {
  const address = new URL(dispatcher.url).origin;
  for (const command of commands()) {
    const [, made] = command.match(/(?:-o|--output|--output-path) (\S+)/)!;
    const run = await workshop.shell(command.replaceAll("http://127.0.0.1:8787", address));
    generated.set(made!, run);
  }
}

/** A contract with the faults of an earlier one. */
function faulty(): Document {
  const document = { ...read(forClients), webhooks: read(whole).webhooks! };
  const { event } = document.webhooks;
  document.webhooks = { event: { post: { ...event!.post, tags: ["Events"] } } };
  const { components } = read(whole) as unknown as { components: Record<string, object> };
  const own = document.components as unknown as Record<string, object>;
  for (const kind of ["parameters", "responses", "schemas"])
    own[kind] = { ...components[kind], ...own[kind] };
  const { properties } = document.components.schemas["Webhook"]!;
  properties["basic_auth_password"] = { type: "string", enum: ["", "********"] };
  return document;
}

before(async () => {
  [dispatcher, receiver] = await Promise.all([start({ assets: true }), Receiver.listen()]);
  const fetch = (document: string, folder: string) =>
    ({ name: "typescript-fetch", document, folder, options: { modelPropertyNaming: "original" } });
  [others] = await Promise.all([
    workshop.generate([
      fetch(whole, "typescript_fetch_whole"),
      fetch(workshop.json("faulty.client.json", faulty()), "typescript_fetch_faulty"),
    ]),
    generate(),
  ]);
});
after(async () => {
  workshop.remove();
  await dispatcher.stop();
  await receiver.close();
});

/** Lines that are no complaint: files that were written, and what changes nothing in a client. */
const harmless = [
  " INFO ",
  "OpenAPI 3.1 support is still in beta",
  // Of a schema without a name, such as "an object or null".
  "Failed to get the schema name: null",
  // Of `additionalProperties: true`.
  "Codegen property is null (e.g. map/dict of undefined type). Default to typing.Any.",
  // Of the parameter `from`, a word of Python.
  "From (reserved word) cannot be used as model name. Renamed to ModelFrom",
];

/** Fails if a program failed or complained. */
const well = ({ code, output }: Run): void => {
  assert.equal(code, 0, output);
  const lines = output.split("\n").filter((line) => !harmless.some((text) => line.includes(text)));
  assert.doesNotMatch(lines.join("\n"), /warn|error|exception|collision|skipp|unsupported/i);
};

/** What each program prints. */
const outcome = {
  created: { state: "untried", retry: 3, secret: "whsec_" },
  published: 1,
  delivery: { status: "delivered", fault: null },
  attempts: [{ cause: "schedule", code: 204 }],
  ping: { succeeded: true, code: 204 },
  rotated: "whsec_",
  stats: { state: "healthy", delivered: 1 },
  batch: [202, 400],
  audit: ["webhook.secret_rotated", "webhook.created", "key.minted"],
  active: 1,
  missing: { status: 404, code: "not_found" },
  link: ["webhooks:read"],
};

/** Runs a program with an account of its own, and checks what it prints and what is delivered. */
async function check(
  command: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<void> {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(204);
  const run = await workshop.run(command, args, {
    DISPATCHER_URL: new URL(dispatcher.url).origin,
    API_KEY: account.key,
    ADMIN_KEY: adminKey,
    ACCOUNT: account.name,
    TARGET_URL: mailbox.url,
    ...environment,
  });
  assert.equal(run.code, 0, run.output);
  assert.deepEqual(JSON.parse(run.stdout), outcome);
  const event = { event_type: "COURSE_COMPLETION", course: { id: "c1", title: "Zoë" } };
  assert.deepEqual(jsonBody(mailbox.received[0]!), event);
}

test("the commands of docs/PUBLISHING.md find nothing wrong", () => {
  const made = ["typescript_fetch", "python", "dispatcher_client", "openapi_typescript.schema.ts"];
  assert.deepEqual([...generated.keys()], made);
  for (const run of generated.values()) well(run);
});

describe("OpenAPI Generator, typescript-fetch", () => {
  test("makes every call", () => {
    const text = workshop.text("typescript_fetch");
    assert.deepEqual(lacking(operations, (name) => text.includes(`async ${name}(`)), []);
  });

  test("makes a client that compiles and works", async () => {
    well(await workshop.checkTypes("typescript_fetch/index.ts", "by_typescript_fetch.ts"));
    await check(process.execPath, [await workshop.bundle("by_typescript_fetch.ts")]);
  });

  test("loses no call of the whole contract either", () => {
    assert.equal(others.code, 0, others.output);
    const text = workshop.text("typescript_fetch_whole/apis");
    const all = operationsOf(read(whole));
    assert.ok(all.length > operations.length);
    assert.deepEqual(lacking(all, (name) => text.includes(`async ${name}(`)), []);
  });
});

describe("OpenAPI Generator, python", () => {
  test("makes every call", () => {
    const text = workshop.text("python/dispatcher_api/api");
    assert.deepEqual(lacking(operations, (name) => text.includes(`def ${snake(name)}(`)), []);
  });

  test("makes a client that compiles and works", async () => {
    const compiled = await workshop.run(python(), ["-m", "compileall", "-q", "python"]);
    assert.equal(compiled.code, 0, compiled.output);
    well(await workshop.run(python(), ["-m", "mypy", "by_openapi_generator.py"], {
      MYPYPATH: "python",
    }));
    await check(python(), ["by_openapi_generator.py"], { PYTHONPATH: "python" });
  });
});

describe("openapi-python-client", () => {
  test("makes every call", () => {
    const files = workshop.files("dispatcher_client/api");
    const has = (name: string) => files.some((file) => file.endsWith(`/${snake(name)}.py`));
    assert.deepEqual(lacking(operations, has), []);
  });

  test("makes a client that compiles and works", async () => {
    well(await workshop.checkPython("dispatcher_client", "by_openapi_python_client.py"));
    await check(python(), ["by_openapi_python_client.py"]);
  });
});

describe("openapi-typescript", () => {
  test("makes every call", () => {
    const text = workshop.text("openapi_typescript.schema.ts");
    assert.deepEqual(lacking(operations, (name) => text.includes(`\n    ${name}: {`)), []);
  });

  test("makes types that compile and work", async () => {
    well(await workshop.checkTypes("by_openapi_typescript.ts"));
    await check(process.execPath, [await workshop.bundle("by_openapi_typescript.ts")]);
  });
});

test("the faults of an earlier contract are noticed", async () => {
  const text = workshop.text("typescript_fetch_faulty/apis");
  const lost = lacking(operations, (name) => text.includes(`async ${name}(`));
  assert.ok(lost.includes("publish") && lost.includes("publishBatch"), `${lost}`);
  const { code, output } = await workshop.checkTypes("typescript_fetch_faulty/index.ts");
  assert.notEqual(code, 0);
  assert.match(output, /models\/Webhook\.ts/);
});
