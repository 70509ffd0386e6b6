// The Svix server beside the product: starts a `svix-server` binary with a PostgreSQL and a Redis
// of its own on free ports of 127.0.0.1. Their programs are on the PATH.
//
// It is set as its documents say for one instance in production: a queue in Redis, a cache in
// memory. Redis has the persistence of Svix's own docker-compose.yml, PostgreSQL its defaults
// (`fsync` and `synchronous_commit` are on). There is no PgBouncer between them, which would take
// CPU time; so PostgreSQL allows the connections itself. Variables `SVIX_*` of the environment
// change what is set here.

import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LoadOrder } from "./load.ts";
import type { Side, SideKind, SideOptions, Tenant } from "./sides.ts";
import { cpuMs, familyCpuMs, freePort, running, stateRoot } from "./system.ts";

/** More than Svix's default pool of 100, which may be tried, and what PostgreSQL keeps. */
const CONNECTIONS_MAX = 200;
/** On two cores Svix delivered more with 40 than with its default of 100, by up to a fifth. */
const POOL_MAX = "40";
const START_PATIENCE_MS = 60_000;
const CALL_TIMEOUT_MS = 120_000;
const LOG_CHARACTERS_MAX = 20_000;
/** `command:` of the Redis in Svix's docker-compose.yml. */
const REDIS_PERSISTENCE = ["--save", "60 500", "--appendonly", "yes", "--appendfsync", "everysec"];
/** Who runs PostgreSQL if this process is root, which PostgreSQL refuses. */
const DATABASE_USER = "postgres";

interface User {
  uid: number;
  gid: number;
}

/** One of the processes. Its standard output is not read, as that of the product is not. */
class Part {
  readonly pid: number;
  readonly #child: ChildProcess;
  #log = "";

