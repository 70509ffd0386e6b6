// The dialog that creates a webhook, and then shows its signing secret once.

import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import type { CreatedWebhook } from "../../../contract/types.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useAction } from "../use_action.ts";
import { useIdempotencyKey } from "../use_idempotency_key.ts";
import { go } from "../use_route.ts";
import { SecretDialog } from "./secret_dialog.tsx";
import { bodyOf, emptyFields } from "./webhook_fields.ts";
import { WebhookForm } from "./webhook_form.tsx";

interface CreateProps {
  onClose: () => void;
  onCreated: () => void;
}

export function CreateWebhook({ onClose, onCreated }: CreateProps) {
  const { api, recent } = useApp();
  const [fields, setFields] = useState(emptyFields);
  const [created, setCreated] = useState<CreatedWebhook>();
  const { isBusy, error, run } = useAction("form");
  const idempotency = useIdempotencyKey();
  const submit = () =>
    run(async () => {
      const body = bodyOf(fields, true);
      const { signing_secret: secret, ...webhook } = await api.create(
        body,
        idempotency.keyOf(JSON.stringify(body)),
      );
      recent.created(webhook);
      setCreated({ ...webhook, ...(secret === undefined ? {} : { signing_secret: secret }) });
      onCreated();
    });
  if (created !== undefined) {
    return (
      <SecretDialog
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
          void submit();
        }}
        noValidate
      >
        <WebhookForm fields={fields} onChange={setFields} error={error} />
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={isBusy}>
            Create webhook
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
