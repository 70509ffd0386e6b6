// Returns the schemas of the contract as TypeScript types. Run as a program, it writes them to
// contract/types.ts.
//
// The dashboard and the tests import the types, so the type check finds every use of a field that
// changes in the contract.

import { writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import { contract } from "./document.mjs";

const FILE = new URL("types.ts", import.meta.url);
const HEAD = `\
// The schemas of the contract as TypeScript types. Generated from contract/openapi.json by
// \`npm run contract\`; do not edit it by hand.
`;

/** Declarations of the library that are empty for a document without paths. */
const EMPTY = ["paths", "webhooks", "$defs", "operations"];

/** Returns the text of the file: one type for each schema, under the schema's name. */
export async function typesText() {
  const { openapi, info, components } = contract();
  const schemas = { openapi, info, paths: {}, components: { schemas: components.schemas } };
  const declarations = await openapiTS(schemas, {
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    defaultNonNullable: false,
  });
  return `${HEAD}\n${astToString(declarations.filter(({ name }) => !EMPTY.includes(name?.text)))}`;
}

if (import.meta.main ?? process.argv[1]?.endsWith("typescript.mjs")) {
  await writeFile(FILE, await typesText());
  console.log("contract/types.ts is written");
}
