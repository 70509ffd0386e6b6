// One event: the webhooks that got it, and the status of each delivery.

import { Search } from "lucide";
import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { eventName, plural } from "../format.ts";
import { ApiError } from "../http.ts";
import { link } from "../route.ts";
import type { EventDetail, ReadWebhook, Webhook } from "../types.ts";
import { CopyButton } from "../ui/button.tsx";
import { Empty, LoadError, Skeleton } from "../ui/notice.tsx";
import { StatusMark } from "../ui/status.tsx";
import { Exact } from "../ui/time.tsx";
import { Url } from "../ui/url.tsx";
import { useLoad } from "../use_load.ts";

const refreshOpenMs = 1000;
const refreshDoneMs = 15_000;

export function EventCard({ id }: { id: string }) {
  const { api } = useApp();
  const [isOpen, setOpen] = useState(true);
  const event = useLoad(
    `event ${id}`,
    async (signal) => {
      const found = await api.event(id, signal);
      setOpen(
        found.deliveries.some(({ status }) => status === "waiting" || status === "in_flight"),
      );
      return found;
    },
    isOpen ? refreshOpenMs : refreshDoneMs,
  );
  const ids = event.value?.deliveries.map((each) => each.webhook).join(" ") ?? "";
  const webhooks = useLoad(`webhooks ${ids}`, (signal) => readAll(ids, api.webhook, signal));
  if (event.error instanceof ApiError && event.error.status === 404) {
    return (
      <div class="card">
        <Empty icon={Search} title="No webhook has this event">
          <p>
            Check its id. An event that no webhook takes is not kept, and no event is kept for ever.
          </p>
        </Empty>
      </div>
    );
  }
  if (event.error !== undefined) return <LoadError error={event.error} retry={event.reload} />;
  if (event.value === undefined) return <Skeleton lines={3} />;
  return <EventDeliveries event={event.value} webhooks={webhooks.value ?? new Map()} />;
}

async function readAll(
  ids: string,
  read: (id: string, signal: AbortSignal) => Promise<ReadWebhook>,
  signal: AbortSignal,
): Promise<Map<string, Webhook>> {
  const found = new Map<string, Webhook>();
  for (const id of ids.split(" ").filter(Boolean).slice(0, 50)) {
    const answer = await read(id, signal).catch(() => undefined);
    if (answer !== undefined) found.set(id, answer.webhook);
  }
  return found;
}

interface EventDeliveriesProps {
  event: EventDetail;
  webhooks: Map<string, Webhook>;
}

function EventDeliveries({ event, webhooks }: EventDeliveriesProps) {
  const [first] = event.deliveries;
  return (
    <section class="card event" aria-label="Where it went">
      <header>
        <h2>{first === undefined ? "Event" : eventName(first.event_type)}</h2>
        <p class="lead">
          <code class="id">{event.id}</code>
          <CopyButton text={event.id} label="Copy the event's id" />
        </p>
        {first !== undefined && (
          <p class="hint">
            <Exact at={first.accepted_at} />
          </p>
        )}
      </header>
      <ul class="rows">
        {event.deliveries.map((delivery) => {
          const { webhook: id, event_id: eventId, try_count: tries } = delivery;
          const webhook = webhooks.get(id);
          return (
            <li class="row" key={id}>
              <a
                class="row-link"
                data-row
                href={link({ page: "webhook", id, tab: "deliveries", event: eventId })}
              >
                <span class="row-state">
                  <StatusMark of={delivery} />
                </span>
                <span class="row-main">
                  {webhook?.name && <strong>{webhook.name}</strong>}
                  {webhook === undefined ? (
                    <code class="row-id">{id}</code>
                  ) : (
                    <Url text={webhook.target_url} />
                  )}
                </span>
                <span class="row-time">{plural(tries, "attempt")}</span>
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
