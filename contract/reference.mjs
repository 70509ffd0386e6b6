// Returns the contract as a Markdown page. Run as a program, it writes the page to docs/API.md.

import { writeFile } from "node:fs/promises";
import { contract } from "./document.mjs";
import { TAG as RECEIVING, receivedResponses } from "./receiving.mjs";

const FILE = new URL("../docs/API.md", import.meta.url);
const METHODS = ["get", "post", "put", "patch", "delete"];
/** The schemas of forms. They have the fields of the JSON schema, so they get no table. */
const IS_FORM = /Form$/;
/** The sentence about the key, with which a description ends. */
const ACCESS_SENTENCE =
  /\n\n(With any key of an account|With `ADMIN_KEY`|With a key of scope `[a-z:]+`)\.$/;

const document = contract();
const { schemas, parameters, responses } = document.components;

/** Returns the page. */
export const referenceText = () => `${[
  `# API reference, version ${document.info.version}`,
  "Generated from `contract/openapi.json` by `npm run contract`; do not edit it by hand. A " +
    "running dispatcher serves the document as `/openapi.json`, what client generators read of it " +
    "as `/openapi.client.json`, and an interactive version as `/docs`. " +
    "[PUBLISHING.md](PUBLISHING.md#a-client-in-another-language) says how to generate a client.",
  document.info.description,
  ...document.tags.filter(({ name }) => name !== RECEIVING).flatMap(tagSection),
  ...receiverSection(),
  ...problemSection(),
  ...schemaSection(),
].join("\n\n")}\n`;

function tagSection({ name, description }) {
  const operations = operationsOf(document.paths).filter(({ tags }) => tags[0] === name);
  const rows = operations.map(({ method, path, summary, operationId }) =>
    [`\`${method} ${path}\``, link(summary, `call-${operationId}`)]);
  return [
    `## ${name}`,
    description,
    table(["call", "what it does"], rows),
    ...operations.flatMap(operationSection),
  ];
}

const operationsOf = (paths) =>
  Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({
      ...item[method],
      method: method.toUpperCase(),
      path,
      parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map(resolved),
    })));

function operationSection(operation) {
  const { method, path, operationId, summary, description, requestBody } = operation;
  return [
    `<a id="call-${operationId.toLowerCase()}"></a>\n### ${summary}`,
    `\`${method} ${path}\` · ${accessOf(operation)} · operation \`${operationId}\``,
    withoutAccess(description),
    ...parameterTable(operation.parameters),
    ...bodyLines(requestBody),
    ...statusLines(operation.responses),
  ];
}

/** The key that a call needs. It replaces the sentence at the end of the description. */
function accessOf({ security = document.security }) {
  if (security.length === 0) return "no key";
  const [[scheme, scopes]] = Object.entries(security[0]);
  if (scheme === "adminBasic") return "`ADMIN_KEY`";
  return scopes.length === 0 ? "any key" : scopes.map((scope) => `\`${scope}\``).join(", ");
}

const withoutAccess = (text) =>
  text.replace(ACCESS_SENTENCE, "");

function parameterTable(all) {
  if (all.length === 0) return [];
  const rows = all.map(({ name, in: place, required, description, schema }) => [
    `\`${name}\``,
    place,
    required === true ? "required" : "optional",
    [description, limitsOf(schema)].filter(Boolean).join(" "),
  ]);
  return [table(["parameter", "in", "needed", "meaning"], rows)];
}

function bodyLines(body) {
  if (body === undefined) return [];
  const types = Object.keys(body.content).map((type) => `\`${type}\``).join(", ");
  const { schema } = Object.values(body.content)[0];
  const need = body.required ? "required" : "optional";
  return [`Body (${need}): ${typeOf(schema)}, as ${types}.${fieldList(resolved(schema))}`];
}

function fieldList({ properties, required = [] }) {
  if (properties === undefined) return "";
  const names = Object.keys(properties).map((name) =>
    required.includes(name) ? `\`${name}\` (required)` : `\`${name}\``);
  return ` Fields: ${names.join(", ")}.`;
}

/** A table of the call's own responses, and a line with the ones that many calls share. */
function statusLines(answers) {
  const all = Object.entries(answers);
  const shared = all.filter(([, answer]) => answer.$ref !== undefined)
    .map(([status, { $ref }]) => `${status} [${nameOf($ref)}](#problems)`);
  return [
    statusTable(all.filter(([, answer]) => answer.$ref === undefined)),
    ...(shared.length === 0 ? [] : [`Also ${shared.join(", ")}.`]),
  ];
}

