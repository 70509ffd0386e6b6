// The peer `each`: a dispatcher that commits every event by itself. The object stores the event,
// the Worker sends it, and the object deletes it. A failed event stays in the object, whose alarm
// retries it.
//
// It writes as little as this design allows: one row per event, no index, and the alarm only if
// none is set or the one that is set is too late.

import { DurableObject } from "cloudflare:workers";
import {
  delayMs, eventTypeOf, isAllowed, newId, newTarget, post, TIMEOUT_MS, Targets, type PeerEnv,
} from "./common.ts";

interface Env extends PeerEnv {
  QUEUE: Namespace<Queue>;
}

const LEASE_MS = TIMEOUT_MS + 5_000;

export class Queue extends DurableObject<Env> {
  /** When the alarm is due, if this instance has set one. */
  #alarmAt: number | undefined;

  constructor(ctx: ObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS delivery (id TEXT PRIMARY KEY, due INTEGER NOT NULL,
       attempts INTEGER NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID`,
    );
  }

  async accept(id: string, url: string, body: string): Promise<void> {
    const due = Date.now() + LEASE_MS;
    this.ctx.storage.sql.exec("INSERT INTO delivery VALUES (?, ?, 1, ?, ?)", id, due, url, body);
    await this.#setAlarm(due);
  }

  async delivered(id: string): Promise<void> {
    this.ctx.storage.sql.exec("DELETE FROM delivery WHERE id = ?", id);
  }

  async failed(id: string): Promise<void> {
    const due = Date.now() + delayMs(1);
    this.ctx.storage.sql.exec("UPDATE delivery SET due = ? WHERE id = ?", due, id);
    await this.#setAlarm(due);
  }

  async alarm(): Promise<void> {
    this.#alarmAt = undefined;
    const sql = this.ctx.storage.sql;
    const now = Date.now();
    const due = sql.exec("SELECT * FROM delivery WHERE due <= ? LIMIT 5", now).toArray();
    for (const { id, attempts } of due) {
      sql.exec(
        "UPDATE delivery SET due = ?, attempts = attempts + 1 WHERE id = ?",
        now + LEASE_MS + delayMs(Number(attempts) + 1), id,
      );
    }
    const [next] = sql.exec("SELECT min(due) AS due FROM delivery").toArray();
    if (typeof next?.["due"] === "number") await this.#setAlarm(next["due"]);
    await Promise.all(due.map(async ({ id, url, body }) => {
      const status = await post(String(url), String(body));
      if (status >= 200 && status < 300) await this.delivered(String(id));
    }));
  }

  async #setAlarm(due: number): Promise<void> {
    if (this.#alarmAt !== undefined && this.#alarmAt <= due) return;
    this.#alarmAt = due;
    await this.ctx.storage.setAlarm(due);
  }
}

const targets = new Targets();

async function publish(request: Request, env: Env, ctx: Context): Promise<Response> {
  const body = await request.text();
  const type = eventTypeOf(body);
  if (type === undefined) return new Response(null, { status: 400 });
  const id = newId();
  const all = await targets.all(env);
  const taking = all.filter((one) => one.eventType === null || one.eventType === type);
  await Promise.all(taking.map(async (target) => {
    const queue = env.QUEUE.getByName(target.id);
    await queue.accept(id, target.url, body);
    ctx.waitUntil(send(queue, id, target.url, body));
  }));
  return Response.json({ id, event_type: type, webhooks: taking.length }, { status: 202 });
}

async function send(queue: Remote<Queue>, id: string, url: string, body: string): Promise<void> {
  const status = await post(url, body, { "webhook-id": id });
  await (status >= 200 && status < 300 ? queue.delivered(id) : queue.failed(id));
}

export default {
  async fetch(request: Request, env: Env, ctx: Context): Promise<Response> {
    const path = new URL(request.url).pathname;
    if (path === "/health") return new Response(null);
    if (!isAllowed(request, env)) return new Response(null, { status: 401 });
    if (path === "/v1/events") return publish(request, env, ctx);
    const target = await newTarget(request);
    await targets.add(env, target);
    return Response.json({ id: target.id }, { status: 201 });
  },
};
