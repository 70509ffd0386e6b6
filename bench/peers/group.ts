// The peer `group`: the product's steps in TypeScript. The Worker authenticates, reads the matching
// webhooks from the account's roster, and has each webhook's object accept the event. Concurrent
// accepts of one object are committed together. The Worker signs and sends the event, and reports
// the outcome, which joins the next commit. A delivered event stays in its row as history until the
// alarm purges it.

import { DurableObject } from "cloudflare:workers";
import {
  delayMs, eventTypeOf, isAllowed, newId, newTarget, post, TIMEOUT_MS, type PeerEnv, type Target,
} from "./common.ts";

interface Env extends PeerEnv {
  ACCOUNT: Namespace<Account>;
  WEBHOOK: Namespace<Webhook>;
}

/** The data that the Worker needs for the first attempt. */
interface Lease {
  url: string;
  secret: string;
}

const LEASE_MS = TIMEOUT_MS + 10_000;
const RETENTION_MS = 168 * 3_600_000;
/** The delay of a purge, so that it deletes several deliveries at once. */
const PURGE_DELAY_MS = 3_600_000;
const [SCHEDULED, DELIVERED] = [0, 2];

/** The account's roster of webhooks, stored in rows and cached in memory. */
export class Account extends DurableObject<Env> {
  readonly #roster: Target[];

  constructor(ctx: ObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, body TEXT)");
    const rows = ctx.storage.sql.exec("SELECT body FROM entry ORDER BY id").toArray();
    this.#roster = rows.map((row) => JSON.parse(String(row["body"])) as Target);
  }

  async add(target: Target): Promise<void> {
    this.ctx.storage.sql.exec(
      "INSERT INTO entry VALUES (?, ?)", target.id, JSON.stringify(target),
    );
    this.#roster.push(target);
  }

  async route(type: string): Promise<string[]> {
    const takes = (target: Target) => target.eventType === null || target.eventType === type;
    return this.#roster.filter(takes).map((target) => target.id);
  }
}

/** A write that waits for the next commit. */
interface Command {
  write: () => void;
  done: () => void;
  failed: (error: unknown) => void;
}

export class Webhook extends DurableObject<Env> {
  #waiting: Command[] = [];
  #alarmAt: number | undefined;
  #lease: Lease | undefined;

  constructor(ctx: ObjectState, env: Env) {
    super(ctx, env);
    const sql = ctx.storage.sql;
    sql.exec("CREATE TABLE IF NOT EXISTS record (url TEXT NOT NULL, secret TEXT NOT NULL)");
    // Ids are ordered by time, so the oldest rows come first without an index.
    sql.exec(
      `CREATE TABLE IF NOT EXISTS delivery (id TEXT PRIMARY KEY, state INTEGER NOT NULL,
       due INTEGER NOT NULL, attempts INTEGER NOT NULL, history TEXT NOT NULL, body TEXT NOT NULL)
       WITHOUT ROWID`,
    );
    const [row] = sql.exec("SELECT url, secret FROM record").toArray();
    if (row !== undefined) this.#lease = { url: String(row["url"]), secret: String(row["secret"]) };
  }

  async create(url: string, secret: string): Promise<void> {
    this.ctx.storage.sql.exec("INSERT INTO record VALUES (?, ?)", url, secret);
    this.#lease = { url, secret };
  }

