// The dialog that deletes the data of an account, after its name was typed.

import { useState } from "preact/hooks";
import { useApp } from "../../context.ts";
import { plural } from "../../format.ts";
import { useOperator } from "../../operator.ts";
import type { AccountDetail } from "../../types.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { ActionError } from "../../ui/notice.tsx";
import { useAction } from "../../use_action.ts";

export function EraseDialog({ account, onClose }: { account: AccountDetail; onClose: () => void }) {
  const { showToast } = useApp();
  const { admin } = useOperator();
  const [typed, setTyped] = useState("");
  const { isBusy, error, run } = useAction("form");
  const { account: name, webhooks } = account;
  const erase = () =>
    void run(async () => {
      await admin.erase(name);
      showToast(`The data of ${name} is being deleted.`);
      onClose();
    });
  return (
    <Dialog title={`Delete the data of ${name}?`} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() === name) erase();
        }}
      >
        <p>
          {plural(webhooks, "webhook")} with everything that waits, the keys and the audit log are
          erased. This cannot be undone.
        </p>
        <TextField
          label={`Type ${name} to confirm`}
          value={typed}
          onInput={setTyped}
          autofocus
        />
        <ActionError error={error} />
        <div class="actions end">
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" type="submit" isBusy={isBusy} disabled={typed.trim() !== name}>
            Delete the data
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
