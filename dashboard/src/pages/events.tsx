// The page of events: publishes a test event, and shows the deliveries of an event.

import { Search, Send } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { eventName, plural } from "../format.ts";
import { Button } from "../ui/button.tsx";
import { Field, SelectField, TextField } from "../ui/field.tsx";
import { Empty } from "../ui/notice.tsx";
import { useAction } from "../use_action.ts";
import { useIdempotencyKey } from "../use_idempotency_key.ts";
import { go } from "../use_route.ts";
import { useTitle } from "../use_title.ts";
import { EventCard } from "./event_card.tsx";
import { jsonError, sampleOf, withType } from "./sample.ts";

export function Events({ id, query }: { id: string | undefined; query: URLSearchParams }) {
  useTitle("Events – Webhooks");
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>Events</h1>
          <p class="lead">Publish a test event, or find out where one went.</p>
        </div>
      </header>
      <div class={`two ${id === undefined ? "" : "found"}`}>
        <Publish initialType={query.get("type")} />
        <div class="stack">
          <Find id={id} />
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
    setText((before) => withType(before, chosen) ?? sampleOf(chosen));
  };
  useEffect(() => {
    const names = eventTypes.map((each) => each.event_type);
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
  const sentence = eventTypes.find((each) => each.event_type === type)?.triggered_when ?? "";
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
        options={eventTypes.map(({ event_type: name }): [string, string] => [
          name,
          eventName(name),
        ])}
        onChange={choose}
        hint={
          sentence === ""
            ? undefined
            : `Published when: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`
        }
      />
      <Field
        label="Body"
        hint="It is delivered byte for byte to every webhook that takes this event."
        errors={message === undefined ? undefined : [message]}
      >
        {(attributes) => (
          <textarea
            {...attributes}
            rows={16}
            value={text}
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </Field>
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
