// Workers KV for plain workerd, which has the binding but no storage for it: a Worker that serves
// the binding's protocol, and a Durable Object with SQLite that stores the values on disk.
//
// The product and the peers run it in their own process, so it costs all of them the same. Timed
// publishes do not read it, because they use the key in the variable `API_KEY`. The ledger counts
// the calls to it.

import { DurableObject } from "cloudflare:workers";

interface Env {
  STORE: Namespace;
}

const LIST_MAX = 1_000;

export class KvStore extends DurableObject<Env> {
  constructor(ctx: ObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS pair (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    );
  }

  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const key = decodeURIComponent(url.pathname.slice(1));
    if (request.method === "PUT") {
      const value = await request.text();
      this.ctx.storage.sql.exec("INSERT OR REPLACE INTO pair VALUES (?, ?)", key, value);
      return new Response(null);
    }
    if (request.method === "DELETE") {
      this.ctx.storage.sql.exec("DELETE FROM pair WHERE key = ?", key);
      return new Response(null);
    }
    if (request.method === "POST") {
      const { keys } = (await request.json()) as { keys: string[] };
      return Response.json(Object.fromEntries(keys.map((one) => [one, this.#value(one)])));
    }
    if (key === "") return this.#list(url.searchParams);
    const value = this.#value(key);
    return value === null ? new Response(null, { status: 404 }) : new Response(value);
  }

  #value(key: string): string | null {
    const [row] = this.ctx.storage.sql.exec("SELECT value FROM pair WHERE key = ?", key).toArray();
    return row === undefined ? null : String(row["value"]);
  }

  #list(query: URLSearchParams): Response {
    const limit = Number(query.get("key_count_limit") ?? LIST_MAX);
    const prefix = query.get("prefix") ?? "";
    const rows = this.ctx.storage.sql.exec(
      "SELECT key FROM pair WHERE key > ? AND substr(key, 1, ?) = ? ORDER BY key LIMIT ?",
      query.get("cursor") ?? "", prefix.length, prefix, limit + 1,
    ).toArray();
    const keys = rows.slice(0, limit).map((row) => ({ name: String(row["key"]) }));
    const isComplete = rows.length <= limit;
    const more = isComplete ? {} : { cursor: keys.at(-1)?.name };
    return Response.json({ keys, list_complete: isComplete, ...more });
  }
}

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    return env.STORE.getByName("kv").fetch(request);
  },
};
