// The end of a session, which is carried out once, whatever number of calls are refused.

import { useCallback, useRef } from "preact/hooks";

type End = (by: "user" | "dispatcher") => void;

/** Returns a function that stays the same and calls the latest `onEnd`, the first time only. */
export function useEnding(onEnd: End): End {
  const latest = useRef(onEnd);
  latest.current = onEnd;
  const hasEnded = useRef(false);
  return useCallback((by) => {
    if (hasEnded.current) return;
    hasEnded.current = true;
    latest.current(by);
  }, []);
}
