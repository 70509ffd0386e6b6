// The page of one webhook: its state and problems, statistics, charts, deliveries and settings.

import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { splitUrl } from "../format.ts";
import { ApiError } from "../http.ts";
import { link, type Place } from "../route.ts";
import { LoadError, NotFound, Skeleton } from "../ui/notice.tsx";
import { useLoad } from "../use_load.ts";
import { useTitle } from "../use_title.ts";
import { Deliveries } from "./deliveries.tsx";
import type { Detail } from "./detail.ts";
import { Numbers, Room } from "./numbers.tsx";
import { Settings } from "./settings.tsx";
import { Trends } from "./trends.tsx";
import { WebhookHead } from "./webhook_head.tsx";

const refreshMs = 4000;
const refreshRunningMs = 500;

type WebhookPlace = Extract<Place, { page: "webhook" }>;

export function WebhookPage({ place, query }: { place: WebhookPlace; query: URLSearchParams }) {
  const { api } = useApp();
  const { id } = place;
  const read = useLoad(`webhook ${id}`, (signal) => api.webhook(id, signal), refreshMs);
  const stats = useLoad(`stats ${id}`, (signal) => api.stats(id, signal), refreshMs);
  const [isRunning, setRunning] = useState(false);
  const recovery = useLoad(
    `recovery ${id}`,
    async (signal) => {
      const found = await api.recovery(id, signal);
      setRunning(found.state === "running");
      return found;
    },
    isRunning ? refreshRunningMs : refreshMs,
  );

  const webhook = read.value?.webhook;
  const name = webhook?.name || splitUrl(webhook?.target_url ?? "").host;
  useTitle(name === "" ? "Webhooks" : `${name} – Webhooks`);
  if (read.error instanceof ApiError && read.error.status === 404) return <WebhookNotFound />;
  if (read.error !== undefined && read.value === undefined) {
    return <LoadError error={read.error} retry={read.reload} />;
  }
  if (read.value === undefined)
    return (
      <div class="page">
        <Skeleton lines={6} />
      </div>
    );
  const reload = () => {
    read.reload();
    stats.reload();
    recovery.reload();
  };
  const detail: Detail = {
    webhook: read.value.webhook,
    read: read.value,
    stats: stats.value,
    recovery: recovery.value,
    reload,
  };
  return (
    <div class="page">
      <WebhookHead detail={detail} />
      <nav class="tabs" aria-label="Parts of this webhook">
        <TabLink
          to={{ page: "webhook", id, tab: "deliveries" }}
          isCurrent={place.tab === "deliveries"}
        >
          Deliveries
        </TabLink>
        <TabLink to={{ page: "webhook", id, tab: "settings" }} isCurrent={place.tab === "settings"}>
          Settings
        </TabLink>
      </nav>
      {place.tab === "settings" ? (
        <Settings detail={detail} />
      ) : (
        <>
          <Numbers stats={stats.value} />
          <Room stats={stats.value} />
          <Trends id={id} stats={stats.value} />
          <Deliveries detail={detail} query={query} event={place.event} />
        </>
      )}
    </div>
  );
}

function TabLink({ to, isCurrent, children }: { to: Place; isCurrent: boolean; children: string }) {
  return (
    <a href={link(to)} aria-current={isCurrent ? "page" : undefined}>
      {children}
    </a>
  );
}

function WebhookNotFound() {
  return (
    <NotFound title="There is no such webhook">
      <p>It may have been deleted.</p>
    </NotFound>
  );
}
