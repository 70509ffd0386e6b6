// The targets by name, and the figures that are judged by them.

export type Target = { at_most: number } | { at_least: number };

export interface Figure {
  name: Name;
  value: number;
  unit: string;
  target: Target;
  met: boolean;
  /** Why the target is not met, if the value alone does not say so. */
  because?: string;
}

type Targets = Record<string, readonly [unit: string, target: Target]>;

/** The usual case: publishers with keys, many webhooks, receivers that are slow, dead or back. */
const USUAL = {
  keyed_throughput_16: ["times the same without a key", { at_least: 0.8 }],
  keyed_throughput_64: ["times the same without a key", { at_least: 0.8 }],
  keyed_cpu: ["times the same without a key", { at_most: 1.35 }],
  keyed_rows: ["rows per delivery with a key, at 100 a second", { at_most: 3.2 }],
  many_webhooks_p99: ["ms from publish to receive", { at_most: 60 }],
  fifth_webhook: ["p99 of webhook 100, times that of webhook 1", { at_most: 1.5 }],
  batch_slow_receiver: ["deliveries a second", { at_least: 450 }],
  drain_slow_receiver: ["deliveries a second", { at_least: 400 }],
  batch_throughput: ["times single events of 64 publishers", { at_least: 1.2 }],
  sends_keep_up_slow_receiver: ["sent by the end, of accepted", { at_least: 0.95 }],
  object_seconds_slow_receiver: ["object-seconds per retry", { at_most: 0.1 }],
  bill_dead_endpoint: ["dollars per million events", { at_most: 2.5 }],
  retry_lateness_p99: ["ms", { at_most: 100 }],
  healthy_p99_beside_hung: ["times alone", { at_most: 1.2 }],
  backlog_accept_cost: ["times with an empty queue", { at_most: 1.2 }],
  backlog_settle_cost: ["times with an empty queue", { at_most: 1.2 }],
  filtered_object_requests: ["object requests per event filtered out", { at_most: 1 }],
  filtered_rows: ["rows per event filtered out", { at_most: 0 }],
  list_without_match: ["ms that a call holds a full object", { at_most: 50 }],
} as const satisfies Targets;

/** The best case: one webhook, no key, a receiver that answers at once. */
const BEST = {
  rows_written_one_at_a_time: ["rows per healthy delivery", { at_most: 3 }],
  rows_written_at_100_per_second: ["rows per healthy delivery", { at_most: 1.2 }],
  rows_written_16_publishers: ["rows per healthy delivery", { at_most: 0.8 }],
  bill_healthy_one_at_a_time: ["dollars per million deliveries", { at_most: 4 }],
  bill_healthy_at_100_per_second: ["dollars per million deliveries", { at_most: 2.1 }],
  cpu_per_delivery: ["times the grouping peer", { at_most: 1.3 }],
  receive_p50_1_publisher: ["times the grouping peer", { at_most: 1.2 }],
  receive_p50_16_publishers: ["times the grouping peer", { at_most: 1.2 }],
  throughput_1_publisher: ["times the peer that commits each", { at_least: 1.0 }],
  throughput_16_publishers: ["times the peer that commits each", { at_least: 1.7 }],
  throughput_64_publishers: ["times the peer that commits each", { at_least: 1.7 }],
  sends_keep_up_16_publishers: ["sent by the end, of accepted", { at_least: 0.95 }],
  sends_keep_up_64_publishers: ["sent by the end, of accepted", { at_least: 0.95 }],
} as const satisfies Targets;

const START = {
  first_answer_share: ["ms of a new isolate's first answer", { at_most: 30 }],
  wasm_gzipped: ["kB", { at_most: 850 }],
} as const satisfies Targets;

/** The sections of the printed tables. */
export const SECTIONS = {
  "The usual case": USUAL,
  "The best case": BEST,
  "The start of an isolate": START,
};

/** The targets, in the order of the printed tables. */
export const TARGETS = { ...USUAL, ...BEST, ...START };

export type Name = keyof typeof TARGETS;

export function isMet(value: number, target: Target): boolean {
  return "at_most" in target ? value <= target.at_most : value >= target.at_least;
}

/** Judges a measured value. It is not met if there is a `flaw`: why the value does not count. */
export function figure(name: Name, measured: number, flaw?: string): Figure {
  const [unit, target] = TARGETS[name];
  // The rounded value is judged, since it is the one that is printed.
  const value = Number(measured.toPrecision(4));
  const met = isMet(value, target) && flaw === undefined;
  return { name, value, unit, target, met, ...(flaw === undefined ? {} : { because: flaw }) };
}

/** The bound of a target, like `≤ 3`. */
export function bound(target: Target): string {
  return "at_most" in target ? `≤ ${target.at_most}` : `≥ ${target.at_least}`;
}

export function table(figures: Figure[]): string {
  const rows = figures.map(({ name, value, unit, target, met, because }) => {
    const reason = because === undefined ? unit : `${unit}; ${because}`;
    return [name, String(value), bound(target), met ? "met" : "NOT MET", reason];
  });
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()).join("\n");
}
