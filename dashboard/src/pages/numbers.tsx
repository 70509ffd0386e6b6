// The statistics of a webhook in one row, and what of its history is no longer there.

import { count, duration, fullTime, percent } from "../format.ts";
import { missed, missedText, roomText } from "../health.ts";
import type { Stats } from "../../../contract/types.ts";
import { Ago } from "../ui/time.tsx";
import type { ComponentChildren } from "preact";

export function Numbers({ stats }: { stats: Stats | undefined }) {
  const { waiting = 0, in_flight: inFlight = 0, refused = 0 } = stats ?? {};
  const kept = missed(stats);
  return (
    <dl class="card numbers" aria-label="In numbers">
      <Number
        name="Success rate"
        value={stats?.success_rate == null ? "–" : percent(stats.success_rate)}
        note={
          stats === undefined || stats.tries === 0
            ? "no try yet"
            : stats.tries === 1
              ? "of one try"
              : `of the last ${count(stats.tries)} tries`
        }
      />
      <Number
        name="Answers in"
        value={stats?.duration_ms_p50 == null ? "–" : duration(stats.duration_ms_p50)}
        note={
          stats?.duration_ms_p99 == null
            ? "median"
            : `median; 99 % in ${duration(stats.duration_ms_p99)}`
        }
      />
      <Number
        name="Delivered"
        value={stats === undefined ? "–" : count(stats.delivered)}
        note={
          stats?.last_success_at == null ? (
            "none yet"
          ) : (
            <>
              last <Ago at={stats.last_success_at} />
            </>
          )
        }
      />
      <Number
        name="Waiting"
        value={stats === undefined ? "–" : count(waiting + inFlight)}
        note={
          stats?.next_try_at == null ? (
            inFlight > 0 ? (
              `${count(inFlight)} in flight, at most ${count(stats?.window ?? 0)} at a time`
            ) : (
              "nothing due"
            )
          ) : (
            <>
              next try <Ago at={stats.next_try_at} />
            </>
          )
        }
        tone={waiting > 0 ? "warn" : undefined}
      />
      <Number
        name="Missed"
        value={stats === undefined ? "–" : count(kept)}
        note={stats === undefined ? "nothing to recover" : missedText(stats)}
        tone={kept + refused > 0 ? "bad" : undefined}
      />
    </dl>
  );
}

/** Says since when the history is whole, if something had to go. */
export function Room({ stats }: { stats: Stats | undefined }) {
  const text = roomText(stats, (time) => fullTime(Date.parse(time)));
  return text === "" ? null : <p class="hint">{text}</p>;
}

interface NumberProps {
  name: string;
  value: string;
  note: ComponentChildren;
  tone?: string | undefined;
}

function Number({ name, value, note, tone }: NumberProps) {
  return (
    <div class={`figure ${tone ?? ""}`}>
      <dt>{name}</dt>
      <dd class="figure-value">{value}</dd>
      <dd class="figure-note">{note}</dd>
    </div>
  );
}
