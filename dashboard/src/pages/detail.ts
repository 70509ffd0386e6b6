// The loaded data of a webhook, which the parts of its page share.

import type { ReadWebhook, Recovery, Webhook, WebhookStats } from "../types.ts";

export interface Detail {
  webhook: Webhook;
  read: ReadWebhook;
  stats: WebhookStats | undefined;
  recovery: Recovery | undefined;
  /** Loads all data again. */
  reload: () => void;
}
