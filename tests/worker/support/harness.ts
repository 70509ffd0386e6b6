// Starts dispatchers for tests: the real bundle, a port and a state directory of its own, and a
// client for each account.
//
// Every dispatcher is a process group (runtime.ts and workerd below it). `kill` is `kill -9` of the
// group and `restart` starts it again on the same state, so a crash in a test is a crash. A test
// file starts one dispatcher, shares it, and keeps its tests apart by giving each an account.
// `stop` fails when the runtime's log shows a panic: nothing a client sends may cause one, whatever
// the test looked at.

import { fork, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Client, basic, withoutSecret, type Answer, type Webhook } from "./api.ts";
import type { Orders, Question, Reply } from "./runtime.ts";
import { integer, run, tables } from "./sqlite.ts";
import { until } from "./wait.ts";

const root = join(import.meta.dirname, "../../..");
const startTimeoutMs = 60_000;
const panic = /panicked at|code had hung|Critical error|RuntimeError: unreachable/;

/** The built-in key of account `default`, and the admin's. */
export const apiKey = "test-api-key-8b1f0c6e";
export const adminKey = "test-admin-key-53d9a7f2";

/** Two master keys, of which the first seals. */
export const masterKeys = [
  "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
  "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
];

/** The secrets of a dispatcher that is given no others. */
export const usualSecrets = {
  API_KEY: apiKey,
  ADMIN_KEY: adminKey,
  MASTER_KEYS: masterKeys.join(","),
};

export interface Settings {
  /** Variables, over those of wrangler.toml; `null` takes one away. */
  vars?: Record<string, string | number | null>;
  /** Instead of the keys above. */
  secrets?: Record<string, string>;
  /** Serves the static assets of the last build too. */
  assets?: boolean;
  /** Binds a dataset of Analytics Engine whose data points are POSTed to this `host:port`. */
  analytics?: string;
}

/** An account with a key of all scopes. */
export interface Account {
  name: string;
  key: string;
  api: Client;
  /** Creates a webhook, which must succeed, and answers with it as it reads from then on. */
  create(fields: Partial<Webhook> & { target_url: string }): Promise<Webhook>;
  /** Reads a webhook, which must be there. */
  read(id: string): Promise<Webhook>;
  /** Publishes an event, which must be taken; answers with how many webhooks stored it. */
  publish(event: Record<string, unknown>): Promise<number>;
  /** Waits until the dispatcher has switched the webhook off and answers with it. */
  deactivated(id: string, timeoutMs?: number): Promise<Webhook>;
}

/** Every dispatcher that runs, so that the end of the test process ends them all. */
const running = new Set<Dispatcher>();
process.on("exit", () => {
  for (const dispatcher of running) dispatcher.killNow();
});

export async function start(settings: Settings = {}): Promise<Dispatcher> {
  const dispatcher = new Dispatcher(settings);
  await dispatcher.restart();
  return dispatcher;
}

