// API keys and portal links, which are keys that end: those of all accounts, or of one.

import { KeyRound, Link2 } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { useApp } from "../../context.ts";
import { listed, plural } from "../../format.ts";
import { useOperator } from "../../operator.ts";
import { link } from "../../route.ts";
import type { Key } from "../../types.ts";
import { Block } from "../../ui/block.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ActionError, Empty, LoadError, Skeleton } from "../../ui/notice.tsx";
import { SearchField } from "../../ui/search_field.tsx";
import { Ago } from "../../ui/time.tsx";
import { useAction } from "../../use_action.ts";
import { useLoad } from "../../use_load.ts";
import { useTitle } from "../../use_title.ts";
import { KeyDialog } from "./key_dialog.tsx";
import { LinkDialog } from "./link_dialog.tsx";

/** How many rows are shown at first. A search reaches the others. */
const shownMax = 200;

type Kind = "keys" | "links";

const nouns: Record<Kind, string> = { keys: "key", links: "portal link" };

export function Keys({ kind }: { kind: Kind }) {
  const { admin } = useOperator();
  const [search, setSearch] = useState("");
  const [isMaking, setMaking] = useState(false);
  const keys = useLoad("keys", (signal) => admin.keys(signal));
  const noun = nouns[kind];
  useTitle(`${kind === "keys" ? "Keys" : "Portal links"} – Webhooks`);
  const all = (keys.value ?? []).filter(({ portal }) => portal === (kind === "links"));
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(({ account, name, id }) =>
    words.every((word) => `${account} ${name} ${id}`.toLowerCase().includes(word)),
  );
  const done = () => {
    setMaking(false);
    keys.reload();
  };
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{kind === "keys" ? "Keys" : "Portal links"}</h1>
          <p class="lead">
            {kind === "keys"
              ? "For backends, with the scopes that they need"
              : "Each opens the dashboard for one account, until it expires"}
          </p>
        </div>
        <Button
          look="primary"
          icon={kind === "keys" ? KeyRound : Link2}
          onClick={() => setMaking(true)}
        >
          {`New ${noun}`}
        </Button>
      </header>
      <div class="filters">
        <SearchField
          label="Search by account, name or id"
          placeholder="Account, name or id"
          value={search}
          onSearch={setSearch}
        />
      </div>
      {keys.error !== undefined && keys.value === undefined ? (
        <LoadError error={keys.error} retry={keys.reload} />
      ) : keys.value === undefined ? (
        <Skeleton lines={4} />
      ) : found.length === 0 ? (
        <div class="card">
          <Empty
            icon={KeyRound}
            title={all.length === 0 ? `No ${noun} yet` : `No ${noun} matches`}
          />
        </div>
      ) : (
        <>
          <div class="card">
            <KeyRows keys={found.slice(0, shownMax)} hasAccount onRevoked={keys.reload} />
          </div>
          {found.length > shownMax && (
            <p class="hint more">
              {shownMax} of {plural(found.length, noun)} are shown. Search for the others.
            </p>
          )}
        </>
      )}
      {isMaking && kind === "keys" && <KeyDialog onClose={done} />}
      {isMaking && kind === "links" && <LinkDialog onClose={done} />}
    </div>
  );
}

/** The keys and links of one account. They are loaded again when `reloads` changes. */
export function KeysOf({ account, reloads }: { account: string; reloads: number }) {
  const { admin } = useOperator();
  const [isMaking, setMaking] = useState(false);
  const keys = useLoad(`keys ${account}`, (signal) => admin.keys(signal));
  useEffect(() => {
    if (reloads > 0) keys.reload();
  }, [reloads]);
  const own = (keys.value ?? []).filter((key) => key.account === account);
  return (
    <Block
      title="Keys and portal links"
      action={
        <Button icon={KeyRound} onClick={() => setMaking(true)}>
          New key
        </Button>
      }
    >
      {keys.error !== undefined && <LoadError error={keys.error} retry={keys.reload} />}
      {keys.error === undefined && keys.value === undefined && <Skeleton lines={2} />}
      {keys.value !== undefined && own.length === 0 && <p class="hint">There are none.</p>}
      {own.length > 0 && <KeyRows keys={own} hasAccount={false} onRevoked={keys.reload} />}
      {isMaking && (
        <KeyDialog
          account={account}
          onClose={() => {
            setMaking(false);
            keys.reload();
          }}
        />
      )}
    </Block>
  );
}

interface KeyRowsProps {
  keys: Key[];
  hasAccount: boolean;
  onRevoked: () => void;
}

function KeyRows({ keys, hasAccount, onRevoked }: KeyRowsProps) {
  const [revoking, setRevoking] = useState<Key>();
  return (
    <>
      <ul class="rows keys-list">
        {keys.map((key) => (
          <li class="row key-row" key={key.id}>
            <span class="key-name">
              <strong>{key.portal ? "Portal link" : key.name}</strong>
              {hasAccount && (
                <a
                  class="text-link"
                  href={link({ page: "account-of", account: key.account })}
                >
                  {key.account}
                </a>
              )}
              <code class="id">{key.id}</code>
            </span>
            <span class="key-facts">
              <span>{listed(key.scopes)}</span>
              <span>
                made <Ago at={key.created_at} />
                <Ending of={key} />
                {", "}
                {key.last_used === null ? (
                  "not used"
                ) : (
                  <>
                    last used <Ago at={key.last_used} />
                  </>
                )}
              </span>
            </span>
            <Button look="danger" onClick={() => setRevoking(key)}>
              Revoke<span class="hidden-text"> {key.id}</span>
            </Button>
          </li>
        ))}
      </ul>
      {revoking !== undefined && (
        <RevokeDialog
          of={revoking}
          onClose={() => setRevoking(undefined)}
          onRevoked={onRevoked}
        />
      )}
    </>
  );
}

function Ending({ of }: { of: Key }) {
  if (of.expires_at === null) return null;
  const isOver = Date.parse(of.expires_at) < Date.now();
  return (
    <>
      {isOver ? ", expired " : ", expires "}
      <Ago at={of.expires_at} />
    </>
  );
}

interface RevokeProps {
  of: Key;
  onClose: () => void;
  onRevoked: () => void;
}

function RevokeDialog({ of, onClose, onRevoked }: RevokeProps) {
  const { showToast } = useApp();
  const { admin } = useOperator();
  const { isBusy, error, run } = useAction("form");
  const noun = of.portal ? "portal link" : "key";
  const revoke = () =>
    void run(async () => {
      await admin.revoke(of.id);
      showToast(`The ${noun} is revoked. Other regions may take it for two more minutes.`);
      onRevoked();
      onClose();
    });
  return (
    <Dialog title={`Revoke this ${noun}?`} onClose={onClose}>
      <div class="form">
        <p>
          {of.portal ? "The portal link" : <strong>{of.name}</strong>} of {of.account} (
          <code class="id">{of.id}</code>) opens nothing any more. This cannot be undone.
        </p>
        <ActionError error={error} />
        <div class="actions end">
          <Button onClick={onClose} autofocus>
            Keep it
          </Button>
          <Button look="danger" onClick={revoke} isBusy={isBusy}>
            {`Revoke the ${noun}`}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
