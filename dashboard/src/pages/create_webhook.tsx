// The dialog that creates a webhook, and then shows its signing secret once.

import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import type { CreatedWebhook } from "../types.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useIdempotencyKey } from "../use_idempotency_key.ts";
import { go } from "../use_route.ts";
import { SigningDialog } from "./secret_dialog.tsx";
import { useForm } from "./use_form.ts";
import { createBody, emptyFields } from "./webhook_fields.ts";
import { WebhookForm } from "./webhook_form.tsx";

interface CreateProps {
  onClose: () => void;
  onCreated: () => void;
}

export function CreateWebhook({ onClose, onCreated }: CreateProps) {
  const { api, recent } = useApp();
  const [created, setCreated] = useState<CreatedWebhook>();
  const idempotency = useIdempotencyKey();
  const form = useForm(emptyFields, async (fields) => {
    const body = createBody(fields);
    const webhook = await api.create(body, idempotency.keyOf(body));
    const { signing_secret: _, ...listed } = webhook;
    recent.created(listed);
    setCreated(webhook);
    onCreated();
  });
  if (created !== undefined) {
    return (
      <SigningDialog
        title="Your webhook is ready"
        signing={created}
        onClose={() => go({ page: "webhook", id: created.id, tab: "deliveries" })}
      />
    );
  }
  return (
    <Dialog title="New webhook" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
        noValidate
      >
        <WebhookForm fields={form.fields} onChange={form.change} error={form.error} />
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={form.isBusy}>
            Create webhook
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
