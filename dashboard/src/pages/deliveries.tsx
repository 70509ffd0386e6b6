// The deliveries of a webhook, the newest first, with filters and pages. The first page is updated.

import { ChevronLeft, ChevronRight, Inbox } from "lucide";
import { useApp } from "../context.ts";
import { link } from "../route.ts";
import type { Delivery, DeliveryList } from "../types.ts";
import { Button } from "../ui/button.tsx";
import { Empty, LoadError, Skeleton } from "../ui/notice.tsx";
import { useLoad } from "../use_load.ts";
import { replace } from "../use_route.ts";
import { apiFilter, DeliveryFilters, isFiltered } from "./delivery_filters.tsx";
import { DeliveryRow } from "./delivery_row.tsx";
import { DeliverySheet } from "./delivery_sheet.tsx";
import type { Detail } from "./detail.ts";
import { ExportMenu } from "./export_menu.tsx";

const refreshMs = 3000;
const pageSize = 25;

interface DeliveriesProps {
  detail: Detail;
  query: URLSearchParams;
  /** The id of the event whose delivery is open. */
  event: string | undefined;
}

export function Deliveries({ detail, query, event }: DeliveriesProps) {
  const { api } = useApp();
  const { id } = detail.webhook;
  const cursor = query.get("cursor");
  const list = useLoad(
    `deliveries ${id} ${query}`,
    (signal) => {
      const page = { page_size: String(pageSize), ...(cursor === null ? {} : { cursor }) };
      return api.deliveries(id, { ...apiFilter(query), ...page }, signal);
    },
    cursor === null ? refreshMs : undefined,
  );
  const place = { page: "webhook", id, tab: "deliveries" } as const;
  const results = list.value?.results ?? [];
  const index = results.findIndex((each) => each.event_id === event);
  const open = (delivery: Delivery | undefined) =>
    delivery && (() => replace({ ...place, event: delivery.event_id }, query));
  return (
    <section aria-labelledby="deliveries-title">
      <div class="list-head">
        <h2 id="deliveries-title">Deliveries</h2>
        <DeliveryFilters query={query} onChange={(changed) => replace(place, changed)} />
      </div>
      {list.error !== undefined && list.value === undefined ? (
        <LoadError error={list.error} retry={list.reload} />
      ) : list.value === undefined ? (
        <Skeleton lines={6} />
      ) : results.length === 0 && list.value.next === null ? (
        <div class="card">
          <NoDeliveries isFiltered={isFiltered(query)} onClear={() => replace(place)} />
        </div>
      ) : (
        <>
          {results.length === 0 && (
            <p class="card hint">None of the deliveries searched so far. Older ones may match.</p>
          )}
          <div class={`card deliveries ${list.isCurrent ? "" : "stale"}`}>
            <div class="row-heads" aria-hidden="true">
              <span>Status</span>
              <span>Event</span>
              <span>Result</span>
              <span class="row-time">Accepted</span>
            </div>
            <ul class="rows" aria-label="Deliveries, the newest first">
              {results.map((delivery) => (
                <DeliveryRow
                  key={delivery.event_id}
                  delivery={delivery}
                  href={link({ ...place, event: delivery.event_id }, query)}
                />
              ))}
            </ul>
          </div>
          <Pager page={list.value} query={query} onTurn={(changed) => replace(place, changed)}>
            <ExportMenu id={id} filter={() => apiFilter(query)} />
          </Pager>
        </>
      )}
      {event !== undefined && (
        <DeliverySheet
          detail={detail}
          event={event}
          onNewer={open(results[index - 1])}
          onOlder={index === -1 ? undefined : open(results[index + 1])}
          onClose={() => replace(place, query)}
          onChanged={list.reload}
        />
      )}
    </section>
  );
}

interface PagerProps {
  page: DeliveryList;
  query: URLSearchParams;
  onTurn: (query: URLSearchParams) => void;
  children: preact.ComponentChildren;
}

function Pager({ page, query, onTurn, children }: PagerProps) {
  const isFirst = !query.has("cursor");
  const turn = (to: string | null) => {
    const changed = new URLSearchParams(query);
    const cursor = to === null ? null : new URL(to, location.origin).searchParams.get("cursor");
    if (cursor === null) changed.delete("cursor");
    else changed.set("cursor", cursor);
    onTurn(changed);
  };
  return (
    <div class="pager">
      <p class="hint">
        {isFirst && <span class="live" />}
        {isFirst ? "Follows new deliveries" : "An older page"}
      </p>
      <div class="actions">
        {children}
        {!isFirst && (
          <Button look="bare" onClick={() => turn(null)}>
            Newest
          </Button>
        )}
        <Button
          icon={ChevronLeft}
          disabled={page.previous === null}
          onClick={() => turn(page.previous)}
        >
          Newer
        </Button>
        <Button icon={ChevronRight} disabled={page.next === null} onClick={() => turn(page.next)}>
          Older
        </Button>
      </div>
    </div>
  );
}

function NoDeliveries({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <Empty
        icon={Inbox}
        title="No delivery matches"
        actions={<Button onClick={onClear}>Clear the filters</Button>}
      >
        <p>Deliveries are kept for a week, unless this dispatcher is set up otherwise.</p>
      </Empty>
    );
  }
  return (
    <Empty icon={Inbox} title="No deliveries yet">
      <p>
        Each event that this webhook takes appears here, with every attempt and what came back. To
        see whether the receiver answers, send it a test event.
      </p>
    </Empty>
  );
}
