// The statistics of a webhook in one row, and what of its history is no longer there.

import type { ComponentChildren } from "preact";
import { count, duration, fullTime, percent } from "../format.ts";
import { missed, missedText, nextAttempt, roomText } from "../health.ts";
import { useNow } from "../now.ts";
import type { WebhookStats } from "../types.ts";
import { Ago } from "../ui/time.tsx";

export function Numbers({ stats }: { stats: WebhookStats | undefined }) {
  const { waiting = 0, in_flight: inFlight = 0, refused = 0 } = stats ?? {};
  const kept = missed(stats);
  return (
    <dl class="card numbers" aria-label="In numbers">
      <Figure
        name="Success rate"
        value={stats?.success_rate == null ? "–" : percent(stats.success_rate)}
        note={
          stats === undefined || stats.tries === 0
            ? "no attempt yet"
            : stats.tries === 1
              ? "of one attempt"
              : `of the last ${count(stats.tries)} attempts`
        }
      />
      <Figure
        name="Answers in"
        value={stats?.duration_ms_p50 == null ? "–" : duration(stats.duration_ms_p50)}
        note={
          stats?.duration_ms_p99 == null
            ? "median"
            : `median; 99 % in ${duration(stats.duration_ms_p99)}`
        }
      />
      <Figure
        name="Delivered"
        value={stats === undefined ? "–" : count(stats.delivered)}
        note={<DeliveredNote stats={stats} />}
      />
      <Figure
        name="Waiting"
        value={stats === undefined ? "–" : count(waiting + inFlight)}
        note={<WaitingNote stats={stats} />}
        tone={waiting > 0 ? "warn" : undefined}
      />
      <Figure
        name="Missed"
        value={stats === undefined ? "–" : count(kept)}
        note={stats === undefined ? "nothing to recover" : missedText(stats)}
        tone={kept + refused > 0 ? "bad" : undefined}
      />
    </dl>
  );
}

/** Says since when the history is whole, if something had to go. */
export function Room({ stats }: { stats: WebhookStats | undefined }) {
  const text = roomText(stats, (time) => fullTime(Date.parse(time)));
  return text === "" ? null : <p class="hint">{text}</p>;
}

function DeliveredNote({ stats }: { stats: WebhookStats | undefined }) {
  const { filtered = 0, last_success_at: at = null } = stats ?? {};
  return (
    <>
      {at === null ? (
        "none yet"
      ) : (
        <>
          last <Ago at={at} />
        </>
      )}
      {filtered > 0 && `; ${count(filtered)} filtered out`}
    </>
  );
}

function WaitingNote({ stats }: { stats: WebhookStats | undefined }) {
  const nowMs = useNow();
  const at = stats?.next_try_at ?? null;
  if (stats === undefined) return <>nothing due</>;
  if (at !== null && nextAttempt(at, nowMs) !== undefined) {
    return (
      <>
        next attempt <Ago at={at} />
      </>
    );
  }
  if (stats.in_flight > 0) {
    return <>{`${count(stats.in_flight)} in flight, at most ${count(stats.window)} at a time`}</>;
  }
  return <>{stats.waiting > 0 ? "next attempt soon" : "nothing due"}</>;
}

interface FigureProps {
  name: string;
  value: string;
  note: ComponentChildren;
  tone?: string | undefined;
}

function Figure({ name, value, note, tone }: FigureProps) {
  return (
    <div class={`figure ${tone ?? ""}`}>
      <dt>{name}</dt>
      <dd class="figure-value">{value}</dd>
      <dd class="figure-note">{note}</dd>
    </div>
  );
}
