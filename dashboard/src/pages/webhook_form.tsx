// The form with the fields of a webhook, to create or to edit one.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { ApiError } from "../http.ts";
import { headerName } from "../pairs.ts";
import type { Webhook } from "../types.ts";
import { CheckField, SelectField, TextField } from "../ui/field.tsx";
import { Pairs } from "../ui/pairs.tsx";
import { EventChoice } from "./event_choice.tsx";
import { FilterField } from "./filter_field.tsx";
import type { PartProps } from "./form_part.ts";
import { RetryFields } from "./retry_fields.tsx";
import { emptyFields, type WebhookFields } from "./webhook_fields.ts";

interface FormProps {
  fields: WebhookFields;
  onChange: (fields: WebhookFields) => void;
  error: ApiError | undefined;
  /** The webhook that is edited, if any. */
  webhook?: Webhook;
}

export function WebhookForm({ fields, onChange, error, webhook }: FormProps) {
  const part: PartProps = {
    fields,
    set: (change) => onChange({ ...fields, ...change }),
    errors: (...names) => {
      const found = names.flatMap((name) => error?.on(name) ?? []);
      return found.length === 0 ? undefined : found;
    },
  };
  const { set, errors } = part;
  // What is wrong may be out of sight, or in a part that was folded away until now.
  useEffect(() => {
    if (error === undefined) return;
    const invalid = document.querySelector<HTMLElement>("dialog[open] [aria-invalid=true]");
    if (invalid !== null) invalid.focus();
    else document.querySelector("dialog[open] .error")?.scrollIntoView({ block: "center" });
  }, [error]);
  return (
    <>
      <TextField
        label="URL"
        type="url"
        value={fields.target_url}
        onInput={(target_url) => set({ target_url })}
        placeholder="https://example.com/webhooks"
        hint="Every event is sent there by HTTP POST. Use a host name that is public."
        errors={errors("target_url")}
        required
        autofocus
      />
      <TextField
        label="Name"
        value={fields.name}
        onInput={(name) => set({ name })}
        placeholder="Optional"
        hint="For you, to find it in the list."
        errors={errors("name")}
      />
      <EventChoice {...part} />
      <Section
        title="Filter by content"
        isOpen={fields.filter !== "" || errors("filter") !== undefined}
      >
        <FilterField {...part} />
      </Section>
      <Section title="Authentication and headers" isOpen={hasCredentials(part)}>
        <Credentials {...part} />
      </Section>
      <Section title="Signature" isOpen={errors("signing_secret", "signature") !== undefined}>
        {webhook === undefined ? (
          <Signature {...part} />
        ) : (
          <p class="hint">The key is changed by a rotation, in the settings.</p>
        )}
      </Section>
      <Section title="Rate, order and retries" isOpen={hasPace(part)}>
        <Pace {...part} />
        <RetryFields {...part} />
      </Section>
      <Section
        title="Metadata"
        isOpen={fields.metadata.length > 0 || errors("metadata") !== undefined}
      >
        <Pairs
          legend="Values of your own"
          noun="value"
          pairs={fields.metadata}
          onChange={(metadata) => set({ metadata })}
          hint="Up to 16 texts that are shown here and never sent to the receiver."
          errors={errors("metadata")}
        />
      </Section>
      {error !== undefined && Object.keys(error.fields).length === 0 && (
        <p class="error" role="alert">
          {error.message}
        </p>
      )}
    </>
  );
}

interface SectionProps {
  title: string;
  isOpen: boolean;
  children: ComponentChildren;
}

/** A part of the form that is folded away until it is needed. */
function Section({ title, isOpen, children }: SectionProps) {
  return (
    <details class="more-fields" open={isOpen}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}

const hasCredentials = ({ fields, errors }: PartProps): boolean =>
  fields.basic_auth_username !== "" ||
  fields.basic_auth_password !== "" ||
  fields.headers.length > 0 ||
  errors("basic_auth_username", "basic_auth_password", "additional_headers") !== undefined;

function Credentials({ fields, set, errors }: PartProps) {
  return (
    <>
      <div class="pair">
        <TextField
          label="User name"
          value={fields.basic_auth_username}
          onInput={(basic_auth_username) => set({ basic_auth_username })}
          hint="For basic authentication."
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
      <Pairs
        legend="Headers"
        noun="header"
        nameOf={headerName}
        pairs={fields.headers}
        onChange={(headers) => set({ headers })}
        errors={errors("additional_headers")}
      />
    </>
  );
}

function Signature({ fields, set, errors }: PartProps) {
  const isShared = fields.signature === "hmac";
  return (
    <>
      <SelectField
        label="Algorithm"
        value={fields.signature}
        options={[
          ["hmac", "HMAC-SHA256, with a shared secret"],
          ["ed25519", "Ed25519, with a public key"],
        ]}
        onChange={(signature) => set({ signature, signing_secret: "" })}
        errors={errors("signature")}
      />
      {isShared && (
        <TextField
          label="Secret of your own"
          type="password"
          autocomplete="new-password"
          value={fields.signing_secret}
          onInput={(signing_secret) => set({ signing_secret })}
          placeholder="whsec_…"
          hint="Leave it empty to have one made."
          errors={errors("signing_secret")}
        />
      )}
    </>
  );
}

const paceNames = [
  "max_per_second",
  "max_in_flight",
  "timeout_ms",
  "retry",
  "ordered",
  "retry_4xx",
  "deactivate_on_4xx",
  "hold_while_paused",
] as const;

const hasPace = ({ fields, errors }: PartProps): boolean =>
  errors(...paceNames) !== undefined ||
  [...paceNames, "retry_limit", "retry_base_ms", "retry_max_ms"].some((name) => {
    const key = name as keyof WebhookFields;
    return fields[key] !== emptyFields[key];
  });

function Pace({ fields, set, errors }: PartProps) {
  return (
    <>
      <div class="pair">
        <TextField
          label="Attempts per second, at most"
          type="number"
          value={fields.max_per_second}
          onInput={(max_per_second) => set({ max_per_second })}
          placeholder="No limit"
          hint="1 to 1,000."
          errors={errors("max_per_second")}
        />
        <TextField
          label="Attempts at a time, at most"
          type="number"
          value={fields.max_in_flight}
          onInput={(max_in_flight) => set({ max_in_flight })}
          placeholder={emptyFields.max_in_flight}
          hint="How many may wait for an answer: 1 to 256."
          errors={errors("max_in_flight")}
        />
      </div>
      <CheckField
        label="Strict order"
        hint="One event at a time, as published. One that fails holds back those after it."
        checked={fields.ordered}
        onChange={(ordered) => set({ ordered })}
      />
    </>
  );
}
