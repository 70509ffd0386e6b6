// Writes clients/typescript/src/schema.ts: the paths and schemas of contract/openapi.client.json as
// TypeScript types, for the client.

import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const DOCUMENT = new URL("openapi.client.json", import.meta.url);
const FILE = new URL("../clients/typescript/src/schema.ts", import.meta.url);
const HEAD = `\
// The contract as TypeScript types. Generated from contract/openapi.client.json by
// \`npm run contract\`; do not edit it by hand.
`;

/** Returns the text of the file. */
export async function clientTypesText() {
  const document = JSON.parse(await readFile(DOCUMENT, "utf8"));
  const declarations = await openapiTS(document, { defaultNonNullable: false });
  return `${HEAD}\n${astToString(declarations)}`;
}

if (import.meta.main ?? process.argv[1]?.endsWith("client_types.mjs")) {
  await writeFile(FILE, await clientTypesText());
  console.log("clients/typescript/src/schema.ts is written");
}
