// The dialogs that edit a webhook, rotate its key, and delete it.

import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { count, splitUrl } from "../format.ts";
import type { Signing } from "../../../contract/types.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField } from "../ui/field.tsx";
import { useAction } from "../use_action.ts";
import { go } from "../use_route.ts";
import type { Detail } from "./detail.ts";
import { SecretDialog } from "./secret_dialog.tsx";
import { bodyOf, fieldsOf } from "./webhook_fields.ts";
import { WebhookForm } from "./webhook_form.tsx";

interface DialogProps {
  detail: Detail;
  onClose: () => void;
}

export function EditDialog({ detail, onClose }: DialogProps) {
  const { api, showToast } = useApp();
  const { webhook, reload } = detail;
  const [fields, setFields] = useState(() => fieldsOf(webhook));
  const { isBusy, error, run } = useAction("form");
  const submit = () =>
    run(async () => {
      await api.update(webhook.id, bodyOf(fields, false));
      showToast("Saved.");
      reload();
      onClose();
    });
  return (
    <Dialog title="Edit webhook" onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <WebhookForm fields={fields} onChange={setFields} error={error} webhook={webhook} />
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={isBusy}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const graces: [string, string][] = [
  ["0", "None: the one before ends at once"],
  ["3600", "One hour"],
  ["86400", "One day"],
  ["604800", "One week"],
];

export function RotateDialog({ detail, onClose }: DialogProps) {
  const { api } = useApp();
  const { webhook, reload } = detail;
  const [grace, setGrace] = useState("86400");
  const [signing, setSigning] = useState<Signing>();
  const { isBusy, error, run } = useAction("form");
  const rotate = () =>
    void run(async () => {
      setSigning(await api.rotate(webhook.id, Number(grace)));
      reload();
    });
  if (signing !== undefined) {
    const note =
      grace === "0"
        ? "The key before does not sign any more."
        : "Until the time you chose is over, deliveries carry both signatures.";
    return (
      <SecretDialog
        title="The new key is in force"
        signing={signing}
        note={note}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog title="Rotate the signing key" onClose={onClose}>
      <div class="form">
        <p>
          A new key signs from now on. For a while the one before signs as well, so that your
          receiver can change over at any time without a gap.
        </p>
        <SelectField
          label="The one before signs for"
          value={grace}
          options={graces}
          onChange={setGrace}
        />
        {error !== undefined && (
          <p class="error" role="alert">
            {error.message}
          </p>
        )}
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" onClick={rotate} isBusy={isBusy} autofocus>
            Rotate
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

export function DeleteDialog({ detail, onClose }: DialogProps) {
  const { api, recent, showToast } = useApp();
  const { webhook, stats } = detail;
  const { isBusy, error, run } = useAction("form");
  const { waiting = 0, in_flight: inFlight = 0, held = 0, undelivered = 0 } = stats ?? {};
  const open = waiting + inFlight + held + undelivered;
  const remove = () =>
    void run(async () => {
      await api.remove(webhook.id);
      recent.deleted(webhook.id);
      showToast("Deleted.");
      go({ page: "webhooks" });
    });
  return (
    <Dialog title="Delete this webhook?" onClose={onClose}>
      <div class="form">
        <p>
          <strong class="break">{splitUrl(webhook.target_url).host}</strong> is sent nothing any
          more.
          {open > 0 && (
            <>
              {" "}
              {count(open)}{" "}
              {open === 1
                ? "event that waits or was missed is"
                : "events that wait or were missed are"}{" "}
              lost with it.
            </>
          )}{" "}
          This cannot be undone.
        </p>
        {error !== undefined && (
          <p class="error" role="alert">
            {error.message}
          </p>
        )}
        <div class="actions end">
          <Button onClick={onClose} autofocus>
            Keep it
          </Button>
          <Button look="danger" onClick={remove} isBusy={isBusy}>
            Delete webhook
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
