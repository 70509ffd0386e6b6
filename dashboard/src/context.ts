// What all components share: the API client, the event types, recent changes, toasts, sign-out.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Api } from "./api.ts";
import { Recent } from "./recent.ts";
import type { EventTypeList } from "../../contract/types.ts";

export interface App {
  api: Api;
  eventTypes: EventTypeList;
  recent: Recent;
  /** Shows a message for some seconds. */
  showToast(text: string, kind?: "good" | "bad"): void;
  signOut(): void;
}

export const AppContext = createContext<App>({
  api: new Api(""),
  eventTypes: [],
  recent: new Recent(),
  showToast: () => undefined,
  signOut: () => undefined,
});

export const useApp = (): App => useContext(AppContext);
