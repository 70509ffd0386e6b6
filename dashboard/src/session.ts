// Who is signed in: a key that lives as long as the tab.
//
// It comes from the sign-in form or from a portal link, whose token stands behind the `#` and so is
// never sent to any server. Either is kept in `sessionStorage` and shown in a header only.

const place = "api-key";

export interface Tab {
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  hash: string;
  /** Puts an address without the token in place of the one with it. */
  replaceHash(hash: string): void;
}

/** Takes a portal token out of the address, if there is one, and answers the key to use. */
export function openSession(tab: Tab): string | undefined {
  const parameters = new URLSearchParams(tab.hash.replace(/^#\/?\??/, ""));
  const token = tab.hash.startsWith("#/") ? null : parameters.get("token");
  if (token !== null) {
    tab.replaceHash("");
    if (token.trim() !== "") tab.storage.setItem(place, token.trim());
  }
  return tab.storage.getItem(place) ?? undefined;
}

export function keep(tab: Tab, key: string): void {
  tab.storage.setItem(place, key);
}

export function forget(tab: Tab): void {
  tab.storage.removeItem(place);
}

/** Whether a text can stand in a header at all. */
export const canBeKey = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);
