// Starts dispatchers for tests. Each runs the real bundle, with its own port and state directory.
// Test files start theirs with `fixture` (fixture.ts), and each test uses an account of its own.
//
// A dispatcher is a process group: runtime.ts and its child workerd. `kill` sends SIGKILL to the
// group, and `restart` starts it again on the same state, so a crash in a test is a real crash.
// `stop` fails if the runtime's log shows a panic, because no request may cause one, and if a limit
// of the platform was exceeded (tests/support/limits).

import { fork, type ChildProcess } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  LOG_MARK, type HardLimit, type Limits, type LimitsReport,
} from "../../support/limits/limits.ts";
import { Client, basic, withoutSecret } from "./api.ts";
import type { Answer, NewWebhook, Webhook } from "./api.ts";
import type { Orders, Question, Reply } from "./runtime.ts";
import { integer, run, tables } from "./sqlite.ts";
import { until } from "./wait.ts";

const root = join(import.meta.dirname, "../../..");
const startTimeoutMs = 60_000;
const exceededLine = new RegExp(`${LOG_MARK} (\\w+)`, "g");
const panic = /panicked at|code had hung|Critical error|RuntimeError: unreachable/;

/** The built-in key of the account `default`. */
export const apiKey = "test-api-key-8b1f0c6e";
/** The key of the admin API. */
export const adminKey = "test-admin-key-53d9a7f2";

/** Two master keys. The first one seals. */
export const masterKeys = [
  "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
  "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
];

/** The scopes that an API key can have. */
export const allScopes = ["webhooks:read", "webhooks:write", "events:write"];

/** The secrets of a dispatcher whose settings have none. */
export const defaultSecrets = {
  API_KEY: apiKey,
  ADMIN_KEY: adminKey,
  MASTER_KEYS: masterKeys.join(","),
};

export interface Settings {
  /** Variables that override those of wrangler.toml. `null` removes one. */
  vars?: Record<string, string | number | null>;
  /** Secrets in place of the default ones. */
  secrets?: Record<string, string>;
  /** Whether the static assets of the last build are served. */
  assets?: boolean;
  /** The `host:port` to which data points of Analytics Engine are POSTed. Unset: no dataset. */
  analytics?: string;
  /** Limits in place of those of the platform. */
  limits?: Partial<Limits>;
  /** The limits that the tests exceed on purpose. */
  exceeds?: HardLimit[];
  /** A Worker's source in place of the bundle, with the same names of objects. */
  worker?: string;
}

/** An account, with a client that uses one of its keys. */
export interface Account {
  name: string;
  key: string;
  api: Client;
  /** Creates a webhook, which must succeed. Returns it as it reads afterwards. */
  create(fields: NewWebhook): Promise<Webhook>;
  /** Reads a webhook, which must exist. */
  read(id: string): Promise<Webhook>;
  /** Publishes an event, which must be accepted. Returns the number of webhooks that stored it. */
  publish(event: Record<string, unknown>): Promise<number>;
  /** Waits until the webhook is inactive, and returns it. */
  deactivated(id: string, timeoutMs?: number): Promise<Webhook>;
}

/** All running dispatchers. The end of the test process kills them. */
const running = new Set<Dispatcher>();
process.on("exit", () => {
  for (const dispatcher of running) dispatcher.killNow();
});

/** Starts a dispatcher. The caller stops it; `fixture` does so by itself. */
export async function start(settings: Settings = {}): Promise<Dispatcher> {
  const dispatcher = new Dispatcher(settings);
  await dispatcher.restart();
  return dispatcher;
}

export class Dispatcher {
  /** The directory with KV and the storage of the objects. */
  readonly state = mkdtempSync(join(tmpdir(), "dispatcher-"));
  /** A client with the admin key. */
  readonly admin: Client;
  /** The runtime's output since the first start. */
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

  /** The id of its process group. */
  get group(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error("the dispatcher is not running");
    return pid;
  }

  /** Returns a client that sends this key, or no credentials. */
  client(key?: string): Client {
    return new Client(() => this.url, key === undefined ? {} : { authorization: basic(key) });
  }

  /** Mints an API key. By default it has all scopes. Returns the response with the key. */
  async mintKey(fields: {
    account: string;
    name?: string;
    scopes?: string[];
    expires_at?: string;
  }) {
    const body = { name: "test", scopes: allScopes, ...fields };
    return must(201, await this.admin.post("/v1/admin/keys", body)).json;
  }

