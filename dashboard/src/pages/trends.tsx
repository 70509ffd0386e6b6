// The charts of a webhook: its deliveries over time, and how long they took.

import { useEffect, useMemo, useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { count, duration, zoneName } from "../format.ts";
import { missed } from "../health.ts";
import { type Bucket, ranges, readSeries, totals, type Totals } from "../series.ts";
import type { WebhookStats } from "../types.ts";
import { Segments } from "../ui/button.tsx";
import { countsChart, timesChart } from "../ui/charts.ts";
import { Plot } from "../ui/plot.tsx";
import { useLoad } from "../use_load.ts";

const refreshMs = 30_000;

export function Trends({ id, stats }: { id: string; stats: WebhookStats | undefined }) {
  const { api } = useApp();
  const [name, setName] = useState("24h");
  const range = ranges.find((each) => each.name === name) ?? ranges[0]!;
  const loaded = useLoad(
    `history ${id} ${name}`,
    (signal) => readSeries(api, id, range, Date.now(), signal),
    refreshMs,
  );
  // A recovery changes what was missed, and the charts would contradict the numbers above them.
  const kept = stats === undefined ? undefined : missed(stats);
  useEffect(() => {
    if (kept !== undefined) loaded.reload();
  }, [kept]);
  const charted = loaded.value;
  const sum = useMemo(() => totals(charted?.buckets ?? []), [charted]);
  return (
    <section class="trends" aria-label="Over time">
      <div class="trends-head">
        <h2>Over time</h2>
        <p class="hint">
          {charted?.isComplete === false && "The oldest deliveries are not counted. "}
          Times are {zoneName(Date.now())}
        </p>
        <Segments
          label="Stretch of time"
          value={name}
          options={ranges.map((each): [string, string] => [each.name, each.label])}
          onChange={setName}
        />
      </div>
      <div class={`charts ${loaded.isCurrent ? "" : "stale"}`}>
        <Counts buckets={charted?.buckets} sum={sum} />
        <Times buckets={charted?.buckets} />
      </div>
      {loaded.error !== undefined && (
        <p class="error" role="alert">
          {loaded.error.message}
        </p>
      )}
    </section>
  );
}

const kinds: [key: keyof Totals, text: string][] = [
  ["direct", "at the first attempt"],
  ["retried", "after retries"],
  ["open", "waiting"],
  ["failed", "failed"],
  ["held", "held"],
];

function Counts({ buckets, sum }: { buckets: Bucket[] | undefined; sum: Totals }) {
  const isEmpty = Object.values(sum).every((number) => number === 0);
  const legend = kinds.filter(([key]) => key === "direct" || sum[key] > 0);
  const summary = legend.map(([key, text]) => `${sum[key]} ${text}`).join(", ");
  return (
    <figure class="card chart">
      <figcaption>
        <h3>Deliveries</h3>
        <ul class="legend">
          {legend.map(([key, text]) => (
            <li key={key} class={`key ${key}`}>
              <strong>{count(sum[key])}</strong> {text}
            </li>
          ))}
        </ul>
      </figcaption>
      {buckets === undefined || isEmpty ? (
        <Blank text={buckets === undefined ? "" : "No deliveries in this time"} />
      ) : (
        <Plot buckets={buckets} make={countsChart} label={`Deliveries over time: ${summary}`} />
      )}
    </figure>
  );
}

function Times({ buckets }: { buckets: Bucket[] | undefined }) {
  const high = Math.max(-1, ...(buckets ?? []).map((each) => each.highMs ?? -1));
  return (
    <figure class="card chart">
      <figcaption>
        <h3>Duration of attempts</h3>
        <ul class="legend">
          <li class="key median">median</li>
          <li class="key longest">95 %</li>
        </ul>
      </figcaption>
      {buckets === undefined || high < 0 ? (
        <Blank text={buckets === undefined ? "" : "No attempt succeeded in this time"} />
      ) : (
        <Plot
          buckets={buckets}
          make={timesChart}
          label={`Duration of successful attempts: median, 95 % up to ${duration(high)}`}
        />
      )}
    </figure>
  );
}

const Blank = ({ text }: { text: string }) => <div class="chart-blank">{text}</div>;
