// A stand-in for the parts of Cloudflare's API that wrangler calls for a deployment, over real
// HTTP. It keeps what is uploaded, and a test can end or fail any of the calls.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { randomBytes } from "node:crypto";

export const accountId = "acc0".padEnd(32, "0");
export const token = "token-of-the-test";
/** The account's part of the names under workers.dev. */
const subdomain = "acme";

/** The upload of static files, which has a token of its own. */
const UPLOAD_FILES = "POST /workers/assets/upload";

/** A Worker that was uploaded. */
export interface Script {
  /** The values of each secret, in the order in which they were set. */
  secrets: Map<string, string[]>;
  /** The id of the KV namespace of each upload. */
  namespaces: string[];
  migrationTag: string | undefined;
  crons: string[];
  hasWasm: boolean;
  subdomain: { enabled: boolean; previews_enabled: boolean };
}

/** What happens to a call: it is carried out and answered, refused, or never answered. */
export type Fate = "answered" | "refused" | "lost before" | "lost after";

interface Call {
  method: string;
  /** The path without the ids, such as `/workers/scripts/NAME/secrets`. */
  path: string;
}

type Answer = [status: number, result: unknown, code?: number];

/** Returns a token of the form that wrangler reads. Nobody checks its signature. */
function jwt(purpose: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ purpose })}.${part("")}`;
}

const notFound: Answer = [404, "This Worker does not exist on your account.", 10007];

export class CloudflareApi {
  readonly namespaces = new Map<string, string>();
  readonly scripts = new Map<string, Script>();
  /** Every call, such as `PUT /workers/scripts/NAME`. */
  readonly calls: string[] = [];
  /** Calls that this stand-in does not have. */
  readonly unknown: string[] = [];
  /** Decides over each call. */
  fate: (call: string) => Fate = () => "answered";
  /** The accounts that the token opens. */
  accounts = [{ id: accountId, name: "Acme" }];
  #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response).catch((error: unknown) => {
        this.unknown.push(String(error));
        response.destroy();
      });
    });
  }

  static async listen(): Promise<CloudflareApi> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new CloudflareApi(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}/client/v4`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** The secrets in force of a Worker. */
  secretsOf(name: string): Record<string, string> {
    const entries = [...(this.scripts.get(name)?.secrets ?? [])];
    return Object.fromEntries(entries.map(([key, values]) => [key, values.at(-1)!]));
  }

  /** Sets a secret of a Worker, as somebody else does. */
  setSecret(name: string, key: string, value: string): void {
    const script = this.scripts.get(name) ?? newScript();
    script.secrets.set(key, [...(script.secrets.get(key) ?? []), value]);
    this.scripts.set(name, script);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url!, "http://api");
    const path = url.pathname.replace(/^\/client\/v4/, "").replace(`/accounts/${accountId}`, "");
    const call = { method: request.method!, path: path === "" ? "/" : path };
    const said = `${call.method} ${call.path}`;
    this.calls.push(said);
    const fate = this.fate(said);
    if (fate === "lost before") return void response.destroy();
    const bearer = request.headers.authorization?.replace("Bearer ", "");
    const isKnown = bearer === (said === UPLOAD_FILES ? jwt("upload") : token);
    const answer = !isKnown
      ? [400, "Invalid access token", 9109] as Answer
      : fate === "refused"
        ? [403, "Authentication error", 10000] as Answer
        : await this.#carryOut(call, Buffer.concat(chunks), request.headers["content-type"] ?? "");
    // Lists fit on one page.
    if (Number(url.searchParams.get("page") ?? 1) > 1) answer[1] = [];
    if (fate === "lost after") return void response.destroy();
    const [status, result, code] = answer;
    const errors = code === undefined ? [] : [{ code, message: result }];
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({
      success: code === undefined,
      errors,
      messages: [],
      result: code === undefined ? result : null,
      result_info: { page: 1, per_page: 1000, count: 1, total_count: 1, total_pages: 1 },
    }));
  }

  async #carryOut(call: Call, body: Buffer, type: string): Promise<Answer> {
    const json = () => JSON.parse(body.toString("utf8"));
    switch (`${call.method} ${call.path}`) {
      case "GET /user/tokens/verify":
        return [200, { id: "t", status: "active" }];
      case "GET /user":
        return [200, { id: "u", email: "jane@example.com" }];
      case "GET /accounts":
        return [200, this.accounts];
      case "GET /memberships":
        return [200, this.accounts.map((account) => ({ id: account.id, account }))];
      case "GET /workers/subdomain":
        return [200, { subdomain }];
      case "GET /storage/kv/namespaces":
        return [200, [...this.namespaces].map(([title, id]) => ({ id, title }))];
      case "POST /storage/kv/namespaces":
        return this.#makeNamespace(json().title);
      case UPLOAD_FILES:
        return [201, { jwt: jwt("complete") }];
      default:
        return this.#script(call, body, type);
    }
  }

  #makeNamespace(title: string): Answer {
    if (this.namespaces.has(title)) {
      return [400, `A namespace with this title already exists: ${title}`, 10014];
    }
    const id = randomBytes(16).toString("hex");
    this.namespaces.set(title, id);
    return [200, { id, title, supports_url_encoding: true }];
  }

  async #script(call: Call, body: Buffer, type: string): Promise<Answer> {
    const [, kind, name, rest] =
      call.path.match(/^\/workers\/(services|scripts|workers)\/([a-z0-9-]+)(\/.*)?$/) ?? [];
    if (name === undefined) return this.#unknown(call);
    const found = this.scripts.get(name);
    if (kind === "scripts" && rest === "/assets-upload-session") {
      const { manifest } = JSON.parse(body.toString("utf8"));
      const hashes = Object.values(manifest).map((file) => (file as { hash: string }).hash);
      return [200, { jwt: jwt("upload"), buckets: [hashes] }];
    }
    if (kind === "scripts" && rest === undefined && call.method === "PUT") {
      return this.#upload(name, found, body, type);
    }
    if (found === undefined) return notFound;
    const json = () => JSON.parse(body.toString("utf8"));
    switch (`${call.method} ${kind}${rest ?? ""}`) {
      case "GET services":
        return [200, {
          default_environment: { environment: "production", script: scriptOf(found) },
        }];
      case "GET workers":
        return [200, { id: "w", name, subdomain: found.subdomain }];
      case "GET scripts/settings":
        return [200, { bindings: [] }];
      case "GET scripts/secrets":
        return [200, [...found.secrets.keys()].map((key) => ({ name: key, type: "secret_text" }))];
      case "GET scripts/deployments":
        return [200, { deployments: [] }];
      case "POST scripts/versions":
        return this.#upload(name, found, body, type);
      case "POST scripts/deployments":
        return [200, { id: "d" }];
      case "POST scripts/subdomain":
        found.subdomain = { previews_enabled: false, ...json() };
        return [200, found.subdomain];
      case "PUT scripts/schedules":
        found.crons = json().map(({ cron }: { cron: string }) => cron);
        return [200, { schedules: json() }];
      case "PATCH scripts/script-settings":
        return [200, {}];
      default:
        return this.#unknown(call);
    }
  }

  async #upload(
    name: string,
    before: Script | undefined,
    body: Buffer,
    type: string,
  ): Promise<Answer> {
    const form = await new Response(new Uint8Array(body), {
      headers: { "content-type": type },
    }).formData();
    const metadata = JSON.parse(await textOf(form.get("metadata")!));
    const script = before ?? newScript();
    this.scripts.set(name, script);
    for (const binding of metadata.bindings) {
      if (binding.type === "secret_text") this.setSecret(name, binding.name, binding.text);
      if (binding.type === "kv_namespace") script.namespaces.push(binding.namespace_id);
    }
    script.migrationTag = metadata.migrations?.new_tag ?? script.migrationTag;
    script.hasWasm = [...form.keys()].some((part) => part.endsWith(".wasm"));
    const id = randomBytes(16).toString("hex");
    return [200, {
      id, etag: id, deployment_id: id, startup_time_ms: 5, entry_point: "main.js",
      resources: { script: { etag: id } },
    }];
  }

  #unknown({ method, path }: Call): Answer {
    this.unknown.push(`${method} ${path}`);
    return [404, "no such call in this stand-in", 7000];
  }
}

const newScript = (): Script => ({
  secrets: new Map(), namespaces: [], migrationTag: undefined, crons: [], hasWasm: false,
  subdomain: { enabled: false, previews_enabled: false },
});

const scriptOf = ({ migrationTag }: Script) => ({
  id: "s", tag: "s", tags: [], migration_tag: migrationTag, last_deployed_from: "wrangler",
});

const textOf = async (part: FormDataEntryValue) => (typeof part === "string" ? part : part.text());
