// A key for what is to be done once, however often it is asked for.

import { useRef } from "preact/hooks";

/**
 * Answers the idempotency key of a request: the same for the same text until it has succeeded, so
 * that a repeat after a lost answer does nothing twice.
 */
export function useOnce(): { keyOf: (text: string) => string; done: () => void } {
  const last = useRef<{ text: string; key: string } | undefined>(undefined);
  return {
    keyOf: (text) => {
      if (last.current?.text !== text) last.current = { text, key: crypto.randomUUID() };
      return last.current.key;
    },
    done: () => {
      last.current = undefined;
    },
  };
}
