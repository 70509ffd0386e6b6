// What was just made and deleted here.
//
// The list of webhooks may lag a minute behind, and it would look as if nothing had happened.

import type { Webhook } from "../../contract/types.ts";

export class Recent {
  readonly #made = new Map<string, Webhook>();
  readonly #deleted = new Set<string>();

  made(webhook: Webhook): void {
    this.#made.set(webhook.id, webhook);
  }

  deleted(id: string): void {
    this.#made.delete(id);
    this.#deleted.add(id);
  }

  /** The list as it will be once it has caught up. */
  applyTo(list: Webhook[]): Webhook[] {
    for (const { id } of list) this.#made.delete(id);
    const listed = list.filter(({ id }) => !this.#deleted.has(id));
    return [...this.#made.values(), ...listed];
  }
}
