// Management calls to a system: creating webhooks and keys, reading numbers.

import { adminKey, apiKey, type System } from "./system.ts";

export function basic(key: string): string {
  return `Basic ${btoa(`${key}:`)}`;
}

/** Makes a call, which must be answered with a 2xx. */
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
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${system.name}: ${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** Creates a webhook and answers its id. */
export async function createWebhook(
  system: System,
  fields: Record<string, unknown>,
  key = apiKey,
): Promise<string> {
  return String((await call(system, "POST", "/v1/webhooks", fields, key))["id"]);
}

/** Creates webhooks, some at a time, as many as time allows; answers their ids in order. */
export async function createWebhooks(
  system: System,
  all: { fields: Record<string, unknown>; key?: string }[],
  patienceMs = Infinity,
): Promise<string[]> {
  const end = performance.now() + patienceMs;
  const ids: string[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let place = next++; place < all.length; place = next++) {
      if (performance.now() > end) return;
      const one = all[place];
      if (one !== undefined) ids[place] = await createWebhook(system, one.fields, one.key);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return ids;
}

/** Mints a key of an account. */
export async function mintKey(system: System, account: string): Promise<string> {
  const scopes = ["webhooks:read", "webhooks:write", "events:write"];
  const fields = { account, name: "bench", scopes };
  return String((await call(system, "POST", "/v1/admin/keys", fields, adminKey))["key"]);
}
