// One delivery in the list: its status, event type, result and time.

import { count, duration, eventName } from "../format.ts";
import type { Delivery } from "../../../contract/types.ts";
import { StatusMark } from "../ui/status.tsx";
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
          <Result delivery={delivery} />
        </span>
        <span class="row-time">
          <Ago at={delivery.accepted_at} />
        </span>
      </a>
    </li>
  );
}

function Result({ delivery }: { delivery: Delivery }) {
  const { status, try_count: tries, next_try_at: nextTry, delivered_at: arrived } = delivery;
  const after = arrived === null ? 0 : Date.parse(arrived) - Date.parse(delivery.accepted_at);
  switch (status) {
    case "delivered":
      return (
        <>
          {tries > 1 ? `${count(tries)} tries, ` : ""}
          {duration(after)}
        </>
      );
    case "waiting":
      return (
        <>
          {count(tries)} failed, next {nextTry === null ? "soon" : <Ago at={nextTry} />}
        </>
      );
    case "in_flight":
      return <>try {count(tries)} on its way</>;
    case "undelivered":
      return <>{tries === 0 ? "not tried" : `${count(tries)} failed`}</>;
    case "held":
      return <>not tried yet</>;
  }
}
