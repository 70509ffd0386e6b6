// The dialog that makes a portal link, and then shows it once.

import { useState } from "preact/hooks";
import type { Scope } from "../../admin_api.ts";
import { fullTime } from "../../format.ts";
import { useOperator } from "../../operator.ts";
import type { PortalLink } from "../../types.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { ActionError } from "../../ui/notice.tsx";
import { useAction } from "../../use_action.ts";
import { SecretDialog } from "../secret_dialog.tsx";
import { ScopeChoice } from "./scope_choice.tsx";

const lengths: [seconds: string, text: string][] = [
  ["600", "10 minutes"],
  ["3600", "One hour"],
  ["86400", "One day"],
  ["604800", "One week"],
];

export function LinkDialog({ account, onClose }: { account?: string; onClose: () => void }) {
  const { admin } = useOperator();
  const [owner, setOwner] = useState(account ?? "");
  const [seconds, setSeconds] = useState("3600");
  const [returnUrl, setReturnUrl] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["webhooks:read", "webhooks:write"]);
  const [made, setMade] = useState<PortalLink>();
  const { isBusy, error, run } = useAction("form");
  const make = () =>
    void run(async () => {
      const url = returnUrl.trim();
      const fields = {
        scopes,
        expires_in_seconds: Number(seconds),
        ...(url === "" ? {} : { return_url: url }),
      };
      setMade(await admin.portal(owner.trim(), fields));
    });
  if (made !== undefined) {
    return (
      <SecretDialog
        title={`The link for ${owner.trim()}`}
        name="link"
        text={made.url}
        use={`Whoever has it can open this account until ${fullTime(Date.parse(made.expires_at))}.`}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog title="New portal link" onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (owner.trim() !== "") make();
        }}
      >
        <p>It opens the dashboard for one account, without an API key.</p>
        {account === undefined && (
          <TextField
            label="Account"
            value={owner}
            onInput={setOwner}
            errors={error?.on("account")}
            autofocus
          />
        )}
        <SelectField
          label="It works for"
          value={seconds}
          options={lengths}
          onChange={setSeconds}
          errors={error?.on("expires_in_seconds")}
        />
        <ScopeChoice chosen={scopes} onChange={setScopes} errors={error?.on("scopes")} />
        <TextField
          label="Return URL"
          type="url"
          value={returnUrl}
          onInput={setReturnUrl}
          placeholder="https://example.com/settings"
          hint="Optional: where the dashboard leads back to, also once the link has ended."
          errors={error?.on("return_url")}
        />
        {error !== undefined && Object.keys(error.fields).length === 0 && (
          <ActionError error={error} />
        )}
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={isBusy}>
            Make link
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
