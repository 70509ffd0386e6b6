// The owner of the webhooks whose receivers answer 4xx: activates one again that was deactivated,
// and has it recover what it missed.

import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "./api.ts";

const POLL_MS = 300;

export interface OwnedWebhook {
  id: string;
  /** The API key of its account. */
  key: string;
}

export class Owner {
  /** How many times a webhook was found deactivated. */
  deactivations = 0;
  readonly #client: Client;
  readonly #webhooks: OwnedWebhook[];
  /** The webhooks that were activated again, but whose recovery was not accepted yet. */
  readonly #toRecover = new Set<string>();
  #isStopping = false;

  constructor(url: string, webhooks: OwnedWebhook[]) {
    this.#client = new Client(url);
    this.#webhooks = webhooks;
  }

  /** Looks after the webhooks until `stop`. A call that fails is made again in the next round. */
  async run(): Promise<void> {
    while (!this.#isStopping) {
      for (const webhook of this.#webhooks) await this.#lookAfter(webhook);
      await sleep(POLL_MS);
    }
    this.#client.end();
  }

  stop(): void {
    this.#isStopping = true;
  }

  async #lookAfter({ id, key }: OwnedWebhook): Promise<void> {
    const path = `/v1/webhooks/${id}`;
    const webhook = await this.#client.call({ method: "GET", path, key });
    if (webhook?.status !== 200) return;
    if (webhook.json.active === false) {
      if (!this.#toRecover.has(id)) this.deactivations += 1;
      this.#toRecover.add(id);
      const body = JSON.stringify({ active: true });
      const activated = await this.#client.call({ method: "PATCH", path, key, body });
      if (activated?.status !== 200) return;
    }
    if (!this.#toRecover.has(id)) return;
    const recovery = await this.#client.call({ method: "POST", path: `${path}/recover`, key });
    if (recovery?.status === 202) this.#toRecover.delete(id);
  }
}
