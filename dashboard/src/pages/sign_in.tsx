// The sign-in page. It checks an API key with a call before the key is stored.

import { Webhook } from "lucide";
import { useState } from "preact/hooks";
import { Api, type ApiError } from "../api.ts";
import { canBeKey } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { useAction } from "../use_action.ts";

interface SignInProps {
  notice: string | undefined;
  onSignIn: (key: string) => void;
}

export function SignIn({ notice, onSignIn }: SignInProps) {
  const [text, setText] = useState("");
  const [invalid, setInvalid] = useState<string>();
  const { isBusy, error, run, clear } = useAction("form");
  const submit = async () => {
    const key = text.trim();
    clear();
    setInvalid(canBeKey(key) ? undefined : "A key has letters, digits and signs, and no space.");
    if (!canBeKey(key)) return;
    await run(async () => {
      await new Api(key).check();
      onSignIn(key);
    });
  };
  const message = invalid ?? messageOf(error) ?? notice;
  return (
    <main class="sign-in">
      <form
        class="card sign-in-card"
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
          errors={message === undefined ? undefined : [message]}
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

function messageOf(error: ApiError | undefined): string | undefined {
  switch (error?.status) {
    case 401:
      return "This key is not valid.";
    case 403:
      return "This is the operator's key. Sign in with the API key of an account.";
    default:
      return error?.message;
  }
}
