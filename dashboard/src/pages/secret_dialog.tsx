// The dialog with the secret or public key that a receiver needs. A secret is shown only once.

import { KeyRound } from "lucide";
import type { Signing } from "../../../contract/types.ts";
import { Button, CopyButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Banner } from "../ui/notice.tsx";

interface SecretProps {
  title: string;
  signing: Signing;
  /** A note on the previous key. */
  note?: string;
  onClose: () => void;
}

export function SecretDialog({ title, signing, note, onClose }: SecretProps) {
  const { signing_secret: secret, signing_public_key: publicKey } = signing;
  const [name, text] = secret === undefined ? ["public key", publicKey ?? ""] : ["secret", secret];
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="form">
        {secret === undefined ? (
          <p>Verify deliveries with this public key. It is no secret and stays in the settings.</p>
        ) : (
          <Banner tone="warn" icon={KeyRound} title="Copy the signing secret now">
            <p>It is shown this once. Your receiver verifies deliveries with it.</p>
          </Banner>
        )}
        <div class="secret">
          <code>{text}</code>
          <CopyButton text={text} label={`Copy the ${name}`} />
        </div>
        {note !== undefined && <p class="hint">{note}</p>}
        <div class="actions end">
          <Button look="primary" onClick={onClose} autofocus>
            {secret === undefined ? "Done" : "I have copied it"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
