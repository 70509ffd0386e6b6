// Idempotency keys for requests that must not be carried out twice.

import { useRef } from "preact/hooks";

/**
 * `keyOf` returns the idempotency key of a request with this text. Until `done` is called, the same
 * text gets the same key, so a repeat after a lost response has no further effect.
 */
export function useIdempotencyKey(): { keyOf: (text: string) => string; done: () => void } {
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
