// Ten kills of the real dispatcher. Every run has another seed, which its output names.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";

const KILLS = 10;
/** Usually it takes 15 s. */
const LIMIT_MS = 110_000;

test("ten kills lose nothing that was acknowledged", { timeout: LIMIT_MS }, async (context) => {
  const args = ["--kills", String(KILLS), "--minutes", "1"];
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], {
    signal: context.signal,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  }
  const [code] = await once(child, "close");
  assert.equal(code, 0, output);
  const row = (name: string) =>
    Number(new RegExp(`^${name} +([\\d,]+)`, "m").exec(output)?.[1]?.replaceAll(",", ""));
  assert.equal(row("kills"), KILLS, output);
  assert.equal(row("lost"), 0, output);
  assert.equal(row("arrived"), row("deliveries expected"), output);
  assert.ok(row("events acknowledged") > 50, output);
  assert.ok(row("attempts that receivers failed") > 10, output);
  context.diagnostic(output);
});
