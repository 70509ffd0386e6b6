// The numbers of many webhooks: a few asked for at a time, and only once they are looked at.

import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../context.ts";
import type { Stats, Webhook } from "../types.ts";

const atOnce = 6;
/** So many are asked for each time; of the others the list itself tells whether they are on. */
const atMost = 100;

export function useAllStats(webhooks: Webhook[]): Map<string, Stats> {
  const { api } = useApp();
  const [stats, setStats] = useState(new Map<string, Stats>());
  const known = useRef(stats);
  useEffect(() => {
    if (webhooks.length === 0) return undefined;
    const abort = new AbortController();
    // Those that are off say so themselves, so they can wait.
    const byNeed = webhooks.toSorted((one, other) => Number(other.active) - Number(one.active));
    const queue = byNeed.slice(0, atMost);
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { id } = next;
        const found = await api.stats(id, abort.signal).catch(() => undefined);
        if (abort.signal.aborted) return;
        if (found === undefined) continue;
        known.current = new Map(known.current).set(id, found);
        setStats(known.current);
      }
    };
    for (let worker = 0; worker < atOnce; worker++) void work();
    return () => abort.abort();
  }, [api, webhooks]);
  return stats;
}
