// One webhook in the list: its state, name, URL, events, a note, and statistics.

import { ChevronRight } from "lucide";
import { count, duration, percent } from "../format.ts";
import { missed, nextAttempt, reasonOf, type State } from "../health.ts";
import { useNow } from "../now.ts";
import { link } from "../route.ts";
import type { Webhook, WebhookStats } from "../types.ts";
import { Icon } from "../ui/icon.tsx";
import { StateMark } from "../ui/status.tsx";
import { Ago } from "../ui/time.tsx";
import { Url } from "../ui/url.tsx";
import { eventsText } from "./takes.ts";

interface RowProps {
  webhook: Webhook;
  stats: WebhookStats | undefined;
  state: State;
}

export function WebhookRow({ webhook, stats, state }: RowProps) {
  const { name = "" } = webhook;
  return (
    <li class="row">
      <a
        class="row-link"
        href={link({ page: "webhook", id: webhook.id, tab: "deliveries" })}
        data-row
      >
        <span class="row-state">
          <StateMark state={state} />
        </span>
        <span class="row-main">
          {name !== "" && <strong class="row-name">{name}</strong>}
          <Url text={webhook.target_url} />
          <span class="row-sub">
            <span class="row-events">{eventsText(webhook)}</span>
            <Note webhook={webhook} stats={stats} state={state} />
          </span>
        </span>
        <span class="row-numbers">
          <span class="number">
            {stats?.success_rate != null && (
              <>
                {percent(stats.success_rate)}
                <span class="hidden-text"> of attempts succeed</span>
              </>
            )}
          </span>
          <span class="number">
            {stats?.duration_ms_p50 != null && (
              <>
                {duration(stats.duration_ms_p50)}
                <span class="hidden-text"> to answer</span>
              </>
            )}
          </span>
        </span>
        <Icon of={ChevronRight} />
      </a>
    </li>
  );
}

/** The headings of the columns, for those who see them. */
export function WebhookRowHeads() {
  return (
    <div class="row-heads" aria-hidden="true">
      <span>State</span>
      <span>Webhook</span>
      <span class="row-numbers">
        <span class="number">Success</span>
        <span class="number">Answers in</span>
      </span>
      <span />
    </div>
  );
}

function Note({ webhook, stats, state }: RowProps) {
  const recoverable = missed(stats);
  switch (state) {
    case "off":
      return (
        <>
          <span class="dot" />
          <span class="bad-text">{reasonOf(webhook.deactivate_reason)}</span>
          <Recoverable number={recoverable} />
        </>
      );
    case "failing":
      return (
        <>
          <NextNote stats={stats} />
          <span class="dot" />
          <span>{count((stats?.waiting ?? 0) + (stats?.in_flight ?? 0))} waiting</span>
        </>
      );
    case "healthy":
    case "degraded":
      return (
        <>
          {stats?.last_success_at != null && (
            <>
              <span class="dot" />
              <span>
                last delivery <Ago at={stats.last_success_at} />
              </span>
            </>
          )}
          <Recoverable number={recoverable} />
        </>
      );
    case "untried":
      return <Recoverable number={recoverable} />;
    case "paused":
    case "unknown":
      return null;
  }
}

function Recoverable({ number }: { number: number }) {
  if (number === 0) return null;
  return (
    <>
      <span class="dot" />
      <span>{count(number)} to recover</span>
    </>
  );
}

function NextNote({ stats }: { stats: WebhookStats | undefined }) {
  const nowMs = useNow();
  const at = stats?.next_try_at ?? null;
  if (at === null || nextAttempt(at, nowMs) === undefined) {
    if ((stats?.in_flight ?? 0) === 0) return null;
    return (
      <>
        <span class="dot" />
        <span class="warn-text">an attempt is in flight</span>
      </>
    );
  }
  return (
    <>
      <span class="dot" />
      <span class="warn-text">
        next attempt <Ago at={at} />
      </span>
    </>
  );
}
