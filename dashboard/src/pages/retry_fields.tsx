// The fields of the webhook form about failures: the timeout, the retry schedule, and what a 4xx
// answer and a pause do.

import { scheduleText } from "../schedule.ts";
import { CheckField, TextField } from "../ui/field.tsx";
import { retryOf, type WebhookFields } from "./webhook_fields.ts";
import type { PartProps } from "./form_part.ts";

export function RetryFields({ fields, set, errors }: PartProps) {
  return (
    <>
      <TextField
        label="Timeout, in ms"
        type="number"
        value={fields.timeout_ms}
        onInput={(timeout_ms) => set({ timeout_ms })}
        placeholder="That of this dispatcher"
        hint="How long one attempt may take: 1,000 to 28,000."
        errors={errors("timeout_ms")}
      />
      <fieldset class="pairs">
        <legend>Retries</legend>
        <div class="triple">
          <TextField
            label="Number"
            type="number"
            value={fields.retry_limit}
            onInput={(retry_limit) => set({ retry_limit })}
            placeholder="Default"
            errors={errors("retry.limit")}
          />
          <TextField
            label="First delay, in ms"
            type="number"
            value={fields.retry_base_ms}
            onInput={(retry_base_ms) => set({ retry_base_ms })}
            placeholder="Default"
            errors={errors("retry.base_ms")}
          />
          <TextField
            label="Longest delay, in ms"
            type="number"
            value={fields.retry_max_ms}
            onInput={(retry_max_ms) => set({ retry_max_ms })}
            placeholder="Default"
            errors={errors("retry.max_ms")}
          />
        </div>
        <p class="hint" role="status">
          {hintOf(fields)}
        </p>
      </fieldset>
      <CheckField
        label="Deactivate after a 4xx answer"
        hint="Without it, a 4xx answer is retried like any failure; only 410 deactivates."
        checked={fields.deactivate_on_4xx}
        onChange={(deactivate_on_4xx) => set({ deactivate_on_4xx })}
      />
      {fields.deactivate_on_4xx && (
        <CheckField
          label="Retry after 408, 425 and 429"
          hint="Any other 4xx answer still deactivates the webhook."
          checked={fields.retry_4xx}
          onChange={(retry_4xx) => set({ retry_4xx })}
        />
      )}
      <CheckField
        label="Hold events while paused"
        hint="What is published during a pause is kept, to be recovered."
        checked={fields.hold_while_paused}
        onChange={(hold_while_paused) => set({ hold_while_paused })}
      />
    </>
  );
}

function hintOf(fields: WebhookFields): string {
  const retry = retryOf(fields);
  const doubling = "Each delay is twice the one before, up to the longest.";
  return retry === null ? doubling : `${scheduleText(retry)}. ${doubling}`;
}
