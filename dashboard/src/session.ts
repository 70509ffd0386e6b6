// The API key of this tab, which `sessionStorage` keeps until the tab is closed.
//
// It comes from the sign-in form or from a portal link. The token of a link is behind the `#`, so
// it is not sent with the request for the page. A key is sent to the API only, in a header.

const storageKey = "api-key";

export interface Tab {
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  hash: string;
  /** Replaces the address, so that the history does not contain the token. */
  replaceHash(hash: string): void;
}

/** Stores the token of a portal link and removes it from the address. Returns the key, if any. */
export function openSession(tab: Tab): string | undefined {
  const parameters = new URLSearchParams(tab.hash.replace(/^#\/?\??/, ""));
  const token = tab.hash.startsWith("#/") ? null : parameters.get("token");
  if (token !== null) {
    tab.replaceHash("");
    if (token.trim() !== "") tab.storage.setItem(storageKey, token.trim());
  }
  return tab.storage.getItem(storageKey) ?? undefined;
}

export function storeKey(tab: Tab, key: string): void {
  tab.storage.setItem(storageKey, key);
}

export function removeKey(tab: Tab): void {
  tab.storage.removeItem(storageKey);
}

/** Whether a text can be sent in a header. */
export const canBeKey = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);
