// One account, as the operator sees it: how it stands, its keys and links, and its end.

import { ChevronLeft, CirclePause, CirclePlay, Link2, LogIn, Trash2, Users } from "lucide";
import { useState } from "preact/hooks";
import { useApp } from "../../context.ts";
import { bytes, count } from "../../format.ts";
import { ApiError } from "../../http.ts";
import { useOperator } from "../../operator.ts";
import { link } from "../../route.ts";
import type { AccountDetail } from "../../types.ts";
import { Block, Fact } from "../../ui/block.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Banner, Empty, LoadError, Skeleton } from "../../ui/notice.tsx";
import { Exact } from "../../ui/time.tsx";
import { useAction } from "../../use_action.ts";
import { useLoad } from "../../use_load.ts";
import { useTitle } from "../../use_title.ts";
import { EraseDialog } from "./erase_dialog.tsx";
import { KeysOf } from "./keys.tsx";
import { LinkDialog } from "./link_dialog.tsx";

const refreshMs = 5_000;

export function AccountOf({ name }: { name: string }) {
  const { admin, open } = useOperator();
  const [isLinking, setLinking] = useState(false);
  const [links, setLinks] = useState(0);
  const account = useLoad(`account ${name}`, (signal) => admin.account(name, signal), refreshMs);
  const opening = useAction();
  useTitle(`${name} – Webhooks`);
  const isUnknown = account.error instanceof ApiError && account.error.status === 404;
  return (
    <div class="page">
      <a class="back" href={link({ page: "accounts" })}>
        <Icon of={ChevronLeft} />
        All accounts
      </a>
      <header class="page-head">
        <div>
          <h1 class="break">{name}</h1>
          <p class="lead">{account.value === undefined ? "Account" : standing(account.value)}</p>
        </div>
        <div class="actions">
          <Button icon={Link2} onClick={() => setLinking(true)}>
            Make portal link
          </Button>
          <Button
            icon={LogIn}
            look="primary"
            isBusy={opening.isBusy}
            onClick={() => void opening.run(() => open(name))}
          >
            Open its dashboard
          </Button>
        </div>
      </header>
      {isUnknown && (
        <div class="card">
          <Empty icon={Users} title="This account was never used">
            <p>It comes into being with its first key or portal link.</p>
          </Empty>
        </div>
      )}
      {account.error !== undefined && account.value === undefined && !isUnknown && (
        <LoadError error={account.error} retry={account.reload} />
      )}
      {account.error === undefined && account.value === undefined && <Skeleton lines={3} />}
      {account.value !== undefined && (
        <div class="settings">
          <Standing account={account.value} onChanged={account.reload} />
          <KeysOf account={name} reloads={links} />
          <Erasure account={account.value} onChanged={account.reload} />
        </div>
      )}
      {isLinking && (
        <LinkDialog
          account={name}
          onClose={() => {
            setLinking(false);
            setLinks(links + 1);
          }}
        />
      )}
    </div>
  );
}

function standing({ disabled, deletion }: AccountDetail): string {
  if (deletion !== null) return "Its data is being deleted";
  return disabled ? "Disabled: nothing is sent" : "Active";
}

interface PartProps {
  account: AccountDetail;
  onChanged: () => void;
}

function Standing({ account, onChanged }: PartProps) {
  const { showToast } = useApp();
  const { admin } = useOperator();
  const switching = useAction();
  const { account: name, disabled, webhooks, stored_bytes: stored, deletion } = account;
  const change = () =>
    void switching.run(async () => {
      await (disabled ? admin.enable(name) : admin.disable(name));
      showToast(disabled ? `${name} is enabled again.` : `${name} is disabled.`);
      onChanged();
    });
  return (
    <Block
      title="How it stands"
      action={
        deletion === null && (
          <Button
            icon={disabled ? CirclePlay : CirclePause}
            onClick={change}
            isBusy={switching.isBusy}
          >
            {disabled ? "Enable" : "Disable"}
          </Button>
        )
      }
    >
      <dl class="facts wide">
        <Fact name="Sending">{disabled ? "Disabled: nothing is sent" : "Enabled"}</Fact>
        <Fact name="Webhooks">{count(webhooks)}</Fact>
        <Fact name="Stored">{bytes(stored)} by the account itself</Fact>
      </dl>
      <p class="hint">
        A disabled account publishes and delivers nothing, and loses nothing that waits.
      </p>
    </Block>
  );
}

function Erasure({ account, onChanged }: PartProps) {
  const [isOpen, setOpen] = useState(false);
  const { deletion } = account;
  if (deletion !== null) {
    const { started_at: started, webhooks_left: left, closed_until: until } = deletion;
    return (
      <Banner tone="warn" icon={Trash2} title="Its data is being deleted">
        <p>
          Since <Exact at={started} />. {count(left)} webhooks may still store something.
          {until !== null && (
            <>
              {" "}
              The name can be used again from <Exact at={until} />.
            </>
          )}
        </p>
      </Banner>
    );
  }
  return (
    <Block
      title="Delete its data"
      action={
        <Button look="danger" icon={Trash2} onClick={() => setOpen(true)}>
          Delete
        </Button>
      }
    >
      <p class="hint">
        Its webhooks stop at once; then they, its keys and its audit log are erased.
      </p>
      {isOpen && (
        <EraseDialog
          account={account}
          onClose={() => {
            setOpen(false);
            onChanged();
          }}
        />
      )}
    </Block>
  );
}
