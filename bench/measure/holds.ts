// Measures for how long a call holds an object that is full of deliveries. While it does, no event
// is accepted.
//
// 10,000 deliveries arrive. Then the receiver is down, and 1,000,000 wait, which the ledger fills
// in by the object's own call. After that the process starts anew without the ledger. Each call is
// made while small calls to the same object follow each other; the longest of these says for how
// long the call held the object. Of its repetitions the median counts, of all calls the longest.

import { basic, call, createWebhook } from "../api.ts";
import { figure } from "../figures.ts";
import type { Measured, Plan } from "../plan.ts";
import { Probe } from "../probe.ts";
import { publishAll, repeated, type Rig } from "../slice.ts";
import { median, rounded } from "../stats.ts";
import { apiKey, product, System } from "../system.ts";

const DELIVERED = 10_000;
const WAITING = 1_000_000;
const BATCH = 100;
const BYTES = 100;
/** Enough failures for an outage. */
const FAILURES = 10;
/** Events of one order to the ledger, and the most time for all orders. */
const FILL_AT_ONCE = 50_000;
const FILL_BUDGET_MS = 150_000;
/** Small calls without another. */
const ALONE = 100;
const REPEATS = 5;
/** The most time for the repetitions of a call. */
const BUDGET_MS = 2_000;
const vars = { MAX_BACKLOG: "10000000" };

/** A recovery of nothing: no delivery is as young as `since`. */
const RECOVER = "recover";
const SINCE = "2099-01-01T00:00:00Z";

/** The calls, as paths below `/v1/webhooks/{id}/`. Most find nothing. */
const CALLS = [
  "deliveries",
  "deliveries?page_size=1000",
  "deliveries?status=delivered",
  "deliveries?status=held",
  "deliveries?event_type=NOTHING",
  "deliveries?event_type=NOTHING&status=waiting",
  "deliveries?before=2020-01-01T00:00:00Z",
  "deliveries?after=2099-01-01T00:00:00Z",
  "stats",
  "stats/series",
  RECOVER,
];

export async function holds(rig: Rig, plan: Plan): Promise<Measured> {
  const wanted = plan.isQuick ? 50_000 : WAITING;
  const system = await System.start(product, { ledger: true, vars });
  try {
    await rig.receiver.down(0, false);
    const id = await createWebhook(system, { target_url: rig.receiver.url("switch", 0) });
    await rig.receiver.collect();
    const delivered = plan.isQuick ? 1_000 : DELIVERED;
    await publishAll(rig, system, { count: delivered, batch: BATCH, bytes: BYTES });
    if (!await rig.receiver.reached(delivered, 60_000)) throw new Error("not all arrived");
    await rig.receiver.down(0, true);
    await publishAll(rig, system, { count: FAILURES, bytes: BYTES });
    const start = performance.now();
    const filled = await fill(system, id, wanted);
    const fillSeconds = (performance.now() - start) / 1_000;
    await system.restart({ vars });
    const { alone, beside } = await measure(system, id);
    const longest = Math.max(...Object.values(beside));
    return {
      figures: [figure("list_without_match", longest,
        filled < wanted ? `only ${filled} of ${wanted} deliveries` : undefined)],
      details: {
        [`object with ${filled + delivered + FAILURES} deliveries`]: {
          filled_in_seconds: rounded(fillSeconds),
          small_call_alone_ms: rounded(alone),
          longest_small_call_beside_ms: beside,
        },
      },
    };
  } finally {
    await system.stop();
  }
}

/** Fills in waiting deliveries, `wanted` if there is time, and returns their number. */
async function fill(system: System, id: string, wanted: number): Promise<number> {
  const name = encodeURIComponent(`default/${id}`);
  const end = performance.now() + FILL_BUDGET_MS;
  let filled = 0;
  while (filled < wanted && performance.now() < end) {
    const count = Math.min(FILL_AT_ONCE, wanted - filled);
    await system.ledger(`/fill?binding=WEBHOOK_OBJECT&name=${name}&count=${count}`);
    filled += count;
  }
  return filled;
}

/** The milliseconds of a small call alone, and of the longest one beside each of the `CALLS`. */
async function measure(
  system: System,
  id: string,
): Promise<{ alone: number; beside: Record<string, number> }> {
  const path = `/v1/webhooks/${id}`;
  const probe = new Probe(system.port, path, basic(apiKey));
  const make = (of: string): Promise<unknown> => of === RECOVER
    ? call(system, "POST", `${path}/${of}`, { since: SINCE })
    : call(system, "GET", `${path}/${of}`);
  try {
    // The first call loads what an object has in memory.
    await make("deliveries");
    const alone: number[] = [];
    for (let round = 0; round < ALONE; round++) alone.push(await probe.once());
    const beside: Record<string, number> = {};
    for (const name of CALLS) {
      // A second recovery is refused while the first runs.
      const repeats = name === RECOVER ? 1 : REPEATS;
      const all = await repeated(repeats, BUDGET_MS, () => probe.longestDuring(make(name)));
      beside[name] = rounded(median(all));
    }
    return { alone: median(alone), beside };
  } finally {
    probe.end();
  }
}
