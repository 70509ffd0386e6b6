// The page of the account: its key, its alert and its audit log.

import { ChevronLeft, ChevronRight } from "lucide";
import { useState } from "preact/hooks";
import { useAllows, useApp } from "../context.ts";
import { link } from "../route.ts";
import type { AuditEntry, AuditList } from "../types.ts";
import { Block, Fact } from "../ui/block.tsx";
import { Button } from "../ui/button.tsx";
import { LoadError, Skeleton } from "../ui/notice.tsx";
import { Exact } from "../ui/time.tsx";
import { useLoad } from "../use_load.ts";
import { useTitle } from "../use_title.ts";
import { AlertBlock } from "./alert_block.tsx";

export function AccountPage() {
  const { access } = useApp();
  const allows = useAllows();
  useTitle("Account – Webhooks");
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{access.account ?? "Account"}</h1>
          <p class="lead">The alert, the audit log, and what this session may do</p>
        </div>
      </header>
      <div class="settings">
        <Session />
        {allows("webhooks:read") && <AlertBlock />}
        {allows("webhooks:read") && <AuditLog />}
      </div>
    </div>
  );
}

const scopeTexts: Record<string, string> = {
  "webhooks:read": "read webhooks",
  "webhooks:write": "change webhooks",
  "events:write": "publish events",
};

function Session() {
  const { access } = useApp();
  const { keyId, scopes, endsMs } = access;
  if (scopes === undefined) return null;
  return (
    <Block title="This session">
      <dl class="facts wide">
        <Fact name="Key">
          <code class="id">{keyId}</code>
        </Fact>
        <Fact name="It may">
          {[...scopes].map((scope) => scopeTexts[scope] ?? scope).join(", ")}
        </Fact>
        <Fact name="Ends">
          {endsMs === undefined ? "Not by itself" : <Exact at={new Date(endsMs).toISOString()} />}
        </Fact>
      </dl>
    </Block>
  );
}

const actions: Record<AuditEntry["action"], string> = {
  "webhook.created": "created a webhook",
  "webhook.updated": "changed a webhook",
  "webhook.reactivated": "re-activated a webhook",
  "webhook.deactivated": "deactivated a webhook",
  "webhook.deleted": "deleted a webhook",
  "webhook.secret_rotated": "rotated a secret",
  "recovery.begun": "started a recovery",
  "delivery.resent": "sent a delivery again",
  "deliveries.resent": "sent deliveries again",
  "delivery.skipped": "skipped a delivery",
  "key.minted": "made a key",
  "key.revoked": "revoked a key",
  "account.disabled": "disabled the account",
  "account.enabled": "enabled the account",
  "account.deleted": "deleted the account's data",
};

function AuditLog() {
  const { api } = useApp();
  const [at, setAt] = useState<string | null>(null);
  const page = useLoad<AuditList>(`audit ${at}`, (signal) =>
    at === null ? api.audit(signal) : api.page<AuditList>(at, signal),
  );
  const list = page.value;
  return (
    <Block title="Audit log">
      <p class="hint">The latest changes, the newest first. No values are in it, so no secrets.</p>
      {page.error !== undefined && list === undefined ? (
        <LoadError error={page.error} retry={page.reload} />
      ) : list === undefined ? (
        <Skeleton lines={3} />
      ) : list.results.length === 0 ? (
        <p class="hint">Nothing was changed yet.</p>
      ) : (
        <>
          <ol class={`audit ${page.isCurrent ? "" : "stale"}`} aria-label="Changes">
            {list.results.map((entry, index) => (
              <Entry key={`${entry.at} ${index}`} entry={entry} />
            ))}
          </ol>
          {(list.next !== null || list.previous !== null) && (
            <div class="actions end-row">
              <Button
                icon={ChevronLeft}
                disabled={list.previous === null}
                onClick={() => setAt(list.previous)}
              >
                Newer
              </Button>
              <Button
                icon={ChevronRight}
                disabled={list.next === null}
                onClick={() => setAt(list.next)}
              >
                Older
              </Button>
            </div>
          )}
        </>
      )}
    </Block>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { event, fields, key, webhook } = entry;
  return (
    <li>
      <span class="audit-time">
        <Exact at={entry.at} />
      </span>
      <span class="audit-text">
        <code class="id">{entry.by}</code>{" "}
        {entry.portal === true ? "made a portal link" : (actions[entry.action] ?? entry.action)}
        {fields !== undefined && <span class="hint"> {fields.join(", ")}</span>}
        {webhook !== undefined && (
          <>
            {" "}
            <a
              class="text-link"
              href={link({
                page: "webhook",
                id: webhook,
                tab: "deliveries",
                ...(event === undefined ? {} : { event }),
              })}
            >
              <code class="id">{event ?? webhook}</code>
            </a>
          </>
        )}
        {key !== undefined && (
          <>
            {" "}
            <code class="id">{key}</code>
          </>
        )}
      </span>
    </li>
  );
}
