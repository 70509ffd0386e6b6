// What all components share: the API client, the event types, recent changes, toasts, sign-out.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Access, allows, unknownAccess } from "./access.ts";
import { Api } from "./api.ts";
import { Http } from "./http.ts";
import type { Look } from "./look.ts";
import { Recent } from "./recent.ts";
import type { EventType } from "./types.ts";

export interface App {
  api: Api;
  access: Access;
  eventTypes: EventType[];
  recent: Recent;
  look: Look;
  /** Shows a message for some seconds. */
  showToast(text: string, kind?: "good" | "bad"): void;
  signOut(): void;
  /** Goes back to the accounts. Undefined unless the operator has opened this account. */
  leaveAccount: (() => void) | undefined;
  /** Where the platform wants its customer back. */
  returnUrl: string | undefined;
}

export const AppContext = createContext<App>({
  api: new Api(new Http("")),
  access: unknownAccess,
  eventTypes: [],
  recent: new Recent(),
  look: {},
  showToast: () => undefined,
  signOut: () => undefined,
  leaveAccount: undefined,
  returnUrl: undefined,
});

export const useApp = (): App => useContext(AppContext);

type Scope = "webhooks:read" | "webhooks:write" | "events:write";

/** Returns whether the key has a scope. What it forbids is not offered. */
export function useAllows(): (scope: Scope) => boolean {
  const { access } = useApp();
  return (scope) => allows(access, scope);
}
