// The door: an API key, tried before it is kept.

import { Webhook } from "lucide";
import { useState } from "preact/hooks";
import { Api } from "../api.ts";
import { canBeKey } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { useAct } from "../use_action.ts";

interface SignInProps {
  notice: string | undefined;
  onSignIn: (key: string) => void;
}

export function SignIn({ notice, onSignIn }: SignInProps) {
  const [text, setText] = useState("");
  const [formFault, setFormFault] = useState<string>();
  const { isBusy, fault, act, clear } = useAct("form");
  const submit = async () => {
    const key = text.trim();
    clear();
    setFormFault(canBeKey(key) ? undefined : "A key has letters, digits and signs, and no space.");
    if (!canBeKey(key)) return;
    await act(async () => {
      await new Api(key).check();
      onSignIn(key);
    });
  };
  const faults = formFault ?? faultOf(fault?.status, fault?.message) ?? notice;
  return (
    <main class="door">
      <form
        class="card door-card"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <span class="brand-mark large">
          <Icon of={Webhook} size={26} />
        </span>
        <h1>Sign in to your webhooks</h1>
        <TextField
          label="API key"
          type="password"
          value={text}
          onInput={setText}
          faults={faults === undefined ? undefined : [faults]}
          hint="It stays in this tab until you close it or sign out."
          required
          autocomplete="off"
        />
        <Button look="primary" type="submit" isBusy={isBusy}>
          Sign in
        </Button>
        <p class="hint">
          No key? Whoever runs this dispatcher can make one for you, or send you a link that signs
          you in.
        </p>
      </form>
    </main>
  );
}

function faultOf(status: number | undefined, message: string | undefined): string | undefined {
  if (status === 401) return "This key is not valid.";
  if (status === 403) return "This is the operator's key. Sign in with the API key of an account.";
  return message;
}
