// Whether an answer is one that the contract names for its call: status, headers, body, and no
// field that is not there.
//
// The contract lets an answer have further fields, so that clients do not break on them. Here they
// are refused: a field that is new is to be written down.

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
  // The shape is what the tests are about, so nothing is assumed of it.
  json: any;
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
    headers: Record<string, { schema: object }>;
    schemas: Record<string, object>;
  };
}

export const contract: Contract = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../contract/openapi.json"), "utf8"),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(closed(contract) as object, "contract");

/** The same with no object that may have more than its properties. */
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

const open = (path: string) => path.split("{").length;

/** The paths of the contract, those with the least left open first. */
const templates = Object.keys(contract.paths)
  .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`) }))
  .sort((a, b) => open(a.path) - open(b.path) || b.path.length - a.path.length);

/** Every call of the contract. */
export const operations = Object.entries(contract.paths).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [{ path, method: method.toUpperCase(), operation }];
  }),
);

/** What was answered in this process: the calls, and each with its status. */
export const seen = new Set<string>();

/** Fails unless the contract names this answer for its call. */
export function conform(method: string, path: string, answer: Answer): void {
  const template = templates.find(({ pattern }) => pattern.test(path))?.path;
  const call = `${method} ${path}`;
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
  const told = operation.responses[answer.status];
  assert.ok(told !== undefined, `${call}: ${answer.status} is not in the contract: ${answer.text}`);
  const at = told.$ref ?? `#${pointer("paths", template, name, "responses", `${answer.status}`)}`;
  const response = named(told);
  headers(call, response, answer);
  if (method === "HEAD") return assert.equal(answer.text, "", call);
  if (response.content === undefined) return assert.equal(answer.text, "", call);
  const [type] = Object.keys(response.content);
  body(call, `${at}${pointer("content", type!)}/schema`, answer, type);
}

function named(response: Named): Named {
  const name = response.$ref?.replace("#/components/responses/", "");
  return name === undefined ? response : contract.components.responses[name]!;
}

function isProblem(call: string, method: string, answer: Answer): void {
  if (method === "HEAD") return;
  body(call, "#/components/schemas/Problem", answer);
}

function headers(call: string, response: Named, answer: Answer): void {
  for (const [name, { $ref }] of Object.entries(response.headers ?? {})) {
    const value = answer.headers.get(name);
    assert.ok(value !== null, `${call}: ${answer.status} without ${name}`);
    const of = `${$ref}/schema`;
    const isGood = validator(of);
    const number = Number(value);
    const read = String(number) === value ? number : value;
    assert.ok(isGood(read), `${call}: ${name}: ${value}: ${ajv.errorsText(isGood.errors)}`);
  }
}

const json = "application/json";

function body(call: string, at: string, answer: Answer, type = json): void {
  const sent = answer.headers.get("content-type") ?? "";
  assert.equal(type === json ? sent.split(";")[0] : sent, type, call);
  const isGood = validator(at);
  const told = () => `${call}: ${answer.status} ${answer.text}: ${ajv.errorsText(isGood.errors)}`;
  assert.ok(isGood(type === json ? answer.json : answer.text), isGood.errors === null ? call : told());
}

const validators = new Map<string, ValidateFunction>();

function validator(at: string): ValidateFunction {
  const known = validators.get(at) ?? ajv.compile({ $ref: `contract${encode(at)}` });
  validators.set(at, known);
  return known;
}

/** A pointer inside a URI reference. */
const encode = (at: string) => at.replaceAll("{", "%7B").replaceAll("}", "%7D");
