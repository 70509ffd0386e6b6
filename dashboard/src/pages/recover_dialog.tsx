// The dialog that starts a recovery of missed events: of all, or of a part.

import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { count, plural } from "../format.ts";
import type { Stats } from "../../../contract/types.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { useAction } from "../use_action.ts";

interface RecoverProps {
  id: string;
  stats: Stats | undefined;
  onClose: () => void;
  onBegun: () => void;
}

export function RecoverDialog({ id, stats, onClose, onBegun }: RecoverProps) {
  const { api, showToast } = useApp();
  const [status, setStatus] = useState("all");
  const [since, setSince] = useState("");
  const { isBusy, error, run } = useAction("form");
  const { held = 0, undelivered = 0 } = stats ?? {};
  const submit = () =>
    run(async () => {
      const time = since === "" ? {} : { since: new Date(since).toISOString() };
      const { total } = await api.recover(id, { status, ...time });
      showToast(
        total === 0
          ? "Nothing of that was missed."
          : `Recovering ${plural(total, "missed event")}.`,
      );
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
          errors={error?.fields["status"]}
        />
        <TextField
          label="Accepted since"
          type="datetime-local"
          value={since}
          onInput={setSince}
          hint="Leave it blank for all."
          errors={error?.fields["since"]}
        />
        {error !== undefined && Object.keys(error.fields).length === 0 && (
          <p class="error" role="alert">
            {error.message}
          </p>
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
