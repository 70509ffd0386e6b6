// Runs an action of the user, one at a time, and shows its error.

import { useState } from "preact/hooks";
import { useApp } from "./context.ts";
import { ApiError } from "./http.ts";

export interface Action {
  isBusy: boolean;
  /** The error of the latest run. */
  error: ApiError | undefined;
  /** Runs the action and returns whether it succeeded. While it is busy, does nothing. */
  run(work: () => Promise<void>): Promise<boolean>;
  clear(): void;
}

/** `showIn` says what shows an error: a toast, or the form, by `error`. */
export function useAction(showIn: "toast" | "form" = "toast"): Action {
  const { showToast } = useApp();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const run = async (work: () => Promise<void>): Promise<boolean> => {
    if (isBusy) return false;
    setBusy(true);
    setError(undefined);
    try {
      await work();
      return true;
    } catch (thrown) {
      const shown = errorToShow(thrown);
      setError(shown);
      if (showIn === "toast") showToast(shown.message, "bad");
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, error, run, clear: () => setError(undefined) };
}

const forbidden = "This key does not have the scope for that.";

function errorToShow(thrown: unknown): ApiError {
  const error = thrown instanceof ApiError ? thrown : new ApiError(0, String(thrown));
  // A 403 can mean something else, for example that the account is disabled.
  const isScope = error.status === 403 && /scope|permission/i.test(error.message);
  return isScope ? new ApiError(403, forbidden, error.fields) : error;
}
