// The settings of a webhook, with the buttons that edit it, rotate its key, and delete it.

import { KeyRound, Pencil, Trash2 } from "lucide";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { count, eventName, plural } from "../format.ts";
import type { Webhook } from "../../../contract/types.ts";
import { Button, CopyButton } from "../ui/button.tsx";
import type { Detail } from "./detail.ts";
import { DeleteDialog, EditDialog, RotateDialog } from "./settings_dialogs.tsx";

type Open = "edit" | "rotate" | "delete" | undefined;

export function Settings({ detail }: { detail: Detail }) {
  const { webhook } = detail;
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const headers = Object.keys(webhook.additional_headers);
  const isPublic = webhook.signing_public_key !== undefined;
  return (
    <div class="settings">
      <Block
        title="Delivery"
        action={
          <Button icon={Pencil} onClick={() => setOpen("edit")}>
            Edit
          </Button>
        }
      >
        <dl class="facts wide">
          <Fact name="Address">
            <span class="break">{webhook.target_url}</span>
          </Fact>
          <Fact name="Events">
            {webhook.event_type === null ? "All events" : eventName(webhook.event_type)}
          </Fact>
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
          <Fact name="Pace">{pace(webhook)}</Fact>
          <Fact name="Order">
            {webhook.ordered === true
              ? "Strict, one at a time"
              : "Any; a failing event holds back none"}
          </Fact>
          <Fact name="After a 4xx">
            {webhook.retry_4xx === true ? "408, 425 and 429 are retried" : "Switched off at once"}
          </Fact>
        </dl>
      </Block>
      <Block
        title="Signature"
        action={
          <Button icon={KeyRound} onClick={() => setOpen("rotate")}>
            {isPublic ? "Rotate key" : "Rotate secret"}
          </Button>
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
      <Block
        title="Delete this webhook"
        action={
          <Button look="danger" icon={Trash2} onClick={() => setOpen("delete")}>
            Delete
          </Button>
        }
      >
        <p class="hint">What waits to be delivered and the whole history go with it.</p>
      </Block>
      {open === "edit" && <EditDialog detail={detail} onClose={close} />}
      {open === "rotate" && <RotateDialog detail={detail} onClose={close} />}
      {open === "delete" && <DeleteDialog detail={detail} onClose={close} />}
    </div>
  );
}

function pace({ max_per_second: rate, max_in_flight: atATime }: Webhook): string {
  const most = `At most ${plural(atATime, "send")} at a time`;
  return rate === undefined ? most : `${most}, and ${count(rate)} a second`;
}

function basicAuth(webhook: Webhook): string {
  const { basic_auth_username: name, basic_auth_password: password } = webhook;
  if (name === "" && password === "") return "None";
  return `${name || "No user name"}, ${password === "" ? "no password" : "password set"}`;
}

interface BlockProps {
  title: string;
  action: ComponentChildren;
  children: ComponentChildren;
}

function Block({ title, action, children }: BlockProps) {
  return (
    <section class="card block">
      <header>
        <h2>{title}</h2>
        {action}
      </header>
      {children}
    </section>
  );
}

const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
