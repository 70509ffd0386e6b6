// The storage of the browser. In a frame, or by a setting, it may be forbidden: then what is stored
// lasts as long as the page.

type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

function inMemory(): Kept {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

/** `open` returns the storage, or throws where it is forbidden. */
function storageOf(open: () => Storage): Kept {
  try {
    const storage = open();
    storage.getItem("");
    return storage;
  } catch {
    return inMemory();
  }
}

/** What lasts as long as the tab. */
export const tabStorage: Kept = storageOf(() => sessionStorage);

/** What the browser keeps: settings, never a key. */
export const lastingStorage: Kept = storageOf(() => localStorage);
