// One webhook in the list: its state, URL, event type, a note, and statistics.

import { ChevronRight } from "lucide";
import { count, duration, eventName, percent } from "../format.ts";
import { missed, reasonOf, type State } from "../health.ts";
import { link } from "../route.ts";
import type { Stats, Webhook } from "../../../contract/types.ts";
import { Icon } from "../ui/icon.tsx";
import { StateMark } from "../ui/status.tsx";
import { Ago } from "../ui/time.tsx";
import { Url } from "../ui/url.tsx";

interface RowProps {
  webhook: Webhook;
  stats: Stats | undefined;
  state: State;
}

export function WebhookRow({ webhook, stats, state }: RowProps) {
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
          <Url text={webhook.target_url} />
          <span class="row-sub">
            {webhook.event_type === null ? "All events" : eventName(webhook.event_type)}
            <Note webhook={webhook} stats={stats} state={state} />
          </span>
        </span>
        <span class="row-numbers">
          {stats !== undefined && stats.success_rate !== null && (
            <>
              <span class="number">
                <strong>{percent(stats.success_rate)}</strong>
                <span>of tries succeed</span>
              </span>
              <span class="number">
                <strong>
                  {stats.duration_ms_p50 === null ? "–" : duration(stats.duration_ms_p50)}
                </strong>
                <span>to answer</span>
              </span>
            </>
          )}
        </span>
        <Icon of={ChevronRight} />
      </a>
    </li>
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
          {recoverable > 0 && (
            <>
              <span class="dot" />
              <span>{count(recoverable)} kept for you</span>
            </>
          )}
        </>
      );
    case "failing":
      return (
        <>
          <span class="dot" />
          <span class="warn-text">
            {stats?.next_try_at == null ? (
              "a try is on its way"
            ) : (
              <>
                next try <Ago at={stats.next_try_at} />
              </>
            )}
          </span>
          <span class="dot" />
          <span>{count((stats?.waiting ?? 0) + (stats?.in_flight ?? 0))} waiting</span>
        </>
      );
    case "healthy":
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
          {recoverable > 0 && (
            <>
              <span class="dot" />
              <span>{count(recoverable)} to recover</span>
            </>
          )}
        </>
      );
    case "paused":
    case "quiet":
    case "unknown":
      return null;
  }
}
