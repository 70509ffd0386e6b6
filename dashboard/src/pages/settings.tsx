// The settings of a webhook, with the buttons that edit it, rotate its key, and delete it.

import { KeyRound, Pencil, Trash2 } from "lucide";
import { useState } from "preact/hooks";
import { useAllows } from "../context.ts";
import { count, duration } from "../format.ts";
import type { Webhook } from "../types.ts";
import { Block, Fact } from "../ui/block.tsx";
import { Button, CopyButton } from "../ui/button.tsx";
import { Exact } from "../ui/time.tsx";
import { LongUrl } from "../ui/url.tsx";
import type { Detail } from "./detail.ts";
import { EditDialog } from "./edit_dialog.tsx";
import { DeleteDialog, RotateDialog } from "./settings_dialogs.tsx";
import { eventsText } from "./takes.ts";

type Open = "edit" | "rotate" | "delete" | undefined;

export function Settings({ detail }: { detail: Detail }) {
  const { webhook } = detail;
  const allows = useAllows();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const isPublic = webhook.signing_public_key !== undefined;
  const canWrite = allows("webhooks:write");
  return (
    <div class="settings">
      <Block
        title="Delivery"
        action={
          canWrite && (
            <Button icon={Pencil} onClick={() => setOpen("edit")}>
              Edit
            </Button>
          )
        }
      >
        <Facts detail={detail} />
      </Block>
      <Block
        title="Signature"
        action={
          canWrite && (
            <Button icon={KeyRound} onClick={() => setOpen("rotate")}>
              {isPublic ? "Rotate key" : "Rotate secret"}
            </Button>
          )
        }
      >
        <dl class="facts wide">
          <Fact name="Algorithm">{isPublic ? "Ed25519" : "HMAC-SHA256"}</Fact>
          {isPublic ? (
            <Fact name="Public key">
              <code class="id break">{webhook.signing_public_key}</code>
              <CopyButton text={webhook.signing_public_key ?? ""} label="Copy the public key" />
            </Fact>
          ) : (
            <Fact name="Secret">Shown once, when it was made. Lost it? Rotate it.</Fact>
          )}
        </dl>
        <p class="hint">
          Every request is signed by Standard Webhooks: its headers are webhook-id,
          webhook-timestamp and webhook-signature.
        </p>
      </Block>
      {canWrite && (
        <Block
          title="Delete this webhook"
          action={
            <Button look="danger" icon={Trash2} onClick={() => setOpen("delete")}>
              Delete
            </Button>
          }
        >
          <p class="hint">Events that wait to be delivered, and the whole history, go with it.</p>
        </Block>
      )}
      {open === "edit" && <EditDialog detail={detail} onClose={close} />}
      {open === "rotate" && <RotateDialog detail={detail} onClose={close} />}
      {open === "delete" && <DeleteDialog detail={detail} onClose={close} />}
    </div>
  );
}

function Facts({ detail }: { detail: Detail }) {
  const { webhook, read, stats } = detail;
  const headers = Object.keys(webhook.additional_headers);
  const metadata = Object.entries(webhook.metadata ?? {});
  const { created_at: created, updated_at: updated } = webhook;
  return (
    <dl class="facts wide">
      <Fact name="URL">
        <span>
          <LongUrl text={webhook.target_url} />
          <CopyButton text={webhook.target_url} label="Copy the URL" />
        </span>
      </Fact>
      <Fact name="Events">{eventsText(webhook)}</Fact>
      {read.filterText !== "" && (
        <Fact name="Filter">
          <pre class="fact-json" tabIndex={0}>
            {read.filterText}
          </pre>
        </Fact>
      )}
      <Fact name="Basic authentication">{basicAuth(webhook)}</Fact>
      <Fact name="Headers">
        {headers.length === 0
          ? "None"
          : headers.map((name) => (
              <code class="tag" key={name}>
                {name}
              </code>
            ))}
      </Fact>
      <Fact name="Rate limit">{rateText(webhook)}</Fact>
      <Fact name="Order">{webhook.ordered === true ? "Strict, one event at a time" : "Off"}</Fact>
      {webhook.timeout_ms != null && (
        <Fact name="Timeout">{duration(webhook.timeout_ms)} for an attempt</Fact>
      )}
      {webhook.retry !== null && <Fact name="Retries">{stats?.schedule ?? "Loading"}</Fact>}
      <Fact name="On a 4xx answer">{on4xx(webhook)}</Fact>
      {webhook.hold_while_paused === true && (
        <Fact name="While paused">New events are held, to be recovered</Fact>
      )}
      {metadata.length > 0 && (
        <Fact name="Metadata">
          <dl class="metadata">
            {metadata.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd class="break">{value}</dd>
              </div>
            ))}
          </dl>
        </Fact>
      )}
      {created != null && (
        <Fact name="Created">
          <Exact at={created} />
        </Fact>
      )}
      {updated != null && updated !== created && (
        <Fact name="Changed">
          <Exact at={updated} />
        </Fact>
      )}
    </dl>
  );
}

function rateText({ max_per_second: rate, max_in_flight: atATime }: Webhook): string {
  const perSecond = rate === undefined ? "" : `, ${count(rate)} a second`;
  return `At most ${count(atATime)} at a time${perSecond}`;
}

function on4xx({ deactivate_on_4xx: deactivates, retry_4xx: retries }: Webhook): string {
  if (deactivates === false) return "Retried, except 410";
  return retries === true
    ? "408, 425 and 429 are retried; others deactivate it"
    : "Deactivated at once";
}

function basicAuth(webhook: Webhook): string {
  const { basic_auth_username: name, basic_auth_password: password } = webhook;
  if (name === "" && password === "") return "None";
  return `${name || "No user name"}, ${password === "" ? "no password" : "password set"}`;
}
