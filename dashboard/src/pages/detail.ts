// What the parts of a webhook's page share: the webhook as it was last loaded.

import type { Recovery, Stats, Webhook } from "../../../contract/types.ts";

export interface Detail {
  webhook: Webhook;
  stats: Stats | undefined;
  recovery: Recovery | undefined;
  /** Loads all of it again. */
  reload: () => void;
}
