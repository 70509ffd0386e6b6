// The types of the calls: what each takes, what it answers. All come from the contract.

import type { operations } from "./schema.ts";

export type OperationId = keyof operations;

type Content<Message> = Message extends { content: infer Media }
  ? Media extends { "application/json": infer Body } ? Body : never
  : never;

type Success = 200 | 201 | 202;

/** The JSON that a call answers with when it succeeds. */
export type AnswerOf<Id extends OperationId> = {
  [Status in keyof operations[Id]["responses"]]:
    Status extends Success ? Content<operations[Id]["responses"][Status]> : never;
}[keyof operations[Id]["responses"]];

/** The JSON that a call takes. */
export type BodyOf<Id extends OperationId> = Content<
  NonNullable<operations[Id] extends { requestBody?: infer Body } ? Body : never>
>;

/** The parameters that a call takes in its query. */
export type QueryOf<Id extends OperationId> = NonNullable<
  operations[Id] extends { parameters: { query?: infer Query } } ? Query : never
>;

/** One item of a list that comes in pages. */
export type ItemOf<Id extends OperationId> =
  AnswerOf<Id> extends { results: (infer Item)[] } ? Item : never;

/** Filters of a list. `page_size` is how many each request asks for, 1 to 1,000. */
export type FiltersOf<Id extends OperationId> = Omit<QueryOf<Id>, "page" | "cursor">;
