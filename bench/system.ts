// A system under test: the product or a peer, in a plain `workerd serve` of its own with storage on
// disk. The configuration is written here; wrangler is not involved, since its proxies cost more
// than what is measured.

import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildSync } from "esbuild";
import { unstable_readConfig as readConfig } from "wrangler";
import type { LimitsReport } from "../tests/support/limits/limits.ts";
import {
  LIMITED_MAIN, limitedModules, LIMITS_ENTRYPOINT, LIMITS_FLAGS,
} from "../tests/support/limits/modules.ts";

const here = import.meta.dirname;
const root = join(here, "..");
const workerd = join(root, "node_modules", ".bin", "workerd");
/** What the main module of the build imports. */
const COMPILED = ["index.js", "index_bg.wasm"];
const START_PATIENCE_MS = 20_000;
const REPORT_TIMEOUT_MS = 5_000;

export const apiKey = "bench-key-1f6b9c0e52d4";
export const adminKey = "bench-admin-9a3c77e1b2";
const masterKeys = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/** Which Worker, and which of its classes are objects. */
export interface Kind {
  name: string;
  /** A file of bench/peers; none: the product. */
  file?: string;
  /** Where the product's compiled files are, if not in build/. */
  build?: string;
  /** Class by the name of its binding. */
  objects: Record<string, string>;
}

export const product: Kind = {
  name: "product",
  objects: { WEBHOOK_OBJECT: "WebhookObject", ACCOUNT_OBJECT: "AccountObject" },
};
export const forward: Kind = { name: "forward", file: "forward.js", objects: {} };
export const each: Kind = { name: "each", file: "each.ts", objects: { QUEUE: "Queue" } };
export const group: Kind = {
  name: "group",
  file: "group.ts",
  objects: { ACCOUNT: "Account", WEBHOOK: "Webhook" },
};

export interface SystemOptions {
  /** Variables over those of wrangler.toml. */
  vars?: Record<string, string>;
  /** Counts billable operations; changes what things cost, so never on where speed is measured. */
  ledger?: boolean;
  /**
   * Whether the platform's limits are enforced, as they are by default. They cost CPU time, so off
   * where that is what is measured.
   */
  limits?: boolean;
  /**
   * Where the files are: in memory, unless the disk is part of what is measured. How long one
   * machine's disk takes to flush thousands of files says nothing about the product.
   */
  storage?: "disk" | "memory";
}

const MEMORY = "/dev/shm";

/** The directory below which state is kept; `BENCH_STATE` overrides both. */
export function stateRoot(storage: "disk" | "memory"): string {
  if (process.env["BENCH_STATE"] !== undefined) return process.env["BENCH_STATE"];
  return storage === "memory" && existsSync(MEMORY) ? MEMORY : tmpdir();
}

export class System {
  readonly kind: Kind;
  readonly name: string;
  readonly state: string;
  /** From the start of the process to the first answer. */
  startMs = 0;
  port = 0;
  #ledgerPort = 0;
  #limitsPort = 0;
  #child: ChildProcess | undefined;
  #log = "";
  #options: SystemOptions;

  constructor(kind: Kind, options: SystemOptions = {}) {
    this.kind = kind;
    this.name = kind.name;
    this.#options = options;
    this.state = mkdtempSync(join(stateRoot(options.storage ?? "memory"), "bench-"));
  }

  static async start(kind: Kind, options: SystemOptions = {}): Promise<System> {
    const system = new System(kind, options);
    await system.start();
    return system;
  }

