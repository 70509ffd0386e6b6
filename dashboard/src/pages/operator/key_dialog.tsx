// The dialog that makes an API key, and then shows it once.

import { useState } from "preact/hooks";
import { type Scope, scopes as allScopes } from "../../admin_api.ts";
import { readTime } from "../../format.ts";
import { useOperator } from "../../operator.ts";
import type { CreatedKey } from "../../types.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField, TimeField } from "../../ui/field.tsx";
import { ActionError } from "../../ui/notice.tsx";
import { useAction } from "../../use_action.ts";
import { SecretDialog } from "../secret_dialog.tsx";
import { ScopeChoice } from "./scope_choice.tsx";

export function KeyDialog({ account, onClose }: { account?: string; onClose: () => void }) {
  const { admin } = useOperator();
  const [owner, setOwner] = useState(account ?? "");
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>([...allScopes]);
  const [expires, setExpires] = useState("");
  const [minted, setMinted] = useState<CreatedKey>();
  const { isBusy, error, run } = useAction("form");
  const make = () =>
    void run(async () => {
      const expiresMs = readTime(expires);
      if (expires.trim() !== "" && expiresMs === undefined) return;
      const ending =
        expiresMs === undefined ? {} : { expires_at: new Date(expiresMs).toISOString() };
      setMinted(await admin.mint({ account: owner.trim(), name: name.trim(), scopes, ...ending }));
    });
  if (minted !== undefined) {
    return (
      <SecretDialog
        title={`The key for ${minted.account}`}
        name="key"
        text={minted.key}
        use="It is for backends only: hand it over by a safe way."
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog title="New key" onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          make();
        }}
      >
        {account === undefined && (
          <TextField
            label="Account"
            value={owner}
            onInput={setOwner}
            hint="A name that is not known yet makes a new account."
            errors={error?.on("account")}
            autofocus
          />
        )}
        <TextField
          label="Name"
          value={name}
          onInput={setName}
          placeholder="backend"
          hint="What it is for."
          errors={error?.on("name")}
          autofocus={account !== undefined}
        />
        <ScopeChoice chosen={scopes} onChange={setScopes} errors={error?.on("scopes")} />
        <TimeField
          label="Expires"
          value={expires}
          onInput={setExpires}
          hint="Leave it empty for never."
          errors={error?.on("expires_at")}
        />
        {error !== undefined && Object.keys(error.fields).length === 0 && (
          <ActionError error={error} />
        )}
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={isBusy}>
            Make key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
