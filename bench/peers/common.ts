// What the peers share: who may call, what an event is, and the one POST.

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

/** Whether the request shows the key, compared in constant time. */
export function isAllowed(request: Request, env: PeerEnv): boolean {
  const shown = encoder.encode(request.headers.get("Authorization") ?? "");
  const wanted = encoder.encode(`Basic ${btoa(`${env.API_KEY}:`)}`);
  if (shown.length !== wanted.length) return false;
  let difference = 0;
  for (const [index, byte] of wanted.entries()) difference |= byte ^ (shown[index] ?? 0);
  return difference === 0;
}

/** The event's type, when the body is an event. */
export function eventTypeOf(body: string): string | undefined {
  try {
    const type: unknown = (JSON.parse(body) as Record<string, unknown>)["event_type"];
    return typeof type === "string" ? type : undefined;
  } catch {
    return undefined;
  }
}

/** A webhook as it is created. */
export async function newTarget(request: Request): Promise<Target> {
  const fields = (await request.json()) as { target_url: string; event_type?: string };
  return { id: newId(), url: fields.target_url, eventType: fields.event_type ?? null };
}

let last = 0;

/** A time-ordered id. */
export function newId(): string {
  last = Math.max(last + 1, Date.now() * 1_000);
  return last.toString(36).padStart(11, "0") + crypto.randomUUID().slice(0, 8);
}

/** Makes one POST; answers its status, or 0 without an answer. */
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

/** The webhooks, from KV, kept in the isolate; one that is created here is known at once. */
export class Targets {
  #known: Target[] | undefined;

  async all(env: PeerEnv): Promise<Target[]> {
    if (this.#known === undefined) {
      const { keys } = await env.WEBHOOKS.list({ prefix: "webhook:" });
      const texts = await Promise.all(keys.map((key) => env.WEBHOOKS.get(key.name)));
      this.#known = texts.flatMap((text) => text === null ? [] : [JSON.parse(text) as Target]);
    }
    return this.#known;
  }

  async add(env: PeerEnv, target: Target): Promise<void> {
    const known = await this.all(env);
    await env.WEBHOOKS.put(`webhook:${target.id}`, JSON.stringify(target));
    known.push(target);
  }
}

/** The delay before the next try: 2 s, doubling, an hour at most. */
export function delayMs(tries: number): number {
  return Math.min(2_000 * 2 ** (tries - 1), 3_600_000);
}
