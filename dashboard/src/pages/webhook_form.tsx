// The form with the fields of a webhook, to create or to edit one.

import { Plus, X } from "lucide";
import { useApp } from "../context.ts";
import type { ApiError } from "../api.ts";
import { eventName } from "../format.ts";
import type { Webhook } from "../../../contract/types.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { CheckField, SelectField, TextField } from "../ui/field.tsx";
import { emptyFields, type Header, type WebhookFields } from "./webhook_fields.ts";

interface FormProps {
  fields: WebhookFields;
  onChange: (fields: WebhookFields) => void;
  error: ApiError | undefined;
  /** The webhook that is edited, if any. */
  webhook?: Webhook;
}

export function WebhookForm({ fields, onChange, error, webhook }: FormProps) {
  const { eventTypes } = useApp();
  const set = (change: Partial<WebhookFields>) => onChange({ ...fields, ...change });
  const errors = (name: string) => error?.fields[name];
  const types = eventTypes.map(({ event_type }) => event_type);
  const current = fields.event_type;
  const offered = current === "" || types.includes(current) ? types : [...types, current];
  const sentence = eventTypes.find((each) => each.event_type === current)?.triggered_when;
  return (
    <>
      <TextField
        label="Address"
        type="url"
        value={fields.target_url}
        onInput={(target_url) => set({ target_url })}
        placeholder="https://example.com/webhooks"
        hint="Every event is sent there by HTTP POST. Use a public host name."
        errors={errors("target_url")}
        required
        autofocus
      />
      <SelectField
        label="Events"
        value={current}
        options={[
          ["", "All events"],
          ...offered.map((type): [string, string] => [type, eventName(type)]),
        ]}
        onChange={(event_type) => set({ event_type })}
        hint={
          sentence === undefined || sentence === "" ? undefined : `${sentence}.`.replace("..", ".")
        }
        errors={errors("event_type")}
      />
      <details class="more-fields" open={error !== undefined || hasMore(fields)}>
        <summary>Authentication, headers and pace</summary>
        <div class="pair">
          <TextField
            label="User name"
            value={fields.basic_auth_username}
            onInput={(basic_auth_username) => set({ basic_auth_username })}
            errors={errors("basic_auth_username")}
          />
          <TextField
            label="Password"
            type="password"
            autocomplete="new-password"
            value={fields.basic_auth_password}
            onInput={(basic_auth_password) => set({ basic_auth_password })}
            errors={errors("basic_auth_password")}
          />
        </div>
        <Headers
          headers={fields.headers}
          onChange={(headers) => set({ headers })}
          errors={errors("additional_headers")}
        />
        <div class="pair">
          <TextField
            label="Sends a second, at most"
            type="number"
            value={fields.max_per_second}
            onInput={(max_per_second) => set({ max_per_second })}
            placeholder="No limit"
            hint="How many may begin within any second: 1 to 1,000."
            errors={errors("max_per_second")}
          />
          <TextField
            label="Sends at a time, at most"
            type="number"
            value={fields.max_in_flight}
            onInput={(max_in_flight) => set({ max_in_flight })}
            placeholder={emptyFields.max_in_flight}
            hint="How many may wait for an answer at once: 1 to 256."
            errors={errors("max_in_flight")}
          />
        </div>
        <CheckField
          label="Keep the order"
          hint="One event at a time, as published. One that fails holds back those after it."
          checked={fields.ordered}
          onChange={(ordered) => set({ ordered })}
        />
        <CheckField
          label="Retry after 408, 425 and 429"
          hint="Any other 4xx answer still switches the webhook off."
          checked={fields.retry_4xx}
          onChange={(retry_4xx) => set({ retry_4xx })}
        />
        {webhook === undefined && (
          <SelectField
            label="Signature"
            value={fields.signature}
            options={[
              ["hmac", "HMAC-SHA256, with a shared secret"],
              ["ed25519", "Ed25519, with a public key"],
            ]}
            onChange={(signature) => set({ signature })}
            errors={errors("signature")}
          />
        )}
      </details>
      {error !== undefined && Object.keys(error.fields).length === 0 && (
        <p class="error" role="alert">
          {error.message}
        </p>
      )}
    </>
  );
}

interface HeadersProps {
  headers: Header[];
  onChange: (headers: Header[]) => void;
  errors: string[] | undefined;
}

function Headers({ headers, onChange, errors }: HeadersProps) {
  const set = (index: number, change: Partial<Header>) =>
    onChange(headers.map((each, other) => (other === index ? { ...each, ...change } : each)));
  return (
    <fieldset class="headers">
      <legend>Headers</legend>
      {headers.map((header, index) => (
        <div class="header-line" key={header.key}>
          <input
            aria-label={`Name of header ${index + 1}`}
            placeholder="Name"
            value={header.name}
            spellcheck={false}
            onInput={(event) => set(index, { name: event.currentTarget.value })}
          />
          <input
            aria-label={`Value of header ${index + 1}`}
            placeholder="Value"
            value={header.value}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => set(index, { value: event.currentTarget.value })}
          />
          <IconButton
            icon={X}
            label={`Remove header ${index + 1}`}
            onClick={() => onChange(headers.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      <Button
        look="bare"
        icon={Plus}
        onClick={() => onChange([...headers, { key: crypto.randomUUID(), name: "", value: "" }])}
      >
        Add a header
      </Button>
      {errors !== undefined && <p class="error">{errors.join(" ")}</p>}
    </fieldset>
  );
}

function hasMore(fields: WebhookFields): boolean {
  return (
    fields.basic_auth_username !== "" ||
    fields.basic_auth_password !== "" ||
    fields.headers.length > 0 ||
    fields.max_per_second !== "" ||
    fields.max_in_flight !== emptyFields.max_in_flight ||
    fields.ordered ||
    fields.retry_4xx
  );
}
