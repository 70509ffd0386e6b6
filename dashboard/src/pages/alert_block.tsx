// The alert of the account: one URL that is told when a webhook fails or is deactivated.

import { BellRing } from "lucide";
import { useState } from "preact/hooks";
import { useAllows, useApp } from "../context.ts";
import { ApiError } from "../http.ts";
import { link } from "../route.ts";
import type { CreatedWebhook } from "../types.ts";
import { stateOf } from "../health.ts";
import { Block } from "../ui/block.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { ActionError, LoadError, Skeleton } from "../ui/notice.tsx";
import { StateMark } from "../ui/status.tsx";
import { Url } from "../ui/url.tsx";
import { useAction } from "../use_action.ts";
import { useLoad } from "../use_load.ts";
import { SigningDialog } from "./secret_dialog.tsx";

export function AlertBlock() {
  const { api } = useApp();
  const allows = useAllows();
  const [isOpen, setOpen] = useState(false);
  const alert = useLoad("alert", (signal) =>
    api.alert(signal).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }),
  );
  const read = alert.value;
  const isNone = read === null;
  return (
    <Block
      title="Alert"
      action={
        isNone &&
        allows("webhooks:write") && (
          <Button icon={BellRing} look="primary" onClick={() => setOpen(true)}>
            Create the alert
          </Button>
        )
      }
    >
      <p class="hint">
        One URL that is told when a webhook of this account fails, recovers or is deactivated. Use a
        receiver that does not depend on the others.
      </p>
      {alert.error !== undefined && <LoadError error={alert.error} retry={alert.reload} />}
      {read === undefined && alert.error === undefined && <Skeleton lines={1} />}
      {isNone && <p>There is none yet, so a failing webhook is shown here and told to nobody.</p>}
      {read != null && (
        <a
          class="alert-link"
          href={link({ page: "webhook", id: read.webhook.id, tab: "deliveries" })}
        >
          <StateMark state={stateOf(read.webhook, undefined)} />
          <Url text={read.webhook.target_url} />
        </a>
      )}
      {isOpen && (
        <AlertDialog
          onClose={() => {
            setOpen(false);
            alert.reload();
          }}
        />
      )}
    </Block>
  );
}

function AlertDialog({ onClose }: { onClose: () => void }) {
  const { api } = useApp();
  const [url, setUrl] = useState("");
  const [created, setCreated] = useState<CreatedWebhook>();
  const { isBusy, error, run } = useAction("form");
  const create = () =>
    void run(async () => setCreated(await api.putAlert({ target_url: url.trim() })));
  if (created !== undefined) {
    return <SigningDialog title="The alert is ready" signing={created} onClose={onClose} />;
  }
  return (
    <Dialog title="Create the alert" onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          create();
        }}
      >
        <TextField
          label="URL"
          type="url"
          value={url}
          onInput={setUrl}
          placeholder="https://example.com/alerts"
          hint="It gets WEBHOOK_FAILING, WEBHOOK_DEACTIVATED and WEBHOOK_RECOVERED events."
          errors={error?.on("target_url")}
          required
          autofocus
        />
        {error !== undefined && error.on("target_url") === undefined && (
          <ActionError error={error} />
        )}
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={isBusy}>
            Create
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
