// The sign-in page. It checks a key with a call before the key is stored.

import { Webhook } from "lucide";
import { useState } from "preact/hooks";
import { AdminApi } from "../admin_api.ts";
import { Api } from "../api.ts";
import { ApiError, Http } from "../http.ts";
import { canBeKey, type Session } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { useAction } from "../use_action.ts";
import { useTitle } from "../use_title.ts";

interface SignInProps {
  notice: string | undefined;
  onSignIn: (session: Session) => void;
}

export function SignIn({ notice, onSignIn }: SignInProps) {
  const [text, setText] = useState("");
  const [invalid, setInvalid] = useState<string>();
  const { isBusy, error, run, clear } = useAction("form");
  useTitle("Webhooks");
  const submit = async () => {
    const key = text.trim();
    clear();
    setInvalid(canBeKey(key) ? undefined : "A key has letters, digits and signs, and no space.");
    if (!canBeKey(key)) return;
    await run(async () => onSignIn({ key, kind: await kindOf(key) }));
  };
  const refused = error?.status === 401 ? "This key is not valid." : error?.message;
  const message = invalid ?? refused ?? notice;
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

/** Returns whose key it is. Throws if it is nobody's. */
async function kindOf(key: string): Promise<Session["kind"]> {
  const http = new Http(key);
  try {
    const ping = await new Api(http).ping();
    if (ping !== undefined && ping.account === null) return "operator";
    return "key";
  } catch (error) {
    // The key of the operator opens no account.
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    await new AdminApi(http).check();
    return "operator";
  }
}
