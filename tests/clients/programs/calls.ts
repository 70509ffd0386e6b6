// Each operation of the contract as a call of the client. A test compares the names with the
// contract, so a new operation without its call fails.

import type { Pages, WebhookDispatcher } from "webhook-dispatcher";

export interface Step {
  params?: Record<string, string | number> | undefined;
  headers?: Record<string, string> | undefined;
  body?: unknown;
}

type Call = (client: WebhookDispatcher, step: Required<Given>) => Promise<unknown>;

interface Given {
  /** Parameters of the path. */
  id: string;
  event: string;
  account: string;
  name: string;
  /** The parameters of the query. */
  query: Record<string, string | number>;
  body: never;
  ifMatch: { ifMatch?: string };
  key: { idempotencyKey?: string };
}

const all = <Item>(pages: Pages<Item>): Promise<Item[]> => pages.take();

async function text(pieces: AsyncIterable<string>): Promise<string> {
  let whole = "";
  for await (const piece of pieces) whole += piece;
  return whole;
}

async function list<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** A query as the client takes it. What is wrong in it is for the dispatcher to say. */
const any = (query: Given["query"]): never => query as never;

export const calls: Record<string, Call> = {
  health: (client) => client.health(),
  ping: (client) => client.ping(),
  readAudit: (client, { query }) => all(client.audit(any(query))),

  publish: (client, { body, key }) => client.publish(body, key),
  publishBatch: (client, { body, key }) => client.publishBatch(body, key),
  readEvent: (client, { event }) => client.events.get(event),
  listEventTypes: (client) => client.events.types(),
  readSample: (client, { query }) => client.events.sample(String(query["sample"])),
  testFilter: (client, { body }) => client.events.testFilter(body),

  listWebhooks: (client, { query: { active, ...query } }) =>
    all(client.webhooks.list({
      ...query, ...(active === undefined ? {} : { active: active === "true" }),
    } as never)),
  createWebhook: (client, { body, key }) => client.webhooks.create(body, key),
  getWebhook: (client, { id }) => client.webhooks.get(id),
  putWebhook: (client, { id, body, ifMatch }) => client.webhooks.replace(id, body, ifMatch),
  patchWebhook: (client, { id, body, ifMatch }) => client.webhooks.update(id, body, ifMatch),
  deleteWebhook: (client, { id, ifMatch }) => client.webhooks.delete(id, ifMatch),
  pingWebhook: (client, { id, query: { event_type: type } }) =>
    client.webhooks.ping(id, type === undefined ? {} : { eventType: String(type) }),
  rotateSecret: (client, { id, body }) => client.webhooks.rotateSecret(id, body),
  readStats: (client, { id }) => client.webhooks.stats(id),
  readSeries: (client, { id, query }) => client.webhooks.series(id, any(query)),
  recover: (client, { id, body }) => client.webhooks.recover(id, body),
  readRecovery: (client, { id }) => client.webhooks.recovery(id),

  readAlert: (client) => client.alert.get(),
  putAlert: (client, { body, ifMatch }) => client.alert.put(body, ifMatch),
  deleteAlert: (client, { ifMatch }) => client.alert.delete(ifMatch),

  listDeliveries: (client, { id, query }) => all(client.deliveries.list(id, any(query))),
  exportDeliveriesAsCsv: (client, { id, query }) =>
    text(client.deliveries.exportCsv(id, any(query))),
  exportDeliveriesAsJsonLines: (client, { id, query }) =>
    list(client.deliveries.exportJsonLines(id, any(query))),
  resendDeliveries: (client, { id, query }) => client.deliveries.resendMany(id, any(query)),
  readDelivery: (client, { id, event }) => client.deliveries.get(id, event),
  readSentRequest: (client, { id, event }) => client.deliveries.request(id, event),
  resendDelivery: (client, { id, event }) => client.deliveries.resend(id, event),
  skipDelivery: (client, { id, event }) => client.deliveries.skip(id, event),

  listKeys: (client, { query }) => all(client.admin.keys.list(any(query))),
  createKey: (client, { body }) => client.admin.keys.create(body),
  revokeKey: (client, { id }) => client.admin.keys.revoke(id),
  listAccounts: (client, { query }) => all(client.admin.accounts.list(any(query))),
  readAccount: (client, { account }) => client.admin.accounts.get(account),
  deleteAccount: (client, { account }) => client.admin.accounts.delete(account),
  disableAccount: (client, { account }) => client.admin.accounts.disable(account),
  enableAccount: (client, { account }) => client.admin.accounts.enable(account),
  importWebhooks: (client, { account, body }) => client.admin.accounts.import(account, body),
  createPortalLink: (client, { account, body }) =>
    client.admin.accounts.createPortalLink(account, body),
  readEventType: (client, { name }) => client.admin.eventTypes.get(name),
  putEventType: (client, { name, body }) => client.admin.eventTypes.put(name, body),
  deleteEventType: (client, { name }) => client.admin.eventTypes.delete(name),
  readMetrics: (client, { account }) => client.admin.metrics(account),
};

/** Makes the call of a step. A body that is left out is the default of the client. */
export function call(client: WebhookDispatcher, name: string, step: Step): Promise<unknown> {
  const make = calls[name];
  if (make === undefined) throw new Error(`no call is named ${name}`);
  const { id, event_id: event, account, name: itsName, ...rest } = step.params ?? {};
  const isFilter = name === "listWebhooks" && itsName !== undefined;
  const { "Idempotency-Key": idempotencyKey, "If-Match": ifMatch } = step.headers ?? {};
  return make(client, {
    id: String(id),
    event: String(event),
    account: String(account),
    name: String(itsName),
    query: isFilter ? { ...rest, name: itsName } : rest,
    body: step.body as never,
    ifMatch: ifMatch === undefined ? {} : { ifMatch },
    key: idempotencyKey === undefined ? {} : { idempotencyKey },
  });
}
