// The list of the webhooks of the account. Those that need attention come first.

import { ChevronLeft, ChevronRight, Plus, Search, Send, Webhook as WebhookIcon } from "lucide";
import { useAllows } from "../context.ts";
import { count, plural } from "../format.ts";
import { order, type State, stateOf, titles, troubled as troubledStates } from "../health.ts";
import { link } from "../route.ts";
import type { Webhook, WebhookStats } from "../types.ts";
import { Button, Segments } from "../ui/button.tsx";
import { Select } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { Empty, LoadError, Skeleton } from "../ui/notice.tsx";
import { SearchField, typingMs } from "../ui/search_field.tsx";
import { go, replace } from "../use_route.ts";
import { useTitle } from "../use_title.ts";
import { CreateWebhook } from "./create_webhook.tsx";
import { useAllStats } from "./use_all_stats.ts";
import { isFiltered, type Listed, pageOf, pageSize, useWebhookList } from "./webhook_list.ts";
import { WebhookRow, WebhookRowHeads } from "./webhook_row.tsx";

type Show = "" | "true" | "false";
const shows: [Show, string][] = [
  ["", "All"],
  ["true", "Active"],
  ["false", "Inactive"],
];

const states: State[] = ["off", "failing", "degraded", "untried", "healthy", "paused"];

