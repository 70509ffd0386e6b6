// The options and data of the two charts: numbers of deliveries, and how long they took.

import uPlot from "uplot";
import { count, duration, fullTime } from "../format.ts";
import type { Bucket, Totals } from "../series.ts";

export type Colour = (name: string) => string;

export interface Chart {
  options: Omit<uPlot.Options, "width" | "height">;
  data: uPlot.AlignedData;
  /** Returns the lines of the tooltip of a bucket. The first one is the title. */
  tooltip: (index: number) => string[];
}

const font = "11px Inter, system-ui, sans-serif";

function axes(colour: Colour, value: (value: number) => string, size: number): uPlot.Axis[] {
  const common = { stroke: colour("muted"), font, ticks: { show: false } };
  return [
    { ...common, grid: { show: false }, space: 64, size: 28, gap: 6, values: timeTexts },
    {
      ...common,
      grid: { stroke: colour("line"), width: 1 },
      space: 36,
      size,
      gap: 6,
      values: (_, splits) => splits.map((each) => value(each)),
    },
  ];
}

const hours = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const days = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

function timeTexts(_: uPlot, splits: number[], _axis: number, _space: number, step: number) {
  return splits.map((each) => {
    const date = new Date(each * 1000);
    return step >= 86_400 ? days.format(date) : hours.format(date);
  });
}

const starts = (buckets: Bucket[]) => buckets.map((each) => each.startMs / 1000);
const title = (bucket: Bucket | undefined) =>
  bucket === undefined ? "" : fullTime(bucket.startMs);

const cursor: uPlot.Cursor = { drag: { x: false, y: false }, y: false, points: { show: false } };

/** Stacked bars. Each series is the sum of those below it, and the highest is drawn first. */
export function countsChart(buckets: Bucket[], colour: Colour): Chart {
  const parts: [keyof Totals, string][] = [
    ["direct", "good"],
    ["retried", "busy"],
    ["open", "warn"],
    ["failed", "bad"],
    ["held", "held"],
  ];
  const bars = uPlot.paths.bars?.({ size: [0.72, 24], radius: 0.12, align: 1 });
  const heights = parts.map((_, last) =>
    buckets.map((bucket) => parts.slice(0, last + 1).reduce((sum, [key]) => sum + bucket[key], 0)),
  );
  const drawn = parts.map(([, name], index) => ({ name, values: heights[index] ?? [] })).reverse();
  const step =
    buckets.length < 2 ? 60 : ((buckets[1]?.startMs ?? 0) - (buckets[0]?.startMs ?? 0)) / 1000;
  const series: uPlot.Series[] = drawn.map(({ name }) => ({
    fill: colour(name),
    stroke: colour("surface"),
    width: 0,
    points: { show: false },
    ...(bars === undefined ? {} : { paths: bars }),
  }));
  return {
    options: {
      cursor,
      padding: [8, 16, 0, 0],
      scales: {
        x: { time: true, range: (_, least, most) => [least, most + step] },
        y: { range: (_, __, most) => [0, Math.max(4, most * 1.08)] },
      },
      axes: axes(colour, (value) => (Number.isInteger(value) ? count(value) : ""), 42),
      series: [{}, ...series],
    },
    data: [starts(buckets), ...drawn.map(({ values }) => values)],
    tooltip: (index) => {
      const bucket = buckets[index];
      if (bucket === undefined) return [];
      const texts: [number, string][] = [
        [bucket.direct, "at the first attempt"],
        [bucket.retried, "after retries"],
        [bucket.open, "waiting"],
        [bucket.failed, "failed"],
        [bucket.held, "held"],
      ];
      const nonZero = texts.filter(([number]) => number > 0);
      const lines = nonZero.map(([number, text]) => `${count(number)} ${text}`);
      return [title(bucket), ...(lines.length === 0 ? ["none"] : lines)];
    },
  };
}

/** Lines on a logarithmic scale, which shows milliseconds beside seconds. */
export const timesChart = (buckets: Bucket[], colour: Colour): Chart => {
  const least = 1;
  const isSparse = buckets.filter((each) => each.medianMs !== null).length < 4;
  const values = (key: "medianMs" | "highMs") =>
    buckets.map((each) => (each[key] === null ? null : Math.max(least, each[key])));
  const line = (name: string, width: number, dash: number[]): uPlot.Series => ({
    stroke: colour(name),
    width,
    dash,
    spanGaps: true,
    points: { show: isSparse, size: 5, fill: colour(name), stroke: colour(name) },
  });
  return {
    options: {
      cursor,
      padding: [8, 16, 0, 0],
      scales: {
        x: { time: true },
        y: { distr: 3, log: 10, range: (_, low, high) => [tickBelow(low), tickAbove(high)] },
      },
      axes: axes(colour, duration, 52).map((axis, index) =>
        index === 0
          ? axis
          : {
              ...axis,
              splits: (_: uPlot, __: number, low: number, high: number) => ticksIn(low, high),
              // By default uPlot labels powers of ten only.
              filter: (_: uPlot, splits: number[]) => splits,
            },
      ),
      series: [{}, line("muted", 1.25, [4, 4]), line("accent", 2, [])],
    },
    data: [starts(buckets), values("highMs"), values("medianMs")],
    tooltip: (index) => {
      const bucket = buckets[index];
      if (bucket === undefined || bucket.medianMs === null) return [];
      return [
        title(bucket),
        `median ${duration(bucket.medianMs)}`,
        `95 % ${duration(bucket.highMs ?? bucket.medianMs)}`,
      ];
    },
  };
};

/** The labelled values of the axis, in milliseconds: from 1 ms to a week. */
const ticks = [
  1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 172_800_000, 604_800_000,
];

const tickBelow = (value: number) => ticks.findLast((tick) => tick <= value) ?? 1;

const tickAbove = (value: number) => ticks.find((tick) => tick > value) ?? value;

const ticksIn = (low: number, high: number) => ticks.filter((tick) => tick >= low && tick <= high);
