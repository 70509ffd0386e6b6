// One delivery in the list: its status, event type, result and time.

import { faultNames } from "../faults.ts";
import { count, duration, eventName, plural } from "../format.ts";
import { nextAttempt } from "../health.ts";
import { useNow } from "../now.ts";
import type { Delivery } from "../types.ts";
import { CodeMark, StatusMark } from "../ui/status.tsx";
import { Ago } from "../ui/time.tsx";

export function DeliveryRow({ delivery, href }: { delivery: Delivery; href: string }) {
  return (
    <li class="row">
      <a class="row-link" href={href} data-row>
        <span class="row-state">
          <StatusMark of={delivery} />
        </span>
        <span class="row-main">
          <span class="row-title">{eventName(delivery.event_type)}</span>
          <code class="row-id">{delivery.event_id}</code>
        </span>
        <span class="row-result">
          <LastAnswer delivery={delivery} />
          <span>
            <Result delivery={delivery} />
          </span>
        </span>
        <span class="row-time">
          <Ago at={delivery.accepted_at} />
        </span>
      </a>
    </li>
  );
}

/** What the receiver said to the latest attempt, if the API says it. */
function LastAnswer({ delivery }: { delivery: Delivery }) {
  const { http_status_code: code, fault } = delivery;
  if (code != null) return <CodeMark code={code} />;
  if (fault == null) return null;
  const name = faultNames.find(([each]) => each === fault)?.[1] ?? fault;
  return <span class="code bad">{name}</span>;
}

function Result({ delivery }: { delivery: Delivery }) {
  const nowMs = useNow();
  const { status, try_count: attempts, delivered_at: arrived } = delivery;
  const { next_try_at: nextAt, waits_for: waitsFor } = delivery;
  const after = arrived === null ? 0 : Date.parse(arrived) - Date.parse(delivery.accepted_at);
  switch (status) {
    case "delivered":
      return (
        <>
          {attempts > 1 ? `${count(attempts)} attempts, ` : ""}
          {duration(after)}
        </>
      );
    case "waiting":
      return (
        <>
          {attempts === 0 ? "not tried yet" : `${count(attempts)} failed`}
          {nextAt !== null && nextAttempt(nextAt, nowMs) !== undefined ? (
            <>
              , next <Ago at={nextAt} />
            </>
          ) : waitsFor == null ? (
            ", next soon"
          ) : (
            ", held back"
          )}
        </>
      );
    case "in_flight":
      return <>attempt {count(attempts)} in flight</>;
    case "undelivered":
      return <>{attempts === 0 ? "not tried" : `${plural(attempts, "attempt")} failed`}</>;
    case "held":
      return <>not tried yet</>;
  }
}
