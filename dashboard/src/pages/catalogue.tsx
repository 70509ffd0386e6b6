// The catalogue of event types. The operator can change it.

import { BookMarked, Pencil, Plus } from "lucide";
import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { plural } from "../format.ts";
import { useMaybeOperator } from "../operator.ts";
import type { EventType } from "../types.ts";
import { Button, CopyButton } from "../ui/button.tsx";
import { Empty } from "../ui/notice.tsx";
import { SearchField } from "../ui/search_field.tsx";
import { useTitle } from "../use_title.ts";
import { EventTypeDialog } from "./operator/event_type_dialog.tsx";

export function Catalogue() {
  const { eventTypes } = useApp();
  const operator = useMaybeOperator();
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<EventType | "new">();
  useTitle("Event types – Webhooks");
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = eventTypes.filter(({ name, description }) =>
    words.every((word) => `${name} ${description}`.toLowerCase().includes(word)),
  );
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>Event types</h1>
          <p class="lead">
            {plural(eventTypes.length, "type")} of events that can be published and delivered
          </p>
        </div>
        {operator !== undefined && (
          <Button look="primary" icon={Plus} onClick={() => setOpen("new")}>
            New event type
          </Button>
        )}
      </header>
      <div class="filters">
        <SearchField
          label="Search event types"
          placeholder="Search"
          value={search}
          onSearch={setSearch}
        />
      </div>
      {shown.length === 0 ? (
        <div class="card">
          <Empty icon={BookMarked} title="No event type matches" />
        </div>
      ) : (
        <div class="card types-list">
          {shown.map((type) => (
            <TypeRow
              key={type.name}
              type={type}
              onEdit={operator === undefined ? undefined : () => setOpen(type)}
            />
          ))}
        </div>
      )}
      {open !== undefined && (
        <EventTypeDialog
          type={open === "new" ? undefined : open}
          onClose={() => setOpen(undefined)}
        />
      )}
    </div>
  );
}

interface TypeRowProps {
  type: EventType;
  onEdit: (() => void) | undefined;
}

function TypeRow({ type, onEdit }: TypeRowProps) {
  const { name, description, example, schema, deprecated } = type;
  return (
    <section class="type" aria-label={name}>
      <header>
        <h2>
          <code>{name}</code>
        </h2>
        <CopyButton text={name} label={`Copy ${name}`} />
        {deprecated && <span class="tag">deprecated</span>}
        {onEdit !== undefined && (
          <Button look="bare" icon={Pencil} onClick={onEdit}>
            Edit
          </Button>
        )}
      </header>
      {description !== "" && <p>{description}</p>}
      <Json title="Example" text={example} of={name} />
      <Json title="Schema" text={schema} of={name} />
    </section>
  );
}

function Json({ title, text, of }: { title: string; text: string; of: string }) {
  if (text === "") return null;
  return (
    <details class="answer">
      <summary>
        {title}
        <span class="hidden-text"> of {of}</span>
      </summary>
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}
