// A stretch of a webhook's deliveries, read page by page up to a bound.

import type { Api } from "./api.ts";
import type { Delivery } from "../../contract/types.ts";

const pageSize = 1000;
const pagesMax = 10;

export interface Stretch {
  deliveries: Delivery[];
  /** Whether there are older ones that were not read. */
  isCut: boolean;
}

/** The newest deliveries that were accepted since, at most ten thousand. */
export async function readSince(
  api: Api,
  id: string,
  sinceMs: number,
  signal: AbortSignal,
): Promise<Stretch> {
  const after = new Date(sinceMs).toISOString();
  const deliveries: Delivery[] = [];
  let page = await api.deliveries(id, { after, page_size: String(pageSize) }, signal);
  for (let number = 1; ; number++) {
    deliveries.push(...page.results);
    if (page.next === null) return { deliveries, isCut: false };
    if (number === pagesMax) return { deliveries, isCut: true };
    page = await api.page(page.next, signal);
  }
}
