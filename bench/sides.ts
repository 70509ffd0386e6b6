// What is compared side by side: the product, and another sender that has the same interface here.

import { basic, createWebhooks, mintKey } from "./api.ts";
import type { Subject } from "./slice.ts";
import { product, System } from "./system.ts";

/** A customer of the sender: an account of the product, an application of Svix. */
export interface Tenant extends Subject {
  /** Creates webhooks that receive each of the tenant's events, in this order. */
  add(urls: string[]): Promise<void>;
}

export interface Side {
  readonly name: string;
  tenant(name: string): Promise<Tenant>;
  /** Ends the sender and deletes its state. */
  stop(): Promise<void>;
}

export interface SideOptions {
  /** The most time of an attempt. None: the sender's default. */
  timeoutMs?: number;
}

/** How a sender is started. */
export interface SideKind {
  readonly name: string;
  start(options?: SideOptions): Promise<Side>;
}

class ProductTenant implements Tenant {
  readonly name = product.name;
  readonly publishing: { authorization: string };
  readonly #system: System;
  readonly #key: string;

  constructor(system: System, key: string) {
    this.#system = system;
    this.#key = key;
    this.publishing = { authorization: basic(key) };
  }

  get port(): number {
    return this.#system.port;
  }

  cpuMs(): number {
    return this.#system.cpuMs();
  }

  async add(urls: string[]): Promise<void> {
    const all = urls.map((url) => ({ key: this.#key, fields: { target_url: url } }));
    await createWebhooks(this.#system, all);
  }
}

/** The product in plain workerd, on disk and under the platform's limits. */
export const productSide: SideKind = {
  name: product.name,
  async start({ timeoutMs } = {}) {
    const vars = timeoutMs === undefined ? {} : { DELIVERY_TIMEOUT_MS: String(timeoutMs) };
    const system = await System.start(product, { storage: "disk", vars });
    return {
      name: product.name,
      tenant: async (name) => new ProductTenant(system, await mintKey(system, name)),
      stop: () => system.stop(),
    };
  },
};
