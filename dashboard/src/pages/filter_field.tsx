// The filter of a webhook, with a box to try it on the sample of an event type.

import { FlaskConical } from "lucide";
import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { isJson } from "../json_text.ts";
import type { EventType, FilterVerdict } from "../types.ts";
import { Button } from "../ui/button.tsx";
import { AreaField, SelectField } from "../ui/field.tsx";
import { useAction } from "../use_action.ts";
import { jsonError, sampleText, typeOptions } from "./sample.ts";
import { chosenTypes } from "./webhook_fields.ts";
import type { PartProps } from "./form_part.ts";

const example = `{ "user": { "plan": { "$in": ["pro", "team"] } } }`;

const operators =
  "$eq $neq $gt $gte $lt $lte $in $nin $startsWith $endsWith $exist $and $or $not";

export function FilterField({ fields, set, errors }: PartProps) {
  return (
    <>
      <AreaField
        label="Filter"
        rows={5}
        value={fields.filter}
        onInput={(filter) => set({ filter })}
        placeholder={example}
        hint={
          <>
            Only events that match are sent. A value is compared with the event's. Operators:{" "}
            <code>{operators}</code>
          </>
        }
        errors={errors("filter")}
      />
      {fields.filter.trim() !== "" && (
        <FilterBox filter={fields.filter} types={chosenTypes(fields)} />
      )}
    </>
  );
}

/** Returns the types of the catalogue that the webhook takes. The patterns end in `*`. */
function taken(catalogue: EventType[], types: string[]): EventType[] {
  const isTaken = (name: string) =>
    types.some((type) => (type.endsWith("*") ? name.startsWith(type.slice(0, -1)) : type === name));
  const found = catalogue.filter(({ name }) => isTaken(name));
  return found.length === 0 ? catalogue : found;
}

function FilterBox({ filter, types }: { filter: string; types: string[] }) {
  const { api, eventTypes } = useApp();
  const offered = taken(eventTypes, types);
  const [chosen, setChosen] = useState(offered[0]?.name ?? "");
  const sampleFor = (name: string) => sampleText(name, eventTypes);
  const [event, setEvent] = useState(sampleFor(chosen));
  const [result, setResult] = useState<FilterVerdict>();
  const { isBusy, error, run } = useAction("form");
  const test = () =>
    void run(async () => {
      setResult(undefined);
      setResult(await api.testFilter(filter, event));
    });
  const invalid = jsonError(event);
  const wrong = invalid ?? error?.message;
  return (
    <section class="try-box" aria-label="Try the filter">
      <SelectField
        label="Try it on a sample"
        value={chosen}
        options={typeOptions(offered)}
        onChange={(name) => {
          setChosen(name);
          setEvent(sampleFor(name));
          setResult(undefined);
        }}
      />
      <AreaField
        label="Event"
        rows={7}
        value={event}
        onInput={(text) => {
          setEvent(text);
          setResult(undefined);
        }}
        errors={wrong === undefined ? undefined : [wrong]}
      />
      <div class="actions">
        <Button
          icon={FlaskConical}
          onClick={test}
          isBusy={isBusy}
          disabled={invalid !== undefined || !isJson(filter)}
        >
          Test the filter
        </Button>
        <p role="status">{result !== undefined && <Outcome result={result} />}</p>
      </div>
    </section>
  );
}

function Outcome({ result }: { result: FilterVerdict }) {
  if (result.matches) return <span class="mark good">It matches: this event is sent.</span>;
  const { reason } = result;
  return (
    <>
      <span class="mark warn">It does not match: this event is not sent.</span>
      {reason !== null && (
        <span class="hint block-text">
          {reason.pointer !== "" && <code class="tag">{reason.pointer}</code>} {reason.detail}
        </span>
      )}
    </>
  );
}