  async accept(id: string, body: string): Promise<Lease> {
    const lease = this.#lease;
    if (lease === undefined) throw new Error("the webhook is gone");
    const due = Date.now() + LEASE_MS;
    await this.#commit(() => {
      this.ctx.storage.sql.exec(
        "INSERT INTO delivery VALUES (?, ?, ?, 1, '', ?)", id, SCHEDULED, due, body,
      );
      this.#setAlarm(due);
    });
    return lease;
  }

  async settle(id: string, status: number, tookMs: number): Promise<void> {
    const line = JSON.stringify({ at: Date.now(), status, took_ms: tookMs });
    const isDelivered = status >= 200 && status < 300;
    const due = Date.now() + (isDelivered ? 0 : delayMs(1));
    await this.#commit(() => {
      this.ctx.storage.sql.exec(
        "UPDATE delivery SET state = ?, due = ?, history = history || ? WHERE id = ?",
        isDelivered ? DELIVERED : SCHEDULED, due, line, id,
      );
      if (!isDelivered) this.#setAlarm(due);
    });
  }

  async alarm(): Promise<void> {
    this.#alarmAt = undefined;
    const sql = this.ctx.storage.sql;
    const now = Date.now();
    sql.exec(
      `DELETE FROM delivery WHERE state = ? AND due < ? AND id IN
       (SELECT id FROM delivery ORDER BY id LIMIT 500)`, DELIVERED, now - RETENTION_MS,
    );
    const due = sql.exec(
      "SELECT id, attempts, body FROM delivery WHERE state = ? AND due <= ? LIMIT 5",
      SCHEDULED, now,
    ).toArray();
    for (const { id, attempts } of due) {
      const next = now + LEASE_MS + delayMs(Number(attempts) + 1);
      sql.exec("UPDATE delivery SET due = ?, attempts = attempts + 1 WHERE id = ?", next, id);
    }
    const [next] = sql.exec(
      `SELECT coalesce((SELECT min(due) FROM delivery WHERE state = ?),
       (SELECT due + ? FROM delivery ORDER BY id LIMIT 1)) AS due`,
      SCHEDULED, RETENTION_MS + PURGE_DELAY_MS,
    ).toArray();
    if (typeof next?.["due"] === "number") this.#setAlarm(next["due"]);
    const lease = this.#lease;
    if (lease === undefined) return;
    await Promise.all(due.map(({ id, body }) => {
      const settle = (status: number, ms: number) => this.settle(String(id), status, ms);
      return send(lease, String(id), String(body), settle);
    }));
  }

  /** Writes in the next commit, which begins after all calls that have arrived have run. */
  #commit(write: () => void): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ write, done, failed });
      if (this.#waiting.length === 1) setTimeout(() => this.#flush(), 0);
    });
  }

  #flush(): void {
    const commands = this.#waiting;
    this.#waiting = [];
    try {
      this.ctx.storage.transactionSync(() => commands.forEach((command) => command.write()));
      commands.forEach((command) => command.done());
    } catch (error) {
      commands.forEach((command) => command.failed(error));
    }
  }

  #setAlarm(due: number): void {
    if (this.#alarmAt !== undefined && this.#alarmAt <= due) return;
    this.#alarmAt = due;
    void this.ctx.storage.setAlarm(due);
  }
}

const keys = new Map<string, CryptoKey>();
const encoder = new TextEncoder();

async function sign(secret: string, text: string): Promise<string> {
  let key = keys.get(secret);
  if (key === undefined) {
    const hmac = { name: "HMAC", hash: "SHA-256" };
    key = await crypto.subtle.importKey("raw", encoder.encode(secret), hmac, false, ["sign"]);
    keys.set(secret, key);
  }
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
  return `v1,${btoa(String.fromCharCode(...bytes))}`;
}

async function send(
  lease: Lease,
  id: string,
  body: string,
  settle: (status: number, tookMs: number) => Promise<void>,
): Promise<void> {
  const start = Date.now();
  const timestamp = String(Math.floor(start / 1000));
  const status = await post(lease.url, body, {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": await sign(lease.secret, `${id}.${timestamp}.${body}`),
  });
  await settle(status, Date.now() - start);
}

async function publish(request: Request, env: Env, ctx: Context): Promise<Response> {
  const body = await request.text();
  const type = eventTypeOf(body);
  if (type === undefined) return new Response(null, { status: 400 });
  const id = newId();
  const webhooks = await env.ACCOUNT.getByName("default").route(type);
  await Promise.all(webhooks.map(async (name) => {
    const webhook = env.WEBHOOK.getByName(name);
    const lease = await webhook.accept(id, body);
    const settle = (status: number, ms: number) => webhook.settle(id, status, ms);
    ctx.waitUntil(send(lease, id, body, settle));
  }));
  return Response.json({ id, event_type: type, webhooks: webhooks.length }, { status: 202 });
}

export default {
  async fetch(request: Request, env: Env, ctx: Context): Promise<Response> {
    const path = new URL(request.url).pathname;
    if (path === "/health") return new Response(null);
    if (!isAllowed(request, env)) return new Response(null, { status: 401 });
    if (path === "/v1/events") return publish(request, env, ctx);
    const target = await newTarget(request);
    await env.WEBHOOK.getByName(target.id).create(target.url, crypto.randomUUID());
    await env.ACCOUNT.getByName("default").add(target);
    await env.WEBHOOKS.put(`webhook:${target.id}`, JSON.stringify(target));
    return Response.json({ id: target.id }, { status: 201 });
  },
};
