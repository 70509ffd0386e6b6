// Checks an answer against the contract: status, headers and body.
//
// The contract allows answers to have further fields, so that clients accept later versions. This
// check refuses them, so that each new field is added to the contract.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";

/** An answer of the API. `json` is undefined when the body is not JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // Tests check the shape, so the type does not assume one.
  json: any;
  /** The code of an error. */
  code?: string;
  /** The id that an error has for its request. */
  requestId?: string;
}

export interface Operation {
  operationId: string;
  responses: Record<string, Named>;
}

interface Named {
  $ref?: string;
  content?: Record<string, { schema: object }>;
  headers?: Record<string, { $ref: string }>;
}

const methods = ["get", "put", "post", "delete", "patch"] as const;
type PathItem = { [method in (typeof methods)[number]]?: Operation };

export interface Contract {
  paths: Record<string, PathItem>;
  components: {
    responses: Record<string, Named>;
    headers: Record<string, { schema: object; required?: boolean }>;
    schemas: Record<string, object>;
  };
}

export const contract: Contract = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../contract/openapi.json"), "utf8"),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(closed(contract) as object, "contract");

/** Returns a copy of a schema whose objects allow no properties but the named ones. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) copy[name] = closed(part);
  const isSchema = typeof copy["properties"] === "object" && copy["type"] === "object";
  return isSchema ? { additionalProperties: false, ...copy } : copy;
}

const pointer = (...names: string[]) =>
  names.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

const parameters = (path: string) => path.split("{").length - 1;

/** The paths of the contract, those with the fewest parameters first. */
const templates = Object.keys(contract.paths)
  .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`) }))
  .sort((a, b) => parameters(a.path) - parameters(b.path) || b.path.length - a.path.length);

/** All operations of the contract. */
export const operations = Object.entries(contract.paths).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [{ path, method: method.toUpperCase(), operation }];
  }),
);

/** The operations that this process has called, each alone and with the status of its answer. */
export const seen = new Set<string>();

/** Fails unless the contract allows this answer to the call. */
export function conform(method: string, path: string, answer: Answer): void {
  const template = templates.find(({ pattern }) => pattern.test(path))?.path;
  const call = `${method} ${path}`;
  assert.equal(answer.headers.get("cache-control"), "no-store", `${call}: Cache-Control`);
  if (method === "OPTIONS" && answer.status === 204) return;
  if (template === undefined) {
    assert.ok([400, 401, 403, 404, 406].includes(answer.status), `${call}: ${answer.status}`);
    return isProblem(call, method, answer);
  }
  const name = method === "HEAD" ? "get" : method.toLowerCase();
  const operation = contract.paths[template]?.[name as keyof PathItem];
  if (operation === undefined) {
    assert.ok([400, 401, 403, 405, 406].includes(answer.status), `${call}: ${answer.status}`);
    return isProblem(call, method, answer);
  }
  seen.add(operation.operationId).add(`${operation.operationId} ${answer.status}`);
  const { status, text } = answer;
  const response = operation.responses[status];
  assert.ok(response !== undefined, `${call}: ${status} is not in the contract: ${text}`);
  const at = response.$ref ?? `#${pointer("paths", template, name, "responses", `${status}`)}`;
  const { content, headers } = resolved(response);
  checkHeaders(call, headers ?? {}, answer);
  if (method === "HEAD") return assert.equal(answer.text, "", call);
  if (content === undefined) return assert.equal(answer.text, "", call);
  const sent = essenceOf(answer);
  const type = sent in content ? sent : Object.keys(content)[0]!;
  body(call, `${at}${pointer("content", type)}/schema`, answer, type);
}

function resolved(response: Named): Named {
  const name = response.$ref?.replace("#/components/responses/", "");
  return name === undefined ? response : contract.components.responses[name]!;
}

function isProblem(call: string, method: string, answer: Answer): void {
  if (method === "HEAD") return;
  body(call, "#/components/schemas/Problem", answer);
}

function checkHeaders(call: string, headers: NonNullable<Named["headers"]>, answer: Answer): void {
  for (const [name, { $ref }] of Object.entries(headers)) {
    const value = answer.headers.get(name);
    const { required } = contract.components.headers[$ref.split("/").at(-1)!]!;
    if (value === null && required !== true) continue;
    assert.ok(value !== null, `${call}: ${answer.status} without ${name}`);
    const isGood = validator(`${$ref}/schema`);
    const number = Number(value);
    const read = String(number) === value ? number : value;
    assert.ok(isGood(read), `${call}: ${name}: ${value}: ${ajv.errorsText(isGood.errors)}`);
  }
}

const json = "application/json";

/** The media type of an answer, without its parameters. */
const essenceOf = ({ headers }: Answer) => (headers.get("content-type") ?? "").split(";")[0]!;

function body(call: string, at: string, answer: Answer, type = json): void {
  assert.equal(essenceOf(answer), type, call);
  const isGood = validator(at);
  const isConforming = isGood(type === json ? answer.json : answer.text);
  const errors = () => `${call}: ${answer.status} ${answer.text}: ${ajv.errorsText(isGood.errors)}`;
  assert.ok(isConforming, isConforming ? call : errors());
}

const validators = new Map<string, ValidateFunction>();

function validator(at: string): ValidateFunction {
  const known = validators.get(at) ?? ajv.compile({ $ref: `contract${encode(at)}` });
  validators.set(at, known);
  return known;
}

/** Encodes a JSON pointer for a URI reference. */
const encode = (at: string) => at.replaceAll("{", "%7B").replaceAll("}", "%7D");