export class Dispatcher {
  readonly state = mkdtempSync(join(tmpdir(), "dispatcher-"));
  readonly admin: Client;
  log = "";
  #settings: Settings;
  #process: ChildProcess | undefined;
  #url: string | undefined;
  #questions = new Map<number, (reply: Reply) => void>();
  #number = 0;
  #accounts = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.admin = this.client(adminKey);
  }

  get url(): string {
    if (this.#url === undefined) throw new Error("the dispatcher is not running");
    return this.#url;
  }

  /** The process group that it runs in. */
  get group(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error("the dispatcher is not running");
    return pid;
  }

  /** A client that shows this key; without one it shows nothing. */
  client(key?: string): Client {
    return new Client(() => this.url, key === undefined ? {} : { authorization: basic(key) });
  }

  /** A new account, or a further key of one; `scopes` defaults to all. */
  async account(
    name = `t${++this.#accounts}`,
    scopes = ["webhooks:read", "webhooks:write", "events:write"],
  ) {
    const minted = must(
      201,
      await this.admin.post("/v1/admin/keys", { account: name, name: "test", scopes }),
    );
    const api = this.client(minted.json.key);
    const account: Account = {
      name,
      key: minted.json.key,
      api,
      create: async (fields) =>
        withoutSecret(must(201, await api.post("/v1/webhooks", fields)).json),
      read: async (id) => must(200, await api.get(`/v1/webhooks/${id}`)).json,
      publish: async (event) => must(202, await api.post("/v1/events", event)).json.webhooks,
      deactivated: (id, timeoutMs) =>
        until(
          `webhook ${id} is switched off`,
          async () => {
            const webhook = await account.read(id);
            return webhook.active ? undefined : webhook;
          },
          timeoutMs,
        ),
    };
    return account;
  }

  /** Puts a webhook's object out of memory, if it is there; its storage stays. */
  evictWebhook(account: string, id: string): Promise<void> {
    return this.#evict("WebhookObject", `${account}/${id}`);
  }

  evictAccount(account: string): Promise<void> {
    return this.#evict("AccountObject", account);
  }

  /** The ids of the webhook objects that have a file on disk. */
  async webhookObjects(): Promise<string[]> {
    return (await this.#ask({ kind: "objects", class: "WebhookObject" })) as string[];
  }

  /**
   * The ids of the webhook objects that store something; `deleteAll` leaves an empty file behind.
   */
  async filledWebhookObjects(): Promise<string[]> {
    const directory = this.#objectDirectory();
    return (await this.webhookObjects()).filter(
      (id) => tables(join(directory, `${id}.sqlite`)) > 0,
    );
  }

  /** The id of a webhook's object. */
  async webhookObject(account: string, id: string): Promise<string> {
    return (await this.#ask({
      kind: "object id",
      binding: "WEBHOOK_OBJECT",
      name: `${account}/${id}`,
    })) as string;
  }

  /**
   * Loses every alarm of the webhook objects, as production has been seen to do; only while nothing
   * runs. `known` leaves the objects in the belief that their alarm is set.
   */
  loseAlarms(known: boolean): void {
    const directory = this.#objectDirectory();
    run(join(directory, "metadata.sqlite"), "DELETE FROM _cf_ALARM");
    if (known) return;
    for (const file of readdirSync(directory)) {
      if (!file.endsWith(".sqlite") || file === "metadata.sqlite") continue;
      run(join(directory, file), "DELETE FROM _cf_METADATA WHERE key = 1");
    }
  }

  /** When the alarm of a webhook object will fire, by its id, in nanoseconds; 0n if never. */
  alarmAt(object: string): bigint {
    return integer(
      join(this.#objectDirectory(), "metadata.sqlite"),
      `SELECT scheduled_time FROM _cf_ALARM WHERE actor_id = '${object}'`,
    );
  }

  /**
   * Sets a webhook object's alarm, by its id, to now, as if the one that has fired had never been
   * acknowledged: the platform delivers it once more. Only while nothing runs.
   */
  repeatAlarm(object: string): bigint {
    const [directory, at] = [this.#objectDirectory(), BigInt(Date.now()) * 1_000_000n];
    const row = `UPDATE _cf_ALARM SET scheduled_time = ${at} WHERE actor_id = '${object}'`;
    run(join(directory, "metadata.sqlite"), row);
    run(join(directory, `${object}.sqlite`), `UPDATE _cf_METADATA SET value = ${at} WHERE key = 1`);
    return at;
  }

  /** Rewrites the record of a webhook object, by its id; only while nothing runs. */
  editWebhookObject(object: string, edit: (record: string) => string): void {
    const database = new DatabaseSync(join(this.#objectDirectory(), `${object}.sqlite`));
    try {
      const row = database.prepare("SELECT body FROM record").get();
      database.prepare("UPDATE record SET body = ?").run(edit(String(row?.["body"])));
    } finally {
      database.close();
    }
  }

  /** The files of the state directory that hold this text. */
  filesWith(text: string): string[] {
    return readdirSync(this.state, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => contentOf(file)?.includes(text));
  }

  /** The KV records whose keys begin with `prefix`. */
  async records(prefix: string): Promise<Record<string, string>> {
    return (await this.#ask({ kind: "records", binding: "WEBHOOKS", prefix })) as Record<
      string,
      string
    >;
  }

  /** Writes KV records. */
  async putRecords(records: Record<string, string>): Promise<void> {
    await this.#ask({ kind: "put records", binding: "WEBHOOKS", records });
  }

  /** Runs the cron trigger. */
  async scheduled(): Promise<void> {
    await this.#ask({ kind: "scheduled" });
  }

  /**
   * Starts on the state directory, which is empty the first time; new settings replace the old
   * ones.
   */
  async restart(settings: Settings = this.#settings): Promise<void> {
    this.#settings = settings;
    const child = fork(join(import.meta.dirname, "runtime.ts"), [], {
      detached: true,
      execArgv: [],
      env: childEnvironment(join(this.state, "tmp")),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#process = child;
    running.add(this);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.log += chunk.toString("utf8");
        if (process.env["SHOW_LOG"] !== undefined) process.stderr.write(chunk);
      });
    }
    child.on("message", (reply: Reply) => {
      this.#questions.get(reply.number)?.(reply);
      this.#questions.delete(reply.number);
    });
    child.once("exit", () => {
      for (const [number, settle] of this.#questions)
        settle({ number, fault: `the runtime ended\n${this.log}` });
      this.#questions.clear();
    });
    const ready = this.#reply(0);
    const timer = setTimeout(() => this.killNow(), startTimeoutMs);
    child.send({
      root,
      state: this.state,
      vars: { ALLOW_PRIVATE_TARGETS: "true", ...texts(this.#settings.vars ?? {}) },
      secrets: this.#settings.secrets ?? usualSecrets,
      assets: this.#settings.assets ?? false,
      analytics: this.#settings.analytics ?? null,
    } satisfies Orders);
    try {
      this.#url = (await ready) as string;
    } finally {
      clearTimeout(timer);
    }
  }

  /** `kill -9` of the whole process group; resolves when its head is gone. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    const gone =
      child.exitCode !== null || child.signalCode !== null
        ? Promise.resolve()
        : new Promise<void>((resolve) => child.once("exit", () => resolve()));
    this.killNow();
    await gone;
  }

  killNow(): void {
    const pid = this.#process?.pid;
    this.#process = undefined;
    this.#url = undefined;
    running.delete(this);
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // The group is gone already.
    }
  }

  /** Ends it, removes its state, and fails if the runtime's log shows a panic. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.state, { recursive: true, force: true, maxRetries: 5 });
    if (panic.test(this.log)) throw new Error(`the runtime's log shows a panic:\n${this.log}`);
  }

  async #evict(className: string, name: string): Promise<void> {
    try {
      await this.#ask({ kind: "evict", class: className, name });
    } catch (fault) {
      if (!String(fault).includes("it is not currently running")) throw fault;
    }
  }

  #objectDirectory(): string {
    const objects = join(this.state, "do");
    const name = readdirSync(objects).find((directory) => directory.endsWith("-WebhookObject"));
    if (name === undefined) throw new Error("no webhook object was ever opened");
    return join(objects, name);
  }

  async #ask(question: Question): Promise<unknown> {
    const number = ++this.#number;
    const reply = this.#reply(number);
    this.#process?.send({ ...question, number });
    return reply;
  }

  #reply(number: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#questions.set(number, (reply) => {
        if (reply.fault === undefined) resolve(reply.value);
        else reject(new Error(reply.fault));
      });
    });
  }
}

/** What a file holds; nothing if the runtime has removed it since it was found. */
function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw fault;
  }
}

/** The answer, when it has this status. */
export function must(status: number, answer: Answer): Answer {
  if (answer.status !== status)
    throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer;
}

function texts(vars: Record<string, string | number | null>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(vars).map(([key, value]) => [key, value === null ? null : String(value)]),
  );
}

/**
 * node's test runner marks its children's environment, and the runtime is not one of its tests.
 * What the runtime would leave in the temporary directory when it is killed goes with its state.
 */
function childEnvironment(temporary: string): NodeJS.ProcessEnv {
  mkdirSync(temporary, { recursive: true });
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    TMPDIR: temporary,
    WRANGLER_SEND_METRICS: "false",
  };
  delete environment["NODE_TEST_CONTEXT"];
  return environment;
}