export function Webhooks({ query }: { query: URLSearchParams }) {
  const allows = useAllows();
  const list = useWebhookList(listQuery(query));
  useTitle("Webhooks");
  const isEmpty = list.value?.count === 0 && !isFiltered(query);
  return (
    <div class="page">
      {list.value !== undefined && !isEmpty ? (
        <List listed={list.value} isCurrent={list.isCurrent} query={query} />
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
      {query.has("new") && allows("webhooks:write") && (
        <CreateWebhook onClose={() => replace(place, listQuery(query))} onCreated={list.reload} />
      )}
    </div>
  );
}

const place = { page: "webhooks" } as const;

/** Returns the query without the open dialog. */
function listQuery(query: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(query);
  rest.delete("new");
  return rest;
}

interface ListProps {
  listed: Listed;
  isCurrent: boolean;
  query: URLSearchParams;
}

function List({ listed, isCurrent, query }: ListProps) {
  const { page, troubled } = listed;
  const stats = useAllStats([...troubled, ...page]);
  const stateIn = (each: Webhook) => stateOf(each, stats.get(each.id));
  // A dispatcher that knows no states has put none in front.
  const sorted = listed.hasStates
    ? page
    : page.toSorted((one, other) => rank(stateIn(one)) - rank(stateIn(other)));
  const seen = listed.hasStates ? 0 : page.filter((each) => isTroubled(stateIn(each))).length;
  const change = (name: string, value: string) => replace(place, changedQuery(query, name, value));
  return (
    <>
      <Head lead={summary(listed, seen, isFiltered(query))} />
      <Filters query={query} onChange={change} />
      <div class={isCurrent ? "" : "stale"}>
        {troubled.length > 0 && (
          <Rows title="Need attention" webhooks={troubled} stats={stats} />
        )}
        {troubled.length > 0 && listed.troubledCount !== undefined && (
          <More listed={listed} onShow={(state) => change("state", state)} />
        )}
        {sorted.length > 0 ? (
          <Rows title={troubled.length > 0 ? "All others" : ""} webhooks={sorted} stats={stats} />
        ) : (
          troubled.length === 0 && (
            <div class="card">
              <Empty
                icon={Search}
                title="No webhook matches"
                actions={<Button onClick={() => replace(place)}>Show all</Button>}
              />
            </div>
          )
        )}
      </div>
      <Pager listed={listed} query={query} />
    </>
  );
}

const rank = (state: State) => order.indexOf(state);
const isTroubled = (state: State) => (troubledStates as readonly State[]).includes(state);

function changedQuery(query: URLSearchParams, name: string, value: string): URLSearchParams {
  const changed = listQuery(query);
  if (name !== "page") changed.delete("page");
  if (value === "") changed.delete(name);
  else changed.set(name, value);
  return changed;
}

interface RowsProps {
  title: string;
  webhooks: Webhook[];
  stats: Map<string, WebhookStats>;
}

function Rows({ title, webhooks, stats }: RowsProps) {
  return (
    <section class="row-group" aria-label={title === "" ? "Webhooks" : title}>
      {title !== "" && <h2>{title}</h2>}
      <div class="card webhook-rows">
        <WebhookRowHeads />
        <ul class="rows">
          {webhooks.map((webhook) => (
            <WebhookRow
              key={webhook.id}
              webhook={webhook}
              stats={stats.get(webhook.id)}
              state={stateOf(webhook, stats.get(webhook.id))}
            />
          ))}
        </ul>
      </div>
    </section>
  );
}

/** Buttons for the states that have more webhooks than are shown in front. */
function More({ listed, onShow }: { listed: Listed; onShow: (state: State) => void }) {
  const { troubled, troubledCount = 0 } = listed;
  if (troubledCount <= troubled.length) return null;
  const shown = new Set(troubled.map(({ state }) => state));
  return (
    <div class="actions more-states">
      <p class="hint">
        {count(troubled.length)} of {count(troubledCount)} are shown. All that are:
      </p>
      {troubledStates
        .filter((state) => shown.has(state))
        .map((state) => (
          <Button key={state} look="bare" onClick={() => onShow(state)}>
            {titles[state]}
          </Button>
        ))}
    </div>
  );
}

function Head({ lead }: { lead: string }) {
  const allows = useAllows();
  return (
    <header class="page-head">
      <div>
        <h1>Webhooks</h1>
        <p class="lead">{lead}</p>
      </div>
      <div class="actions">
        {allows("events:write") && (
          <a class="button plain" href={link({ page: "events" })}>
            <Icon of={Send} />
            <span>Publish test event</span>
          </a>
        )}
        {allows("webhooks:write") && (
          <Button look="primary" icon={Plus} onClick={openNew}>
            New webhook
          </Button>
        )}
      </div>
    </header>
  );
}

interface FiltersProps {
  query: URLSearchParams;
  onChange: (name: string, value: string) => void;
}

function Filters({ query, onChange }: FiltersProps) {
  return (
    <div class="filters">
      <Segments
        label="Show"
        value={(query.get("active") ?? "") as Show}
        options={shows}
        onChange={(value) => onChange("active", value)}
      />
      <Select
        aria-label="State"
        value={query.get("state") ?? ""}
        options={[
          ["", "Any state"],
          ...states.map((each): [string, string] => [each, titles[each]]),
        ]}
        onChange={(value) => onChange("state", value)}
      />
      <SearchField
        label="Search by name or URL"
        placeholder="Name or URL"
        value={query.get("q") ?? ""}
        onSearch={(text) => onChange("q", text)}
        delayMs={typingMs}
      />
    </div>
  );
}

function Pager({ listed, query }: { listed: Listed; query: URLSearchParams }) {
  const number = pageOf(query);
  if (number === 1 && listed.isLast) return null;
  const first = (number - 1) * pageSize + 1;
  const last = Math.min(first + pageSize - 1, listed.count);
  const turn = (to: number) =>
    go(place, changedQuery(query, "page", to === 1 ? "" : String(to)));
  return (
    <div class="pager">
      <p class="hint">
        {count(first)} to {count(last)} of {count(listed.count)}, the oldest first
      </p>
      <div class="actions">
        <Button icon={ChevronLeft} disabled={number === 1} onClick={() => turn(number - 1)}>
          Previous
        </Button>
        <Button icon={ChevronRight} disabled={listed.isLast} onClick={() => turn(number + 1)}>
          Next
        </Button>
      </div>
    </div>
  );
}

const openNew = () => go(place, new URLSearchParams({ new: "1" }));

function FirstSteps() {
  const allows = useAllows();
  return (
    <div class="card">
      <Empty
        icon={WebhookIcon}
        title={allows("webhooks:write") ? "Get events the moment they happen" : "No webhooks yet"}
        actions={
          allows("webhooks:write") && (
            <Button look="primary" icon={Plus} onClick={openNew}>
              Add your first webhook
            </Button>
          )
        }
      >
        <ol class="steps">
          <li>
            <strong>Add a webhook:</strong> the URL that events are sent to.
          </li>
          <li>
            <strong>Ping it</strong> to see that it answers.
          </li>
          <li>
            <strong>Send it a test event</strong> and see what your receiver answers.
          </li>
        </ol>
      </Empty>
    </div>
  );
}

/** `seen`: the number of those on the page that need attention. */
function summary(listed: Listed, seen: number, isPart: boolean): string {
  const number = plural(listed.count, isPart ? "matching webhook" : "webhook");
  const needing = listed.troubledCount ?? seen;
  if (needing === 0) return number;
  return `${number}, ${count(needing)} ${needing === 1 ? "needs" : "need"} attention`;
}
