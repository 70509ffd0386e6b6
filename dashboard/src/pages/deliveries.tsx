// The deliveries of a webhook, the newest first: filtered, page by page, and alive on the first.

import { ChevronLeft, ChevronRight, Inbox, Send } from "lucide";
import { useApp } from "../context.ts";
import { count, duration, eventName } from "../format.ts";
import { link } from "../route.ts";
import { statuses, type Delivery } from "../types.ts";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { Empty, Skeleton, Trouble } from "../ui/notice.tsx";
import { StatusMark, statusTitles } from "../ui/status.tsx";
import { Ago } from "../ui/time.tsx";
import { useLoad } from "../use_load.ts";
import { replace } from "../use_route.ts";
import { DeliverySheet } from "./delivery_sheet.tsx";
import type { Detail } from "./webhook.tsx";

const freshMs = 3000;
const pageSize = 25;

const spans: [value: string, text: string, lengthMs: number][] = [
  ["1h", "Last hour", 3_600_000],
  ["24h", "Last day", 86_400_000],
  ["7d", "Last week", 604_800_000],
];

interface DeliveriesProps {
  detail: Detail;
  query: URLSearchParams;
  /** The one that is open. */
  event: string | undefined;
}

export function Deliveries({ detail, query, event }: DeliveriesProps) {
  const { api, eventTypes } = useApp();
  const { id } = detail.webhook;
  const cursor = query.get("cursor");
  const isFirst = cursor === null;
  const list = useLoad(
    `deliveries ${id} ${query}`,
    (signal) => api.deliveries(id, { ...wanted(query), page_size: String(pageSize) }, signal),
    isFirst ? freshMs : undefined,
  );
  const place = { page: "webhook", id, tab: "deliveries" } as const;
  const filter = (name: string, value: string) => {
    const changed = new URLSearchParams(query);
    changed.delete("cursor");
    if (value === "") changed.delete(name);
    else changed.set(name, value);
    replace(place, changed);
  };
  const turn = (to: string | null | undefined) => {
    const changed = new URLSearchParams(query);
    const next = to == null ? null : new URL(to, location.origin).searchParams.get("cursor");
    if (next === null) changed.delete("cursor");
    else changed.set("cursor", next);
    replace(place, changed);
  };
  const results = list.value?.results ?? [];
  const isFiltered = ["status", "type", "span"].some((name) => query.has(name));
  const at = results.findIndex((each) => each.event_id === event);
  const open = (delivery: Delivery | undefined) =>
    delivery && (() => replace({ ...place, event: delivery.event_id }, query));
  return (
    <section aria-labelledby="deliveries-title">
      <div class="list-head">
        <h2 id="deliveries-title">Deliveries</h2>
        <div class="filters">
          <Select
            aria-label="Status"
            value={query.get("status") ?? ""}
            options={[["", "Any status"], ...statuses.map((each): [string, string] => [each, statusTitles[each]])]}
            onChange={(value) => filter("status", value)}
          />
          <Select
            aria-label="Event type"
            value={query.get("type") ?? ""}
            options={[["", "Any event"], ...eventTypes.map(({ event_type: type }): [string, string] => [type, eventName(type)])]}
            onChange={(value) => filter("type", value)}
          />
          <Select
            aria-label="Time"
            value={query.get("span") ?? ""}
            options={[["", "Any time"], ...spans.map(([value, text]): [string, string] => [value, text])]}
            onChange={(value) => filter("span", value)}
          />
          {isFiltered && <Button look="bare" onClick={() => replace(place)}>Clear</Button>}
        </div>
      </div>
      {list.fault !== undefined && list.value === undefined
        ? <Trouble fault={list.fault} retry={list.reload} />
        : list.value === undefined
          ? <Skeleton lines={6} />
          : results.length === 0
            ? <div class="card"><None isFiltered={isFiltered} onClear={() => replace(place)} /></div>
            : (
              <>
                <ul class={`card rows deliveries ${list.isSettled ? "" : "stale"}`} aria-label="Deliveries, the newest first">
                  {results.map((delivery) => (
                    <Row
                      key={delivery.event_id}
                      delivery={delivery}
                      href={link({ ...place, event: delivery.event_id }, query)}
                    />
                  ))}
                </ul>
                <div class="pager">
                  <p class="hint">
                    {isFirst ? <><span class="live" />Follows new deliveries</> : "An older page"}
                  </p>
                  <div class="actions">
                    {!isFirst && <Button look="bare" onClick={() => turn(null)}>Newest</Button>}
                    <Button
                      icon={ChevronLeft}
                      disabled={list.value.previous === null}
                      onClick={() => turn(list.value?.previous)}
                    >
                      Newer
                    </Button>
                    <Button
                      icon={ChevronRight}
                      disabled={list.value.next === null}
                      onClick={() => turn(list.value?.next)}
                    >
                      Older
                    </Button>
                  </div>
                </div>
              </>
            )}
      {event !== undefined && (
        <DeliverySheet
          key="sheet"
          detail={detail}
          event={event}
          onNewer={open(results[at - 1])}
          onOlder={at === -1 ? undefined : open(results[at + 1])}
          onClose={() => replace(place, query)}
          onChanged={list.reload}
        />
      )}
    </section>
  );
}

/** What the API is asked, from what the address says. */
function wanted(query: URLSearchParams): Record<string, string> {
  const asked: Record<string, string> = {};
  const [status, type, cursor] = [query.get("status"), query.get("type"), query.get("cursor")];
  if (status !== null) asked["status"] = status;
  if (type !== null) asked["event_type"] = type;
  if (cursor !== null) asked["cursor"] = cursor;
  const span = spans.find(([value]) => value === query.get("span"));
  if (span !== undefined) asked["after"] = new Date(Date.now() - span[2]).toISOString();
  return asked;
}

function Row({ delivery, href }: { delivery: Delivery; href: string }) {
  return (
    <li class="row">
      <a class="row-link" href={href} data-row>
        <span class="row-state"><StatusMark of={delivery} /></span>
        <span class="row-main">
          <span class="row-title">{eventName(delivery.event_type)}</span>
          <code class="row-id">{delivery.event_id}</code>
        </span>
        <span class="row-result"><Result delivery={delivery} /></span>
        <span class="row-time"><Ago at={delivery.accepted_at} /></span>
      </a>
    </li>
  );
}

function Result({ delivery }: { delivery: Delivery }) {
  const { status, try_count: tries, next_try_at: nextTry, delivered_at: arrived } = delivery;
  const after = arrived === null ? 0 : Date.parse(arrived) - Date.parse(delivery.accepted_at);
  switch (status) {
    case "delivered":
      return <>{tries > 1 ? `${count(tries)} tries, ` : ""}{duration(after)}</>;
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

function None({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <Empty icon={Inbox} title="No delivery matches" actions={<Button onClick={onClear}>Clear the filters</Button>}>
        <p>Deliveries are kept for a week, unless this dispatcher is set up otherwise.</p>
      </Empty>
    );
  }
  return (
    <Empty
      icon={Inbox}
      title="No deliveries yet"
      actions={(
        <a class="button primary" href={link({ page: "events" })}>
          <Icon of={Send} /><span>Publish a test event</span>
        </a>
      )}
    >
      <p>Each event that this webhook takes appears here, with every try and what came back.</p>
    </Empty>
  );
}
