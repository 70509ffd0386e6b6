// The accounts of the dispatcher, where the operator begins. Any of them can be opened.

import { ChevronDown, Users } from "lucide";
import { useState } from "preact/hooks";
import { count } from "../../format.ts";
import { ApiError } from "../../http.ts";
import { useOperator } from "../../operator.ts";
import { link } from "../../route.ts";
import type { AccountSummary } from "../../types.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Empty, LoadError, Skeleton } from "../../ui/notice.tsx";
import { SearchField, typingMs } from "../../ui/search_field.tsx";
import { Ago } from "../../ui/time.tsx";
import { useLoad } from "../../use_load.ts";
import { go, replace } from "../../use_route.ts";
import { useTitle } from "../../use_title.ts";

const pageSize = 100;
const refreshMs = 15_000;

export function Accounts({ query }: { query: URLSearchParams }) {
  const { admin } = useOperator();
  const asked = query.get("q") ?? "";
  const [pages, setPages] = useState(1);
  useTitle("Accounts – Webhooks");
  const search = (q: string) => {
    setPages(1);
    replace({ page: "accounts" }, new URLSearchParams(q === "" ? {} : { q }));
  };
  const list = useLoad(
    `accounts ${asked} ${pages}`,
    async (signal) => {
      const parameters = new URLSearchParams({ page_size: String(pageSize) });
      if (asked !== "") parameters.set("q", asked);
      let page = await admin.accounts(parameters, signal);
      const rows = [...page.results];
      for (let number = 1; number < pages && page.next !== null; number++) {
        page = await admin.page<typeof page>(page.next, signal);
        rows.push(...page.results);
      }
      return { rows, isMore: page.next !== null };
    },
    refreshMs,
  );
  const isUnknown = list.error instanceof ApiError && list.error.status === 404;
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>Accounts</h1>
          <p class="lead">Each one is a customer, with webhooks and keys of its own.</p>
        </div>
      </header>
      <div class="filters">
        <SearchField
          label="Search accounts by name"
          placeholder="Name"
          value={asked}
          onSearch={search}
          delayMs={typingMs}
        />
        <OpenByName />
      </div>
      {isUnknown ? (
        <p class="hint">This dispatcher does not list its accounts. Open one by its name.</p>
      ) : list.error !== undefined && list.value === undefined ? (
        <LoadError error={list.error} retry={list.reload} />
      ) : list.value === undefined ? (
        <Skeleton lines={5} />
      ) : list.value.rows.length === 0 ? (
        <div class="card">
          <Empty icon={Users} title={asked === "" ? "No accounts yet" : "No account matches"}>
            {asked === "" && <p>An account comes into being with its first key or portal link.</p>}
          </Empty>
        </div>
      ) : (
        <>
          <div class={`card accounts ${list.isCurrent ? "" : "stale"}`}>
            <div class="row-heads" aria-hidden="true">
              <span>Account</span>
              <span class="cell">Webhooks</span>
              <span class="cell">Failing</span>
              <span class="cell">Off</span>
              <span class="cell last">Last event</span>
            </div>
            <ul class="rows">
              {list.value.rows.map((row) => (
                <Row key={row.account} row={row} />
              ))}
            </ul>
          </div>
          {list.value.isMore && (
            <div class="actions center more">
              <Button icon={ChevronDown} onClick={() => setPages(pages + 1)}>
                Show more
              </Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}

function Row({ row }: { row: AccountSummary }) {
  const { account, webhooks, failing, off, last_event_at: last } = row;
  return (
    <li class="row">
      <a class="row-link" href={link({ page: "account-of", account })} data-row>
        <strong class="row-name">{account}</strong>
        <span class="cell">
          {count(webhooks)}
          <span class="cell-name">{webhooks === 1 ? " webhook" : " webhooks"}</span>
        </span>
        <span class={`cell ${failing > 0 ? "warn-text" : ""}`}>
          {count(failing)}
          <span class="cell-name"> failing</span>
        </span>
        <span class={`cell ${off > 0 ? "bad-text" : ""}`}>
          {count(off)}
          <span class="cell-name"> off</span>
        </span>
        <span class="cell last">
          {last === null ? <span class="hint">none</span> : <Ago at={last} />}
        </span>
      </a>
    </li>
  );
}

/** Goes to an account that may not be listed: a new one, or one beyond the pages that are shown. */
function OpenByName() {
  const [name, setName] = useState("");
  return (
    <form
      class="open-by-name"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") go({ page: "account-of", account: name.trim() });
      }}
    >
      <TextField label="Account by name" value={name} onInput={setName} placeholder="acme" />
      <Button type="submit">Go</Button>
    </form>
  );
}
