// The dialog that starts a recovery of missed events: of all, or of a part.

import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { faultNames } from "../faults.ts";
import { count, plural, readTime } from "../format.ts";
import type { WebhookStats } from "../types.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField, TimeField } from "../ui/field.tsx";
import { ActionError } from "../ui/notice.tsx";
import { useAction } from "../use_action.ts";

interface RecoverProps {
  id: string;
  stats: WebhookStats | undefined;
  onClose: () => void;
  onBegun: () => void;
}

export function RecoverDialog({ id, stats, onClose, onBegun }: RecoverProps) {
  const { api, showToast } = useApp();
  const [status, setStatus] = useState("all");
  const [since, setSince] = useState("");
  const [code, setCode] = useState("");
  const [fault, setFault] = useState("");
  const { isBusy, error, run } = useAction("form");
  const { held = 0, undelivered = 0 } = stats ?? {};
  const sinceMs = readTime(since);
  const submit = () =>
    run(async () => {
      if (since.trim() !== "" && sinceMs === undefined) return;
      const { total } = await api.recover(id, {
        status,
        ...(sinceMs === undefined ? {} : { since: new Date(sinceMs).toISOString() }),
        ...(code.trim() === "" ? {} : { http_status_code: code.trim().toLowerCase() }),
        ...(fault === "" ? {} : { fault }),
      });
      const text = `Recovering ${plural(total, "missed event")}.`;
      showToast(total === 0 ? "Nothing of that was missed." : text);
      onBegun();
      onClose();
    });
  return (
    <Dialog title="Recover missed events" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>
          They are delivered in the order in which they came, at a steady pace and each with a fresh
          schedule of retries. New events pass them.
        </p>
        <SelectField
          label="Which"
          value={status}
          options={[
            ["all", `All that were missed (${count(held + undelivered)})`],
            ["held", `Those that came while it was off (${count(held)})`],
            ["undelivered", `Those that had come before (${count(undelivered)})`],
          ]}
          onChange={setStatus}
          errors={error?.on("status")}
        />
        <TimeField
          label="Accepted since"
          value={since}
          onInput={setSince}
          hint="Leave it empty for all."
          errors={error?.on("since")}
        />
        {status !== "held" && (
          <div class="pair">
            <TextField
              label="Status code"
              value={code}
              onInput={setCode}
              placeholder="Any; 503 or 5xx"
              errors={error?.on("http_status_code")}
            />
            <SelectField
              label="Fault"
              value={fault}
              options={[["", "Any"], ...faultNames]}
              onChange={setFault}
              errors={error?.on("fault")}
            />
          </div>
        )}
        {error !== undefined && Object.keys(error.fields).length === 0 && (
          <ActionError error={error} />
        )}
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={isBusy} autofocus>
            Recover
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
