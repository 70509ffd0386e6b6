// The charts of a webhook: its deliveries over time, and how long they took.

import { useMemo, useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { count, duration } from "../format.ts";
import { readSince } from "../history.ts";
import { median, ranges, series, startOf, totals, type Bucket, type Totals } from "../series.ts";
import { countsChart, timesChart } from "../ui/charts.ts";
import { Segments } from "../ui/button.tsx";
import { Plot } from "../ui/plot.tsx";
import { useLoad } from "../use_load.ts";

const refreshMs = 30_000;

export function Trends({ id }: { id: string }) {
  const { api } = useApp();
  const [name, setName] = useState("24h");
  const range = ranges.find((each) => each.name === name) ?? ranges[0]!;
  const loaded = useLoad(
    `history ${id} ${name}`,
    async (signal) => {
      const nowMs = Date.now();
      const { deliveries, isTruncated } = await readSince(api, id, startOf(range, nowMs), signal);
      const buckets = series(deliveries, range, nowMs);
      return { buckets, medianMs: median(deliveries), isTruncated };
    },
    refreshMs,
  );
  const buckets = loaded.value?.buckets;
  const sum = useMemo(() => totals(buckets ?? []), [buckets]);
  return (
    <section class="trends" aria-label="Over time">
      <div class="trends-head">
        <h2>Over time</h2>
        {loaded.value?.isTruncated === true && <p class="hint">The newest 10,000 deliveries</p>}
        <Segments
          label="Stretch of time"
          value={name}
          options={ranges.map((each): [string, string] => [each.name, each.label])}
          onChange={setName}
        />
      </div>
      <div class={`charts ${loaded.isCurrent ? "" : "stale"}`}>
        <Counts buckets={buckets} sum={sum} />
        <Times buckets={buckets} medianMs={loaded.value?.medianMs ?? null} />
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
  ["direct", "at once"],
  ["retried", "after retries"],
  ["open", "waiting"],
  ["missed", "missed"],
];

function Counts({ buckets, sum }: { buckets: Bucket[] | undefined; sum: Totals }) {
  const isEmpty = sum.direct + sum.retried + sum.open + sum.missed === 0;
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

interface TimesProps {
  buckets: Bucket[] | undefined;
  medianMs: number | null;
}

function Times({ buckets, medianMs }: TimesProps) {
  const longest = Math.max(-1, ...(buckets ?? []).map((each) => each.longestMs ?? -1));
  return (
    <figure class="card chart">
      <figcaption>
        <h3>Time to deliver</h3>
        <ul class="legend">
          <li class="key median">
            {medianMs !== null && <strong>{duration(medianMs)}</strong>} median
          </li>
          <li class="key longest">
            {longest >= 0 && <strong>{duration(longest)}</strong>} longest
          </li>
        </ul>
      </figcaption>
      {buckets === undefined || longest < 0 ? (
        <Blank text={buckets === undefined ? "" : "Nothing delivered in this time"} />
      ) : (
        <Plot
          buckets={buckets}
          make={timesChart}
          label={`Time to deliver: median ${duration(medianMs ?? 0)}, longest ${duration(longest)}`}
        />
      )}
    </figure>
  );
}

const Blank = ({ text }: { text: string }) => <div class="chart-blank">{text}</div>;
