// The parameters of the calls, as the contract has them.

import type { operations } from "./schema.ts";

export type OperationId = keyof operations;

/** The parameters that a call takes in its query. */
export type QueryOf<Id extends OperationId> = NonNullable<
  operations[Id] extends { parameters: { query?: infer Query } } ? Query : never
>;

/** Filters of a list. `page_size` is how many each request asks for, 1 to 1,000. */
export type FiltersOf<Id extends OperationId> = Omit<QueryOf<Id>, "page" | "cursor">;
