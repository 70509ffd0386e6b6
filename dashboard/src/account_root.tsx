// The dashboard of an account, with what its pages share.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { accessOf } from "./access.ts";
import { Api } from "./api.ts";
import { AppContext, type App } from "./context.ts";
import { Http } from "./http.ts";
import type { Look } from "./look.ts";
import { Recent } from "./recent.ts";
import type { Session } from "./session.ts";
import { Shell } from "./shell.tsx";
import { useLoad } from "./use_load.ts";
import { useEnding } from "./use_ending.ts";

interface AccountRootProps {
  session: Session;
  look: Look;
  showToast: App["showToast"];
  onEnd: (by: "user" | "dispatcher") => void;
  leaveAccount: (() => void) | undefined;
}

export function AccountRoot({ session, look, showToast, onEnd, leaveAccount }: AccountRootProps) {
  const [isReachable, setReachable] = useState(true);
  const end = useEnding(onEnd);
  const { key, opened, returnUrl } = session;
  const api = useMemo(
    () =>
      new Api(
        new Http(opened?.key ?? key, (result) => {
          if (result === "unauthorized") end("dispatcher");
          else setReachable(result === "ok");
        }),
      ),
    [key, opened, end],
  );
  const recent = useMemo(() => new Recent(), []);
  const known = useLoad(`access ${isReachable}`, () => api.ping());
  const types = useLoad(`event types ${isReachable}`, (signal) => api.eventTypes(signal));
  const access = useMemo(() => accessOf(known.value), [known.value]);
  const eventTypes = types.value;
  const app = useMemo<App>(
    () => ({
      api,
      access: opened === undefined ? access : { ...access, account: opened.account },
      eventTypes: eventTypes ?? [],
      recent,
      look,
      showToast,
      signOut: () => end("user"),
      leaveAccount,
      returnUrl,
    }),
    [api, access, eventTypes, recent, look, showToast, end, leaveAccount, returnUrl],
  );
  // Nothing is shown before the first answer, or buttons would appear that the key forbids.
  const hasAnswer = useRef(false);
  useEffect(() => {
    hasAnswer.current ||= known.isCurrent;
  }, [known.isCurrent]);
  if (!hasAnswer.current && !known.isCurrent) return null;
  return (
    <AppContext.Provider value={app}>
      <Shell isReachable={isReachable} />
    </AppContext.Provider>
  );
}
