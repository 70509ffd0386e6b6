// The dialogs that rotate the key of a webhook, pause it, and delete it.

import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { count } from "../format.ts";
import type { Signing } from "../types.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { CheckField, SelectField } from "../ui/field.tsx";
import { ActionError } from "../ui/notice.tsx";
import { LongUrl } from "../ui/url.tsx";
import { useAction } from "../use_action.ts";
import { go } from "../use_route.ts";
import type { Detail } from "./detail.ts";
import { SigningDialog } from "./secret_dialog.tsx";

interface DialogProps {
  detail: Detail;
  onClose: () => void;
}

const graces: [string, string][] = [
  ["0", "Not at all: it ends at once"],
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
        ? "The old key does not sign any more."
        : "Until the time you chose is over, deliveries carry both signatures.";
    return (
      <SigningDialog
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
          A new key signs from now on. For a while the old one signs as well, so that your receiver
          can change over at any time without a gap.
        </p>
        <SelectField
          label="Keep the old key valid for"
          value={grace}
          options={graces}
          onChange={setGrace}
        />
        <ActionError error={error} />
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

export function PauseDialog({ detail, onClose }: DialogProps) {
  const { api, showToast } = useApp();
  const { webhook, reload } = detail;
  const isHolding = webhook.hold_while_paused;
  const [holds, setHolds] = useState(isHolding ?? false);
  const { isBusy, error, run } = useAction("form");
  const pause = () =>
    void run(async () => {
      const change = holds === (isHolding ?? false) ? {} : { hold_while_paused: holds };
      await api.update(webhook.id, { active: false, ...change });
      showToast("The webhook is paused: nothing is sent to it.");
      reload();
      onClose();
    });
  return (
    <Dialog title="Pause this webhook?" onClose={onClose}>
      <div class="form">
        <p>
          Nothing is sent until you re-activate it.{" "}
          {holds
            ? "Events that are published meanwhile are held; you can recover them afterwards."
            : "Events that are published meanwhile are not kept for it."}
        </p>
        {isHolding !== undefined && (
          <CheckField
            label="Hold events while paused"
            checked={holds}
            onChange={setHolds}
          />
        )}
        <ActionError error={error} />
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" onClick={pause} isBusy={isBusy} autofocus>
            Pause webhook
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
  const lost: [number, string][] = [
    [waiting + inFlight, "waiting"],
    [held, "held"],
    [undelivered, "undelivered"],
  ];
  const parts = lost.filter(([number]) => number > 0);
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
        <p>No more events will be sent to</p>
        <p class="delete-target">
          {(webhook.name ?? "") !== "" && <strong>{webhook.name}</strong>}
          <LongUrl text={webhook.target_url} />
        </p>
        <p>
          {parts.length > 0 && (
            <>
              These events are lost with it:{" "}
              {parts.map(([number, what]) => `${count(number)} ${what}`).join(", ")}.{" "}
            </>
          )}
          Its history is deleted too. This cannot be undone.
        </p>
        <ActionError error={error} />
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
