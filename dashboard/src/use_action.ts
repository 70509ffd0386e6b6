// An act of the user's that takes a moment: once at a time, and its refusal is told.

import { useState } from "preact/hooks";
import { ApiError } from "./api.ts";
import { useApp } from "./context.ts";

export interface Acting {
  isBusy: boolean;
  fault: ApiError | undefined;
  /** Acts; answers whether it succeeded. */
  act(what: () => Promise<void>): Promise<boolean>;
  clear(): void;
}

/** `where` says who shows a refusal: a toast, or the form that asks for `fault`. */
export function useAct(where: "toast" | "form" = "toast"): Acting {
  const { say } = useApp();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError>();
  const act = async (what: () => Promise<void>): Promise<boolean> => {
    if (isBusy) return false;
    setBusy(true);
    setFault(undefined);
    try {
      await what();
      return true;
    } catch (error) {
      const refusal = error instanceof ApiError ? error : new ApiError(0, String(error));
      const told = refusal.status === 403 ? new ApiError(403, forbidden, refusal.fields) : refusal;
      setFault(told);
      if (where === "toast") say(told.message, "bad");
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, fault, act, clear: () => setFault(undefined) };
}

const forbidden = "This key does not have the scope for that.";
