// What the pages of the operator share.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { AdminApi } from "./admin_api.ts";

export interface Operator {
  admin: AdminApi;
  /** Opens the dashboard of an account, with a key that is made for it. */
  open(account: string): Promise<void>;
  /** Loads the catalogue again. */
  reloadTypes(): void;
}

export const OperatorContext = createContext<Operator | undefined>(undefined);

/** The operator, or undefined in the dashboard of an account. */
export const useMaybeOperator = (): Operator | undefined => useContext(OperatorContext);

export function useOperator(): Operator {
  const operator = useMaybeOperator();
  if (operator === undefined) throw new Error("only the operator's pages use this");
  return operator;
}
