// The recent history of a webhook, for the charts.

import type { Api } from "./api.ts";
import type { Delivery } from "../../contract/types.ts";

const pageSize = 1000;
const pagesMax = 10;

export interface History {
  deliveries: Delivery[];
  /** Whether older deliveries were left out. */
  isTruncated: boolean;
}

/** Reads the deliveries that were accepted since a time, page by page: the newest 10,000. */
export async function readSince(
  api: Api,
  id: string,
  sinceMs: number,
  signal: AbortSignal,
): Promise<History> {
  const after = new Date(sinceMs).toISOString();
  const deliveries: Delivery[] = [];
  let page = await api.deliveries(id, { after, page_size: String(pageSize) }, signal);
  for (let number = 1; ; number++) {
    deliveries.push(...page.results);
    if (page.next === null) return { deliveries, isTruncated: false };
    if (number === pagesMax) return { deliveries, isTruncated: true };
    page = await api.page(page.next, signal);
  }
}
