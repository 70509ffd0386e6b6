// What is read from the API: loaded, kept fresh while somebody looks, and never mixed up with the
// answer to an earlier question.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> {
  value: T | undefined;
  fault: Error | undefined;
  /** Whether this very question has been answered. */
  isSettled: boolean;
  reload(): void;
}

interface State<T> {
  question: string;
  value: T | undefined;
  fault: Error | undefined;
}

/**
 * Loads when `question` changes and again `everyMs` after each answer. While another question is
 * asked, the value before stays.
 */
export function useLoad<T>(
  question: string,
  load: (signal: AbortSignal) => Promise<T>,
  everyMs?: number,
): Loaded<T> {
  const [state, setState] = useState<State<T>>({
    question: "",
    value: undefined,
    fault: undefined,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const reload = useCallback(() => setRound((number) => number + 1), []);

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () => {
      if (everyMs === undefined || abort.signal.aborted) return;
      timer = setTimeout(() => {
        if (document.visibilityState === "visible") void run();
        else again();
      }, everyMs);
    };
    const run = async () => {
      try {
        const value = await latest.current(abort.signal);
        if (!abort.signal.aborted) setState({ question, value, fault: undefined });
      } catch (fault) {
        if (!abort.signal.aborted) {
          setState((before) => ({
            question,
            value: before.question === question ? before.value : undefined,
            fault: fault instanceof Error ? fault : new Error(String(fault)),
          }));
        }
      }
      again();
    };
    void run();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [question, everyMs, round]);

  return {
    value: state.value,
    fault: state.question === question ? state.fault : undefined,
    isSettled: state.question === question,
    reload,
  };
}
