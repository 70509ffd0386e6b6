// Schemathesis makes up calls from the contract, good ones and bad ones, one after another and in
// chains, and looks for server errors and for answers outside the contract.
//
// Three of its checks are left out. An event that no webhook takes is published and is nowhere, so
// what was created cannot always be read (`ensure_resource_availability`). What a schema cannot say
// is refused (a target that is no public host), so not every call that fits the schema succeeds. And
// as the vendor's API does, ours takes more than it says (`page_size=x`, `active: "yes"`, a number as
// user name), so not every call that does not fit is refused.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { adminKey, start } from "../worker/support/harness.ts";
import { Receiver } from "../worker/support/receiver.ts";

/** The Python that it is installed for. */
const program = process.env["SCHEMATHESIS"];
const contract = join(import.meta.dirname, "../../contract/openapi.json");
const hooks = join(import.meta.dirname, "json_lines.py");
const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "unsupported_method",
  "allow_header_conformance",
  "use_after_free",
  "ignored_auth",
];
const examplesMax = Number(process.env["EXAMPLES"] ?? 12);
/** The same calls each time, so that a failure can be had again; another number makes others. */
const seed = process.env["SEED"] ?? "1";

const dispatcher = await start();
const receiver = await Receiver.listen();
after(async () => {
  await dispatcher.stop();
  await receiver.close();
});

interface Ended {
  code: number | null;
  output: string;
}

async function schemathesis(key: string, ...options: string[]): Promise<Ended> {
  if (program === undefined) throw new Error("SCHEMATHESIS is not set: npm run test:contract");
  const folder = mkdtempSync(join(tmpdir(), "schemathesis-"));
  const child = spawn(
    program,
    [
      "-m",
      "schemathesis.cli",
      "run",
      contract,
      "--url",
      dispatcher.url,
      "--auth",
      `${key}:`,
      "--checks",
      checks.join(","),
      "--max-examples",
      String(examplesMax),
      "--seed",
      seed,
      "--request-timeout",
      "20",
      "--suppress-health-check",
      "all",
      "--warnings",
      "off",
      "--no-color",
      ...options,
    ],
    // It keeps what it found in the folder that it runs in.
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, PYTHONUTF8: "1", SCHEMATHESIS_HOOKS: hooks },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  rmSync(folder, { recursive: true, force: true });
  return { code, output };
}

function assertGood({ code, output }: Ended): void {
  assert.equal(code, 0, output);
  const [, cases] = output.match(/(\d+) generated/) ?? [];
  assert.ok(Number(cases) > 100, `too few calls were made:\n${output}`);
}

test("an account's calls", async () => {
  const account = await dispatcher.account("fuzz");
  await account.create({ target_url: receiver.mailbox().url });
  assertGood(await schemathesis(account.key, "--exclude-tag", "Administration"));
});

test("the operator's calls", async () => {
  assertGood(await schemathesis(adminKey, "--include-tag", "Administration"));
});
