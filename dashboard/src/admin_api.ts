// The calls of the operator, one method for each.

import { Http, pathOf } from "./http.ts";
import type { AccountDetail, AccountList, CreatedKey, Key, KeyList, PortalLink } from "./types.ts";

export const scopes = ["webhooks:read", "webhooks:write", "events:write"] as const;
export type Scope = (typeof scopes)[number];

export class AdminApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Throws unless the key is that of the operator. */
  check = () => this.#http.call<KeyList>("GET", "/v1/admin/keys?page_size=1");

  accounts = (query: URLSearchParams, signal?: AbortSignal) =>
    this.#http.call<AccountList>("GET", `/v1/admin/accounts?${query}`, { signal });

  page = <T>(link: string, signal?: AbortSignal) =>
    this.#http.call<T>("GET", pathOf(link), { signal });

  account = (name: string, signal?: AbortSignal) =>
    this.#http.call<AccountDetail>("GET", pathTo(name), { signal });

  disable = (name: string) => this.#http.call<void>("POST", `${pathTo(name)}/disable`);

  enable = (name: string) => this.#http.call<void>("POST", `${pathTo(name)}/enable`);

  erase = (name: string) => this.#http.call<AccountDetail>("DELETE", pathTo(name));

  /** Reads all keys, page by page. */
  keys = async (signal?: AbortSignal): Promise<Key[]> => {
    const found: Key[] = [];
    let path: string | null = "/v1/admin/keys?page_size=1000";
    while (path !== null) {
      const page: KeyList = await this.#http.call<KeyList>("GET", path, { signal });
      found.push(...page.results);
      path = page.next === null ? null : pathOf(page.next);
    }
    return found;
  };

  mint = (fields: { account: string; name: string; scopes: Scope[]; expires_at?: string }) =>
    this.#http.call<CreatedKey>("POST", "/v1/admin/keys", { body: fields });

  revoke = (id: string) => this.#http.call<void>("DELETE", `/v1/admin/keys/${id}`);

  portal = (
    account: string,
    fields: { scopes: Scope[]; expires_in_seconds: number; return_url?: string },
  ) => this.#http.call<PortalLink>("POST", `${pathTo(account)}/portal`, { body: fields });

  /** Keeps an event type. The body is JSON text, since its example may have long numbers. */
  putEventType = (name: string, body: string) =>
    this.#http.call<void>("PUT", `/v1/admin/event-types/${encodeURIComponent(name)}`, { body });

  removeEventType = (name: string) =>
    this.#http.call<void>("DELETE", `/v1/admin/event-types/${encodeURIComponent(name)}`);
}

const pathTo = (account: string) => `/v1/admin/accounts/${encodeURIComponent(account)}`;
