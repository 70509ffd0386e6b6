// .dev.vars: `npm start` creates and completes it, and switches no guard off in a file that exists.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";

/** The module of `npm start`, which has no types. */
const { secrets } = await import(
  new URL("../../../scripts/dev/secrets.mjs", import.meta.url).href
);
const needed = ["API_KEY", "ADMIN_KEY", "MASTER_KEYS"];

/** Runs `secrets` on a file with this text, or on none. Returns the file's text afterwards. */
async function completed(before?: string) {
  const folder = await mkdtemp(join(tmpdir(), "dev-vars-"));
  const file = join(folder, ".dev.vars");
  try {
    if (before !== undefined) await writeFile(file, before);
    const variables: Record<string, string> = await secrets(file);
    const text = await readFile(file, "utf8");
    const again: Record<string, string> = await secrets(file);
    assert.deepEqual(again, variables, "a second start changes nothing");
    assert.equal(await readFile(file, "utf8"), text);
    return { variables, text };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("npm start", () => {
  test("makes a file with secrets, and lets webhooks reach this machine", async () => {
    const { variables } = await completed();
    assert.deepEqual(Object.keys(variables).sort(), [...needed, "ALLOW_PRIVATE_TARGETS"].sort());
    assert.equal(variables["ALLOW_PRIVATE_TARGETS"], "true");
    for (const name of ["API_KEY", "ADMIN_KEY"]) assert.match(variables[name]!, /^[0-9a-f]{48}$/);
  });

  const keys = "API_KEY=0123456789abcdef\nADMIN_KEY=fedcba9876543210\nMASTER_KEYS=k1:x\n";
  for (const [what, before] of [
    ["an empty file", ""],
    ["a comment", "# mine\n"],
    ["a file without a final newline", "API_KEY=0123456789abcdef"],
    ["a complete file from which the setting was removed", keys],
    ["a file in which it is commented out", `${keys}# ALLOW_PRIVATE_TARGETS=true\n`],
    ["a file that says false", `${keys}ALLOW_PRIVATE_TARGETS=false\n`],
    ["a file that lacks a secret too", "ADMIN_KEY=fedcba9876543210\nEVENT_TYPES=A\n"],
  ]) {
    test(`switches no guard off in ${what}`, async () => {
      const { variables, text } = await completed(before);
      assert.ok(text.startsWith(before!), "no line is changed");
      assert.notEqual(variables["ALLOW_PRIVATE_TARGETS"], "true");
      for (const name of needed) assert.ok(variables[name], name);
      const kept = /^API_KEY=(.*)$/m.exec(before!)?.[1];
      if (kept !== undefined) assert.equal(variables["API_KEY"], kept);
    });
  }

  test("keeps the setting where it is", async () => {
    const { text } = await completed(`${keys}ALLOW_PRIVATE_TARGETS=true\n`);
    assert.equal(text, `${keys}ALLOW_PRIVATE_TARGETS=true\n`);
  });
});
