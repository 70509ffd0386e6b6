// The list of all webhooks of the account. Those that need attention come first.

import { ChevronDown, Plus, Search, Send, Webhook as WebhookIcon } from "lucide";
import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { plural } from "../format.ts";
import { order, stateOf } from "../health.ts";
import { link } from "../route.ts";
import type { Webhook } from "../../../contract/types.ts";
import { Button, Segments } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Empty, LoadError, Skeleton } from "../ui/notice.tsx";
import { useLoad } from "../use_load.ts";
import { go, replace } from "../use_route.ts";
import { useTitle } from "../use_title.ts";
import { CreateWebhook } from "./create_webhook.tsx";
import { useAllStats } from "./use_all_stats.ts";
import { WebhookRow } from "./webhook_row.tsx";

/** The list is one call. The statistics, a call for each webhook, are loaded less often. */
const refreshMs = 5_000;

type Show = "all" | "active" | "inactive";
const shows: [Show, string][] = [
  ["all", "All"],
  ["active", "Active"],
  ["inactive", "Off"],
];

export function Webhooks({ query }: { query: URLSearchParams }) {
  const { api, recent } = useApp();
  const [pages, setPages] = useState(1);
  const list = useLoad(
    `webhooks ${pages}`,
    async (signal) => {
      const numbers = Array.from({ length: pages }, (_, index) => index + 1);
      const lists = await Promise.all(numbers.map((number) => api.webhooks(number, signal)));
      const last = lists.at(-1);
      const all = recent.applyTo(lists.flatMap((each) => each.results));
      return { all, isMore: last?.next != null };
    },
    refreshMs,
  );
  useTitle("Webhooks");
  return (
    <div class="page">
      {list.value !== undefined && list.value.all.length > 0 ? (
        <List all={list.value.all} isMore={list.value.isMore} onMore={() => setPages(pages + 1)} />
      ) : (
        <>
          <header class="page-head">
            <h1>Webhooks</h1>
          </header>
          {list.value !== undefined ? (
            <FirstSteps />
          ) : list.error !== undefined ? (
            <LoadError error={list.error} retry={list.reload} />
          ) : (
            <Skeleton lines={4} />
          )}
        </>
      )}
      {query.has("new") && (
        <CreateWebhook onClose={() => replace({ page: "webhooks" })} onCreated={list.reload} />
      )}
    </div>
  );
}

interface ListProps {
  all: Webhook[];
  isMore: boolean;
  onMore: () => void;
}

function List({ all, isMore, onMore }: ListProps) {
  const [show, setShow] = useState<Show>("all");
  const [search, setSearch] = useState("");
  const stats = useAllStats(all);
  const states = new Map(all.map((each) => [each.id, stateOf(each, stats.get(each.id))]));
  const rank = (each: Webhook) => order.indexOf(states.get(each.id) ?? "unknown");
  const shown = all
    .filter((each) => show === "all" || each.active === (show === "active"))
    .filter((each) => matches(each, search))
    // Within a state, the newest first: ids are ordered by time.
    .sort((one, other) => rank(one) - rank(other) || (one.id < other.id ? 1 : -1));
  const troubled = [...states.values()].filter((state) => state === "off" || state === "failing");
  return (
    <>
      <Head lead={summary(all.length, troubled.length, isMore)} />
      <Filters show={show} onShow={setShow} search={search} onSearch={setSearch} />
      {shown.length === 0 ? (
        <Empty icon={Search} title="No webhook matches">
          <p>Change the search, or show all.</p>
        </Empty>
      ) : (
        <ul class="card rows">
          {shown.map((webhook) => (
            <WebhookRow
              key={webhook.id}
              webhook={webhook}
              stats={stats.get(webhook.id)}
              state={states.get(webhook.id) ?? "unknown"}
            />
          ))}
        </ul>
      )}
      {isMore && (
        <div class="actions center more">
          <Button icon={ChevronDown} onClick={onMore}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}

function Head({ lead }: { lead: string }) {
  return (
    <header class="page-head">
      <div>
        <h1>Webhooks</h1>
        <p class="lead">{lead}</p>
      </div>
      <div class="actions">
        <a class="button plain" href={link({ page: "events" })}>
          <Icon of={Send} />
          <span>Publish test event</span>
        </a>
        <Button look="primary" icon={Plus} onClick={openNew}>
          New webhook
        </Button>
      </div>
    </header>
  );
}

interface FiltersProps {
  show: Show;
  onShow: (show: Show) => void;
  search: string;
  onSearch: (search: string) => void;
}

function Filters({ show, onShow, search, onSearch }: FiltersProps) {
  return (
    <div class="filters">
      <Segments label="Show" value={show} options={shows} onChange={onShow} />
      <div class="search">
        <Icon of={Search} />
        <input
          type="search"
          aria-label="Search by address or event type"
          placeholder="Search"
          value={search}
          data-search
          onInput={(event) => onSearch(event.currentTarget.value)}
        />
      </div>
    </div>
  );
}

const openNew = () => go({ page: "webhooks" }, new URLSearchParams({ new: "1" }));

function FirstSteps() {
  return (
    <div class="card">
      <Empty
        icon={WebhookIcon}
        title="Hear of events the moment they happen"
        actions={
          <Button look="primary" icon={Plus} onClick={openNew}>
            Add your first webhook
          </Button>
        }
      >
        <ol class="steps">
          <li>
            <strong>Add a webhook:</strong> the address that events are to be sent to.
          </li>
          <li>
            <strong>Ping it</strong> to see that it answers.
          </li>
          <li>
            <strong>Publish a test event</strong> and watch it arrive.
          </li>
        </ol>
      </Empty>
    </div>
  );
}

function matches(webhook: Webhook, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${webhook.target_url} ${webhook.event_type ?? "all events"} ${webhook.id}`;
  return words.every((word) => text.toLowerCase().includes(word));
}

function summary(all: number, troubled: number, isMore: boolean): string {
  const number = isMore ? `The newest ${plural(all, "webhook")}` : plural(all, "webhook");
  if (troubled === 0) return number;
  return `${number}, ${troubled} ${troubled === 1 ? "needs" : "need"} attention`;
}
