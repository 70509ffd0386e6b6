// All measurements by name, in the order of a whole run, with the figures of each.

import { TARGETS, type Name } from "./figures.ts";
import { backlog } from "./measure/backlog.ts";
import { batches } from "./measure/batches.ts";
import { billed } from "./measure/bill.ts";
import { bottleneck } from "./measure/bottleneck.ts";
import { drain } from "./measure/drain.ts";
import { filtered } from "./measure/filtered.ts";
import { growth } from "./measure/growth.ts";
import { hanging } from "./measure/hanging.ts";
import { holds } from "./measure/holds.ts";
import { isolation } from "./measure/isolation.ts";
import { keyed } from "./measure/keyed.ts";
import { retries } from "./measure/retries.ts";
import { size } from "./measure/size.ts";
import { throughput } from "./measure/throughput.ts";
import { usual } from "./measure/usual.ts";
import type { Measured, Plan } from "./plan.ts";
import type { Rig } from "./slice.ts";

export interface Measurement {
  run: (rig: Rig, plan: Plan) => Promise<Measured>;
  figures: readonly Name[];
}

export const MEASUREMENTS: Record<string, Measurement> = {
  size: { run: size, figures: ["first_answer_share", "wasm_gzipped"] },
  bottleneck: { run: bottleneck, figures: [] },
  keyed: { run: keyed, figures: ["keyed_throughput_16", "keyed_throughput_64", "keyed_cpu"] },
  usual: { run: usual, figures: ["many_webhooks_p99", "fifth_webhook"] },
  batches: { run: batches, figures: ["batch_slow_receiver", "batch_throughput"] },
  drain: { run: drain, figures: ["drain_slow_receiver"] },
  hanging: { run: hanging, figures: ["object_seconds_slow_receiver"] },
  throughput: {
    run: throughput,
    figures: [
      "cpu_per_delivery", "receive_p50_1_publisher", "receive_p50_16_publishers",
      "throughput_1_publisher", "throughput_16_publishers", "throughput_64_publishers",
      "sends_keep_up_16_publishers", "sends_keep_up_64_publishers",
      "sends_keep_up_slow_receiver",
    ],
  },
  growth: { run: growth, figures: [] },
  backlog: { run: backlog, figures: ["backlog_accept_cost", "backlog_settle_cost"] },
  retries: { run: retries, figures: ["retry_lateness_p99"] },
  isolation: { run: isolation, figures: ["healthy_p99_beside_hung"] },
  holds: { run: holds, figures: ["list_without_match"] },
  filtered: { run: filtered, figures: ["filtered_object_requests", "filtered_rows"] },
  bill: {
    run: billed,
    figures: [
      "keyed_rows", "bill_dead_endpoint", "rows_written_one_at_a_time",
      "rows_written_at_100_per_second", "rows_written_16_publishers",
      "bill_healthy_one_at_a_time", "bill_healthy_at_100_per_second",
    ],
  },
};

/** What to run, each with its plan. */
export type Chosen = [name: string, measurement: Measurement, plan: Plan][];

/**
 * Chooses measurements. A word names a measurement, or a figure, of whose measurement then only
 * the part runs that makes the figure. Without words, everything is chosen.
 */
export function chosen(plan: Plan, words: string[] = Object.keys(MEASUREMENTS)): Chosen {
  return Object.entries(MEASUREMENTS).flatMap(([name, measurement]): Chosen => {
    if (words.includes(name)) return [[name, measurement, plan]];
    const wanted = new Set(measurement.figures.filter((figure) => words.includes(figure)));
    return wanted.size > 0 ? [[name, measurement, { ...plan, wanted }]] : [];
  });
}

/** Throws if a word names nothing, or if a target has no measurement. */
export function check(words: string[]): void {
  const measured = Object.values(MEASUREMENTS).flatMap(({ figures }) => figures);
  const forgotten = Object.keys(TARGETS).filter((name) => !measured.includes(name as Name));
  if (forgotten.length > 0) throw new Error(`nothing measures ${forgotten.join(", ")}`);
  const known = [...Object.keys(MEASUREMENTS), ...measured];
  const unknown = words.filter((word) => !known.includes(word));
  if (unknown.length > 0) {
    throw new Error(`there is no ${unknown.join(", ")}; there are ${known.join(", ")}`);
  }
}
