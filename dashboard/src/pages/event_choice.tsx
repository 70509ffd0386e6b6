// The choice of the events that a webhook takes: all, or some types and patterns of types.

import { useId } from "preact/hooks";
import { useApp } from "../context.ts";
import { eventName } from "../format.ts";
import { TextField } from "../ui/field.tsx";
import type { PartProps } from "./form_part.ts";

export function EventChoice({ fields, set, errors }: PartProps) {
  const { eventTypes } = useApp();
  const id = useId();
  const choice = (takesAll: boolean, text: string) => (
    <label class="choice">
      <input
        type="radio"
        name={id}
        checked={fields.takesAll === takesAll}
        onChange={() => set({ takesAll })}
      />
      <span>{text}</span>
    </label>
  );
  const toggle = (name: string, isChosen: boolean) =>
    set({
      types: isChosen ? [...fields.types, name] : fields.types.filter((each) => each !== name),
    });
  // A deprecated type is offered only where it is in use.
  const offered = eventTypes.filter(
    ({ name, deprecated }) => !deprecated || fields.types.includes(name),
  );
  return (
    <fieldset class="pairs">
      <legend>Events</legend>
      <div class="choices">
        {choice(true, "All events")}
        {choice(false, "Only some")}
      </div>
      {!fields.takesAll && (
        <>
          <div class="types" role="group" aria-label="Event types">
            {offered.map(({ name, description, deprecated }) => (
              <label class="choice" key={name} title={description}>
                <input
                  type="checkbox"
                  checked={fields.types.includes(name)}
                  onChange={(event) => toggle(name, event.currentTarget.checked)}
                />
                <span>
                  {eventName(name)}
                  {deprecated && " (deprecated)"}
                </span>
              </label>
            ))}
          </div>
          <TextField
            label="Patterns"
            value={fields.patterns}
            onInput={(patterns) => set({ patterns })}
            placeholder="COURSE_*"
            hint="A * at the end stands for any ending. Separate several by blanks."
            errors={errors("event_type", "event_types")}
          />
        </>
      )}
    </fieldset>
  );
}
