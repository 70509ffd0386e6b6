// The filters of the deliveries. They are part of the address, so they can be kept and shared.

import { useApp } from "../context.ts";
import { eventName } from "../format.ts";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/field.tsx";
import { statusTitles } from "../ui/status.tsx";

const spans: [value: string, text: string, lengthMs: number][] = [
  ["1h", "Last hour", 3_600_000],
  ["24h", "Last day", 86_400_000],
  ["7d", "Last week", 604_800_000],
];

interface FiltersProps {
  query: URLSearchParams;
  onChange: (query: URLSearchParams) => void;
}

export function DeliveryFilters({ query, onChange }: FiltersProps) {
  const { eventTypes } = useApp();
  const filter = (name: string, value: string) => {
    const changed = new URLSearchParams(query);
    changed.delete("cursor");
    if (value === "") changed.delete(name);
    else changed.set(name, value);
    onChange(changed);
  };
  return (
    <div class="filters">
      <Select
        aria-label="Status"
        value={query.get("status") ?? ""}
        options={[
          ["", "Any status"],
          ...Object.entries(statusTitles),
        ]}
        onChange={(value) => filter("status", value)}
      />
      <Select
        aria-label="Event type"
        value={query.get("type") ?? ""}
        options={[
          ["", "Any event"],
          ...eventTypes.map(({ event_type: type }): [string, string] => [type, eventName(type)]),
        ]}
        onChange={(value) => filter("type", value)}
      />
      <Select
        aria-label="Time"
        value={query.get("span") ?? ""}
        options={[
          ["", "Any time"],
          ...spans.map(([value, text]): [string, string] => [value, text]),
        ]}
        onChange={(value) => filter("span", value)}
      />
      {isFiltered(query) && (
        <Button look="bare" onClick={() => onChange(new URLSearchParams())}>
          Clear
        </Button>
      )}
    </div>
  );
}

export const isFiltered = (query: URLSearchParams): boolean =>
  ["status", "type", "span"].some((name) => query.has(name));

/** Returns the query parameters for the API from those of the address. */
export function apiFilter(query: URLSearchParams): Record<string, string> {
  const filter: Record<string, string> = {};
  const [status, type, cursor] = [query.get("status"), query.get("type"), query.get("cursor")];
  if (status !== null) filter["status"] = status;
  if (type !== null) filter["event_type"] = type;
  if (cursor !== null) filter["cursor"] = cursor;
  const span = spans.find(([value]) => value === query.get("span"));
  if (span !== undefined) filter["after"] = new Date(Date.now() - span[2]).toISOString();
  return filter;
}
