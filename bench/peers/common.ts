// Code that the peers share: authentication, parsing of events and webhooks, and the POST.

export interface PeerEnv {
  API_KEY: string;
  WEBHOOKS: Kv;
}

export interface Target {
  id: string;
  url: string;
  eventType: string | null;
}

export const TIMEOUT_MS = 10_000;
const encoder = new TextEncoder();

/** Whether the request has the right key, compared in constant time. */
export function isAllowed(request: Request, env: PeerEnv): boolean {
  const given = encoder.encode(request.headers.get("Authorization") ?? "");
  const wanted = encoder.encode(`Basic ${btoa(`${env.API_KEY}:`)}`);
  if (given.length !== wanted.length) return false;
  let difference = 0;
  for (const [index, byte] of wanted.entries()) difference |= byte ^ (given[index] ?? 0);
  return difference === 0;
}

/** Returns the type of the event, or undefined if the body is no event. */
export function eventTypeOf(body: string): string | undefined {
  try {
    const type: unknown = (JSON.parse(body) as Record<string, unknown>)["event_type"];
    return typeof type === "string" ? type : undefined;
  } catch {
    return undefined;
  }
}

/** Parses the request that creates a webhook. */
export async function newTarget(request: Request): Promise<Target> {
  const fields = (await request.json()) as { target_url: string; event_type?: string };
  return { id: newId(), url: fields.target_url, eventType: fields.event_type ?? null };
}

let last = 0;

/** Returns a new id. Ids are ordered by time. */
export function newId(): string {
  last = Math.max(last + 1, Date.now() * 1_000);
  return last.toString(36).padStart(11, "0") + crypto.randomUUID().slice(0, 8);
}

/** Makes one POST and returns the status of the response, or 0 without one. */
export async function post(url: string, body: string, headers: HeadersInit = {}): Promise<number> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      body,
      redirect: "manual",
      headers: { "Content-Type": "application/json", "User-Agent": "peer", ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return 0;
  }
}

/** The webhooks of KV, read once and cached in the isolate. */
export class Targets {
  #cache: Target[] | undefined;

  async all(env: PeerEnv): Promise<Target[]> {
    if (this.#cache === undefined) {
      const { keys } = await env.WEBHOOKS.list({ prefix: "webhook:" });
      const texts = await Promise.all(keys.map((key) => env.WEBHOOKS.get(key.name)));
      this.#cache = texts.flatMap((text) => text === null ? [] : [JSON.parse(text) as Target]);
    }
    return this.#cache;
  }

  async add(env: PeerEnv, target: Target): Promise<void> {
    const all = await this.all(env);
    await env.WEBHOOKS.put(`webhook:${target.id}`, JSON.stringify(target));
    all.push(target);
  }
}

/** The delay before the next attempt: 2 s after the first, doubled each time, at most an hour. */
export function delayMs(attempts: number): number {
  return Math.min(2_000 * 2 ** (attempts - 1), 3_600_000);
}
