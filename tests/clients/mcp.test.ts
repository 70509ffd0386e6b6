// `webhooks mcp`, as a host runs it: the packed and installed command, the client of the MCP SDK,
// and a real dispatcher.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Client, type ClientOptions } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { codeBlocks, documentText, tableBelow } from "../worker/support/document.ts";
import { fixture } from "../worker/support/fixture.ts";
import { must as mustAnswer } from "../worker/support/harness.ts";
import { jsonBody, nowhere, reply } from "../worker/support/receiver.ts";
import { until } from "../worker/support/wait.ts";
import { emptyProject, run } from "./support/package.ts";

const ANSWER_BYTES = 40_000;
const { dispatcher, receiver, subscribe } = await fixture({});
const project = await emptyProject();
const bin = join(project, "node_modules/.bin");
const guide = documentText("docs/CLI.md");
const [configuration] = codeBlocks(guide)
  .filter(({ heading, language }) => heading === "As an MCP server" && language === "json")
  .map(({ code }) => JSON.parse(code).mcpServers.webhooks);
const rows = tableBelow(guide, "As an MCP server").map(([names]) =>
  [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
const [reading, writing] = rows as [string[], string[]];

const hosts = new Set<Host>();
after(() => Promise.all([...hosts].map((host) => host.close())));

/** A host that has started the command. */
class Host {
  readonly #client: Client;
  readonly #transport: StdioClientTransport;
  /** Everything that the tools have answered. */
  answers = "";
  stderr = "";
  readonly errors: Error[] = [];

  private constructor(args: string[], env: Record<string, string>, options: ClientOptions) {
    this.#client = new Client({ name: "test", version: "1" }, options);
    this.#client.onerror = (error) => void this.errors.push(error);
    const path = [bin, process.env["PATH"]].join(delimiter);
    this.#transport = new StdioClientTransport({
      command: configuration.command,
      args: [...configuration.args, ...args],
      env: { PATH: path, XDG_CONFIG_HOME: "/nonexistent", ...env },
      stderr: "pipe",
    });
    this.#transport.stderr!.on("data", (chunk: Buffer) => (this.stderr += chunk.toString("utf8")));
  }

  static async start(
    args: string[],
    env: Record<string, string>,
    options: ClientOptions = {},
  ): Promise<Host> {
    const host = new Host(args, env, options);
    hosts.add(host);
    await host.#client.connect(host.#transport);
    return host;
  }

  close = () => this.#client.close();

  get protocol(): string | undefined {
    return this.#client.getNegotiatedProtocolVersion();
  }

  tools = async () => (await this.#client.listTools()).tools;

  /** Calls a tool. Returns its text, and whether that is an error. */
  async call(name: string, args: Record<string, unknown> = {}) {
    const result = await this.#client.callTool({ name, arguments: args });
    assert.equal(result.content.length, 1);
    const [content] = result.content;
    assert.equal(content!.type, "text");
    const { text } = content as { text: string };
    this.answers += `${text}\n`;
    assert.ok(Buffer.byteLength(text) <= ANSWER_BYTES + 100, `${text.length} characters`);
    return { text, isError: result.isError === true };
  }

  /** Calls a tool, which must succeed. Returns its value. */
  async value(name: string, args: Record<string, unknown> = {}): Promise<any> {
    const { text, isError } = await this.call(name, args);
    assert.equal(isError, false, text);
    return JSON.parse(text);
  }

  /** Calls a tool, which must fail. Returns what it says. */
  async error(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const { text, isError } = await this.call(name, args);
    assert.equal(isError, true, text);
    return text;
  }
}

const settings = (key: string, url = dispatcher.url) =>
  ({ WEBHOOKS_URL: url, WEBHOOKS_API_KEY: key });

test("the configuration of the guide starts it, with the tools that read", async () => {
  const { key, name } = await dispatcher.account();
  const names = Object.keys(configuration.env);
  assert.deepEqual(names.sort(), Object.keys(settings(key)).sort());
  const host = await Host.start([], settings(key));
  const tools = await host.tools();
  assert.deepEqual(tools.map((tool) => tool.name).sort(), [...reading].sort());
  for (const { annotations } of tools)
    assert.deepEqual([annotations?.readOnlyHint, annotations?.destructiveHint], [true, false]);
  assert.equal((await host.value("check_key")).account, name);
  await assert.rejects(host.call("publish", { event_type: "COURSE_COMPLETION" }), /publish/);
  assert.deepEqual(host.errors, []);
  assert.equal(host.stderr, "");
});

test("with --write there are those that change something, marked as such", async () => {
  const { key } = await dispatcher.account();
  const host = await Host.start(["--write"], settings(key));
  const tools = await host.tools();
  assert.deepEqual(tools.map((tool) => tool.name).sort(), [...reading, ...writing].sort());
  for (const { name, title, description, inputSchema, annotations } of tools) {
    assert.ok(title && description, name);
    assert.equal(annotations?.readOnlyHint, reading.includes(name), name);
    assert.equal(annotations?.destructiveHint, name === "update_webhook", name);
    assert.doesNotMatch(name, /secret|rotate|keys|admin|account|portal|delete/);
    const fields = Object.keys(inputSchema.properties ?? {});
    assert.deepEqual(fields.filter((field) => /secret|password|headers/.test(field)), [], name);
    for (const field of Object.values(inputSchema.properties ?? {}))
      assert.ok((field as { description?: string }).description, name);
  }
});

test("it speaks the protocol of 2026-07-28 too", async () => {
  const { key, name } = await dispatcher.account();
  const host = await Host.start([], settings(key), {
    versionNegotiation: { mode: { pin: "2026-07-28" } },
  });
  assert.equal(host.protocol, "2026-07-28");
  assert.equal((await host.tools()).length, reading.length);
  assert.equal((await host.value("check_key")).account, name);
});

describe("the tools", { concurrency: 1 }, () => {
  const secret = `whsec_${Buffer.from("a-secret-of-this-test-only").toString("base64")}`;
  const password = "password-of-the-receiver";
  const token = "token-in-a-header";
  let host: Host;
  let given: Awaited<ReturnType<typeof subscribe>>;
  let event: string;
  before(async () => {
    given = await subscribe({
      answers: [reply(200, {}, "thanks")],
      webhook: {
        signing_secret: secret, basic_auth_username: "u", basic_auth_password: password,
        additional_headers: { "X-Token": token }, name: "CRM",
      },
    });
    host = await Host.start(["--write"], settings(given.account.key));
  });

  test("publish an event, and find what became of it", async () => {
    const { id, mailbox } = given;
    const publication = {
      event_type: "COURSE_COMPLETION", data: { course: { id: "c1" } }, idempotency_key: "c1",
    };
    const published = await host.value("publish", publication);
    assert.equal(published.webhooks, 1);
    assert.deepEqual(await host.value("publish", publication), published);
    event = published.id;
    const [request] = await mailbox.got(1);
    assert.deepEqual(jsonBody(request!), {
      event_type: "COURSE_COMPLETION", course: { id: "c1" },
    });
    const { tries, ...detail } = await until("the delivery", async () => {
      const delivery = await host.value("get_delivery", { id, event_id: event });
      return delivery.status === "delivered" ? delivery : undefined;
    });
    assert.deepEqual([detail.event_id, tries[0].http_status_code], [event, 200]);
    const found = await host.value("list_deliveries", {
      id, status: "delivered", http_status_code: "2xx", event_type: "COURSE_COMPLETION",
    });
    assert.deepEqual(found.items.map((item: any) => item.event_id), [event]);
    assert.equal(found.more, undefined);
    const none = await host.value("list_deliveries", { id, status: "undelivered" });
    assert.deepEqual(none.items, []);
    const where = await host.value("get_event", { event_id: event });
    assert.deepEqual(where.deliveries.map((delivery: any) => delivery.webhook), [id]);
  });

  test("show what was sent with its secrets masked", async () => {
    const sent = await host.value("get_sent_request", { id: given.id, event_id: event });
    assert.equal(sent.url, given.mailbox.url);
    assert.ok(sent.body.includes("c1"));
    const masked = Object.entries(sent.headers as Record<string, string>)
      .filter(([, value]) => value.includes("********")).map(([name]) => name.toLowerCase());
    assert.deepEqual(masked.sort(), ["authorization", "x-token"]);
  });

  test("show the webhooks, their numbers, the types, samples and changes", async () => {
    const { id } = given;
    const webhook = await host.value("get_webhook", { id });
    assert.deepEqual([webhook.name, webhook.basic_auth_password], ["CRM", "********"]);
    const listed = await until("the webhook in the list", async () => {
      const { items } = await host.value("list_webhooks", { q: "crm" });
      return items.length > 0 ? items : undefined;
    });
    assert.equal(listed[0].id, id);
    assert.equal((await host.value("get_webhook_stats", { id })).delivered, 1);
    const types = (await host.value("list_event_types")).items;
    assert.ok(types.some(({ name }: { name: string }) => name === "COURSE_COMPLETION"));
    const sample = await host.value("get_sample", { event_type: "COURSE_COMPLETION" });
    assert.equal(sample.results[0].event_type, "COURSE_COMPLETION");
    const changes = (await host.value("read_audit", { limit: 5 })).items;
    assert.deepEqual(changes.map(({ action }: { action: string }) => action), [
      "webhook.created", "key.minted",
    ]);
  });

  test("create, ping and change a webhook, without showing its secret", async () => {
    const mailbox = receiver.mailbox();
    const created = await host.value("create_webhook", {
      target_url: mailbox.url, event_types: ["COURSE_*", "PATH_COMPLETION"], max_in_flight: 2,
    });
    const { id } = created;
    assert.deepEqual([created.signing_secret, created.max_in_flight], [undefined, 2]);
    assert.equal(
      created.note, `Its owner gets a signing secret by: webhooks webhooks rotate-secret ${id}`,
    );
    const pinged = await host.value("ping_webhook", { id, event_type: "COURSE_COMPLETION" });
    assert.equal(pinged.succeeded, true);
    assert.equal(jsonBody((await mailbox.got(1))[0]!).event_type, "COURSE_COMPLETION");
    const paused = await host.value("update_webhook", { id, active: false, name: "Paused" });
    assert.deepEqual([paused.active, paused.name, paused.max_in_flight], [false, "Paused", 2]);
    const keys = await host.value("create_webhook", {
      target_url: receiver.mailbox().url, signature: "ed25519", event_type: "PATH_COMPLETION",
    });
    assert.match(keys.signing_public_key, /^whpk_/);
    assert.equal(keys.note, undefined);
  });

  test("send again, one or many", async () => {
    const { id, mailbox } = given;
    const count = mailbox.count;
    assert.equal((await host.value("resend_delivery", { id, event_id: event })).event_id, event);
    await mailbox.got(count + 1);
    await until("the resend to be recorded", async () =>
      (await host.value("get_delivery", { id, event_id: event })).tries.length === 2);
    const many = await host.value("resend_deliveries", { id, event_type: "COURSE_COMPLETION" });
    assert.deepEqual(many, { resent: 1 });
    await mailbox.got(count + 2);
  });

  test("recover what was missed", async () => {
    const broken = await subscribe({ answers: [404, 200] });
    const { id, account } = broken;
    const other = await Host.start(["--write"], settings(account.key));
    await other.value("publish", { event_type: "COURSE_COMPLETION" });
    await account.deactivated(id);
    assert.match(await other.error("recover", { id }), /switched off, so nothing is sent to it/);
    await other.value("update_webhook", { id, active: true });
    await other.value("recover", { id, status: "undelivered" });
    const recovery = await until("the end of the recovery", async () => {
      const read = await other.value("get_recovery", { id });
      return read.state === "done" ? read : undefined;
    });
    assert.equal(recovery.delivered, 1);
  });

  test("tell what is wrong with arguments, and change nothing", async () => {
    const { id, account, mailbox } = given;
    const { count } = mailbox;
    const cases: [string, Record<string, unknown>, RegExp][] = [
      ["get_webhook", {}, /get_webhook: .*'id'/],
      ["get_webhook", { id, key: "x" }, /additional properties/],
      ["get_webhook", { id: "zzz" }, /^Not found\. \(404 not_found\)/],
      ["list_webhooks", { limit: 101 }, /limit must be <= 100/],
      ["list_deliveries", { id, status: "lost" }, /status must be equal to one of/],
      ["get_sample", { event_type: "NO_SUCH_TYPE" }, /\(404 /],
      ["publish", { event_type: "NO_SUCH_TYPE" }, /refused the request:\n {2}event_type: /],
      ["publish", { event_type: "A", data: { event_type: "B" } }, /another event_type than A/],
      ["create_webhook", { target_url: "http://a", signing_secret: secret }, /additional prop/],
      [
        "create_webhook", { target_url: "ftp://a.example/", event_type: "NO_SUCH" },
        /refused the request:\n {2}target_url: .*\n {2}event_type: .*\n\(request \w+ in the/s,
      ],
      ["update_webhook", { id, max_in_flight: 0 }, /max_in_flight must be >= 1/],
      ["resend_deliveries", { id }, /Say which deliveries: status, /],
    ];
    const before = await account.api.get("/v1/audit");
    for (const [name, args, expected] of cases)
      assert.match(await host.error(name, args), expected);
    assert.deepEqual((await account.api.get("/v1/audit")).json, before.json);
    assert.equal(mailbox.count, count);
  });

  test("have shown no secret, and written nothing but the protocol", () => {
    assert.ok(host.answers.length > 5_000);
    const credentials = Buffer.from(`u:${password}`).toString("base64");
    for (const hidden of [secret, password, credentials, token, given.account.key, "whsec_"])
      assert.ok(!host.answers.includes(hidden), hidden);
    assert.deepEqual(host.errors, []);
    assert.equal(host.stderr, "");
  });
});

describe("long answers", () => {
  test("have at most limit items, and say that there are more", async () => {
    const { account, id, publish } = await subscribe();
    for (const mark of ["a", "b", "c"]) await publish(mark);
    const host = await Host.start([], settings(account.key));
    const { more, items } = await host.value("list_deliveries", { id, limit: 2 });
    assert.match(more, /^There are more than 2: narrow it down, or raise limit \(at most 100\)/);
    assert.equal(items.length, 2);
    assert.equal((await host.value("list_deliveries", { id, limit: 3 })).more, undefined);
  });

  test("have at most so many bytes, and say what is cut", async () => {
    const { account, id } = await subscribe();
    const body = { event_type: "COURSE_COMPLETION", text: "é".repeat(100_000) };
    const { json } = mustAnswer(202, await account.api.post("/v1/events", body));
    const host = await Host.start([], settings(account.key));
    const sent = await until("an attempt", async () => {
      const { text, isError } = await host.call("get_sent_request", { id, event_id: json.id });
      return isError ? undefined : JSON.parse(text);
    });
    assert.match(sent.cut, /^The answer was too long\. Texts in it end after 2000 characters\.$/);
    assert.match(sent.body, /^\{"event_type":"COURSE_COMPLETION","text":"é+… \(cut: \d+ char/);
  });

  test("leave out items that do not fit", async () => {
    const account = await dispatcher.account();
    const metadata = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`key${index}`, "ü".repeat(500)]),
    );
    for (let number = 0; number < 5; number += 1)
      await account.create({ target_url: receiver.mailbox().url, name: `w${number}`, metadata });
    const host = await Host.start([], settings(account.key));
    const answer = await until("all webhooks in the list", async () => {
      const found = await host.value("list_webhooks");
      return / of 5 items/.test(found.cut) ? found : undefined;
    });
    const [, left] = /There are the first (\d) of 5 items\.$/.exec(answer.cut)!;
    assert.equal(answer.items.length, Number(left));
    assert.ok(answer.items.length >= 2 && answer.items.length < 5);
    assert.equal(answer.items[0].name, "w0");
  });
});

describe("settings", { concurrency: 2 }, () => {
  test("a wrong key, and one that may not write, are errors of the tool", async () => {
    const wrong = await Host.start([], settings("this-is-no-key-of-it"));
    const text = await wrong.error("check_key");
    assert.match(text, /does not accept this API key: .*\nGive another one with --key or WEB/);
    assert.ok(!text.includes("this-is-no-key-of-it"));
    const { key } = await dispatcher.account(undefined, ["webhooks:read"]);
    const reader = await Host.start(["--write"], settings(key));
    assert.deepEqual((await reader.value("list_webhooks")).items, []);
    const refused = await reader.error("publish", { event_type: "COURSE_COMPLETION" });
    assert.match(refused, /^This API key may not do that: /);
  });

  test("a key that is echoed by another server is masked", async () => {
    const key = "key-that-comes-back";
    const server = createServer((request, response) => {
      response.writeHead(403).end(`${request.headers.authorization} ${key}`);
    }).listen(0, "127.0.0.1");
    after(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const host = await Host.start([], settings(key, `http://127.0.0.1:${port}`));
    const text = await host.error("check_key");
    assert.match(text, /The answer is not the dispatcher's: Bearer \*{8} \*{8}/);
  });

  test("an address that does not answer is an error of the tool", async () => {
    const host = await Host.start([], settings("a-key", nowhere));
    assert.match(await host.error("check_key"), /does not answer: .*ECONNREFUSED/);
  });

  test("come from options and the file, and its warning goes to stderr", async () => {
    const { key, name } = await dispatcher.account();
    const file = join(project, "config.json");
    writeFileSync(file, JSON.stringify({ url: dispatcher.url, key }), { mode: 0o644 });
    const host = await Host.start(["--config", file], {});
    assert.equal((await host.value("check_key")).account, name);
    assert.equal(host.stderr, `Others can read the key in ${file}. Run: chmod 600 ${file}\n`);
    assert.deepEqual(host.errors, []);
  });

  test("that are missing end it at once, with nothing on stdout", async () => {
    const environment = {
      XDG_CONFIG_HOME: "/nonexistent", WEBHOOKS_URL: undefined, WEBHOOKS_API_KEY: undefined,
    };
    const ended = await run(join(bin, "webhooks"), ["mcp"], project, environment);
    assert.deepEqual([ended.code, ended.stdout], [2, ""]);
    assert.match(ended.stderr, /^There is no address\. Give it with --url or WEBHOOKS_URL/);
  });
});

test("only this command loads the library", () => {
  const main = join(project, "node_modules/webhook-dispatcher/dist/cli/main.js");
  const script = `
    import { registerHooks } from "node:module";
    registerHooks({ load(url, context, next) {
      if (url.includes("modelcontextprotocol")) process.stderr.write("loaded ");
      return next(url, context);
    } });
    process.argv = ["node", "webhooks", ...process.argv.slice(1)];
    await import(${JSON.stringify(main)});`;
  // They end with their stdin.
  const stderrOf = (...args: string[]) => {
    const { status, stderr } = spawnSync(
      process.execPath, ["--input-type=module", "-e", script, "--", ...args],
      { input: "", encoding: "utf8", timeout: 20_000 },
    );
    assert.equal(status, 0, stderr);
    return stderr;
  };
  assert.equal(stderrOf("--help"), "");
  assert.match(stderrOf("mcp", "--url", nowhere, "--key", "k"), /^loaded /);
});
