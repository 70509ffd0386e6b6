// Schemathesis generates calls from the contract, valid and invalid, single and in chains, and
// checks for server errors and for responses that violate the contract.
//
// Three of its checks are off:
// - `ensure_resource_availability`: a created resource cannot always be read, because an event that
//   no webhook gets is accepted and not stored.
// - That every valid call succeeds: a schema cannot describe all rules. For example, the host of a
//   target must be public.
// - That every invalid call is refused: the API, like the vendor's, accepts more than the contract
//   says, such as `page_size=x`, `active: "yes"`, or a number as user name.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { adminKey, start } from "../worker/support/harness.ts";
import { Receiver } from "../worker/support/receiver.ts";

/** The path of the Python that has Schemathesis. */
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
/** The seed. The same seed generates the same calls, so a failure can be repeated. */
const seed = process.env["SEED"] ?? "1";

const dispatcher = await start();
const receiver = await Receiver.listen();
after(async () => {
  await dispatcher.stop();
  await receiver.close();
});

interface Result {
  code: number | null;
  output: string;
}

async function schemathesis(key: string, ...options: string[]): Promise<Result> {
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
    // A folder of its own, because Schemathesis writes files into the working directory.
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

function assertGood({ code, output }: Result): void {
  assert.equal(code, 0, output);
  const [, cases] = output.match(/(\d+) generated/) ?? [];
  assert.ok(Number(cases) > 100, `too few calls were generated:\n${output}`);
}

test("the calls of an account conform to the contract", async () => {
  const account = await dispatcher.account("fuzz");
  await account.create({ target_url: receiver.mailbox().url });
  assertGood(await schemathesis(account.key, "--exclude-tag", "Administration"));
});

test("the calls of the operator conform to the contract", async () => {
  assertGood(await schemathesis(adminKey, "--include-tag", "Administration"));
});
