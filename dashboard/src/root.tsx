// The root component: the sign-in page, or the dashboard with what its pages share.

import { useCallback, useMemo, useState } from "preact/hooks";
import { Api } from "./api.ts";
import { AppContext, type App } from "./context.ts";
import { Recent } from "./recent.ts";
import { SignIn } from "./pages/sign_in.tsx";
import { removeKey, storeKey, type Tab } from "./session.ts";
import { Shell } from "./shell.tsx";
import { Toasts, useToasts } from "./ui/toast.tsx";
import { useLoad } from "./use_load.ts";

export function Root({ tab, initialKey }: { tab: Tab; initialKey: string | undefined }) {
  const [apiKey, setKey] = useState(initialKey);
  const [notice, setNotice] = useState<string>();
  const { toasts, showToast } = useToasts();

  const signOut = useCallback(
    (reason?: string) => {
      removeKey(tab);
      setKey(undefined);
      setNotice(reason);
    },
    [tab],
  );
  const signIn = (key: string) => {
    storeKey(tab, key);
    setNotice(undefined);
    setKey(key);
  };

  return (
    <>
      {apiKey === undefined ? (
        <SignIn notice={notice} onSignIn={signIn} />
      ) : (
        <SignedIn key={apiKey} apiKey={apiKey} showToast={showToast} signOut={signOut} />
      )}
      <Toasts toasts={toasts} />
    </>
  );
}

interface SignedInProps {
  apiKey: string;
  showToast: App["showToast"];
  signOut: (reason?: string) => void;
}

function SignedIn({ apiKey, showToast, signOut }: SignedInProps) {
  const [isReachable, setReachable] = useState(true);
  const api = useMemo(
    () =>
      new Api(apiKey, (result) => {
        if (result === "unauthorized") signOut("This key is not valid, or no longer.");
        else setReachable(result === "ok");
      }),
    [apiKey, signOut],
  );
  const recent = useMemo(() => new Recent(), []);
  const types = useLoad(`event types ${isReachable}`, (signal) => api.eventTypes(signal));
  const eventTypes = types.value;
  const app = useMemo<App>(
    () => ({ api, eventTypes: eventTypes ?? [], recent, showToast, signOut: () => signOut() }),
    [api, eventTypes, recent, showToast, signOut],
  );
  return (
    <AppContext.Provider value={app}>
      <Shell isReachable={isReachable} />
    </AppContext.Provider>
  );
}
