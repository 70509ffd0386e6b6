// The webhooks that were recently created or deleted in this tab.
//
// The list of webhooks may lag by a minute, so it is corrected by these changes.

import type { Webhook } from "../../contract/types.ts";

export class Recent {
  readonly #created = new Map<string, Webhook>();
  readonly #deleted = new Set<string>();

  created(webhook: Webhook): void {
    this.#created.set(webhook.id, webhook);
  }

  deleted(id: string): void {
    this.#created.delete(id);
    this.#deleted.add(id);
  }

  /** Returns the list with the recent changes. */
  applyTo(list: Webhook[]): Webhook[] {
    for (const { id } of list) this.#created.delete(id);
    const listed = list.filter(({ id }) => !this.#deleted.has(id));
    return [...this.#created.values(), ...listed];
  }
}
