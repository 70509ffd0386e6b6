// The loaded data of a webhook, which the parts of its page share.

import type { Recovery, Stats, Webhook } from "../../../contract/types.ts";

export interface Detail {
  webhook: Webhook;
  stats: Stats | undefined;
  recovery: Recovery | undefined;
  /** Loads all data again. */
  reload: () => void;
}
