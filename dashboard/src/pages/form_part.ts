// What each part of the webhook form is handed.

import type { WebhookFields } from "./webhook_fields.ts";

export interface PartProps {
  fields: WebhookFields;
  set: (change: Partial<WebhookFields>) => void;
  /** Returns what is wrong with any of these fields of the API. */
  errors: (...names: string[]) => string[] | undefined;
}
