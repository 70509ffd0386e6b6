// The owner of the webhooks whose receivers answer 4xx: activates one again that was deactivated,
// has it recover what it missed, and recovers again if something is still missing afterwards.

import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Answer } from "./api.ts";

const POLL_MS = 300;

export interface OwnedWebhook {
  id: string;
  /** The API key of its account. */
  key: string;
}

export class Owner {
  /** How many times a webhook was found deactivated. */
  deactivations = 0;
  /**
   * How many times a recovery had ended and deliveries were missing all the same. That happens if
   * one was in flight when the webhook was deactivated, and failed after the recovery.
   */
  secondRecoveries = 0;
  readonly #client: Client;
  readonly #webhooks: OwnedWebhook[];
  /** The webhooks that were activated again, but whose recovery was not accepted yet. */
  readonly #toRecover = new Set<OwnedWebhook>();
  /** The webhooks that were recovered at least once. */
  readonly #recovered = new Set<OwnedWebhook>();
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

  async #lookAfter(webhook: OwnedWebhook): Promise<void> {
    const shown = await this.#call("GET", webhook, "");
    if (shown?.status !== 200) return;
    if (shown.json.active === false) {
      if (!this.#toRecover.has(webhook)) this.deactivations += 1;
      this.#toRecover.add(webhook);
      const activated = await this.#call("PATCH", webhook, "", { active: true });
      if (activated?.status !== 200) return;
    }
    if (this.#toRecover.has(webhook)) await this.#recover(webhook);
    else if (this.#recovered.has(webhook)) await this.#checkRecovery(webhook);
  }

  async #recover(webhook: OwnedWebhook): Promise<void> {
    const recovery = await this.#call("POST", webhook, "/recover");
    if (recovery?.status !== 202) return;
    this.#toRecover.delete(webhook);
    this.#recovered.add(webhook);
  }

  async #checkRecovery(webhook: OwnedWebhook): Promise<void> {
    const recovery = await this.#call("GET", webhook, "/recover");
    if (recovery?.json?.state !== "done") return;
    const stats = await this.#call("GET", webhook, "/stats");
    if (stats?.status !== 200 || stats.json.undelivered + stats.json.held === 0) return;
    // They count as undelivered, too, if the webhook has been deactivated since it was read.
    if ((await this.#call("GET", webhook, ""))?.json?.active !== true) return;
    this.secondRecoveries += 1;
    this.#toRecover.add(webhook);
  }

  #call(
    method: string, { id, key }: OwnedWebhook, path: string, body?: object,
  ): Promise<Answer | undefined> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.#client.call({ method, path: `/v1/webhooks/${id}${path}`, key, ...json });
  }
}
