// The tools that change nothing.

import type { DeliveryFilters } from "../../calls/deliveries.ts";
import type { WebhookFilters } from "../../calls/webhooks.ts";
import { LIMIT, listed } from "./answers.ts";
import { INPUTS } from "./inputs.ts";
import { tool, type Hints, type Input, type Tool } from "./tool.ts";

const READING: Hints = {
  readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false,
};
const NOTHING: Input = {
  type: "object", properties: {}, required: [], additionalProperties: false,
};

export interface OfWebhook {
  id: string;
}

export interface OfDelivery extends OfWebhook {
  event_id: string;
}

interface Limited {
  limit?: number;
}

/** Returns an input with `limit` besides. */
const limited = (input: Input): Input =>
  ({ ...input, properties: { ...input.properties, limit: LIMIT } });

const ACCOUNT_TOOLS: Tool[] = [
  tool({
    name: "check_key",
    title: "Check the API key",
    description: "Tells which account the API key opens, what it may do, and until when.",
    input: NOTHING,
    hints: READING,
    run: async (client, _, options) => ({ value: await client.ping(options) }),
  }),
  tool<Limited>({
    name: "read_audit",
    title: "Read the audit log",
    description: "Lists the latest changes of the account, the newest first: who did what, when.",
    input: limited(NOTHING),
    hints: READING,
    run: (client, { limit }, options) => listed((size) => client.audit(size, options), limit),
  }),
  tool({
    name: "list_event_types",
    title: "List event types",
    description: "Lists the event types that can be published and subscribed to.",
    input: NOTHING,
    hints: READING,
    run: async (client, _, options) => ({
      value: { items: await client.events.types(options) }, list: { name: "items", keep: "first" },
    }),
  }),
  tool<{ event_type: string }>({
    name: "get_sample",
    title: "Read a sample event",
    description: "Shows what an event of a type looks like.",
    input: {
      ...NOTHING,
      properties: {
        event_type: { type: "string", pattern: "^[A-Z][A-Z0-9_]{0,63}$", description: "The type." },
      },
      required: ["event_type"],
    },
    hints: READING,
    run: async (client, { event_type: type }, options) => ({
      value: await client.events.sample(type, options),
    }),
  }),
];

const WEBHOOK_TOOLS: Tool[] = [
  tool<WebhookFilters & Limited>({
    name: "list_webhooks",
    title: "List webhooks",
    description: "Lists the webhooks of the account, the oldest first. It may lag by a minute.",
    input: limited(INPUTS.listWebhooks),
    hints: READING,
    run: (client, { limit, ...filters }, options) =>
      listed((size) => client.webhooks.list({ ...filters, ...size }, options), limit),
  }),
  tool<OfWebhook>({
    name: "get_webhook",
    title: "Read a webhook",
    description: "Reads a webhook: its target, what it takes, its options and its state.",
    input: INPUTS.getWebhook,
    hints: READING,
    run: async (client, { id }, options) => ({ value: await client.webhooks.get(id, options) }),
  }),
  tool<OfWebhook>({
    name: "get_webhook_stats",
    title: "Read a webhook in numbers",
    description: "Tells what waits, what has arrived, how often and how fast the receiver answers.",
    input: INPUTS.readStats,
    hints: READING,
    run: async (client, { id }, options) => ({ value: await client.webhooks.stats(id, options) }),
  }),
  tool<OfWebhook>({
    name: "get_recovery",
    title: "Read a recovery",
    description: "Tells how far the latest recovery of a webhook is.",
    input: INPUTS.readRecovery,
    hints: READING,
    run: async (client, { id }, options) => ({
      value: await client.webhooks.recovery(id, options),
    }),
  }),
];

const DELIVERY_TOOLS: Tool[] = [
  tool<OfWebhook & DeliveryFilters & Limited>({
    name: "list_deliveries",
    title: "List deliveries",
    description: "Lists the deliveries of a webhook, the newest first.",
    input: limited(INPUTS.listDeliveries),
    hints: READING,
    run: (client, { id, limit, ...filters }, options) =>
      listed((size) => client.deliveries.list(id, { ...filters, ...size }, options), limit),
  }),
  tool<OfDelivery>({
    name: "get_delivery",
    title: "Read a delivery",
    description: "Reads the delivery of an event to a webhook, with every attempt: when, how " +
      "long, what the receiver answered, why it failed.",
    input: INPUTS.readDelivery,
    hints: READING,
    run: async (client, { id, event_id: event }, options) => ({
      value: await client.deliveries.get(id, event, options),
      list: { name: "tries", keep: "last" },
    }),
  }),
  tool<OfDelivery>({
    name: "get_sent_request",
    title: "Read what was sent",
    description: "Reads the POST of the latest attempt of a delivery, with its headers and body. " +
      "Secrets in it are masked.",
    input: INPUTS.readSentRequest,
    hints: READING,
    run: async (client, { id, event_id: event }, options) => ({
      value: await client.deliveries.request(id, event, options),
    }),
  }),
  tool<{ event_id: string }>({
    name: "get_event",
    title: "Read where an event went",
    description: "Reads the deliveries of an event to all webhooks, with every attempt.",
    input: INPUTS.readEvent,
    hints: READING,
    run: async (client, { event_id: event }, options) => ({
      value: await client.events.get(event, options),
      list: { name: "deliveries", keep: "first" },
    }),
  }),
];

export const READ_TOOLS: Tool[] = [...ACCOUNT_TOOLS, ...WEBHOOK_TOOLS, ...DELIVERY_TOOLS];
