// What client generators read of the contract: every call whose bodies are JSON.
//
// The other calls are files of any length (exports, import, metrics), which a generated client
// would hold in memory, if it can read their media types at all. There are no forms, because each
// has the fields of the JSON body. There is no `webhooks`, because a client does not call itself;
// the schemas of events stay.

import { contract } from "./document.mjs";
import { receivedSchemas } from "./receiving.mjs";

const JSON_TYPE = "application/json";
const METHODS = ["get", "put", "post", "patch", "delete"];
/**
 * Lists that may be longer than here, as plain text: of event types by the operator's catalogue, of
 * codes by a later release. Generated clients refuse values that an enumeration lacks.
 */
const OPEN_LISTS = {
  EventTypeName: "An event type that is in force: `GET /v1/event-types` lists them.",
  ErrorCode: undefined,
};

/** Whether generated clients can make the call: it sends and answers JSON or nothing. */
export function isForClients({ requestBody, responses }) {
  const takesJson = requestBody === undefined || JSON_TYPE in requestBody.content;
  const answers = Object.entries(responses).filter(([status]) => !/^[345]/.test(status));
  return takesJson && answers.every(([status, { content }]) =>
    status.startsWith("2") && (content === undefined || JSON_TYPE in content));
}

/** Returns the document for client generators. */
export function clientContract() {
  const { webhooks: _, info, tags, paths: all, components, ...rest } = contract();
  const paths = pathsForClients(all);
  const { securitySchemes, schemas, ...others } = components;
  const parts = {
    schemas: withoutDefaults({
      ...schemas,
      ...openLists(schemas),
      RecoverRequest: withTextCode(schemas.RecoverRequest),
    }),
    ...others,
    parameters: { ...others.parameters, Page: numbered(others.parameters.Page) },
  };
  const kept = reached(parts, [paths, receivedSchemas]);
  const used = new Set(operationsOf(paths).map(({ tags: [tag] }) => tag));
  return {
    ...rest,
    // Generators repeat it at the top of every file.
    info: { ...info, description: info.summary },
    tags: tags.filter(({ name }) => used.has(name)),
    paths,
    components: { ...only(parts, kept), securitySchemes },
  };
}

const operationsOf = (paths) => Object.values(paths).flatMap((item) =>
  METHODS.filter((method) => method in item).map((method) => item[method]));

function pathsForClients(all) {
  const items = Object.entries(all).map(([path, item]) => {
    const calls = METHODS.filter((method) => method in item && isForClients(item[method]));
    const { parameters } = item;
    const operations = calls.map((method) => [method, withoutForms(item[method])]);
    return [path, calls.length, {
      ...(parameters === undefined ? {} : { parameters }),
      ...Object.fromEntries(operations),
    }];
  });
  return Object.fromEntries(
    items.filter(([, calls]) => calls > 0).map(([path, , item]) => [path, item]),
  );
}

function withoutForms(operation) {
  const { requestBody } = operation;
  if (requestBody === undefined) return operation;
  const content = { [JSON_TYPE]: requestBody.content[JSON_TYPE] };
  return { ...operation, requestBody: { ...requestBody, content } };
}

/** The named lists that are open, as plain text. */
const openLists = (schemas) => Object.fromEntries(
  Object.entries(OPEN_LISTS).map(([name, description]) => [
    name,
    { type: "string", description: description ?? schemas[name].description },
  ]),
);

// Values of two types would be a class of their own in most languages. So a page is a number here,
// not `last` too, and a status code is text.

const numbered = (page) => ({
  ...page,
  description: "The page, from 1.",
  schema: { type: "integer", minimum: 1, default: 1 },
});

function withTextCode(request) {
  const { http_status_code: code } = request.properties;
  const properties = {
    ...request.properties,
    http_status_code: { ...code, type: ["string", "null"] },
  };
  return { ...request, properties };
}

/**
 * The schemas with defaults as text. openapi-typescript takes a field with a default for one that is
 * always there, also in a request.
 */
const withoutDefaults = (schemas) => Object.fromEntries(
  Object.entries(schemas).map(([name, schema]) => [
    name,
    schema.properties === undefined ? schema : { ...schema, properties: asText(schema.properties) },
  ]),
);

const asText = (properties) => Object.fromEntries(
  Object.entries(properties).map(([name, { default: value, ...field }]) => [
    name,
    value === undefined
      ? field
      : { ...field, description: `${field.description} Default: \`${JSON.stringify(value)}\`.` },
  ]),
);

/** Returns the references to all parts that the roots need, and what these need. */
function reached(parts, roots) {
  const found = new Set(Object.keys(receivedSchemas).map((name) => `#/components/schemas/${name}`));
  const todo = [...roots];
  while (todo.length > 0) {
    for (const [, reference] of JSON.stringify(todo.pop()).matchAll(/"\$ref":"([^"]+)"/g)) {
      if (found.has(reference)) continue;
      found.add(reference);
      const [, , kind, name] = reference.split("/");
      todo.push(parts[kind][name]);
    }
  }
  return found;
}

/** Returns the parts whose references are in the set. */
const only = (parts, kept) => Object.fromEntries(
  Object.entries(parts).map(([kind, all]) => [
    kind,
    Object.fromEntries(
      Object.entries(all).filter(([name]) => kept.has(`#/components/${kind}/${name}`)),
    ),
  ]),
);
