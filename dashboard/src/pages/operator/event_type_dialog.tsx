// The dialog that adds an event type to the catalogue, changes it, or removes it.

import { useState } from "preact/hooks";
import { useApp } from "../../context.ts";
import { isJson, members, withMember } from "../../json_text.ts";
import { useOperator } from "../../operator.ts";
import type { EventType } from "../../types.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { AreaField, CheckField, TextField } from "../../ui/field.tsx";
import { ActionError } from "../../ui/notice.tsx";
import { ApiError } from "../../http.ts";
import { useAction } from "../../use_action.ts";

interface EventTypeProps {
  /** The type that is changed, or undefined for a new one. */
  type: EventType | undefined;
  onClose: () => void;
}

const empty: EventType = { name: "", description: "", example: "", schema: "", deprecated: false };

/** Answered when a webhook uses the type. */
const CONFLICT = 409;

export function EventTypeDialog({ type, onClose }: EventTypeProps) {
  const { showToast } = useApp();
  const { admin, reloadTypes } = useOperator();
  const [fields, setFields] = useState(type ?? empty);
  const saving = useAction("form");
  const removing = useAction("form");
  const set = (change: Partial<EventType>) => setFields({ ...fields, ...change });
  const done = (text: string) => {
    showToast(text);
    reloadTypes();
    onClose();
  };
  const name = fields.name.trim();
  const save = () =>
    void saving.run(async () => {
      const problems = problemsOf(fields);
      if (Object.keys(problems).length > 0) throw new ApiError(400, "", problems);
      await admin.putEventType(name, bodyOf(fields));
      done("Saved. It is in force everywhere within two minutes.");
    });
  const remove = () =>
    void removing.run(async () => {
      await admin.removeEventType(name);
      done(`${name} was removed.`);
    });
  const { error } = saving;
  return (
    <Dialog title={type === undefined ? "New event type" : type.name} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {type === undefined && (
          <TextField
            label="Name"
            value={fields.name}
            onInput={(text) => set({ name: text })}
            placeholder="ORDER_PAID"
            hint="Capital letters, digits and _; it cannot be changed."
            errors={error?.on("name")}
            autofocus
          />
        )}
        <TextField
          label="Description"
          value={fields.description}
          onInput={(description) => set({ description })}
          hint="When such an event is published."
          errors={error?.on("description")}
          autofocus={type !== undefined}
        />
        <AreaField
          label="Example"
          rows={8}
          value={fields.example}
          onInput={(example) => set({ example })}
          hint="A JSON object. Test events are made from it."
          errors={error?.on("example")}
        />
        <AreaField
          label="JSON Schema"
          rows={6}
          value={fields.schema}
          onInput={(schema) => set({ schema })}
          hint="It is shown to owners of webhooks. Events are not checked against it."
          errors={error?.on("schema")}
        />
        <CheckField
          label="Deprecated"
          hint="It is still delivered, but not offered for new webhooks."
          checked={fields.deprecated}
          onChange={(deprecated) => set({ deprecated })}
        />
        {error !== undefined && Object.keys(error.fields).length === 0 && (
          <ActionError error={error} />
        )}
        {removing.error !== undefined && (
          <p class="error" role="alert">
            {removing.error.message}
            {removing.error.status === CONFLICT && " Mark it as deprecated instead."}
          </p>
        )}
        <div class="actions end">
          {type !== undefined && (
            <Button look="danger" onClick={remove} isBusy={removing.isBusy}>
              Remove
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={saving.isBusy}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function problemsOf({ name, example, schema }: EventType): Record<string, string[]> {
  const problems: Record<string, string[]> = {};
  if (name.trim() === "") problems["name"] = ["This field is required."];
  if (example.trim() !== "" && !isJson(example)) problems["example"] = ["This is not JSON yet."];
  if (schema.trim() !== "" && !isJson(schema)) problems["schema"] = ["This is not JSON yet."];
  return problems;
}

/** Returns the body as JSON text, in which every digit of the example stays. */
function bodyOf({ name, description, example, schema, deprecated }: EventType): string {
  const json = (text: string) => (text.trim() === "" ? "null" : text);
  return (
    `{"description":${JSON.stringify(description)},"example":${json(typed(example, name))},` +
    `"schema":${json(schema)},"deprecated":${deprecated}}`
  );
}

/** Returns the example with the name of its type, which an event must have. */
function typed(example: string, name: string): string {
  if (example.trim() === "" || !members(example).has("event_type")) return example;
  return withMember(example, "event_type", JSON.stringify(name.trim()));
}
