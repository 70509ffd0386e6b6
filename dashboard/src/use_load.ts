// Loads data from the API, and again at intervals while the tab is visible. The response to an
// earlier request is never taken for the current one.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> {
  value: T | undefined;
  error: Error | undefined;
  /** Whether the value or error belongs to the current key. */
  isCurrent: boolean;
  reload(): void;
}

interface State<T> {
  key: string;
  value: T | undefined;
  error: Error | undefined;
}

/**
 * Loads when `key` changes, and again `everyMs` after each response. Until the data for a new key
 * is there, the value remains that of the previous key.
 */
export function useLoad<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  everyMs?: number,
): Loaded<T> {
  const [state, setState] = useState<State<T>>({
    key: "",
    value: undefined,
    error: undefined,
  });
  const [reloads, setReloads] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const reload = useCallback(() => setReloads((number) => number + 1), []);

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const schedule = () => {
      if (everyMs === undefined || abort.signal.aborted) return;
      timer = setTimeout(() => {
        if (document.visibilityState === "visible") void run();
        else schedule();
      }, everyMs);
    };
    const run = async () => {
      try {
        const value = await latest.current(abort.signal);
        if (!abort.signal.aborted) setState({ key, value, error: undefined });
      } catch (error) {
        if (!abort.signal.aborted) {
          setState((before) => ({
            key,
            value: before.key === key ? before.value : undefined,
            error: error instanceof Error ? error : new Error(String(error)),
          }));
        }
      }
      schedule();
    };
    void run();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, everyMs, reloads]);

  return {
    value: state.value,
    error: state.key === key ? state.error : undefined,
    isCurrent: state.key === key,
    reload,
  };
}