  constructor(command: string, args: string[], options: {
    cwd: string; env?: NodeJS.ProcessEnv; user?: User;
  }) {
    const { user, ...rest } = options;
    this.#child = spawn(command, args, { ...rest, ...user, stdio: ["ignore", "ignore", "pipe"] });
    this.#child.on("error", (error) => (this.#log += error.message));
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString("utf8")).slice(-LOG_CHARACTERS_MAX);
    });
    this.pid = this.#child.pid ?? 0;
  }

  /** Waits until `check` is true. Throws with the log if the process ends, or takes too long. */
  async until(check: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + START_PATIENCE_MS;
    while (performance.now() < end && this.pid > 0 && this.#child.exitCode === null) {
      if (await check()) return;
      await sleep(20);
    }
    throw new Error(`${this.#child.spawnfile} did not start:\n${this.#log}`);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

class SvixTenant implements Tenant {
  readonly name = "svix";
  readonly port: number;
  readonly publishing: Partial<LoadOrder>;
  readonly cpuMs: () => number;
  readonly #server: Svix;
  readonly #id: string;

  constructor(server: Svix, id: string) {
    this.#server = server;
    this.#id = id;
    this.port = server.port;
    this.cpuMs = () => server.cpuMs();
    this.publishing = {
      // Without `with_content` the answer would repeat the event, which the product's does not.
      path: `/api/v1/app/${id}/msg/?with_content=false`,
      authorization: server.authorization,
      frame: ['{"eventType":"', '","payload":{', "}}"],
    };
  }

  async add(urls: string[]): Promise<void> {
    for (const url of urls) await this.#server.post(`/api/v1/app/${this.#id}/endpoint/`, { url });
  }
}

/** The server with its database and its queue. */
class Svix implements Side {
  readonly name = "svix";
  port = 0;
  authorization = "";
  readonly #state = mkdtempSync(join(stateRoot("disk"), "bench-svix-"));
  readonly #databaseFolder = join(this.#state, "postgres");
  #database: Part | undefined;
  #redis: Part | undefined;
  #server: Part | undefined;

  async start(binary: string, { timeoutMs }: SideOptions): Promise<void> {
    running.add(this);
    const [databasePort, redisPort, port] = [await freePort(), await freePort(), await freePort()];
    this.port = port;
    await this.#startDatabase(databasePort);
    await this.#startRedis(redisPort);
    const env = {
      PATH: process.env["PATH"],
      SVIX_LISTEN_ADDRESS: `127.0.0.1:${port}`,
      SVIX_DB_DSN: `postgresql://postgres@127.0.0.1:${databasePort}/postgres`,
      SVIX_DB_POOL_MAX_SIZE: POOL_MAX,
      SVIX_REDIS_DSN: `redis://127.0.0.1:${redisPort}`,
      SVIX_QUEUE_TYPE: "redis",
      SVIX_CACHE_TYPE: "memory",
      SVIX_JWT_SECRET: "bench-jwt-secret-5c1d0e8b7a",
      SVIX_MAIN_SECRET: "bench-main-secret-90a4f6c2d1",
      SVIX_ENVIRONMENT: "prod",
      // The receiver's address, which is private.
      SVIX_WHITELIST_SUBNETS: "[127.0.0.1/32]",
      ...(timeoutMs === undefined
        ? {}
        : { SVIX_WORKER_REQUEST_TIMEOUT: String(Math.round(timeoutMs / 1_000)) }),
      ...tuning(),
    };
    const options = { cwd: this.#state, env };
    const token = execFileSync(binary, ["jwt", "generate"], { ...options, encoding: "utf8" });
    const [, jwt] = /Bearer\): (\S+)/.exec(token) ?? [];
    if (jwt === undefined) throw new Error(`${binary} jwt generate printed no token`);
    this.authorization = `Bearer ${jwt}`;
    this.#server = new Part(binary, ["--run-migrations"], options);
    await this.#server.until(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/health/`).catch(() => undefined);
      await answer?.arrayBuffer();
      return answer?.ok === true;
    });
  }

  async #startDatabase(port: number): Promise<void> {
    const cwd = this.#databaseFolder;
    mkdirSync(cwd);
    const user = databaseUser();
    if (user !== undefined) {
      chownSync(this.#state, user.uid, user.gid);
      chownSync(cwd, user.uid, user.gid);
    }
    execFileSync("initdb", ["-D", cwd, "-U", "postgres", "--auth=trust", "--encoding=UTF8"],
      { cwd, ...user, stdio: "pipe" });
    const args = ["-D", cwd, "-p", String(port), "-h", "127.0.0.1", "-k", cwd,
      "-c", `max_connections=${CONNECTIONS_MAX}`];
    this.#database = new Part("postgres", args, { cwd, ...(user === undefined ? {} : { user }) });
    const psql = ["-h", cwd, "-p", String(port), "-U", "postgres", "-c", "SELECT 1"];
    await this.#database.until(async () => {
      try {
        execFileSync("psql", psql, { cwd, stdio: "ignore" });
        return true;
      } catch {
        return false;
      }
    });
  }

  async #startRedis(port: number): Promise<void> {
    const cwd = join(this.#state, "redis");
    mkdirSync(cwd);
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", cwd, ...REDIS_PERSISTENCE,
      "--maxmemory-policy", "noeviction"];
    this.#redis = new Part("redis-server", args, { cwd });
    const ping = ["-h", "127.0.0.1", "-p", String(port), "ping"];
    await this.#redis.until(async () => {
      try {
        return execFileSync("redis-cli", ping, { stdio: "pipe" }).toString().startsWith("PONG");
      } catch {
        return false;
      }
    });
  }

  /** CPU time of the server, the database and the queue. */
  cpuMs(): number {
    return cpuMs(this.#server?.pid ?? 0) + familyCpuMs(this.#database?.pid ?? 0) +
      familyCpuMs(this.#redis?.pid ?? 0);
  }

  async post(path: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method: "POST",
      headers: { authorization: this.authorization, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`svix: POST ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  }

  async tenant(name: string): Promise<Tenant> {
    const { id } = await this.post("/api/v1/app/", { name });
    return new SvixTenant(this, String(id));
  }

  stop(): Promise<void> {
    running.delete(this);
    this.killNow();
    return Promise.resolve();
  }

  killNow(): void {
    this.#server?.kill();
    this.#redis?.kill();
    if (this.#database !== undefined) {
      // It waits until all processes of PostgreSQL have ended, which write until then.
      const args = ["stop", "-m", "immediate", "-D", this.#databaseFolder];
      execFileSync("pg_ctl", args, { cwd: this.#state, ...databaseUser(), stdio: "ignore" });
    }
    rmSync(this.#state, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The settings of Svix in the environment of the bench, to try other ones. */
function tuning(): Record<string, string | undefined> {
  const names = Object.keys(process.env).filter((name) => name.startsWith("SVIX_"));
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** The user for PostgreSQL; `undefined`: the one of this process. */
function databaseUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const of = (what: string): number =>
    Number(execFileSync("id", [what, DATABASE_USER], { encoding: "utf8" }));
  return { uid: of("-u"), gid: of("-g") };
}

/** Svix by the path of its binary. */
export function svixSide(binary: string): SideKind {
  return {
    name: "svix",
    async start(options = {}) {
      const svix = new Svix();
      try {
        await svix.start(binary, options);
        return svix;
      } catch (error) {
        await svix.stop();
        throw error;
      }
    },
  };
}

/** What was compared with, as the programs say. */
export function svixVersions(binary: string): Record<string, string> {
  const version = (command: string): string =>
    execFileSync(command, ["--version"], { encoding: "utf8" }).trim();
  return { svix: version(binary), postgres: version("postgres"), redis: version("redis-server") };
}
