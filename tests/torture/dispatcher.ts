// The dispatcher under torture: the built bundle in a plain `workerd serve`, its state on a disk.
//
// It is killed by SIGKILL and started again on the same state and port. Plain workerd answers again
// after a tenth of a second, wrangler and Miniflare need seconds. It has no cron trigger, so a
// second Worker of the same process runs the scheduled handler when it is asked to. And it knows no
// limits of the platform, so it runs under those of tests/support/limits.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync, copyFileSync, createReadStream, mkdirSync, writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildSync } from "esbuild";
import { unstable_readConfig as readConfig } from "wrangler";
import { LOG_MARK } from "../support/limits/limits.ts";
import { LIMITED_MAIN, limitedModules, LIMITS_FLAGS } from "../support/limits/modules.ts";
import type { Disk } from "./disk.ts";

const root = join(import.meta.dirname, "../..");
const workerd = join(root, "node_modules/workerd/bin/workerd");
/** What the main module of the build imports. */
const COMPILED = ["index.js", "index_bg.wasm"];
const CLASSES = { WEBHOOK_OBJECT: "WebhookObject", ACCOUNT_OBJECT: "AccountObject" };
const ANSWER_LIMIT_MS = 10_000;

export const adminKey = "torture-admin-key-7c41d09e";

/** The secrets of the dispatcher. */
const SECRETS = {
  API_KEY: "torture-api-key-2f86b35a",
  ADMIN_KEY: adminKey,
  MASTER_KEYS: "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
};

/** What the torture needs of a dispatcher. A test has another one, which is wrong on purpose. */
export interface Dispatcher {
  readonly url: string;
  readonly adminKey: string;
  /** Sends SIGKILL and waits for the end of the process. */
  kill(): Promise<void>;
  /** Starts the process again on the same state. Does not wait for its first answer. */
  start(): Promise<void>;
  /** Whether it answers now. */
  isUp(): Promise<boolean>;
  /** Whether the process runs. It may end by itself, when the disk is full for example. */
  isRunning(): boolean;
  /** Runs the cron trigger, which sets alarms again that were lost. Errors are ignored. */
  cron(): Promise<void>;
}

export class Workerd implements Dispatcher {
  readonly adminKey = adminKey;
  readonly #disk: Disk;
  readonly #port: number;
  readonly #cronPort: number;
  readonly #config: string;
  readonly #log: string;
  #child: ChildProcess | undefined;

  /**
   * Writes the modules and the configuration into `folder`, which also gets the log. The state is
   * on `disk`. `vars` are variables over those of wrangler.toml.
   */
  static async create(folder: string, disk: Disk, vars: Record<string, string>): Promise<Workerd> {
    const ports = await freePorts(2);
    return new Workerd(folder, disk, vars, ports);
  }

