// The operator's calls, which take `ADMIN_KEY`.

import { chunksOf } from "../chunks.ts";
import { Pages } from "../pages.ts";
import type {
  AccountDetail, AccountState, AccountSummary, CreatedKey, EventType, ImportItem, Key,
  KeyRequest, PortalLink, PortalRequest, TypeDefinition, WebhookCreate,
} from "../schema.ts";
import { callOf, must, type CallOptions, type Transport } from "../transport.ts";
import type { FiltersOf, QueryOf } from "../types.ts";

/** A webhook that is imported, under the id that it has elsewhere. */
export type WebhookImport = WebhookCreate & { id: string };

/** Lines have their ends, and nothing around all of them. */
const NOTHING_AROUND = 0;

export class Admin {
  readonly accounts: Accounts;
  readonly keys: Keys;
  readonly eventTypes: EventTypes;
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.accounts = new Accounts(transport);
    this.keys = new Keys(transport);
    this.eventTypes = new EventTypes(transport);
    this.#transport = transport;
  }

  /** Reads the numbers of an account's webhooks as the text of OpenMetrics 1.0. */
  metrics(account: string, options: CallOptions = {}): Promise<string> {
    return must(this.#transport.api.GET("/metrics", {
      params: { query: { account } }, parseAs: "text", ...callOf(options),
    }) as Promise<{ data?: string; error?: unknown; response: Response }>);
  }
}

export class Accounts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The accounts, in the order of their names. The numbers may lag by a minute. */
  list(
    filters: FiltersOf<"listAccounts"> = {},
    options: CallOptions = {},
  ): Pages<AccountSummary> {
    return new Pages((position) => {
      const query = { ...filters, ...position } as QueryOf<"listAccounts">;
      return must(this.#transport.api.GET("/v1/admin/accounts", {
        params: { query }, ...callOf(options),
      }));
    });
  }

  /** Reads how an account stands. `NotFound` if it was never used. */
  get(account: string, options: CallOptions = {}): Promise<AccountDetail> {
    return must(this.#transport.api.GET("/v1/admin/accounts/{account}", {
      params: { path: { account } }, ...callOf(options),
    }));
  }

  /** Begins to delete an account's data. Its webhooks stop at once. */
  delete(account: string, options: CallOptions = {}): Promise<AccountDetail> {
    return must(this.#transport.api.DELETE("/v1/admin/accounts/{account}", {
      params: { path: { account } }, ...callOf(options),
    }));
  }

  /** Stops all webhooks of an account. What waits keeps its place. */
  disable(account: string, options: CallOptions = {}): Promise<AccountState> {
    return must(this.#transport.api.POST("/v1/admin/accounts/{account}/disable", {
      params: { path: { account } }, ...callOf(options),
    }));
  }

  /** Lets the webhooks of an account go on. */
  enable(account: string, options: CallOptions = {}): Promise<AccountState> {
    return must(this.#transport.api.POST("/v1/admin/accounts/{account}/enable", {
      params: { path: { account } }, ...callOf(options),
    }));
  }

  /**
   * Imports webhooks under the ids that they have elsewhere, in calls of at most 100. Each is
   * answered for itself, in order: `line` is its number, from 1. To repeat it is safe.
   */
  async import(
    account: string,
    webhooks: readonly WebhookImport[],
    options: CallOptions = {},
  ): Promise<ImportItem[]> {
    const items: ImportItem[] = [];
    for (const { first, texts } of chunksOf(webhooks.map((one) => JSON.stringify(one)), NOTHING_AROUND)) {
      const answered = await must(
        this.#transport.api.POST("/v1/admin/accounts/{account}/import", {
          params: { path: { account } },
          body: texts.map((text) => `${text}\n`).join(""),
          bodySerializer: (lines: string) => lines,
          headers: { "content-type": "application/x-ndjson" },
          fetch: this.#transport.repeatable,
          ...callOf(options),
        }),
      );
      for (const item of answered) items.push({ ...item, line: item.line + first });
    }
    return items;
  }

  /** Makes a link that opens the dashboard for this account, for a limited time. */
  createPortalLink(
    account: string,
    link: PortalRequest = {},
    options: CallOptions = {},
  ): Promise<PortalLink> {
    return must(this.#transport.api.POST("/v1/admin/accounts/{account}/portal", {
      params: { path: { account } }, body: link, ...callOf(options),
    }));
  }
}

export class Keys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The keys of all accounts. */
  list(filters: FiltersOf<"listKeys"> = {}, options: CallOptions = {}): Pages<Key> {
    return new Pages((position) => {
      const query = { ...filters, ...position } as QueryOf<"listKeys">;
      return must(this.#transport.api.GET("/v1/admin/keys", {
        params: { query }, ...callOf(options),
      }));
    });
  }

  /** Creates a key, which is shown only here. */
  create(key: KeyRequest, options: CallOptions = {}): Promise<CreatedKey> {
    return must(this.#transport.api.POST("/v1/admin/keys", { body: key, ...callOf(options) }));
  }

  /** Revokes a key. It may open the account for two minutes more elsewhere. */
  async revoke(id: string, options: CallOptions = {}): Promise<void> {
    await must(this.#transport.api.DELETE("/v1/admin/keys/{id}", {
      params: { path: { id } }, ...callOf(options),
    }));
  }
}

export class EventTypes {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Reads an event type that the operator has defined. */
  get(name: string, options: CallOptions = {}): Promise<EventType> {
    return must(this.#transport.api.GET("/v1/admin/event-types/{name}", {
      params: { path: { name } }, ...callOf(options),
    }));
  }

  /** Defines or changes an event type. While there is one, the built-in ones are not in force. */
  put(
    name: string,
    definition: TypeDefinition = {},
    options: CallOptions = {},
  ): Promise<EventType> {
    return must(this.#transport.api.PUT("/v1/admin/event-types/{name}", {
      params: { path: { name } }, body: definition, ...callOf(options),
    }));
  }

  /** Deletes an event type that no webhook names. */
  async delete(name: string, options: CallOptions = {}): Promise<void> {
    await must(this.#transport.api.DELETE("/v1/admin/event-types/{name}", {
      params: { path: { name } }, ...callOf(options),
    }));
  }
}
