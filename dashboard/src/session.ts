// The session of this tab, which `sessionStorage` keeps until the tab is closed.
//
// Its key comes from the sign-in form or from a portal link. The token of a link is behind the `#`,
// so it is not sent with the request for the page. A key is sent to the API only, in a header.

const storageKey = "session";

export interface Session {
  key: string;
  /** `link`: the key of a portal link. `operator`: the key of the admin API. */
  kind: "key" | "link" | "operator";
  /** Where the platform wants its customer back, if the link says so. */
  returnUrl?: string;
  /** The account that the operator has opened, and the key that was made for it. */
  opened?: { account: string; key: string; keyId: string };
}

export interface Tab {
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  hash: string;
  /** Replaces the address, so that the history does not contain the token. */
  replaceHash(hash: string): void;
}

/**
 * Begins the session of a portal link, whose token it removes from the address. Without a link it
 * returns the session that the tab has, if any.
 */
export function openSession(tab: Tab): Session | undefined {
  const parameters = new URLSearchParams(tab.hash.replace(/^#\/?\??/, ""));
  const token = tab.hash.startsWith("#/") ? null : parameters.get("token");
  if (token !== null) {
    tab.replaceHash("");
    if (token.trim() !== "") {
      const returnUrl = webAddress(parameters.get("return_url"));
      storeSession(tab, {
        key: token.trim(),
        kind: "link",
        ...(returnUrl === undefined ? {} : { returnUrl }),
      });
    }
  }
  return storedIn(tab);
}

function storedIn(tab: Tab): Session | undefined {
  try {
    const found: unknown = JSON.parse(tab.storage.getItem(storageKey) ?? "null");
    const isSession = typeof found === "object" && found !== null && "key" in found;
    return isSession ? (found as Session) : undefined;
  } catch {
    return undefined;
  }
}

export function storeSession(tab: Tab, session: Session): void {
  tab.storage.setItem(storageKey, JSON.stringify(session));
}

export function removeSession(tab: Tab): void {
  tab.storage.removeItem(storageKey);
}

/** Returns a URL if it is one of the web. A link could name another one to run a script. */
function webAddress(text: string | null): string | undefined {
  const url = text === null ? null : URL.parse(text);
  return url !== null && ["http:", "https:"].includes(url.protocol) ? url.href : undefined;
}

/** Whether a text can be sent in a header. */
export const canBeKey = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);
