// The webhooks that were recently created or deleted in this tab.
//
// The list of webhooks may lag by a minute, so it is corrected by these changes for so long.

import type { Webhook } from "./types.ts";

const lagMs = 60_000;

export class Recent {
  readonly #created = new Map<string, { webhook: Webhook; atMs: number }>();
  readonly #deleted = new Set<string>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  created(webhook: Webhook): void {
    this.#created.set(webhook.id, { webhook, atMs: this.#now() });
  }

  deleted(id: string): void {
    this.#created.delete(id);
    this.#deleted.add(id);
  }

  /** Returns the list without what was deleted. */
  withoutDeleted(list: Webhook[]): Webhook[] {
    return list.filter(({ id }) => !this.#deleted.has(id));
  }

  /** Returns the list with the recent changes: what was created comes first. */
  applyTo(list: Webhook[]): Webhook[] {
    for (const { id } of list) this.#created.delete(id);
    for (const [id, { atMs }] of this.#created) {
      if (this.#now() - atMs > lagMs) this.#created.delete(id);
    }
    const created = [...this.#created.values()].map(({ webhook }) => webhook);
    return [...created, ...this.withoutDeleted(list)];
  }
}
