// The page of events: publishes a test event, and shows the deliveries of an event.

import { Search, Send } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { useAllows, useApp } from "../context.ts";
import { plural } from "../format.ts";
import { Button } from "../ui/button.tsx";
import { AreaField, SelectField, TextField } from "../ui/field.tsx";
import { Empty } from "../ui/notice.tsx";
import { useAction } from "../use_action.ts";
import { useIdempotencyKey } from "../use_idempotency_key.ts";
import { go } from "../use_route.ts";
import { useTitle } from "../use_title.ts";
import { EventCard } from "./event_card.tsx";
import { RecipientsNote } from "./recipients_note.tsx";
import { jsonError, sampleText, typeOptions, withType } from "./sample.ts";

export function Events({ id, query }: { id: string | undefined; query: URLSearchParams }) {
  const allows = useAllows();
  useTitle("Events – Webhooks");
  const canPublish = allows("events:write");
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>Events</h1>
          <p class="lead">
            {canPublish
              ? "Publish a test event, or find out where one went."
              : "Find out where an event went."}
          </p>
        </div>
      </header>
      <div class={canPublish ? `two ${id === undefined ? "" : "found"}` : "stack"}>
        {canPublish && <Publish initialType={query.get("type")} />}
        <div class="stack">
          {allows("webhooks:read") && <Find id={id} />}
          {id === undefined ? (
            <div class="card">
              <Empty icon={Send} title="See it arrive">
                <p>What you publish or find is shown here, with every webhook that got it.</p>
              </Empty>
            </div>
          ) : (
            <EventCard key={id} id={id} />
          )}
        </div>
      </div>
    </div>
  );
}

function Publish({ initialType }: { initialType: string | null }) {
  const { api, eventTypes, showToast } = useApp();
  const [type, setType] = useState("");
  const [text, setText] = useState("");
  const { isBusy, error, run } = useAction("form");
  const idempotency = useIdempotencyKey();
  const choose = (chosen: string) => {
    setType(chosen);
    setText((before) => withType(before, chosen, eventTypes) ?? sampleText(chosen, eventTypes));
  };
  useEffect(() => {
    const names = eventTypes.map((each) => each.name);
    const first = names.find((name) => name === initialType) ?? names[0];
    if (type === "" && first !== undefined) choose(first);
  }, [eventTypes]);
  const invalid = text === "" ? undefined : jsonError(text);
  const publish = () =>
    run(async () => {
      const { id, webhooks, held = 0 } = await api.publish(text, idempotency.keyOf(text));
      idempotency.done();
      if (webhooks + held === 0) {
        showToast("Published, and no webhook takes it: none is active for this event.");
      } else {
        const heldText = held > 0 ? `, held for ${held}` : "";
        showToast(`Published to ${plural(webhooks, "webhook")}${heldText}.`);
      }
      if (webhooks + held > 0) go({ page: "events", id });
    });
  const message = invalid ?? error?.message;
  const description = eventTypes.find((each) => each.name === type)?.description ?? "";
  return (
    <form
      class="card form publish"
      aria-label="Publish a test event"
      onSubmit={(event) => {
        event.preventDefault();
        if (invalid === undefined) void publish();
      }}
    >
      <SelectField
        label="Event"
        value={type}
        options={typeOptions(eventTypes)}
        onChange={choose}
        hint={description === "" ? undefined : description}
      />
      <AreaField
        label="Body"
        rows={16}
        value={text}
        onInput={setText}
        hint="It is delivered byte for byte."
        errors={message === undefined ? undefined : [message]}
      />
      <RecipientsNote type={type} />
      <div class="actions end">
        <Button look="primary" type="submit" icon={Send} isBusy={isBusy}>
          Publish event
        </Button>
      </div>
    </form>
  );
}

function Find({ id }: { id: string | undefined }) {
  const [text, setText] = useState(id ?? "");
  useEffect(() => setText(id ?? ""), [id]);
  return (
    <form
      class="card form find"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") go({ page: "events", id: text.trim() });
      }}
    >
      <TextField label="Find an event by its id" value={text} onInput={setText} />
      <Button type="submit" icon={Search}>
        Find
      </Button>
    </form>
  );
}