  get #isLimited(): boolean {
    return this.#options.limits !== false;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** CPU time of the process so far. */
  cpuMs(): number {
    return cpuMs(this.pid);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.port = await freePort();
    this.#ledgerPort = await freePort();
    this.#limitsPort = await freePort();
    const main = this.#writeModules();
    mkdirSync(join(this.state, "disk"), { recursive: true });
    writeFileSync(join(this.state, "config.capnp"), this.#config(main));
    const start = performance.now();
    const flags = (process.env["WORKERD_FLAGS"] ?? "").split(" ").filter(Boolean);
    const config = join(this.state, "config.capnp");
    const child = spawn(workerd, ["serve", "--experimental", ...flags, config], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    running.add(this);
    // The product logs every try to its standard output, which is not read: nobody would.
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString("utf8")).slice(-20_000);
    });
    await this.#answers();
    this.startMs = performance.now() - start;
  }

  async #answers(): Promise<void> {
    const deadline = Date.now() + START_PATIENCE_MS;
    while (Date.now() < deadline && this.#child?.exitCode === null) {
      const answer = await fetch(`${this.url}/health`).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.ok === true) return;
      await sleep(2);
    }
    throw new Error(`${this.name} does not answer:\n${this.#log}`);
  }

  /** Asks the ledger. */
  async ledger(path: string): Promise<unknown> {
    const answer = await fetch(`http://127.0.0.1:${this.#ledgerPort}${path}`);
    if (!answer.ok) throw new Error(`the ledger answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }

  /** Ends the process and starts it anew with other options, on the same storage. */
  async restart(options: SystemOptions): Promise<void> {
    await this.#kill();
    this.#options = options;
    await this.start();
  }

  /** Returns what the layer of the platform's limits counted since the start. */
  async limits(): Promise<LimitsReport> {
    const signal = AbortSignal.timeout(REPORT_TIMEOUT_MS);
    const answer = await fetch(`http://127.0.0.1:${this.#limitsPort}/`, { signal });
    return (await answer.json()) as LimitsReport;
  }

  /** Fails if a limit of the platform was exceeded, because production would have done less. */
  async stop(): Promise<void> {
    const report = this.#isLimited ? await this.limits().catch(() => undefined) : undefined;
    await this.#kill();
    rmSync(this.state, { recursive: true, force: true, maxRetries: 5 });
    const exceeded = Object.values(report?.exceeded ?? {}).some((count) => count > 0);
    if (exceeded) throw new Error(`${this.name} exceeded limits: ${JSON.stringify(report)}`);
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    running.delete(this);
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  killNow(): void {
    this.#child?.kill("SIGKILL");
    rmSync(this.state, { recursive: true, force: true });
  }

  /** Puts the Worker's modules and KV into the state directory; answers the names to load. */
  #writeModules(): string[] {
    const { file, build = join(root, "build"), objects } = this.kind;
    const worker = file === undefined ? join(build, "main.js") : join(here, "peers", file);
    const modules = this.#isLimited ? limitedModules(worker) : { "main.js": bundled(worker) };
    let main = this.#isLimited ? LIMITED_MAIN : "main.js";
    if (this.#options.ledger === true) {
      // The ledger is around the limits: what it does on its own counts towards none of them, and
      // what waits for its turn is billed.
      const classes = Object.values(objects).map((name) =>
        `export const ${name} = countedObject(worker.${name});`);
      Object.assign(modules, {
        "counters.js": bundled(join(here, "ledger.ts")),
        "ledger.js": [
          `import * as worker from "./${main}";`,
          'import { countedObject, countedWorker, ledger, watchEntrypoints } from "./counters.js";',
          `export * from "./${main}";`,
          "watchEntrypoints(worker);",
          "export default countedWorker(worker.default);",
          "export const Ledger = ledger;",
          ...classes,
        ].join("\n"),
      });
      main = "ledger.js";
    }
    const texts = { ...modules, "kv.js": bundled(join(here, "kv.ts")) };
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(this.state, name), text);
    const compiled = file === undefined ? COMPILED : [];
    for (const name of compiled) copyFileSync(join(build, name), join(this.state, name));
    const others = Object.keys(modules).filter((name) => name !== main);
    return [main, ...others, ...compiled];
  }

  #config(modules: string[]): string {
    const module = (name: string) =>
      `(name = "./${name}", ${name.endsWith(".wasm") ? "wasm" : "esModule"} = embed "${name}")`;
    const toml = readConfig({ config: join(root, "wrangler.toml") });
    const vars: Record<string, unknown> = {
      ...toml.vars,
      API_KEY: apiKey,
      ADMIN_KEY: adminKey,
      MASTER_KEYS: masterKeys,
      ALLOW_PRIVATE_TARGETS: "true",
      ...this.#options.vars,
    };
    const objects = Object.entries(this.kind.objects);
    const bindings = [
      ...Object.entries(vars).map(([name, value]) =>
        `(name = "${name}", text = ${JSON.stringify(String(value))})`),
      ...objects.map(([name, of]) => `(name = "${name}", durableObjectNamespace = "${of}")`),
      '(name = "WEBHOOKS", kvNamespace = "kv")',
    ];
    const flags = [...toml.compatibility_flags, ...(this.#isLimited ? LIMITS_FLAGS : [])];
    const compatibility = `compatibilityDate = "${toml.compatibility_date}",
  compatibilityFlags = ${JSON.stringify(flags)},
  durableObjectStorage = (localDisk = "disk")`;
    const namespace = (name: string) =>
      `(className = "${name}", uniqueKey = "${name}", enableSql = true)`;
    const socket = (entrypoint: string, port: number) =>
      `(name = "${entrypoint}", address = "127.0.0.1:${port}", http = (),
      service = (name = "main", entrypoint = "${entrypoint}")),`;
    const ledger = this.#options.ledger === true ? socket("Ledger", this.#ledgerPort) : "";
    const limits = this.#isLimited ? socket(LIMITS_ENTRYPOINT, this.#limitsPort) : "";
    return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "kv", worker = .kv),
    (name = "internet", network = (allow = ["public", "private", "local"])),
    (name = "disk", disk = (path = ${JSON.stringify(join(this.state, "disk"))}, writable = true)),
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:${this.port}", http = (), service = "main"),
    ${ledger}
    ${limits}
  ],
);
const main :Workerd.Worker = (
  modules = [${modules.map(module).join(", ")}],
  bindings = [${bindings.join(",\n    ")}],
  durableObjectNamespaces = [${objects.map(([, of]) => namespace(of)).join(", ")}],
  ${compatibility},
);
const kv :Workerd.Worker = (
  modules = [(name = "./kv.js", esModule = embed "kv.js")],
  bindings = [(name = "STORE", durableObjectNamespace = "KvStore")],
  durableObjectNamespaces = [${namespace("KvStore")}],
  ${compatibility},
);
`;
  }
}

/** What ends with this process. */
export const running = new Set<{ killNow(): void }>();
process.on("exit", killAll);

/** Ends all systems and deletes their state. What is measured in them fails. */
export function killAll(): void {
  for (const system of running) system.killNow();
  running.clear();
}

/** A worker in one file, its types stripped. */
function bundled(file: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*", "./index.js"],
  });
  return outputFiles[0]?.text ?? "";
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

/** CPU time of a process so far, all threads, user and system. */
export function cpuMs(pid: number): number {
  const fields = statFields(pid);
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** CPU time so far of a process, of the children that run, and of those that have ended. */
export function familyCpuMs(pid: number): number {
  const fields = statFields(pid);
  const ended = Number(fields[13]) + Number(fields[14]);
  const running = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((name) => {
    try {
      const child = statFields(Number(name));
      return Number(child[1]) === pid ? Number(child[11]) + Number(child[12]) : 0;
    } catch {
      // It has ended since the list was read.
      return 0;
    }
  });
  const ticks = running.reduce((sum, one) => sum + one, ended);
  return cpuMs(pid) + (ticks * 1000) / ticksPerSecond;
}

/** The fields of `/proc/PID/stat` from the state on. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** Memory of a process that is resident, in bytes. */
export function memoryBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
  return Number(line?.[1] ?? 0) * 1024;
}

const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "latin1" }));

export function workerdVersion(): string {
  return execFileSync(workerd, ["--version"], { encoding: "utf8" }).trim();
}