  private constructor(
    folder: string, disk: Disk, vars: Record<string, string>, [port = 0, cronPort = 0]: number[],
  ) {
    this.#disk = disk;
    this.#port = port;
    this.#cronPort = cronPort;
    this.#log = join(folder, "workerd.log");
    this.#config = join(folder, "config.capnp");
    const state = join(disk.directory, "state");
    mkdirSync(state, { recursive: true });
    for (const name of COMPILED) copyFileSync(join(root, "build", name), join(folder, name));
    const limited = limitedModules(join(root, "build", "main.js"));
    const all = { ...variables(), ...vars, ...SECRETS, ALLOW_PRIVATE_TARGETS: "true" };
    // workerd loads the first module.
    const modules = [LIMITED_MAIN, ...Object.keys(limited), ...COMPILED];
    const files = {
      ...limited,
      // Plain workerd has the binding for KV but stores nothing for it. The bench has the storage.
      "kv.js": bundled(join(root, "bench/kv.ts")),
      "cron.js": CRON,
      "config.capnp": configuration([...new Set(modules)], all, { state, port, cronPort }),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The file with the output of all processes so far. */
  get log(): string {
    return this.#log;
  }

  async start(): Promise<void> {
    const command = [workerd, "serve", "--experimental", this.#config];
    const [program = "", ...args] = this.#disk.command(command);
    // Pipes, because a process whose disk is full may not be able to write a log file either.
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => appendFileSync(this.#log, chunk));
    }
    this.#child = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    await once(child, "spawn");
    this.#disk.follow(child.pid ?? 0);
  }

  isRunning(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  isUp(): Promise<boolean> {
    return isAnswered(`${this.url}/health`);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.isRunning()) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  async cron(): Promise<void> {
    await isAnswered(`http://127.0.0.1:${this.#cronPort}/`);
  }
}

/** All running processes. They end with this one. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

async function isAnswered(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Runs the scheduled handler of the dispatcher. */
const CRON = `export default {
  async fetch(request, env) {
    await env.MAIN.scheduled({ scheduledTime: new Date(), cron: "*/5 * * * *" });
    return new Response("");
  },
};
`;

/** Returns the `vars` of wrangler.toml. */
function variables(): Record<string, string> {
  const { vars } = readConfig({ config: join(root, "wrangler.toml") }, { hideWarnings: true });
  return Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, String(value)]));
}

function configuration(
  modules: string[],
  vars: Record<string, string>,
  at: { state: string; port: number; cronPort: number },
): string {
  const toml = readConfig({ config: join(root, "wrangler.toml") }, { hideWarnings: true });
  const module = (name: string) =>
    `(name = "./${name}", ${name.endsWith(".wasm") ? "wasm" : "esModule"} = embed "${name}")`;
  const bindings = [
    ...Object.entries(vars).map(([name, value]) =>
      `(name = "${name}", text = ${JSON.stringify(value)})`),
    ...Object.entries(CLASSES).map(([name, of]) =>
      `(name = "${name}", durableObjectNamespace = "${of}")`),
    '(name = "WEBHOOKS", kvNamespace = "kv")',
  ];
  const flags = [...toml.compatibility_flags, ...LIMITS_FLAGS];
  const compatibility = `compatibilityDate = "${toml.compatibility_date}",
  compatibilityFlags = [${flags.map((flag) => JSON.stringify(flag)).join(", ")}]`;
  const namespace = (name: string) =>
    `(className = "${name}", uniqueKey = "${name}", enableSql = true)`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "kv", worker = .kv),
    (name = "cron", worker = .cron),
    (name = "internet", network = (allow = ["public", "private", "local"])),
    (name = "state", disk = (path = ${JSON.stringify(at.state)}, writable = true)),
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:${at.port}", http = (), service = "main"),
    (name = "cron", address = "127.0.0.1:${at.cronPort}", http = (), service = "cron"),
  ],
);
const main :Workerd.Worker = (
  modules = [${modules.map(module).join(", ")}],
  bindings = [${bindings.join(",\n    ")}],
  durableObjectNamespaces = [${Object.values(CLASSES).map(namespace).join(", ")}],
  durableObjectStorage = (localDisk = "state"),
  ${compatibility},
);
const kv :Workerd.Worker = (
  modules = [${module("kv.js")}],
  bindings = [(name = "STORE", durableObjectNamespace = "KvStore")],
  durableObjectNamespaces = [${namespace("KvStore")}],
  durableObjectStorage = (localDisk = "state"),
  ${compatibility},
);
const cron :Workerd.Worker = (
  modules = [${module("cron.js")}],
  bindings = [(name = "MAIN", service = "main")],
  compatibilityDate = "${toml.compatibility_date}",
  compatibilityFlags = ["service_binding_extra_handlers"],
);
`;
}

/** Returns a Worker as one file without types. */
function bundled(file: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*"],
  });
  return outputFiles[0]?.text ?? "";
}

/** Returns different ports that are free now. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** What shows a panic in the log, or that a limit of the platform was exceeded. */
const BAD_LINE =
  new RegExp(`panicked at|code had hung|Critical error|RuntimeError: unreachable|^${LOG_MARK}`);

/** Returns the lines of a log that nothing may cause. At most `max`. */
export async function badLines(log: string, max: number): Promise<string[]> {
  const found: string[] = [];
  for await (const line of createInterface({ input: createReadStream(log) })) {
    if (BAD_LINE.test(line)) found.push(line);
    if (found.length === max) break;
  }
  return found;
}
