// The root component: the sign-in page, the dashboard of an account, or that of the operator.

import { useCallback, useState } from "preact/hooks";
import { AccountRoot } from "./account_root.tsx";
import { AdminApi } from "./admin_api.ts";
import type { Look } from "./look.ts";
import { OperatorRoot } from "./operator_root.tsx";
import { Http } from "./http.ts";
import { LinkEnded } from "./pages/link_ended.tsx";
import { SignIn } from "./pages/sign_in.tsx";
import { isOperators, parse } from "./route.ts";
import { removeSession, type Session, storeSession, type Tab } from "./session.ts";
import { Toasts, useToasts } from "./ui/toast.tsx";
import { go } from "./use_route.ts";

interface RootProps {
  tab: Tab;
  initial: Session | undefined;
  look: Look;
}

export function Root({ tab, initial, look }: RootProps) {
  const [session, setSession] = useState(initial);
  /** The session that the dispatcher has ended. */
  const [ended, setEnded] = useState<Session>();
  const { toasts, showToast } = useToasts();

  const change = useCallback(
    (next: Session) => {
      storeSession(tab, next);
      setEnded(undefined);
      setSession(next);
    },
    [tab],
  );
  const end = useCallback(
    (by: "user" | "dispatcher") => {
      removeSession(tab);
      if (session !== undefined) revokeOpened(session);
      setEnded(by === "dispatcher" ? session : undefined);
      setSession(undefined);
    },
    [tab, session],
  );
  const leaveAccount = useCallback(() => {
    if (session === undefined) return;
    revokeOpened(session);
    change({ key: session.key, kind: session.kind });
    if (!isOperators(parse(location.hash).place)) go({ page: "accounts" });
  }, [session, change]);

  const page = () => {
    if (session === undefined) {
      if (ended?.kind === "link") {
        return <LinkEnded look={look} session={ended} onKey={() => setEnded(undefined)} />;
      }
      const notice = ended === undefined ? undefined : "This key is invalid or expired.";
      return <SignIn notice={notice} onSignIn={change} />;
    }
    if (session.kind === "operator" && session.opened === undefined) {
      return <OperatorRoot session={session} showToast={showToast} onChange={change} onEnd={end} />;
    }
    const { opened } = session;
    return (
      <AccountRoot
        key={opened?.key ?? session.key}
        session={session}
        look={look}
        showToast={showToast}
        onEnd={
          opened === undefined
            ? end
            : (by) => {
                if (by === "user") return end(by);
                showToast(`The session for ${opened.account} has ended. Open it again.`, "bad");
                leaveAccount();
              }
        }
        leaveAccount={opened === undefined ? undefined : leaveAccount}
      />
    );
  };
  return (
    <>
      {page()}
      <Toasts toasts={toasts} />
    </>
  );
}

/** Revokes the key of an opened account. If that fails, the key ends by itself within an hour. */
function revokeOpened({ key, opened }: Session) {
  if (opened === undefined) return;
  void new AdminApi(new Http(key)).revoke(opened.keyId).catch(() => undefined);
}
