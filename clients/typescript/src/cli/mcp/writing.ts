// The tools that publish, send or change something. None of them takes or shows a secret.

import type { DeliverySelection } from "../../calls/deliveries.ts";
import type { RecoverRequest, WebhookCreate, WebhookUpdate } from "../../schema.ts";
import { UsageError } from "../failures.ts";
import { defined } from "../options.ts";
import { INPUTS } from "./inputs.ts";
import type { OfDelivery, OfWebhook } from "./reading.ts";
import { tool, type Hints, type Input, type Tool } from "./tool.ts";

const SENDING: Hints = {
  readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true,
};
const CREATING: Hints = { ...SENDING, openWorldHint: false };
const CHANGING: Hints = { ...CREATING, destructiveHint: true, idempotentHint: true };

interface Publication {
  event_type: string;
  data?: Record<string, unknown>;
  idempotency_key?: string;
}

const PUBLICATION: Input = {
  type: "object",
  properties: {
    event_type: { type: "string", pattern: "^[A-Z][A-Z0-9_]{0,63}$", description: "Its type." },
    data: { type: "object", description: "Its other members, as `get_sample` shows them." },
    idempotency_key: {
      type: "string",
      pattern: "^[!#-~][!-~]*$",
      maxLength: 255,
      description: "1 to 255 visible ASCII characters. What was published with it within a day " +
        "is not published again, so a call whose outcome is unknown can be repeated.",
    },
  },
  required: ["event_type"],
  additionalProperties: false,
};

const WEBHOOK_TOOLS: Tool[] = [
  tool<WebhookCreate>({
    name: "create_webhook",
    title: "Create a webhook",
    description: "Creates a webhook, which gets what is published from then on. Its signing " +
      "secret is not shown, and headers and passwords for the receiver cannot be given: its " +
      "owner sets them in the dashboard or with the command `webhooks`.",
    input: INPUTS.createWebhook,
    hints: CREATING,
    run: async (client, webhook, options) => {
      const { signing_secret: secret, ...shown } = await client.webhooks.create(webhook, options);
      const note = secret === undefined
        ? undefined
        : `Its owner gets a signing secret by: webhooks webhooks rotate-secret ${shown.id}`;
      return { value: { ...shown, ...defined({ note }) } };
    },
  }),
  tool<OfWebhook & WebhookUpdate>({
    name: "update_webhook",
    title: "Change a webhook",
    description: "Changes what is given of a webhook, and keeps the rest. `active` switches it " +
      "on or off.",
    input: INPUTS.patchWebhook,
    hints: CHANGING,
    run: async (client, { id, ...changes }, options) => ({
      value: await client.webhooks.update(id, changes, options),
    }),
  }),
  tool<OfWebhook & { event_type?: string }>({
    name: "ping_webhook",
    title: "Test a webhook",
    description: "Sends a test event to a webhook, once, and tells what the receiver answered.",
    input: INPUTS.pingWebhook,
    hints: SENDING,
    run: async (client, { id, event_type: eventType }, options) => ({
      value: await client.webhooks.ping(id, { ...defined({ eventType }), ...options }),
    }),
  }),
];

const SENDING_TOOLS: Tool[] = [
  tool<Publication>({
    name: "publish",
    title: "Publish an event",
    description: "Publishes an event: every webhook that asks for it gets it. 0 webhooks is a " +
      "success: nobody asks for it.",
    input: PUBLICATION,
    hints: SENDING,
    run: async (client, given, options) => {
      const { event_type: type, data, idempotency_key: idempotencyKey } = given;
      if (data !== undefined && "event_type" in data && data["event_type"] !== type)
        throw new UsageError(`data has another event_type than ${type}.`);
      const event = { event_type: type, ...data };
      const published = await client.publish(event, { ...defined({ idempotencyKey }), ...options });
      return { value: published };
    },
  }),
  tool<OfDelivery>({
    name: "resend_delivery",
    title: "Send a delivery again",
    description: "Sends an event to a webhook once more, now, under the same id.",
    input: INPUTS.resendDelivery,
    hints: SENDING,
    run: async (client, { id, event_id: event }, options) => ({
      value: await client.deliveries.resend(id, event, options),
    }),
  }),
  tool<OfWebhook & DeliverySelection>({
    name: "resend_deliveries",
    title: "Send many deliveries again",
    description: "Sends once more every delivery of a webhook that the filters find. At least " +
      "one filter must be given. See with `list_deliveries` what they find.",
    input: INPUTS.resendDeliveries,
    hints: SENDING,
    run: async (client, { id, ...selection }, options) => ({
      value: await client.deliveries.resendMany(id, selection, options),
    }),
  }),
  tool<OfWebhook & RecoverRequest>({
    name: "recover",
    title: "Deliver what was missed",
    description: "Begins to deliver what was held or undelivered, in the order of publication. " +
      "`get_recovery` tells how far it is.",
    input: INPUTS.recover,
    hints: SENDING,
    run: async (client, { id, ...what }, options) => ({
      value: await client.webhooks.recover(id, what, options),
    }),
  }),
];

export const WRITE_TOOLS: Tool[] = [...SENDING_TOOLS, ...WEBHOOK_TOOLS];
