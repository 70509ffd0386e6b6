// The page of one webhook: its state and problems, statistics, charts, deliveries and settings.

import { ChevronLeft, Pause, Play, Radio, Send } from "lucide";
import { useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { useApp } from "../context.ts";
import { eventName, splitUrl } from "../format.ts";
import { stateOf } from "../health.ts";
import { link, type Place } from "../route.ts";
import type { PingResult, Webhook } from "../../../contract/types.ts";
import { Button, CopyButton } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { LoadError, NotFound, Skeleton } from "../ui/notice.tsx";
import { StateMark } from "../ui/status.tsx";
import { Url } from "../ui/url.tsx";
import { useAction } from "../use_action.ts";
import { useLoad } from "../use_load.ts";
import { useTitle } from "../use_title.ts";
import { Banners } from "./banners.tsx";
import { Deliveries } from "./deliveries.tsx";
import type { Detail } from "./detail.ts";
import { Numbers, Room } from "./numbers.tsx";
import { Settings } from "./settings.tsx";
import { Trends } from "./trends.tsx";

const refreshMs = 4000;
const refreshRunningMs = 500;

type WebhookPlace = Extract<Place, { page: "webhook" }>;

export function WebhookPage({ place, query }: { place: WebhookPlace; query: URLSearchParams }) {
  const { api } = useApp();
  const { id } = place;
  const webhook = useLoad(`webhook ${id}`, (signal) => api.webhook(id, signal), refreshMs);
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

  const host = webhook.value === undefined ? "" : splitUrl(webhook.value.target_url).host;
  useTitle(host === "" ? "Webhooks" : `${host} – Webhooks`);
  if (webhook.error instanceof ApiError && webhook.error.status === 404) return <WebhookNotFound />;
  if (webhook.error !== undefined && webhook.value === undefined) {
    return <LoadError error={webhook.error} retry={webhook.reload} />;
  }
  if (webhook.value === undefined)
    return (
      <div class="page">
        <Skeleton lines={6} />
      </div>
    );
  const reload = () => {
    webhook.reload();
    stats.reload();
    recovery.reload();
  };
  const detail: Detail = {
    webhook: webhook.value,
    stats: stats.value,
    recovery: recovery.value,
    reload,
  };
  return (
    <div class="page">
      <Head detail={detail} />
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
          <Trends id={id} />
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

function Head({ detail }: { detail: Detail }) {
  const { webhook, stats, reload } = detail;
  const { api, showToast } = useApp();
  const [ping, setPing] = useState<PingResult>();
  const pinging = useAction();
  const switching = useAction();
  const runPing = () =>
    void pinging.run(async () => {
      setPing(undefined);
      setPing(await api.ping(webhook.id));
    });
  const setActive = (active: boolean) =>
    void switching.run(async () => {
      await api.update(webhook.id, { active });
      showToast(
        active ? "The webhook is active again." : "The webhook is paused: it is sent nothing.",
      );
      reload();
    });
  return (
    <>
      <a class="back" href={link({ page: "webhooks" })}>
        <Icon of={ChevronLeft} />
        All webhooks
      </a>
      <header class="page-head">
        <div class="webhook-title">
          <StateMark state={stateOf(webhook, stats)} />
          <h1>
            <Url text={webhook.target_url} />
          </h1>
          <p class="lead">
            {webhook.event_type === null ? "All events" : eventName(webhook.event_type)}
            <span class="dot" />
            <code class="id">{webhook.id}</code>
            <CopyButton text={webhook.id} label="Copy the webhook's id" />
          </p>
        </div>
        <div class="actions">
          <Button icon={Radio} onClick={runPing} isBusy={pinging.isBusy}>
            Ping
          </Button>
          <a class="button plain" href={link({ page: "events" }, publishQuery(webhook))}>
            <Icon of={Send} />
            <span>Test event</span>
          </a>
          {webhook.active && (
            <Button icon={Pause} onClick={() => setActive(false)} isBusy={switching.isBusy}>
              Pause
            </Button>
          )}
          {!webhook.active && (
            <Button
              icon={Play}
              look="primary"
              onClick={() => setActive(true)}
              isBusy={switching.isBusy}
            >
              Re-activate
            </Button>
          )}
        </div>
      </header>
      <Banners detail={detail} ping={ping} onPingRead={() => setPing(undefined)} />
    </>
  );
}

/** The query for a test event of a type that the webhook gets. */
function publishQuery(webhook: Webhook): URLSearchParams {
  return new URLSearchParams(webhook.event_type === null ? {} : { type: webhook.event_type });
}

function WebhookNotFound() {
  return (
    <NotFound title="There is no such webhook">
      <p>It may have been deleted.</p>
    </NotFound>
  );
}
