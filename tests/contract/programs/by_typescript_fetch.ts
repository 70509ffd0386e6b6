// The outcome of a client by OpenAPI Generator, `typescript-fetch`.

import { account, adminKey, apiKey, dispatcherUrl, event, found, targetUrl } from "./settings";
import {
  AccountApi, AdministrationApi, Configuration, DeliveriesApi, DeliveryStatus, EventsApi,
  ResponseError, Scope, WebhooksApi,
} from "./typescript_fetch";

const configuration = (key: string) =>
  new Configuration({ basePath: dispatcherUrl, accessToken: key });
const own = configuration(apiKey);
const webhooks = new WebhooksApi(own);
const deliveries = new DeliveriesApi(own);
const events = new EventsApi(own);

const created = await webhooks.createWebhook({
  webhookCreate: { target_url: targetUrl, event_type: event.event_type, retry: { limit: 3 } },
  idempotencyKey: "create-1",
});
const { id } = created;
const published = await events.publish({ event, idempotencyKey: "publish-1" });
const delivery = await found(async () => {
  const { results } = await deliveries.listDeliveries({ id, status: DeliveryStatus.Delivered });
  return results[0];
});
const { tries } = await deliveries.readDelivery({ id, eventId: published.id });
const ping = await webhooks.pingWebhook({ id });
const signing = await webhooks.rotateSecret({ id, rotation: { grace_seconds: 0 } });
const stats = await deliveries.readStats({ id });
const batch = await events.publishBatch({
  event: [{ event_type: "PATH_COMPLETION" }, { event_type: "NOTHING" }],
});
const audit = await new AccountApi(own).readAudit({});
const active = await webhooks.listWebhooks({ active: true, page: 1 });
const missing = await webhooks.getWebhook({ id: "none" }).catch(async (error: unknown) => {
  if (!(error instanceof ResponseError)) throw error;
  return { status: error.response.status, code: (await error.response.json()).code };
});
const link = await new AdministrationApi(configuration(adminKey)).createPortalLink({
  account,
  portalRequest: { scopes: [Scope.WEBHOOKS_READ] },
});

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
  missing,
  link: link.scopes,
}));
