// contract/types.ts: the schemas of the contract as TypeScript, written anew when this file is run.
//
// The dashboard and the tests import them, so a field that changes in the contract is found by the
// type check.

import { writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import { contract } from "./document.mjs";

const FILE = new URL("types.ts", import.meta.url);
const HEAD = `// The schemas of the contract as TypeScript types. Generated from contract/openapi.json by
// \`npm run contract\`; do not edit it by hand.
`;

/** What the library declares for every document, and a document without paths leaves empty. */
const EMPTY = ["paths", "webhooks", "$defs", "operations"];

/** The text of the file: each schema under its own name, and nothing else. */
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
