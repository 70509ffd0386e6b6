// The dashboard of the operator: accounts, keys, portal links and the catalogue of event types.

import { useMemo, useState } from "preact/hooks";
import { unknownAccess } from "./access.ts";
import { AdminApi } from "./admin_api.ts";
import { Api } from "./api.ts";
import { AppContext, type App } from "./context.ts";
import { Http } from "./http.ts";
import { type Operator, OperatorContext } from "./operator.ts";
import { OperatorShell } from "./operator_shell.tsx";
import { Recent } from "./recent.ts";
import type { Session } from "./session.ts";
import { useEnding } from "./use_ending.ts";
import { useLoad } from "./use_load.ts";
import { go } from "./use_route.ts";

/** How long the key for an opened account lasts: a working session. */
const openedSeconds = 3_600;

interface OperatorRootProps {
  session: Session;
  showToast: App["showToast"];
  onChange: (session: Session) => void;
  onEnd: (by: "user" | "dispatcher") => void;
}

export function OperatorRoot({ session, showToast, onChange, onEnd }: OperatorRootProps) {
  const [isReachable, setReachable] = useState(true);
  const end = useEnding(onEnd);
  const { key } = session;
  const http = useMemo(
    () =>
      new Http(key, (result) => {
        if (result === "unauthorized") end("dispatcher");
        else setReachable(result === "ok");
      }),
    [key, end],
  );
  const [api, admin] = useMemo(() => [new Api(http), new AdminApi(http)], [http]);
  const recent = useMemo(() => new Recent(), []);
  const types = useLoad(`event types ${isReachable}`, (signal) => api.eventTypes(signal));
  const operator = useMemo<Operator>(
    () => ({
      admin,
      open: async (account) => {
        const link = await admin.portal(account, {
          scopes: ["webhooks:read", "webhooks:write", "events:write"],
          expires_in_seconds: openedSeconds,
        });
        const token = new URLSearchParams(new URL(link.url).hash.slice(1)).get("token") ?? "";
        onChange({ ...session, opened: { account, key: token, keyId: link.id } });
        go({ page: "webhooks" });
      },
      reloadTypes: types.reload,
    }),
    [admin, session, onChange, types.reload],
  );
  const eventTypes = types.value;
  const app = useMemo<App>(
    () => ({
      api,
      access: unknownAccess,
      eventTypes: eventTypes ?? [],
      recent,
      look: {},
      showToast,
      signOut: () => end("user"),
      leaveAccount: undefined,
      returnUrl: undefined,
    }),
    [api, eventTypes, recent, showToast, end],
  );
  return (
    <AppContext.Provider value={app}>
      <OperatorContext.Provider value={operator}>
        <OperatorShell isReachable={isReachable} />
      </OperatorContext.Provider>
    </AppContext.Provider>
  );
}
