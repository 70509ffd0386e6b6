// Says to how many webhooks a test event will go, before it is published.

import { useAllows, useApp } from "../context.ts";
import { count } from "../format.ts";
import type { Webhook } from "../types.ts";
import { useLoad } from "../use_load.ts";
import { type Recipients, recipientsOf } from "./takes.ts";

const pageSize = "1000";
const refreshMs = 30_000;

export function RecipientsNote({ type }: { type: string }) {
  const { api } = useApp();
  const allows = useAllows();
  const canRead = allows("webhooks:read");
  const webhooks = useLoad(
    `all webhooks ${canRead}`,
    async (signal) => {
      const all: Webhook[] = [];
      for (let page = 1; canRead; page++) {
        const filter = { page: String(page), page_size: pageSize };
        const { results, next } = await api.webhooks(filter, signal);
        all.push(...results);
        if (next === null) break;
      }
      return all;
    },
    refreshMs,
  );
  const known = canRead && type !== "" ? webhooks.value : undefined;
  return (
    <p class="recipients" role="status">
      {known === undefined
        ? "It goes to every webhook that takes this event."
        : textOf(recipientsOf(known, type))}
    </p>
  );
}

function textOf({ sent, filtered, held }: Recipients): string {
  const goes =
    sent === 0
      ? "No active webhook takes this event."
      : `It goes to every webhook that takes this event: ${count(sent)}.`;
  const maybe =
    filtered === 0 ? "" : ` Of these, ${count(filtered)} may filter it out by its content.`;
  const kept = held === 0 ? "" : ` It is held for ${count(held)} more.`;
  return goes + maybe + kept;
}
