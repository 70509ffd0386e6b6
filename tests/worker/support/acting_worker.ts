// A Worker that does what a test tells it, for limits.test.ts: it calls, sends and waits, in a
// Worker, an entrypoint or an object, at any depth. Its objects have the names of the product's.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";

/** What to do. The acts of a list run one after the other. */
export type Act =
  | { do: "fetch"; url: string; timeoutMs?: number }
  /** Reads the KV record `key`. */
  | { do: "kv" }
  | { do: "wait"; ms: number }
  /** Acts in an entrypoint, which answers with the outcomes. */
  | { do: "courier"; acts: Act[] }
  /** Acts in the object of this name. With `alarm` its alarm acts, and the call answers at once. */
  | { do: "object"; name: string; acts: Act[]; by?: "call" | "fetch" | "alarm" }
  /** Answers at once and goes on in `waitUntil`. */
  | { do: "background"; acts: Act[] }
  /** Runs several lists at once. */
  | { do: "all"; lists: Act[][] }
  /** Waits for an invocation that does "release". */
  | { do: "hold" }
  | { do: "release" }
  /** Returns the outcomes of the alarm of this object. */
  | { do: "alarm outcomes"; name: string };

/** How each act ended: its result, or its error as text. */
export type Outcomes = unknown[];

interface Env {
  WEBHOOKS: Kv;
  WEBHOOK_OBJECT: Namespace<WebhookObject>;
}

interface Exports {
  exports: { Courier: { run(acts: Act[]): Promise<Outcomes> } };
}

type Ctx = { waitUntil(promise: Promise<unknown>): void } & Exports;

const HOLD_MS = 20_000;

let released: ((how: string) => void) | undefined;

/** Does one act after the other. The first one begins before this returns. */
async function actEach(acts: Act[], env: Env, ctx: Ctx): Promise<Outcomes> {
  const outcomes: Outcomes = [];
  for (const one of acts) outcomes.push(await outcome(one, env, ctx));
  return outcomes;
}

async function outcome(one: Act, env: Env, ctx: Ctx): Promise<unknown> {
  try {
    return await act(one, env, ctx);
  } catch (error) {
    return String(error);
  }
}

async function act(one: Act, env: Env, ctx: Ctx): Promise<unknown> {
  switch (one.do) {
    case "fetch": {
      const { url, timeoutMs } = one;
      const signal = timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) };
      return (await fetch(url, { method: "POST", body: "x", ...signal })).status;
    }
    case "kv":
      return env.WEBHOOKS.get("key");
    case "wait":
      return new Promise((resolve) => setTimeout(resolve, one.ms));
    case "courier":
      return ctx.exports.Courier.run(one.acts);
    case "object": {
      const object = env.WEBHOOK_OBJECT.getByName(one.name);
      if (one.by === "alarm") return object.atAlarm(one.acts);
      if (one.by !== "fetch") return object.call(one.acts);
      const init = { method: "POST", body: JSON.stringify(one.acts) };
      return (await object.fetch("https://object/", init)).json();
    }
    case "background":
      ctx.waitUntil(actEach(one.acts, env, ctx));
      return undefined;
    case "all":
      return Promise.all(one.lists.map((acts) => actEach(acts, env, ctx)));
    case "hold":
      return new Promise<string>((resolve) => {
        released = resolve;
        // The runtime ends a request that waits for nothing of its own.
        setTimeout(resolve, HOLD_MS, "not released");
      });
    case "release":
      return released?.("released");
    case "alarm outcomes":
      return env.WEBHOOK_OBJECT.getByName(one.name).alarmOutcomes();
  }
}

export class Courier extends WorkerEntrypoint<Env> {
  run(acts: Act[]): Promise<Outcomes> {
    return actEach(acts, this.env, this.ctx as unknown as Ctx);
  }
}

export class WebhookObject extends DurableObject<Env> {
  #atAlarm: Act[] = [];
  #outcomes: Outcomes | undefined;

  call(acts: Act[]): Promise<Outcomes> {
    return actEach(acts, this.env, this.ctx as unknown as Ctx);
  }

  async fetch(request: Request): Promise<Response> {
    if (request.headers.has("x-invocation-depth")) throw new Error("the layer can be seen");
    return Response.json(await this.call((await request.json()) as Act[]));
  }

  async atAlarm(acts: Act[]): Promise<void> {
    this.#atAlarm = acts;
    await this.ctx.storage.setAlarm(Date.now());
  }

  async alarm(): Promise<void> {
    this.#outcomes = await this.call(this.#atAlarm);
  }

  async alarmOutcomes(): Promise<Outcomes | undefined> {
    return this.#outcomes;
  }
}

export class AccountObject extends DurableObject<Env> {}

export default {
  async fetch(request: Request, env: Env, ctx: Ctx): Promise<Response> {
    return Response.json(await actEach((await request.json()) as Act[], env, ctx));
  },
};
