// The dialog with a secret, which is shown only once, or with a public key.
//
// It closes only by its button, and asks once more if the secret was not copied: a key that is
// pressed by mistake would lose it.

import { KeyRound } from "lucide";
import { useState } from "preact/hooks";
import type { Signing } from "../types.ts";
import { Button, CopyTextButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Banner } from "../ui/notice.tsx";

interface SecretProps {
  title: string;
  /** What it is called, as in "Copy the secret". */
  name: string;
  text: string;
  /** What it is for. */
  use: string;
  /** A note on the previous secret. */
  note?: string | undefined;
  onClose: () => void;
}

export function SecretDialog({ title, name, text, use, note, onClose }: SecretProps) {
  const [isCopied, setCopied] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const close = () => (isCopied ? onClose() : setAsking(true));
  return (
    <Dialog title={title} onClose={close}>
      <div class="form">
        {/* A selection with the keyboard or the mouse copies as well as the button. */}
        <div onCopy={() => setCopied(true)}>
          <Banner tone="warn" icon={KeyRound} title={`Copy the ${name} now`}>
            <p>It is shown this once. {use}</p>
          </Banner>
          <div class="secret">
            <code tabIndex={0} aria-label={capital(name)}>
              {text}
            </code>
          </div>
        </div>
        {note !== undefined && <p class="hint">{note}</p>}
        {isAsking && !isCopied && (
          <p class="error" role="alert">
            The {name} was not copied, and it cannot be shown again.
          </p>
        )}
        <div class="actions end">
          {isAsking && !isCopied && (
            <Button look="danger" onClick={onClose}>
              Close without copying
            </Button>
          )}
          <CopyTextButton
            text={text}
            label={`Copy the ${name}`}
            look={isCopied ? "plain" : "primary"}
            autofocus
            onCopied={() => setCopied(true)}
          />
          {isCopied && (
            <Button look="primary" onClick={onClose}>
              Done
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

interface SigningProps {
  title: string;
  signing: Signing;
  note?: string;
  onClose: () => void;
}

/** The dialog with what a receiver verifies deliveries with. */
export function SigningDialog({ title, signing, note, onClose }: SigningProps) {
  const { signing_secret: secret, signing_public_key: publicKey = "" } = signing;
  if (secret !== undefined) {
    return (
      <SecretDialog
        title={title}
        name="signing secret"
        text={secret}
        use="Your receiver verifies deliveries with it."
        note={note}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="form">
        <p>Verify deliveries with this public key. It is no secret and stays in the settings.</p>
        <div class="secret">
          <code>{publicKey}</code>
        </div>
        {note !== undefined && <p class="hint">{note}</p>}
        <div class="actions end">
          <CopyTextButton text={publicKey} label="Copy the public key" />
          <Button look="primary" onClick={onClose} autofocus>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
