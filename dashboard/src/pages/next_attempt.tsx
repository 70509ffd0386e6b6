// When the next attempt comes, or what it waits for; and how the last one failed.

import { useApp } from "../context.ts";
import { explain } from "../faults.ts";
import { nextAttempt } from "../health.ts";
import { useNow } from "../now.ts";
import { link } from "../route.ts";
import type { WebhookStats } from "../types.ts";
import { Ago } from "../ui/time.tsx";
import { useLoad } from "../use_load.ts";
import type { Detail } from "./detail.ts";

/** What a delivery or a webhook waits for, as sentences. */
const waits: Record<string, string> = {
  courier: "The next attempt is being started.",
  window: "Held back: another attempt has to end first.",
  probe: "Held back: the receiver is failing, so one event at a time is tried.",
  order: "Held back: an earlier event comes first.",
  rate: "Held back by the rate limit.",
  account: "Held back: the account is disabled.",
  master_key: "Held back: the secrets of this webhook cannot be read at present.",
  listener: "Held back: the client of this listener is not connected.",
};

export const waitsFor = (what: string): string => waits[what] ?? `Waits for: ${what}.`;

/** A sentence on the next attempt of a webhook. A time that has passed is never shown. */
export function NextAttempt({ of }: { of: WebhookStats }) {
  const nowMs = useNow();
  const nextMs = nextAttempt(of.next_try_at, nowMs);
  if (nextMs !== undefined && of.next_try_at !== null) {
    return (
      <>
        {of.waits_for != null && `${waitsFor(of.waits_for)} `}The next attempt comes{" "}
        <Ago at={of.next_try_at} />.
      </>
    );
  }
  if (of.in_flight > 0) return <>An attempt is in flight.</>;
  return <>{of.waits_for != null ? waitsFor(of.waits_for) : "The next attempt comes soon."}</>;
}

/** In how many deliveries an attempt is searched. Behind a failing one many may wait for theirs. */
const searched = 100;

/** The latest failed attempt of a webhook, with the words of the receiver. */
export function LastFailure({ detail }: { detail: Detail }) {
  const { api } = useApp();
  const { webhook, stats } = detail;
  const { id } = webhook;
  const failedAt = stats?.last_failure_at ?? null;
  const loaded = useLoad(`last failure ${id} ${failedAt}`, async (signal) => {
    const status = webhook.active ? "waiting" : "undelivered";
    const filter = { status, page_size: String(searched) };
    const { results } = await api.deliveries(id, filter, signal);
    const delivery = results.find((each) => each.try_count > 0);
    if (delivery === undefined) return undefined;
    const { tries } = await api.delivery(id, delivery.event_id, signal);
    const failed = tries.at(-1);
    return failed === undefined ? undefined : { event: delivery.event_id, failed };
  });
  if (failedAt === null) return null;
  const found = loaded.value;
  if (found === undefined) {
    return (
      <p>
        The last attempt failed <Ago at={failedAt} />.
      </p>
    );
  }
  const { failed, event } = found;
  return (
    <p>
      The last failure, <Ago at={failed.at} />:{" "}
      <a class="text-link" href={link({ page: "webhook", id, tab: "deliveries", event })}>
        {failed.http_status_code === null
          ? explain(failed.fault ?? "no answer").what.replace(/\.$/, "")
          : `status ${failed.http_status_code}`}
      </a>
      {failed.answer !== null && failed.answer !== "" && <>, “{firstLine(failed.answer)}”</>}.
    </p>
  );
}

const lineMost = 160;

function firstLine(text: string): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  return line.length > lineMost ? `${line.slice(0, lineMost)}…` : line;
}