const statusTable = (answers) => table(["status", "body", "meaning"], answers.map(answerRow));

function answerRow([status, { description, content }]) {
  if (content === undefined) return [status, "", description];
  const { schema, examples } = Object.values(content)[0];
  const sentences = Object.values(examples ?? {}).flatMap(({ value }) => value?.detail ?? [])
    .filter((sentence) => typeof sentence === "string").map((sentence) => `"${sentence}"`);
  return [status, typeOf(schema), [description, ...sentences].join(" ")];
}

/** What all POSTs to a receiver have in common, and the schema of each event type. */
function receiverSection() {
  const { event, ...typed } = document.webhooks;
  const [{ summary, description, parameters: headers, responses: answers }] =
    operationsOf({ event });
  const rows = Object.entries(typed).map(([name, { post }]) =>
    [`\`${name}\``, typeOf(Object.values(post.requestBody.content)[0].schema)]);
  return [
    `## ${summary}`,
    description,
    ...parameterTable(headers),
    statusTable(Object.entries(answers).map(([status, answer]) => [status, resolved(answer)])),
    table(["event type", "schema"], rows),
  ];
}

function problemSection() {
  const problems = Object.entries(responses).filter(([name]) => !(name in receivedResponses));
  const rows = problems.map(([name, answer]) =>
    answerRow([`\`${name}\``, answer]));
  return ["## Problems", "Many calls share these.", table(["problem", "body", "meaning"], rows)];
}

function schemaSection() {
  const names = Object.keys(schemas).filter((name) => !IS_FORM.test(name)).sort();
  return ["## Schemas", ...names.flatMap((name) => schemaParts(name, schemas[name]))];
}

function schemaParts(name, schema) {
  const alternatives = (schema.oneOf ?? [schema]).map(fieldTable).filter(Boolean);
  return [
    `### ${name}`,
    ...(schema.description === undefined ? [] : [schema.description]),
    ...(alternatives.length === 0 && schema.description === undefined
      ? [`${capital(typeOf(schema))}.`]
      : []),
    ...alternatives.flatMap((each, index) => (index === 0 ? [each] : ["Or:", each])),
  ];
}

function fieldTable({ properties, required = [] }) {
  if (properties === undefined) return undefined;
  const rows = Object.entries(properties).map(([name, schema]) => [
    `\`${name}\`${required.includes(name) ? "" : " (optional)"}`,
    typeOf(schema),
    [schema.description, limitsOf(schema)].filter(Boolean).join(" "),
  ]);
  return table(["field", "type", "meaning"], rows);
}

/** The type of a value: a link if its schema has a name. */
function typeOf(schema) {
  if (schema.$ref !== undefined) {
    const name = nameOf(schema.$ref);
    return link(name, name.replace(IS_FORM, ""));
  }
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives !== undefined) return alternatives.map(typeOf).join(" or ");
  if (schema.type === "object" && schema.properties !== undefined) {
    return `object of ${Object.keys(schema.properties).map((name) => `\`${name}\``).join(", ")}`;
  }
  if (schema.type === "array") return `list of ${typeOf(schema.items)}`;
  return [schema.type].flat().join(" or ");
}

function limitsOf(schema) {
  const values = schema.enum?.filter((value) => value !== null && value !== "");
  const span = ["minimum", "maximum"].map((name) => schema[name]);
  return [
    values === undefined ? "" : `One of ${values.map((value) => `\`${value}\``).join(", ")}.`,
    span[1] === undefined ? "" : `From ${span[0]} to ${span[1]}.`,
    schema.maxLength === undefined ? "" : `At most ${schema.maxLength} characters.`,
    schema.default === undefined ? "" : `Default: \`${JSON.stringify(schema.default)}\`.`,
  ].filter(Boolean).join(" ");
}

const nameOf = (reference) => reference.split("/").at(-1);
const link = (text, anchor) => `[${text}](#${anchor.toLowerCase()})`;
const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** Resolves a reference. Returns anything else as it is. */
function resolved(part) {
  if (part.$ref === undefined) return part;
  return { ...schemas, ...parameters, ...responses }[nameOf(part.$ref)];
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** Formats a cell as one line. Tables within the text are left out. */
const cell = (text) => String(text).split("\n\n").filter((part) => !part.startsWith("|"))
  .join(" ").replaceAll("\n", " ").replaceAll("|", "\\|");

if (import.meta.main ?? process.argv[1]?.endsWith("reference.mjs")) {
  await writeFile(FILE, referenceText());
  console.log("docs/API.md is written");
}
