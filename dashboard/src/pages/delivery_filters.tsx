// The filters of the deliveries. They are part of the address, so they can be kept and shared.

import { useApp } from "../context.ts";
import { faultNames } from "../faults.ts";
import { Button } from "../ui/button.tsx";
import { useDraft } from "../ui/draft.ts";
import { Select } from "../ui/field.tsx";
import { statusTitles } from "../ui/status.tsx";
import { typeOptions } from "./sample.ts";

const spans: [value: string, text: string, lengthMs: number][] = [
  ["1h", "Last hour", 3_600_000],
  ["24h", "Last day", 86_400_000],
  ["7d", "Last week", 604_800_000],
];

/** The parameters of the address that select deliveries, with those of the API. */
const parameters: [name: string, api: string][] = [
  ["status", "status"],
  ["type", "event_type"],
  ["code", "http_status_code"],
  ["fault", "fault"],
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
  const select = (label: string, name: string, any: string, options: [string, string][]) => (
    <Select
      aria-label={label}
      value={query.get(name) ?? ""}
      options={[["", any], ...options]}
      onChange={(value) => filter(name, value)}
    />
  );
  return (
    <div class="filters">
      {select("Status", "status", "Any status", Object.entries(statusTitles))}
      {select(
        "Event type",
        "type",
        "Any event",
        typeOptions(eventTypes),
      )}
      <CodeFilter value={query.get("code") ?? ""} onChange={(code) => filter("code", code)} />
      {select("Fault", "fault", "Any fault", faultNames)}
      {select(
        "Time",
        "span",
        "Any time",
        spans.map(([value, text]) => [value, text]),
      )}
      {isFiltered(query) && (
        <Button look="bare" onClick={() => onChange(new URLSearchParams())}>
          Clear
        </Button>
      )}
    </div>
  );
}

/** A status code, or a class of codes. */
const codeForm = /^[1-5](\d\d|xx)$/;

/** The field for the status code of the answer: `503`, or `5xx` for all of its class. */
function CodeFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { text, setText, reported } = useDraft(value);
  const isWrong = text !== "" && text.length >= 3 && !codeForm.test(text);
  return (
    <input
      class="code-filter"
      aria-label="Code of the answer, like 503 or 5xx"
      aria-invalid={isWrong || undefined}
      title="Status code of the answer, like 503 or 5xx"
      placeholder="Code, 5xx"
      size={9}
      maxLength={3}
      value={text}
      onInput={(event) => {
        const typed = event.currentTarget.value.trim().toLowerCase();
        setText(typed);
        if (typed !== "" && !codeForm.test(typed)) return;
        reported.current = typed;
        onChange(typed);
      }}
    />
  );
}

export const isFiltered = (query: URLSearchParams): boolean =>
  ["span", ...parameters.map(([name]) => name)].some((name) => query.has(name));

/** Returns the query parameters for the API from those of the address, without the page. */
export function apiFilter(query: URLSearchParams): Record<string, string> {
  const filter: Record<string, string> = {};
  for (const [name, api] of parameters) {
    const value = query.get(name);
    if (value !== null) filter[api] = value;
  }
  const span = spans.find(([value]) => value === query.get("span"));
  if (span !== undefined) filter["after"] = new Date(Date.now() - span[2]).toISOString();
  return filter;
}
