// The outcome of the types by openapi-typescript, with openapi-fetch.

import createClient from "openapi-fetch";
import type { paths } from "./openapi_typescript.schema";
import { account, adminKey, apiKey, dispatcherUrl, event, found, targetUrl } from "./settings";

const clientWith = (key: string) =>
  createClient<paths>({ baseUrl: dispatcherUrl, headers: { Authorization: `Bearer ${key}` } });
const client = clientWith(apiKey);

/** Returns what a call answered, or throws what was wrong. */
async function data<T>(call: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await call;
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

const created = await data(client.POST("/v1/webhooks", {
  body: { target_url: targetUrl, event_type: event.event_type, retry: { limit: 3 } },
  params: { header: { "Idempotency-Key": "create-1" } },
}));
const path = { id: created.id };
const published = await data(client.POST("/v1/events", {
  body: event,
  params: { header: { "Idempotency-Key": "publish-1" } },
}));
const delivery = await found(async () => {
  const params = { path, query: { status: "delivered" } } as const;
  return (await data(client.GET("/v1/webhooks/{id}/deliveries", { params }))).results[0];
});
const { tries } = await data(client.GET("/v1/webhooks/{id}/deliveries/{event_id}", {
  params: { path: { ...path, event_id: published.id } },
}));
const ping = await data(client.POST("/v1/webhooks/{id}/ping", { params: { path } }));
const signing = await data(client.POST("/v1/webhooks/{id}/rotate-secret", {
  params: { path },
  body: { grace_seconds: 0 },
}));
const stats = await data(client.GET("/v1/webhooks/{id}/stats", { params: { path } }));
const batch = await data(client.POST("/v1/events/batch", {
  body: [{ event_type: "PATH_COMPLETION" }, { event_type: "NOTHING" }],
}));
const audit = await data(client.GET("/v1/audit"));
const active = await data(client.GET("/v1/webhooks", {
  params: { query: { active: true, page: 1 } },
}));
const { error, response } = await client.GET("/v1/webhooks/{id}", {
  params: { path: { id: "none" } },
});
const link = await data(clientWith(adminKey).POST("/v1/admin/accounts/{account}/portal", {
  params: { path: { account } },
  body: { scopes: ["webhooks:read"] },
}));

console.log(JSON.stringify({
  created: {
    state: created.state, retry: created.retry?.limit,
    secret: created.signing_secret?.slice(0, 6),
  },
  published: published.webhooks,
  delivery: { status: delivery.status, fault: delivery.fault },
  attempts: tries.map(({ cause, http_status_code: code }) => ({ cause, code })),
  ping: { succeeded: ping.succeeded, code: ping.http_status_code },
  rotated: signing.signing_secret?.slice(0, 6),
  stats: { state: stats.state, delivered: stats.delivered },
  batch: batch.map(({ status }) => status),
  audit: audit.results.map(({ action }) => action),
  active: active.count,
  missing: { status: response.status, code: error?.code },
  link: link.scopes,
}));
