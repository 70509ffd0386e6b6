// What every part of the page may ask for.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Api } from "./api.ts";
import { Recent } from "./recent.ts";
import type { EventTypeList } from "../../contract/types.ts";

export interface App {
  api: Api;
  eventTypes: EventTypeList;
  recent: Recent;
  /** Says something that has happened, for some seconds. */
  say(text: string, kind?: "good" | "bad"): void;
  signOut(): void;
}

export const AppContext = createContext<App>({
  api: new Api(""),
  eventTypes: [],
  recent: new Recent(),
  say: () => undefined,
  signOut: () => undefined,
});

export const useApp = (): App => useContext(AppContext);
