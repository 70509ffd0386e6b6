// Writes clients/typescript/src/schema.ts: the calls and schemas of the contract as TypeScript
// types, for the client. Forms are left out, because each has the fields of the JSON body.

import { writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import { contract } from "./document.mjs";

const FILE = new URL("../clients/typescript/src/schema.ts", import.meta.url);
const HEAD = `\
// The contract as TypeScript types. Generated from contract/openapi.json by \`npm run contract\`;
// do not edit it by hand.
`;
const FORMS = ["application/x-www-form-urlencoded", "multipart/form-data"];

/** Returns the text of the file. */
export async function clientTypesText() {
  const document = JSON.parse(JSON.stringify(contract()), (name, value) =>
    FORMS.includes(name) ? undefined : value);
  const { schemas } = document.components;
  for (const name of Object.keys(schemas)) if (name.endsWith("Form")) delete schemas[name];
  const declarations = await openapiTS(document, {
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    defaultNonNullable: false,
  });
  return `${HEAD}\n${astToString(declarations)}`;
}

if (import.meta.main ?? process.argv[1]?.endsWith("client_types.mjs")) {
  await writeFile(FILE, await clientTypesText());
  console.log("clients/typescript/src/schema.ts is written");
}
