// The command `webhooks` with a real dispatcher: what each command does and prints, its settings,
// its exit codes, and what it says of mistakes.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fixture } from "../worker/support/fixture.ts";
import { adminKey } from "../worker/support/harness.ts";
import { nowhere, reply } from "../worker/support/receiver.ts";
import { until } from "../worker/support/wait.ts";
import { commandFile, webhooks } from "./support/command.ts";

const { dispatcher, receiver, subscribe } = await fixture({});
const folder = mkdtempSync(join(tmpdir(), "webhooks-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Returns a function that runs the command with a key. */
const runner = (key: string) => (...args: string[]) =>
  webhooks(args, { WEBHOOKS_URL: dispatcher.url, WEBHOOKS_API_KEY: key });

type Runner = ReturnType<typeof runner>;

/** Runs a command that must succeed, with --json. Returns the values that it prints. */
async function json(run: Runner, ...args: string[]): Promise<any[]> {
  const { code, stdout, output } = await run(...args, "--json");
  assert.equal(code, 0, output);
  return stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

describe("the commands", { concurrency: 2 }, () => {
  test("publish an event and show what became of it", async () => {
    const { account, mailbox, id } = await subscribe({ answers: [reply(200, {}, "thanks")] });
    const run = runner(account.key);
    const data = '{"course": {"id": "c1", "title": "Zoë ✓"}}';
    const published = await run("publish", "COURSE_COMPLETION", "--data", data);
    assert.equal(published.code, 0, published.output);
    const [, event] = /^(\w+) {2}COURSE_COMPLETION {2}to 1 webhook\n$/.exec(published.stdout)!;
    const [request] = await mailbox.got(1);
    assert.deepEqual(JSON.parse(request!.body.toString("utf8")), {
      event_type: "COURSE_COMPLETION", course: { id: "c1", title: "Zoë ✓" },
    });
    const path = `/v1/webhooks/${id}/deliveries/${event}`;
    await until("the delivery", async () =>
      (await account.api.get(path)).json.status === "delivered");

    const list = await run("deliveries", "list", id);
    assert.match(list.stdout, /^EVENT +TYPE +STATUS +ATTEMPTS +ANSWER +ACCEPTED\n/);
    assert.match(list.stdout, new RegExp(`\n${event} +COURSE_COMPLETION +delivered +1 +200 +20`));
    const detail = await run("deliveries", "get", id, event!);
    assert.match(detail.stdout, /^status +delivered$/m);
    assert.match(detail.stdout, /ATTEMPT +TIME +STATUS +FAULT +CAUSE\n20\S+ +\d+ ms +200 +- +s/);
    const sent = await run("deliveries", "request", id, event!);
    assert.match(sent.stdout, new RegExp(`^POST ${mailbox.url}\n`));
    assert.match(sent.stdout, /^webhook-signature: v1,/m);
    assert.ok(sent.stdout.includes("Zoë ✓"));
    const where = await run("deliveries", "event", event!);
    assert.match(where.stdout, new RegExp(`\n${id} +COURSE_COMPLETION +delivered`));
    const [exported] = await json(run, "deliveries", "export", id, "--status", "delivered");
    assert.equal(exported.event_id, event);
    const csv = await run("deliveries", "export", id, "--csv");
    assert.match(csv.stdout, new RegExp(`^event_id,.*\r\n${event},`));

    const resent = await run("resend", id, event!);
    assert.equal(resent.stdout, `${event} is sent again.\n`);
    await mailbox.got(2);
    await until("the resend to be recorded", async () =>
      (await account.api.get(path)).json.tries.length === 2);
    const [many] = await json(run, "resend", id, "--event-type", "COURSE_COMPLETION");
    assert.deepEqual(many, { resent: 1 });
    const skipped = await run("deliveries", "skip", id, event!);
    assert.equal(skipped.code, 1);
    assert.match(skipped.stderr, /neither waits for a try nor is on its way\. \(409 conflict\)/);
  });

  test("publish reads files and stdin, and a batch", async () => {
    const { account, mailbox } = await subscribe();
    const file = join(folder, "event.json");
    writeFileSync(file, '{"event_type":"PATH_COMPLETION","from":"file"}');
    const run = runner(account.key);
    await json(run, "publish", "--data", `@${file}`);
    const environment = { WEBHOOKS_URL: dispatcher.url, WEBHOOKS_API_KEY: account.key };
    await webhooks(["publish", "QUIZ_COMPLETION", "-d", "-"], environment, '{"from":"stdin"}');
    await mailbox.got(2);
    const lines = '{"n":1}\n\n{"n":2,"event_type":"LESSON_COMPLETION"}\n';
    const batch = await webhooks(
      ["publish", "LESSON_COMPLETION", "--batch", "-", "--idempotency-key", "b1", "--json"],
      environment, lines,
    );
    assert.equal(batch.code, 0, batch.output);
    assert.equal(batch.stdout.trim().split("\n").length, 2);
    await mailbox.got(4);
    assert.deepEqual(mailbox.texts.sort(), [
      '{"event_type":"LESSON_COMPLETION","n":1}',
      '{"event_type":"LESSON_COMPLETION","n":2}',
      '{"event_type":"PATH_COMPLETION","from":"file"}',
      '{"event_type":"QUIZ_COMPLETION","from":"stdin"}',
    ].sort());
    const again = await webhooks(
      ["publish", "LESSON_COMPLETION", "--batch", "-", "--idempotency-key", "b1", "--json"],
      environment, lines,
    );
    assert.equal(again.stdout, batch.stdout);
    const bad = await webhooks(
      ["publish", "--batch", "-"], environment,
      '{"event_type":"LESSON_COMPLETION"}\n{"event_type":"NO_SUCH"}\n',
    );
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /to 1 webhook\nevent 2 was refused \(400\): .*NO_SUCH/);
  });

  test("manage webhooks", async () => {
    const account = await dispatcher.account();
    const run = runner(account.key);
    const none = await run("webhooks", "list");
    assert.equal(none.code, 0);
    assert.equal(none.output, "There are none.\n");
    const { url } = receiver.mailbox();
    const created = await run(
      "webhooks", "create", url, "--name", "My hook", "--event-type", "COURSE_*",
      "--event-type", "PATH_COMPLETION", "--filter", '{"score":{"$gte":80}}',
      "--header", "X-Team: blue", "--set", 'metadata={"team":"blue"}', "--timeout-ms", "5000",
    );
    assert.equal(created.code, 0, created.output);
    assert.match(created.stdout, /^signing_secret +whsec_/m);
    assert.match(created.stdout, /^event_types +COURSE_\*, PATH_COMPLETION$/m);
    assert.match(created.stdout, /^metadata +\{"team":"blue"\}$/m);
    assert.equal(created.stderr, "The signing secret is shown this once.\n");
    const [, id] = /^id +(\w+)$/m.exec(created.stdout)!;
    const list = await until("the list", async () => {
      const { stdout } = await run("webhooks", "list", "--search", "my HOOK");
      return stdout.includes(id!) ? stdout : undefined;
    });
    const types = "COURSE_\\*,PATH_COMPLETION";
    assert.match(list, new RegExp(`\n${id} +untried +${types} +My hook +${url}\n`));
    const [pinged] = await json(run, "ping", id!);
    assert.equal(pinged.succeeded, true);
    const [updated] = await json(run, "webhooks", "update", id!, "--pause", "--name", "Paused");
    assert.deepEqual([updated.active, updated.name, updated.timeout_ms], [false, "Paused", 5000]);
    const [activated] = await json(
      run, "webhooks", "update", id!, "--activate", "--target", `${receiver.origin}/none`,
    );
    assert.equal(activated.active, true);
    const failed = await run("ping", id!, "--event-type", "COURSE_COMPLETION");
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /^Ping failed: the receiver answered 599/);
    const [signing] = await json(run, "webhooks", "rotate-secret", id!, "--grace-seconds", "0");
    assert.match(signing.signing_secret, /^whsec_/);
    const stats = await run("webhooks", "stats", id!);
    assert.match(stats.stdout, /^delivered +0$/m);
    assert.equal((await run("webhooks", "delete", id!)).stdout, `Webhook ${id} is deleted.\n`);
    const gone = await run("webhooks", "get", id!);
    assert.equal(gone.code, 1);
    assert.match(gone.stderr, /^Not found\. \(404 not_found\)\n\(request \w+ in the/);
  });

  test("recover what was missed, and wait for it", async () => {
    const { account, mailbox, id } = await subscribe({ answers: [404, 200] });
    const run = runner(account.key);
    await run("publish", "COURSE_COMPLETION");
    await account.deactivated(id);
    const off = await run("recover", id);
    assert.equal(off.code, 1);
    assert.match(off.stderr, /switched off, so nothing is sent to it\. Re-activate it first/);
    await run("webhooks", "update", id, "--activate");
    const [recovery] = await json(run, "recover", id, "--wait", "--status", "undelivered");
    assert.deepEqual([recovery.state, recovery.delivered], ["done", 1]);
    assert.equal(mailbox.count, 2);
    const shown = await run("recover", id, "--show");
    assert.match(shown.stdout, /^state +done$/m);
  });

  test("make keys and portal links with ADMIN_KEY", async () => {
    const run = runner(adminKey);
    const [key] = await json(
      run, "keys", "create", "clis", "--name", "a", "--scope", "events:write",
      "--scope", "webhooks:read",
    );
    assert.deepEqual(key.scopes.sort(), ["events:write", "webhooks:read"]);
    const own = await runner(key.key)("ping");
    assert.match(own.stdout, /^account +clis$/m);
    const refused = await runner(key.key)("keys", "list");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /`webhooks ping` shows what it may do; keys, portal .* ADMIN_KEY/);
    await until("the key in the list", async () =>
      (await json(run, "keys", "list", "--limit", "1000")).some(({ id }) => id === key.id));
    const link = await run("portal", "clis", "--expires-in", "60");
    assert.match(link.stdout, /^http:\/\/\S+#\S+\n$/);
    assert.equal((await run("keys", "revoke", key.id)).stdout, `Key ${key.id} is revoked.\n`);
  });

  test("a list says when there is more", async () => {
    const account = await dispatcher.account();
    for (const path of ["a", "b"])
      await account.create({ target_url: `${receiver.origin}/${path}` });
    const run = runner(account.key);
    const short = await until("both webhooks", async () => {
      const command = await run("webhooks", "list", "--limit", "1");
      return command.stderr === "" ? undefined : command;
    });
    assert.equal(short.stderr, "There are more than 1: raise --limit.\n");
    assert.equal(short.stdout.trim().split("\n").length, 2);
  });
});

describe("the settings", () => {
  const config = (text: string, mode = 0o600) => {
    const home = mkdtempSync(join(folder, "home-"));
    mkdirSync(join(home, "webhook-dispatcher"));
    const file = join(home, "webhook-dispatcher", "config.json");
    writeFileSync(file, text, { mode });
    return { home, file };
  };
  const accountOf = async (args: string[], env: Record<string, string>) => {
    const { stdout, output } = await webhooks(["ping", "--json", ...args], env);
    try {
      return JSON.parse(stdout).account as string;
    } catch {
      throw new Error(output);
    }
  };

  test("come from options, else the environment, else the file", async () => {
    const [one, two, three] = [
      await dispatcher.account(), await dispatcher.account(), await dispatcher.account(),
    ];
    const { home } = config(JSON.stringify({ url: dispatcher.url, key: one.key }));
    const file = { XDG_CONFIG_HOME: home };
    assert.equal(await accountOf([], file), one.name);
    const environment = { ...file, WEBHOOKS_API_KEY: two.key };
    assert.equal(await accountOf([], environment), two.name);
    assert.equal(await accountOf(["--key", three.key], environment), three.name);
    const wrong = { ...environment, WEBHOOKS_URL: nowhere };
    assert.equal(await accountOf(["--url", dispatcher.url], wrong), two.name);
  });

  test("of a file that others can read are used with a warning", async () => {
    const { key, name } = await dispatcher.account();
    const { file } = config(JSON.stringify({ url: dispatcher.url, key }), 0o644);
    const { code, stdout, stderr } = await webhooks(["ping", "--config", file]);
    assert.equal(code, 0);
    assert.ok(stdout.includes(name));
    assert.equal(stderr, `Others can read the key in ${file}. Run: chmod 600 ${file}\n`);
  });

  test("that are wrong are named, and nothing is called", async () => {
    const cases: [string, RegExp][] = [
      ["{", /config\.json is not JSON: /],
      ["[]", /is not a JSON object/],
      ['{"url": 5}', /"url" in \S+ is not a text/],
      ['{"apikey": "x"}', /has "apikey"; it can have "url" and "key"/],
      ['{"key": "k"}', /There is no address\. Give it with --url or WEBHOOKS_URL, or write/],
      ['{"url": "http://127.0.0.1:1"}', /There is no API key\. Give it with --key or WEBHOOKS_A/],
      ['{"url": "hooks.example.com", "key": "k"}', /does not begin with http:\/\/ or https:\/\//],
    ];
    for (const [text, expected] of cases) {
      const { home } = config(text);
      const { code, stderr } = await webhooks(["ping"], { XDG_CONFIG_HOME: home });
      assert.match(stderr, expected);
      assert.equal(code, 2, text);
    }
    const missing = await webhooks(["ping", "--config", "/nonexistent/file"]);
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /\/nonexistent\/file cannot be read: ENOENT/);
  });
});

describe("mistakes", { concurrency: 3 }, () => {
  const usage: [string[], RegExp][] = [
    [["publsh"], /unknown command 'publsh'\n\(Did you mean publish\?\)/],
    [["publish", "--dta", "{}"], /unknown option '--dta'\n\(Did you mean --data\?\)/],
    [["publish"], /there is no event type: webhooks publish TYPE --data JSON/],
    [["publish", "A", "--data", "{"], /the data is not JSON/],
    [["publish", "A", "--data", "[]"], /the data is not a JSON object/],
    [["publish", "A", "--data", '{"event_type":"B"}'], /has the event_type B, not A/],
    [["publish", "A", "--data", "@/nonexistent"], /\/nonexistent cannot be read/],
    [["publish", "--batch", "a", "--data", "{}"], /--batch and --data exclude each other/],
    [["ping", "--event-type", "A"], /--event-type needs a webhook/],
    [["webhooks", "get"], /missing required argument 'webhook'/],
    [["webhooks", "list", "--state", "sleepy"], /argument 'sleepy' is invalid\. Allowed choices/],
    [["webhooks", "list", "--limit", "many"], /It must be a whole number/],
    [["webhooks", "create", "http://a", "--filter", "{"], /It must be JSON/],
    [["webhooks", "create", "http://a", "--header", "X"], /It must be like "Name: value"/],
    [["webhooks", "create", "http://a", "--set", "x"], /It must be like "field=value"/],
    [["webhooks", "update", "w"], /There is nothing to change/],
    [["webhooks", "update", "w", "--pause", "--activate"], /exclude each other/],
    [["deliveries", "export", "w", "--csv", "--json"], /exclude each other/],
    [["resend", "w"], /Name an event, or say which ones/],
    [["resend", "w", "e", "--status", "held"], /With an event there can be no other options/],
    [["recover", "w", "--show", "--since", "x"], /--show begins nothing/],
    [["keys", "create", "a", "--name", "n", "--scope", "all"], /Allowed choices are webhooks:read/],
    [["completion", "tcsh"], /Allowed choices are bash, zsh, fish/],
    [["listen", "--forward", "3000"], /--forward is "3000", which does not begin with http/],
    [["listen", "--set", "signing_secret=x"], /Give the secret with --secret/],
  ];
  for (const [args, expected] of usage) {
    test(`are a wrong command line: ${args.join(" ")}`, async () => {
      const environment = { WEBHOOKS_URL: nowhere, WEBHOOKS_API_KEY: "key" };
      const { code, stdout, stderr } = await webhooks(args, environment);
      assert.match(stderr, expected);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      assert.ok(!stderr.includes("    at "), stderr);
    });
  }

  test("of the key, the fields and the address are told with what to do", async () => {
    const { key } = await dispatcher.account();
    const cases: [string, string, string[], RegExp][] = [
      [nowhere, "k", ["ping"], /does not answer: .*ECONNREFUSED\.\nDoes it run at .*WEBHOOKS_/],
      [dispatcher.url, "bad", ["ping"], /does not accept this API key: .*\nGive another one with/],
      [
        dispatcher.url, key, ["webhooks", "create", "ftp://a", "--set", "max_in_flight=0"],
        /refused the request:\n {2}target_url: .*\n {2}max_in_flight: .*\n\(request \w+ in the/,
      ],
      [receiver.mailbox(reply(200, {}, "<html>")).url, "k", ["ping"], /\(599 unexpected_answer\)/],
    ];
    for (const [url, apiKey, args, expected] of cases) {
      const settings = { WEBHOOKS_URL: url, WEBHOOKS_API_KEY: apiKey };
      const { code, stderr } = await webhooks(args, settings);
      assert.match(stderr, expected);
      assert.equal(code, 1);
    }
  });
});

test("help and version are no failures", async () => {
  const help = await webhooks(["--help"]);
  assert.equal(help.code, 0);
  for (const name of [
    "listen", "publish", "ping", "webhooks", "deliveries", "resend", "recover", "keys", "portal",
    "mcp", "completion",
  ]) assert.match(help.stdout, new RegExp(`^  ${name} `, "m"));
  assert.ok(!help.stdout.includes("__complete"));
  assert.match((await webhooks(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
  assert.match((await webhooks(["keys", "--help"])).stdout, /create \[options\] <account>/);
});

describe("completion", () => {
  const candidates = async (...words: string[]) =>
    (await webhooks(["__complete", "--", ...words])).stdout
      .split("\n").filter((line) => line !== "").map((line) => line.split("\t")[0]);

  test("knows the commands, options and values", async () => {
    assert.deepEqual(await candidates("re"), ["resend", "recover"]);
    assert.deepEqual(await candidates("--json", "keys", ""), ["list", "create", "revoke", "help"]);
    assert.deepEqual(await candidates("deliveries", "list", "w", "--st"), ["--status"]);
    assert.ok((await candidates("deliveries", "list", "--status", "")).includes("undelivered"));
    assert.deepEqual(await candidates("--url", "keys", "comp"), ["completion"]);
    assert.deepEqual(await candidates("completion", ""), ["bash", "zsh", "fish"]);
    assert.ok((await candidates("publish", "--")).includes("--key"));
  });

  test("works in bash", async () => {
    const { stdout: script } = await webhooks(["completion", "bash"]);
    const program = `${script}
webhooks() { "${process.execPath}" "${commandFile}" "$@"; }
COMP_WORDS=(webhooks deliveries list w --status de) COMP_CWORD=5
_webhooks; echo "\${COMPREPLY[@]}"`;
    assert.equal(execFileSync("bash", ["-c", program], { encoding: "utf8" }), "delivered\n");
  });

  for (const shell of ["zsh", "fish"]) {
    test(`is a valid script for ${shell}, where that is installed`, async (context) => {
      const { code, stdout } = await webhooks(["completion", shell]);
      assert.equal(code, 0);
      const file = join(folder, `completion.${shell}`);
      writeFileSync(file, stdout);
      const { error, status, stderr } = spawnSync(shell, ["-n", file], { encoding: "utf8" });
      if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT")
        return context.diagnostic(`${shell} is not installed`);
      assert.equal(status, 0, stderr);
    });
  }
});

test("there are colours only on a terminal, and not with NO_COLOR", async () => {
  const { key } = await dispatcher.account();
  const settings = { ...process.env, WEBHOOKS_URL: dispatcher.url, WEBHOOKS_API_KEY: key };
  const onTerminal = (environment: NodeJS.ProcessEnv) =>
    execFileSync(
      "script",
      ["-qec", `"${process.execPath}" "${commandFile}" ping`, "/dev/null"],
      { encoding: "utf8", env: environment, stdio: ["ignore", "pipe", "pipe"] },
    );
  assert.ok(onTerminal({ ...settings, NO_COLOR: "" }).includes("\x1b[2m"));
  assert.ok(!onTerminal({ ...settings, NO_COLOR: "1" }).includes("\x1b"));
  const { output } = await runner(key)("ping");
  assert.ok(!output.includes("\x1b"));
});
