// Builders for the parts of the contract: schemas, requests, responses, operations.

/** References to the named schemas, responses, parameters and headers in `components`. */
export const schema = (name) => ({ $ref: `#/components/schemas/${name}` });
export const response = (name) => ({ $ref: `#/components/responses/${name}` });
export const parameter = (name) => ({ $ref: `#/components/parameters/${name}` });
export const header = (name) => ({ $ref: `#/components/headers/${name}` });

export const text = (description, rest = {}) => ({ type: "string", description, ...rest });
export const flag = (description, rest = {}) => ({ type: "boolean", description, ...rest });
export const count = (description, rest = {}) =>
  ({ type: "integer", minimum: 0, description, ...rest });
export const time = (description) => text(description, { format: "date-time" });
export const nullable = ({ type, ...rest }) => ({ type: [type, "null"], ...rest });
/** A named schema, or null. */
export const nullableSchema = (name, description) =>
  ({ description, oneOf: [schema(name), { type: "null" }] });
export const eventType = text("The event's type.", { pattern: "^[A-Z][A-Z0-9_]{0,63}$" });
/**
 * A named list of values. Where a value has a `:` or `.`, generators are told a name for each:
 * `WEBHOOKS_READ` for `webhooks:read`.
 */
export const values = (all, description) => ({
  type: "string",
  enum: all,
  ...(all.some((value) => /\W/.test(value))
    ? { "x-enum-varnames": all.map((value) => value.replaceAll(/\W/g, "_").toUpperCase()) }
    : {}),
  description,
});

/** A parameter of a query. */
export const query = (name, description, of) =>
  ({ name, in: "query", description, schema: of });

/** An object whose properties are required, except those named in `optional`. */
export const object = (properties, { optional = [], ...rest } = {}) => ({
  type: "object",
  ...rest,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});

export const list = (items, rest = {}) => ({ type: "array", items, ...rest });

/** JSON of this schema. `examples` are named values. */
export const json = (of, examples) => ({ "application/json": media(of, examples) });

export const media = (of, examples) => ({
  schema: of,
  ...(examples === undefined ? {} : { examples: named(examples) }),
});

const named = (examples) =>
  Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));

/** A response with JSON. */
export const answer = (description, of, examples, rest = {}) =>
  ({ description, content: json(of, examples), ...rest });

/**
 * A response with the schema `Detail`. Its `code` and `detail` are one of the pairs.
 */
export const problem = (description, ...pairs) => {
  const request_id = "8b1f0c6e53d9a7f2-FRA";
  const example = ([code, detail], index) =>
    [index === 0 ? "usual" : `other_${index}`, { detail, code, request_id }];
  return answer(description, schema("Detail"), Object.fromEntries(pairs.map(example)));
};

/** The problems of every call with a key. 405 is the response to other methods of the path. */
const USUAL = {
  400: response("BadRequest"),
  401: response("Unauthorized"),
  403: response("Forbidden"),
  405: response("MethodNotAllowed"),
  406: response("NotAcceptable"),
  503: response("Unavailable"),
};

/** The further problems of a call with a body. */
export const withBody = {
  413: response("TooLarge"),
  415: response("UnsupportedMediaType"),
};

export const notFound = { 404: response("NotFound") };
export const conflict = (...sentences) => ({
  409: problem(
    "What is there conflicts with it.",
    ...sentences.map((text) => [CODES.get(text) ?? "conflict", text]),
  ),
});
export const forbidden = (...sentences) => ({
  403: problem(
    "The key lacks the scope, or the account may not do this.",
    ["missing_scope", "You do not have permission to perform this action."],
    ...sentences.map((text) => [CODES.get(text) ?? "limit_reached", text]),
  ),
});

export const DISABLED = "This account is disabled: nothing is published and nothing is sent.";
export const ERASED = "This account's data is being deleted.";
export const SUSPENDED = "This account is disabled, so the webhook cannot be switched on.";
export const IN_USE = "Webhooks subscribe to this event type. Deprecate it instead.";

/** The codes of sentences that have a code of their own. */
const CODES = new Map([
  [DISABLED, "account_disabled"],
  [ERASED, "account_being_deleted"],
  [SUSPENDED, "account_disabled"],
  [IN_USE, "event_type_in_use"],
]);

/** A call with a key. `access` is a scope, `any`, `every` or `admin`. */
export function operation(operationId, tag, access, summary, description, rest) {
  const { responses, ...others } = rest;
  const by = {
    any: "With any key of an account.",
    every: "With any key of an account, or `ADMIN_KEY`.",
    admin: "With `ADMIN_KEY`.",
  };
  return {
    operationId,
    tags: [tag],
    summary,
    description: `${description}\n\n${by[access] ?? `With a key of scope \`${access}\`.`}`,
    security: [
      ...(access === "admin" ? [] : [{ basic: scopes(access) }, { bearer: scopes(access) }]),
      ...(["admin", "every"].includes(access) ? [{ adminBasic: [] }, { adminBearer: [] }] : []),
    ],
    ...others,
    responses: { ...responses, ...without(USUAL, responses) },
  };
}

const scopes = (access) => (["any", "every"].includes(access) ? [] : [access]);
const without = (all, others) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !(name in others)));
