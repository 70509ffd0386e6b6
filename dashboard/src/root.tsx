// Signed in or not; what all pages share.

import { useCallback, useMemo, useState } from "preact/hooks";
import { Api } from "./api.ts";
import { AppContext, type App } from "./context.ts";
import { Recent } from "./recent.ts";
import { SignIn } from "./pages/sign_in.tsx";
import { forget, keep, type Tab } from "./session.ts";
import { Shell } from "./shell.tsx";
import { Toasts, useToasts } from "./ui/toast.tsx";
import { useLoad } from "./use_load.ts";

export function Root({ tab, initialKey }: { tab: Tab; initialKey: string | undefined }) {
  const [apiKey, setKey] = useState(initialKey);
  const [notice, setNotice] = useState<string>();
  const { toasts, say } = useToasts();

  const signOut = useCallback(
    (why?: string) => {
      forget(tab);
      setKey(undefined);
      setNotice(why);
    },
    [tab],
  );
  const signIn = (key: string) => {
    keep(tab, key);
    setNotice(undefined);
    setKey(key);
  };

  return (
    <>
      {apiKey === undefined ? (
        <SignIn notice={notice} onSignIn={signIn} />
      ) : (
        <SignedIn key={apiKey} apiKey={apiKey} say={say} signOut={signOut} />
      )}
      <Toasts toasts={toasts} />
    </>
  );
}

interface SignedInProps {
  apiKey: string;
  say: App["say"];
  signOut: (why?: string) => void;
}

function SignedIn({ apiKey, say, signOut }: SignedInProps) {
  const [isReached, setReached] = useState(true);
  const api = useMemo(
    () =>
      new Api(apiKey, (answer) => {
        if (answer === "refused") signOut("This key is not valid, or no longer.");
        else setReached(answer === "good");
      }),
    [apiKey, signOut],
  );
  const recent = useMemo(() => new Recent(), []);
  const types = useLoad(`event types ${isReached}`, (signal) => api.eventTypes(signal));
  const eventTypes = types.value;
  const app = useMemo<App>(
    () => ({ api, eventTypes: eventTypes ?? [], recent, say, signOut: () => signOut() }),
    [api, eventTypes, recent, say, signOut],
  );
  return (
    <AppContext.Provider value={app}>
      <Shell isReached={isReached} />
    </AppContext.Provider>
  );
}
