// Writes clients/typescript/src/cli/mcp/inputs.ts: what the tools of `webhooks mcp` take, as JSON
// Schema, with the limits and descriptions of the contract.

import { writeFile } from "node:fs/promises";
import { contract } from "./document.mjs";

const FILE = new URL("../clients/typescript/src/cli/mcp/inputs.ts", import.meta.url);
const HEAD = `\
// What the tools of \`webhooks mcp\` take. Generated from the contract by \`npm run contract\`
// (contract/tool_inputs.mjs); do not edit it by hand.
`;

/** The calls that are tools with the input of their parameters and body. */
const CALLS = [
  "listWebhooks", "getWebhook", "readStats", "listDeliveries", "readDelivery", "readSentRequest",
  "readEvent", "readRecovery", "pingWebhook", "createWebhook", "patchWebhook", "resendDelivery",
  "resendDeliveries", "recover",
];
/** Places in a list, which the tools find themselves. */
const POSITIONS = ["page", "page_size", "cursor"];
/** Fields whose values are secrets. They do not pass through a language model. */
const SECRETS = [
  "signing_secret", "basic_auth_username", "basic_auth_password", "additional_headers",
];
const IDS = { id: "The webhook's id.", event_id: "The event's id." };

/** Returns the text of the file. */
export function toolInputsText() {
  const document = contract();
  const inputs = Object.fromEntries(CALLS.map((call) => [call, inputOf(document, call)]));
  const names = CALLS.map((call) => `  | "${call}"`).join("\n");
  return `${HEAD}
import type { Input } from "./tool.ts";

type Call =
${names};

export const INPUTS: Record<Call, Input> = ${JSON.stringify(inputs, null, 2)};
`;
}

function inputOf(document, call) {
  const { path, operation } = operationOf(document, call);
  const parameters = [...(path.parameters ?? []), ...(operation.parameters ?? [])]
    .map((parameter) => whole(document, parameter))
    .filter(({ in: place, name }) =>
      ["path", "query"].includes(place) && !POSITIONS.includes(name));
  const properties = {};
  for (const { in: place, name, schema, description } of parameters) {
    const told = (place === "path" && IDS[name]) || description;
    properties[name] = { ...schema, ...(told === undefined ? {} : { description: told }) };
  }
  const required = parameters.filter(({ required }) => required).map(({ name }) => name);
  const { content } = whole(document, operation.requestBody ?? {});
  const body = whole(document, content?.["application/json"].schema ?? {});
  Object.assign(properties, body.properties);
  for (const name of SECRETS) delete properties[name];
  return {
    type: "object",
    properties,
    required: [...required, ...(body.required ?? [])],
    additionalProperties: false,
  };
}

function operationOf(document, call) {
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path))
      if (operation.operationId === call) return { path, operation };
  }
  throw new Error(`the contract has no call ${call}`);
}

/** Returns a part of the contract with what its references lead to in their place. */
function whole(document, part) {
  if (Array.isArray(part)) return part.map((item) => whole(document, item));
  if (typeof part !== "object" || part === null) return part;
  if (typeof part.$ref === "string") {
    const { $ref, ...others } = part;
    const names = $ref.split("/").slice(1);
    return { ...whole(document, names.reduce((found, name) => found[name], document)), ...others };
  }
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [name, whole(document, value)]),
  );
}

if (import.meta.main ?? process.argv[1]?.endsWith("tool_inputs.mjs")) {
  await writeFile(FILE, toolInputsText());
  console.log("clients/typescript/src/cli/mcp/inputs.ts is written");
}
