// Runs `npm run deploy -- --first` with the real wrangler, against a stand-in for Cloudflare's API
// and a proxy in place of the internet.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { CloudflareApi, token } from "./cloudflare_api.ts";
import { documentText, root } from "./document.ts";
import { HttpsProxy } from "./proxy.ts";

/** Answers a request to a Worker under workers.dev. */
export type Edge = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface Run {
  code: number | null;
  output: string;
}

/** An account with its API, and a checkout's `wrangler.toml` for it. */
export class FirstDeploy {
  readonly folder: string;
  readonly file: string;
  readonly api: CloudflareApi;
  /** Answers the requests to the deployed Worker. By default as a dispatcher with its secrets. */
  edge: Edge;
  /** The requests to the deployed Worker, such as `/health`. */
  readonly visits: string[] = [];
  /** Ends the run at once when it returns true for a request to the Worker. */
  killAtVisit: (path: string) => boolean = () => false;
  #proxy: HttpsProxy | undefined;
  #group: number | undefined;

  private constructor(api: CloudflareApi, toml: string) {
    this.api = api;
    this.folder = mkdtempSync(join(tmpdir(), "first-"));
    this.file = join(this.folder, "wrangler.toml");
    writeFileSync(this.file, toml);
    this.edge = (request, response) => this.#answerAsDispatcher(request, response);
  }

  static async start(toml = tomlElsewhere()): Promise<FirstDeploy> {
    const api = await CloudflareApi.listen();
    const made = new FirstDeploy(api, toml);
    made.#proxy = await HttpsProxy.listen("*.acme.workers.dev", (request, response) => {
      made.visits.push(request.url!);
      if (made.killAtVisit(request.url!)) return made.kill();
      made.edge(request, response);
    });
    after(() => {
      made.kill();
      api.close();
      made.#proxy?.close();
      rmSync(made.folder, { recursive: true });
    });
    return made;
  }

  get toml(): string {
    return readFileSync(this.file, "utf8");
  }

  /** The path of the file with the keys that were made and not shown. */
  keptFile(worker: string): string {
    return join(this.folder, ".first-deploy", `${worker}.json`);
  }

  /** The keys that are kept in the file; undefined without one. */
  kept(worker: string): Record<string, string> | undefined {
    const file = this.keptFile(worker);
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).secrets : undefined;
  }

  /** Ends the command and its wrangler by SIGKILL. */
  kill(): void {
    try {
      if (this.#group !== undefined) process.kill(-this.#group, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  /**
   * Runs the command to its end. `watch` gets the output so far after each piece of it, and a
   * function that stops reading it.
   */
  async run(
    args: string[] = [],
    environment: Record<string, string | undefined> = {},
    watch: (output: string, close: () => void) => void = () => undefined,
  ): Promise<Run> {
    const home = join(this.folder, "home");
    mkdirSync(home, { recursive: true });
    const script = join(root, "scripts", "deploy", "deploy.mjs");
    const child = spawn(process.execPath, [script, "--first", "--config", this.file, ...args], {
      detached: true,
      env: {
        ...process.env,
        ...this.#proxy!.environment,
        CLOUDFLARE_API_BASE_URL: this.api.url,
        CLOUDFLARE_API_TOKEN: token,
        CLOUDFLARE_ACCOUNT_ID: undefined,
        XDG_CONFIG_HOME: home,
        WRANGLER_WRITE_LOGS: "false",
        WRANGLER_SEND_ERROR_REPORTS: "false",
        NO_COLOR: "1",
        FORCE_COLOR: undefined,
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#group = child.pid;
    let output = "";
    const close = () => child.stdout.destroy();
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => watch((output += chunk), close));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    if (this.#group === child.pid) this.#group = undefined;
    return { code, output };
  }

  /** Answers `/health`, and `/v1/ping` for the keys that are in force. */
  #answerAsDispatcher(request: IncomingMessage, response: ServerResponse): void {
    const worker = request.headers.host!.split(".")[0]!;
    const { API_KEY, ADMIN_KEY } = this.api.secretsOf(worker);
    const key = request.headers.authorization?.replace("Bearer ", "");
    const isOpen = request.url === "/health" || [API_KEY, ADMIN_KEY].includes(key);
    response.writeHead(isOpen ? 200 : 401, { "content-type": "application/json" });
    response.end(JSON.stringify({ status: isOpen ? "ok" : "not opened" }));
  }
}

/** Returns wrangler.toml for a folder that is not the checkout. */
export function tomlElsewhere(): string {
  const text = documentText("wrangler.toml")
    .replace('main = "build/main.js"', `main = "${join(root, "build", "main.js")}"`)
    .replace('command = "node scripts/', `command = "node ${root}/scripts/`)
    .replace('directory = "dist"', `directory = "${join(root, "dist")}"`);
  if (text.split(root).length !== 4) throw new Error("wrangler.toml has other paths");
  return text;
}

/** Returns the keys that a run has printed. */
export function shownKeys(output: string): Record<string, string> {
  const lines = output.matchAll(/^(API_KEY|ADMIN_KEY|MASTER_KEYS)=(\S+)$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name!, value!]));
}
