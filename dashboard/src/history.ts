// The recent history of a webhook, for the charts.

import type { Api } from "./api.ts";
import { ApiError } from "./http.ts";
import {
  type Charted,
  countedSeries,
  listedSeries,
  type Range,
  startOf,
  stepOf,
} from "./series.ts";
import type { Delivery, DeliveryList } from "./types.ts";

const pageSize = 1000;
const pagesMax = 10;

/** Reads the series of a range up to now. */
export async function readSeries(
  api: Api,
  id: string,
  range: Range,
  nowMs: number,
  signal: AbortSignal,
): Promise<Charted> {
  const start = startOf(range, nowMs);
  const query = {
    from: new Date(start).toISOString(),
    to: new Date(start + range.lengthMs).toISOString(),
    step: String(stepOf(range) / 1000),
  };
  try {
    return countedSeries(await api.series(id, query, signal), range, nowMs);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    const { deliveries, isTruncated } = await readSince(api, id, start, signal);
    return { ...listedSeries(deliveries, range, nowMs), isTruncated };
  }
}

/** Reads the deliveries that were accepted since a time, page by page: the newest 10,000. */
async function readSince(api: Api, id: string, sinceMs: number, signal: AbortSignal) {
  const after = new Date(sinceMs).toISOString();
  const deliveries: Delivery[] = [];
  let page = await api.deliveries(id, { after, page_size: String(pageSize) }, signal);
  for (let number = 1; ; number++) {
    deliveries.push(...page.results);
    if (page.next === null) return { deliveries, isTruncated: false };
    if (number === pagesMax) return { deliveries, isTruncated: true };
    page = await api.page<DeliveryList>(page.next, signal);
  }
}
