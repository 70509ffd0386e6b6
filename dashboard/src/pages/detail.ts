// The loaded data of a webhook, which the parts of its page share.

import type { ReadWebhook, Recovery, Stats, Webhook } from "../types.ts";

export interface Detail {
  webhook: Webhook;
  read: ReadWebhook;
  stats: Stats | undefined;
  recovery: Recovery | undefined;
  /** Loads all data again. */
  reload: () => void;
}
