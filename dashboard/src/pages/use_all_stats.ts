// The numbers of many webhooks: a few asked for at a time, and again while somebody looks.

import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../context.ts";
import type { Stats, Webhook } from "../../../contract/types.ts";

const atOnce = 6;
const freshMs = 20_000;
/** So many are asked for each time; of the others the list itself tells whether they are on. */
const atMost = 100;

export function useAllStats(webhooks: Webhook[]): Map<string, Stats> {
  const { api } = useApp();
  const [stats, setStats] = useState(new Map<string, Stats>());
  const known = useRef(stats);
  const ids = byNeed(webhooks).join(" ");
  useEffect(() => {
    if (ids === "") return undefined;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const work = async (queue: string[]) => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        const found = await api.stats(id, abort.signal).catch(() => undefined);
        if (abort.signal.aborted) return;
        if (found === undefined) continue;
        known.current = new Map(known.current).set(id, found);
        setStats(known.current);
      }
    };
    const round = async () => {
      const queue = document.visibilityState === "visible" ? ids.split(" ") : [];
      await Promise.all(Array.from({ length: atOnce }, () => work(queue)));
      if (!abort.signal.aborted) timer = setTimeout(() => void round(), freshMs);
    };
    void round();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [api, ids]);
  return stats;
}

/** Those that are off say so themselves, so they can wait. */
function byNeed(webhooks: Webhook[]): string[] {
  const sorted = webhooks.toSorted((one, other) => Number(other.active) - Number(one.active));
  return sorted.slice(0, atMost).map(({ id }) => id);
}