  /** Creates an account, or another key for one. By default the key has all scopes. */
  async account(
    name = `t${++this.#accounts}`,
    scopes = allScopes,
  ) {
    const minted = await this.mintKey({ account: name, scopes });
    const api = this.client(minted.key);
    const account: Account = {
      name,
      key: minted.key,
      api,
      create: async (fields) =>
        withoutSecret(must(201, await api.post("/v1/webhooks", fields)).json),
      read: async (id) => must(200, await api.get(`/v1/webhooks/${id}`)).json,
      publish: async (event) => must(202, await api.post("/v1/events", event)).json.webhooks,
      deactivated: (id, timeoutMs) =>
        until(
          `webhook ${id} is deactivated`,
          async () => {
            const webhook = await account.read(id);
            return webhook.active ? undefined : webhook;
          },
          timeoutMs,
        ),
    };
    return account;
  }

  /** Evicts a webhook's object from memory, if it is loaded. Its storage stays. */
  evictWebhook(account: string, id: string): Promise<void> {
    return this.#evict("WebhookObject", `${account}/${id}`);
  }

  /** Evicts an account's object from memory, if it is loaded. Its storage stays. */
  evictAccount(account: string): Promise<void> {
    return this.#evict("AccountObject", account);
  }

  /** Returns the ids of the webhook objects that have a file on disk. */
  async webhookObjects(): Promise<string[]> {
    return (await this.#ask({ kind: "objects", class: "WebhookObject" })) as string[];
  }

  /** Returns the ids of the webhook objects with data. `deleteAll` leaves an empty file behind. */
  async nonEmptyWebhookObjects(): Promise<string[]> {
    const directory = this.#objectDirectory();
    return (await this.webhookObjects()).filter(
      (id) => tables(join(directory, `${id}.sqlite`)) > 0,
    );
  }

  /** Returns the id of a webhook's object. */
  async webhookObject(account: string, id: string): Promise<string> {
    return objectId(basename(this.#objectDirectory()), `${account}/${id}`);
  }

  /**
   * Deletes all alarms of the webhook objects, which has happened in production. With `known` the
   * objects still read their alarm as set. Only after `kill`.
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

  /** Returns the time of an object's alarm in Unix nanoseconds, or 0n if it has none. */
  alarmAt(object: string): bigint {
    return integer(
      join(this.#objectDirectory(), "metadata.sqlite"),
      `SELECT scheduled_time FROM _cf_ALARM WHERE actor_id = '${object}'`,
    );
  }

  /**
   * Sets a webhook object's alarm to now, so that it fires again, as an alarm does that was not
   * acknowledged. Returns the time in Unix nanoseconds. Only after `kill`.
   */
  repeatAlarm(object: string): bigint {
    const [directory, at] = [this.#objectDirectory(), BigInt(Date.now()) * 1_000_000n];
    const row = `UPDATE _cf_ALARM SET scheduled_time = ${at} WHERE actor_id = '${object}'`;
    run(join(directory, "metadata.sqlite"), row);
    run(join(directory, `${object}.sqlite`), `UPDATE _cf_METADATA SET value = ${at} WHERE key = 1`);
    return at;
  }

  /** Returns the result of a query in the storage of an account's object, or 0n for none. */
  async queryAccount(account: string, sql: string): Promise<bigint> {
    const object = await this.accountObject(account);
    return integer(join(this.#objectDirectory("AccountObject"), `${object}.sqlite`), sql);
  }

  /** Returns the id of an account's object. */
  async accountObject(account: string): Promise<string> {
    return objectId(basename(this.#objectDirectory("AccountObject")), account);
  }

  /** Runs statements in the storage of an account's object. Only after `kill`. */
  changeAccountObject(object: string, sql: string): void {
    run(join(this.#objectDirectory("AccountObject"), `${object}.sqlite`), sql);
  }

  /** Returns the size of a webhook object in bytes, without free pages. */
  async webhookBytes(account: string, id: string): Promise<number> {
    const object = await this.webhookObject(account, id);
    const file = join(this.#objectDirectory(), `${object}.sqlite`);
    return Number(integer(file, "SELECT (page_count - freelist_count) * page_size FROM " +
      "pragma_page_count, pragma_freelist_count, pragma_page_size"));
  }

  /** Rewrites the record of a webhook object. Only after `kill`. */
  editWebhookObject(object: string, edit: (record: string) => string): void {
    const database = new DatabaseSync(join(this.#objectDirectory(), `${object}.sqlite`));
    try {
      const row = database.prepare("SELECT body FROM record").get();
      database.prepare("UPDATE record SET body = ?").run(edit(String(row?.["body"])));
    } finally {
      database.close();
    }
  }

  /** Returns the files in the state directory that contain this text. */
  filesWith(text: string): string[] {
    return readdirSync(this.state, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => contentOf(file)?.includes(text));
  }

  /** Returns the KV records whose keys begin with `prefix`. */
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

  /** Returns what the layer of the platform's limits counted since the last start. */
  async limits(): Promise<LimitsReport> {
    return (await this.#ask({ kind: "limits" })) as LimitsReport;
  }

  /** Starts the runtime on the state directory. New settings replace the old ones. */
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
        settle({ number, error: `the runtime ended\n${this.log}` });
      this.#questions.clear();
    });
    const ready = this.#reply(0);
    const timer = setTimeout(() => this.killNow(), startTimeoutMs);
    child.send({
      root,
      state: this.state,
      vars: { ALLOW_PRIVATE_TARGETS: "true", ...texts(this.#settings.vars ?? {}) },
      secrets: this.#settings.secrets ?? defaultSecrets,
      assets: this.#settings.assets ?? false,
      analytics: this.#settings.analytics ?? null,
      limits: this.#settings.limits ?? {},
      worker: this.#settings.worker ?? null,
    } satisfies Orders);
    try {
      this.#url = (await ready) as string;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends SIGKILL to the process group, and waits until its first process has exited. */
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

  /** Sends SIGKILL to the process group. */
  killNow(): void {
    const pid = this.#process?.pid;
    this.#process = undefined;
    this.#url = undefined;
    running.delete(this);
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // The process group has already exited.
    }
  }

  /**
   * Kills the dispatcher and removes its state. Fails if the runtime's log shows a panic, or if a
   * limit was exceeded that is not among `exceeds` of the settings.
   */
  async stop(): Promise<void> {
    const exceeded = this.#process === undefined ? [] : exceededIn(await this.limits());
    await this.kill();
    rmSync(this.state, { recursive: true, force: true, maxRetries: 5 });
    if (panic.test(this.log)) throw new Error(`the runtime's log shows a panic:\n${this.log}`);
    // A run that was killed could not be asked, but its lines are in the log.
    for (const [, name] of this.log.matchAll(exceededLine)) exceeded.push(String(name));
    const expected: readonly string[] = this.#settings.exceeds ?? [];
    const unexpected = exceeded.find((name) => !expected.includes(name));
    if (unexpected !== undefined)
      throw new Error(`the dispatcher exceeded the limit ${unexpected}:\n${this.log}`);
  }

  async #evict(className: string, name: string): Promise<void> {
    try {
      await this.#ask({ kind: "evict", class: className, name });
    } catch (error) {
      if (!String(error).includes("it is not currently running")) throw error;
    }
  }

  #objectDirectory(className = "WebhookObject"): string {
    const objects = join(this.state, "do");
    const name = readdirSync(objects).find((directory) => directory.endsWith(`-${className}`));
    if (name === undefined) throw new Error(`no ${className} was ever opened`);
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
        if (reply.error === undefined) resolve(reply.value);
        else reject(new Error(reply.error));
      });
    });
  }
}

/** Returns the content of a file, or undefined if the runtime has removed it. */
function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Fails unless the answer has this status. Returns the answer. */
export function must(status: number, answer: Answer): Answer {
  if (answer.status !== status)
    throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer;
}

/** The limits that were exceeded. A subrequest to which none applied counts as well. */
function exceededIn({ exceeded, unattributed }: LimitsReport): string[] {
  const counts = Object.entries({ ...exceeded, unattributed });
  return counts.flatMap(([name, count]) => (count > 0 ? [name] : []));
}

function texts(vars: Record<string, string | number | null>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(vars).map(([key, value]) => [key, value === null ? null : String(value)]),
  );
}

/**
 * The environment of the runtime. It lacks the mark of node's test runner, because the runtime is
 * not a test. Its temporary directory is in the state directory, so that both are removed together.
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

/**
 * Returns the id of the object with this name, as workerd derives it from the key of its namespace.
 * Miniflare's `idFromName` would wait for workerd without reading its log, which workerd may be
 * waiting to write.
 */
function objectId(namespace: string, name: string): string {
  const key = createHash("sha256").update(namespace).digest();
  const code = (text: string | Buffer) =>
    createHmac("sha256", key).update(text).digest().subarray(0, 16);
  const base = code(name);
  return Buffer.concat([base, code(base)]).toString("hex");
}
