// Management calls to a system under test: create webhooks and keys, read statistics.

import { adminKey, apiKey, type System } from "./system.ts";

/** Longer than any call takes that works. */
const TIMEOUT_MS = 120_000;

export function basic(key: string): string {
  return `Basic ${btoa(`${key}:`)}`;
}

/** Makes a call and returns the JSON of the response. Throws unless the status is 2xx. */
export async function call(
  system: System,
  method: string,
  path: string,
  body?: unknown,
  key = apiKey,
): Promise<Record<string, unknown>> {
  const answer = await fetch(system.url + path, {
    method,
    headers: { authorization: basic(key), "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${system.name}: ${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** Creates a webhook and returns its id. */
export async function createWebhook(
  system: System,
  fields: Record<string, unknown>,
  key = apiKey,
): Promise<string> {
  return String((await call(system, "POST", "/v1/webhooks", fields, key))["id"]);
}

/**
 * Creates webhooks, 16 at a time, and returns their ids in order. Stops early after `timeoutMs`,
 * so fewer ids may be returned.
 */
export async function createWebhooks(
  system: System,
  all: { fields: Record<string, unknown>; key?: string }[],
  timeoutMs = Infinity,
): Promise<string[]> {
  const end = performance.now() + timeoutMs;
  const ids: string[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) {
      if (performance.now() > end) return;
      const one = all[index];
      if (one !== undefined) ids[index] = await createWebhook(system, one.fields, one.key);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return ids;
}

/** Creates an API key for an account and returns it. */
export async function mintKey(system: System, account: string): Promise<string> {
  const scopes = ["webhooks:read", "webhooks:write", "events:write"];
  const fields = { account, name: "bench", scopes };
  return String((await call(system, "POST", "/v1/admin/keys", fields, adminKey))["key"]);
}
