// The contract itself: its generated files are up to date, the linters pass, and the dispatcher
// serves it without a key.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { start } from "../worker/support/harness.ts";

const root = join(import.meta.dirname, "../..");
const file = join(root, "contract/openapi.json");
const written = readFileSync(file, "utf8");
const writtenForClients = readFileSync(join(root, "contract/openapi.client.json"), "utf8");

const dispatcher = await start({ assets: true });
after(() => dispatcher.stop());

const get = (path: string) => fetch(new URL(path, dispatcher.url), { redirect: "manual" });

const documents: { contract(): object; textOf(document: object): string } = await import(
  join(root, "contract/document.mjs") as string
);
const { clientContract }: { clientContract(): object } = await import(
  join(root, "contract/client.mjs") as string
);

test("contract/openapi.json is up to date; if not: npm run contract", () => {
  assert.equal(written, documents.textOf(documents.contract()));
});

test("contract/openapi.client.json is up to date; if not: npm run contract", () => {
  assert.equal(writtenForClients, documents.textOf(clientContract()));
});

test("docs/API.md is up to date; if not: npm run contract", async () => {
  const reference: { referenceText(): string } = await import(
    join(root, "contract/reference.mjs") as string
  );
  assert.equal(readFileSync(join(root, "docs/API.md"), "utf8"), reference.referenceText());
});

test("the types of the client are up to date; if not: npm run contract", async () => {
  const types: { clientTypesText(): Promise<string> } = await import(
    join(root, "contract/client_types.mjs") as string
  );
  const written = readFileSync(join(root, "clients/typescript/src/schema.ts"), "utf8");
  assert.equal(written, await types.clientTypesText());
});

test("the inputs of the MCP tools are up to date; if not: npm run contract", async () => {
  const inputs: { toolInputsText(): string } = await import(
    join(root, "contract/tool_inputs.mjs") as string
  );
  const written = readFileSync(join(root, "clients/typescript/src/cli/mcp/inputs.ts"), "utf8");
  assert.equal(written, inputs.toolInputsText());
});

test("contract/types.ts is up to date; if not: npm run contract", async () => {
  const types: { typesText(): Promise<string> } = await import(
    join(root, "contract/typescript.mjs") as string
  );
  assert.equal(readFileSync(join(root, "contract/types.ts"), "utf8"), await types.typesText());
});

test("the version is that of the crate", () => {
  const [, version] = readFileSync(join(root, "Cargo.toml"), "utf8").match(/^version = "(.+)"$/m)!;
  assert.equal(JSON.parse(written).info.version, version);
});

for (const [name, script, ...options] of [
  ["Redocly", "@redocly/cli/bin/cli.js", "lint", "--config", "contract/redocly.yaml"],
  [
    "Spectral",
    "@stoplight/spectral-cli/dist/index.js",
    "lint",
    "--ruleset",
    "contract/spectral.yaml",
    "--fail-severity",
    "hint",
  ],
] as const) {
  test(`${name} reports nothing`, async () => {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [join(root, "node_modules", script), ...options, file],
      {
        cwd: root,
        env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
      },
    ).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`${error.stdout}${error.stderr}`);
    });
    assert.doesNotMatch(stdout + stderr, /warning/i);
  });
}

for (const [path, text] of [
  ["/openapi.json", written],
  ["/openapi.client.json", writtenForClients],
] as const) {
  test(`${path} needs no key, and its policy forbids a browser to load anything`, async () => {
    const answer = await get(path);
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), text);
    assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
    const policy = answer.headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
  });
}

test("the API reference loads only its own files", async () => {
  const page = await get("/docs");
  assert.equal(page.status, 200);
  const policy = page.headers.get("content-security-policy") ?? "";
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'"])
    assert.ok(policy.includes(part), policy);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  const text = await page.text();
  assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|javascript:/i);
  const links = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
  assert.ok(links.length >= 3, text);
  for (const link of links) {
    assert.doesNotMatch(link, /^(https?:)?\/\//);
    const loaded = await get(new URL(link, new URL("/docs", dispatcher.url)).pathname);
    assert.equal(loaded.status, 200, link);
    assert.match(loaded.headers.get("cache-control") ?? "", /immutable/, link);
  }
  assert.equal((await get("/docs/licences.txt")).status, 200);
});
