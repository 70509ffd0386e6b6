// What the key of the session opens: the account, the scopes, and until when.

import type { KeyInfo } from "./types.ts";

export interface Access {
  /** The account's name, or undefined if the dispatcher does not say it. */
  account: string | undefined;
  /** The id of the key, which the audit log names. */
  keyId: string | undefined;
  /** Undefined: unknown, so nothing is hidden. */
  scopes: ReadonlySet<string> | undefined;
  /** When the key ends, in Unix milliseconds. */
  endsMs: number | undefined;
}

export const unknownAccess: Access = {
  account: undefined,
  keyId: undefined,
  scopes: undefined,
  endsMs: undefined,
};

export function accessOf(ping: KeyInfo | undefined): Access {
  if (ping === undefined) return unknownAccess;
  return {
    account: ping.account ?? undefined,
    keyId: ping.key_id,
    scopes: new Set(ping.scopes),
    endsMs: ping.expires_at === null ? undefined : Date.parse(ping.expires_at),
  };
}

export const allows = (access: Access, scope: string): boolean =>
  access.scopes === undefined || access.scopes.has(scope);
