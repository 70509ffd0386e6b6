// The targets by name, and the figures that are judged by them.

export type Target = { at_most: number } | { at_least: number };

export interface Figure {
  name: string;
  value: number;
  unit: string;
  target: Target;
  met: boolean;
}

/** The targets, in the order of the printed table. */
export const TARGETS = {
  rows_written_one_at_a_time: ["rows per healthy delivery", { at_most: 3 }],
  rows_written_at_100_per_second: ["rows per healthy delivery", { at_most: 1.2 }],
  keyed_rows: ["rows per healthy delivery with a key", { at_most: 3.2 }],
  bill_healthy_one_at_a_time: ["dollars per million deliveries", { at_most: 4 }],
  bill_healthy_at_100_per_second: ["dollars per million deliveries", { at_most: 2.1 }],
  bill_dead_endpoint: ["dollars per million events", { at_most: 4 }],
  cpu_per_delivery: ["times the grouping peer", { at_most: 1.3 }],
  receive_p50_1_publisher: ["times the grouping peer", { at_most: 1.2 }],
  receive_p50_16_publishers: ["times the grouping peer", { at_most: 1.2 }],
  throughput_1_publisher: ["times the peer that commits each", { at_least: 0.9 }],
  throughput_16_publishers: ["times the peer that commits each", { at_least: 1.7 }],
  throughput_64_publishers: ["times the peer that commits each", { at_least: 1.7 }],
  sends_keep_up_16_publishers: ["sent by the end, of accepted", { at_least: 0.95 }],
  sends_keep_up_64_publishers: ["sent by the end, of accepted", { at_least: 0.95 }],
  sends_keep_up_slow_receiver: ["sent by the end, of accepted", { at_least: 0.95 }],
  retry_lateness_p99: ["ms", { at_most: 100 }],
  healthy_p99_beside_hung: ["times alone", { at_most: 1.2 }],
  backlog_accept_cost: ["times with an empty queue", { at_most: 1.2 }],
  backlog_settle_cost: ["times with an empty queue", { at_most: 1.2 }],
  wasm_gzipped: ["kB", { at_most: 300 }],
} as const satisfies Record<string, readonly [unit: string, target: Target]>;

export type Name = keyof typeof TARGETS;

export function isMet(value: number, target: Target): boolean {
  return "at_most" in target ? value <= target.at_most : value >= target.at_least;
}

export function figure(name: Name, measured: number): Figure {
  const [unit, target] = TARGETS[name];
  // The rounded value is judged, since it is the one that is printed.
  const value = Number(measured.toPrecision(4));
  return { name, value, unit, target, met: isMet(value, target) };
}

export function table(figures: Figure[]): string {
  const rows = figures.map(({ name, value, unit, target, met }) => {
    const wanted = "at_most" in target ? `≤ ${target.at_most}` : `≥ ${target.at_least}`;
    return [name, String(value), wanted, met ? "met" : "NOT MET", unit];
  });
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()).join("\n");
}
