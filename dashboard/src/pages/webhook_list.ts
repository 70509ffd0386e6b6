// Loads the list of webhooks: a page of those that match, and in front of it those that need
// somebody, whatever page they are on.

import { useApp } from "../context.ts";
import { troubled } from "../health.ts";
import type { Recent } from "../recent.ts";
import type { Webhook, WebhookList } from "../types.ts";
import { useLoad } from "../use_load.ts";

/** How many are shown on a page, and how many of each state in front of it. */
export const pageSize = 50;
const troubledSize = 10;

const refreshMs = 5_000;

export interface Listed {
  /** Number of webhooks that match. */
  count: number;
  /** The page, without those in front of it. */
  page: Webhook[];
  /** Those that need somebody, on the first page if no state is chosen. */
  troubled: Webhook[];
  /** Number of all that need somebody. Undefined if a state is chosen, or none is known. */
  troubledCount: number | undefined;
  /** Whether the dispatcher says in which state a webhook is. */
  hasStates: boolean;
  isLast: boolean;
}

/** The parameters of the address that select webhooks. */
const filters = ["q", "active", "state"] as const;

export const isFiltered = (query: URLSearchParams): boolean =>
  filters.some((name) => query.has(name));

export const pageOf = (query: URLSearchParams): number =>
  Math.max(1, Math.trunc(Number(query.get("page") ?? "1")) || 1);

export function useWebhookList(query: URLSearchParams) {
  const { api, recent } = useApp();
  return useLoad<Listed>(
    `webhooks ${query}`,
    async (signal) => {
      const chosen: Record<string, string> = {};
      for (const name of filters) {
        const value = query.get(name);
        if (value !== null) chosen[name] = value;
      }
      const read = (more: Record<string, string>) => api.webhooks({ ...chosen, ...more }, signal);
      const number = pageOf(query);
      // Behind the first page only their number is shown.
      const size = String(number === 1 ? troubledSize : 1);
      const [listed, ...found] = await Promise.all([
        read({ page: String(number), page_size: String(pageSize) }),
        // The list is shown without them if they cannot be read.
        ...(query.has("state") ? [] : troubled).map((state) =>
          read({ state, page_size: size }).catch((): WebhookList => nothing),
        ),
      ]);
      return arrange(listed, found, recent, { number, isFiltered: isFiltered(query) });
    },
    refreshMs,
  );
}

const nothing: WebhookList = { count: 0, next: null, previous: null, results: [] };

function arrange(
  listed: WebhookList,
  found: WebhookList[],
  recent: Recent,
  asked: { number: number; isFiltered: boolean },
): Listed {
  const isLast = listed.next === null;
  const isFirst = asked.number === 1;
  const results =
    isFirst && !asked.isFiltered
      ? recent.applyTo(listed.results)
      : recent.withoutDeleted(listed.results);
  // If there are more pages, what was just created may be on the last one, and is counted already.
  const count = isLast ? listed.count + results.length - listed.results.length : listed.count;
  const hasStates = listed.results.some(({ state }) => state !== undefined);
  const front =
    hasStates && isFirst ? recent.withoutDeleted(found.flatMap((list) => list.results)) : [];
  const ids = new Set(front.map(({ id }) => id));
  const sum = found.reduce((total, list) => total + list.count, 0);
  return {
    count,
    page: results.filter(({ id }) => !ids.has(id)),
    troubled: front,
    troubledCount: hasStates && found.length > 0 ? sum : undefined,
    hasStates,
    isLast,
  };
}
