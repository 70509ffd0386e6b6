// Loads the statistics of many webhooks, a few at a time, and again while the tab is visible.

import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../context.ts";
import type { Webhook, WebhookStats } from "../types.ts";

const concurrency = 6;
const refreshMs = 20_000;
/** Statistics are loaded for this number of webhooks. Of the others, only `active` is known. */
const webhooksMax = 100;

export function useAllStats(webhooks: Webhook[]): Map<string, WebhookStats> {
  const { api } = useApp();
  const [stats, setStats] = useState(new Map<string, WebhookStats>());
  const known = useRef(stats);
  const ids = activeFirst(webhooks).join(" ");
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
      await Promise.all(Array.from({ length: concurrency }, () => work(queue)));
      if (!abort.signal.aborted) timer = setTimeout(() => void round(), refreshMs);
    };
    void round();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [api, ids]);
  return stats;
}

/** Active webhooks first, since the state of inactive ones is known without statistics. */
function activeFirst(webhooks: Webhook[]): string[] {
  const sorted = webhooks.toSorted((one, other) => Number(other.active) - Number(one.active));
  return sorted.slice(0, webhooksMax).map(({ id }) => id);
}
