// docs/OPERATIONS.md explains every log line and metric of the source, and no others.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
// @ts-expect-error: a script without types.
import { FAULTS } from "../../../contract/faults.mjs";
import { documentText, root } from "../support/document.ts";

const text = documentText("docs/OPERATIONS.md");

/** Returns the names of the log lines in the source. */
function written(): Set<string> {
  const found = new Set<string>();
  const entries = ["src", "crates"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }));
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(".rs")) continue;
    const source = readFileSync(join(entry.parentPath, entry.name), "utf8");
    // The name is an argument of the log or of a helper.
    const lines = /(?:log::line\(\s*Level::\w+,\s*|\blog_error\(|\bself\.log\()"(\w+)"/g;
    const typed = /#\[serde\(tag = "event", rename = "(\w+)"\)\]/g;
    for (const pattern of [lines, typed])
      for (const [, name] of source.matchAll(pattern)) found.add(name!);
  }
  return found;
}

test("the guide explains every log line, and no others", () => {
  const section = text.split("\n## What to watch\n")[1]!.split("\n## ")[0]!;
  const explained = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name!);
  assert.ok(explained.length > 20, "the table was not found");
  assert.deepEqual(explained.toSorted(), [...written()].sort());
});

test("the guide explains every class of failure as the contract does", () => {
  const section = text.split("\n## Faults\n")[1]!.split("\n## ")[0]!;
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  assert.ok(rows.length > 10, "the table was not found");
  assert.deepEqual(rows, FAULTS.map(([name, what, advice]: string[]) =>
    `| \`${name}\` | ${what} | ${advice} |`));
});

test("the guide explains every metric, and no others", () => {
  const source = documentText("crates/domain/src/telemetry/metrics.rs").split("#[cfg(test)]")[0]!;
  const given = new Set([...source.matchAll(/"(webhooks_[a-z_]+)"/g)].map(([, name]) => name!));
  const rows = text.split("\n").filter((line) => line.startsWith("| `webhooks_"));
  const explained = rows.flatMap((row) =>
    [...row.split(" | ")[0]!.matchAll(/`(webhooks_\w+?)(_total)?`/g)].map(([, name]) => name!));
  assert.ok(given.size > 10, "the metrics were not found");
  assert.deepEqual(explained.toSorted(), [...given].sort());
});

test("the limits of the guide are those of the variables", () => {
  const vars = documentText("wrangler.toml");
  const value = (name: string) => Number(vars.match(new RegExp(`^${name} = "(\\d+)"$`, "m"))?.[1]);
  for (const [name, shown] of [
    ["MAX_WEBHOOKS", `| ${value("MAX_WEBHOOKS")} | \`MAX_WEBHOOKS\``],
    ["MAX_BACKLOG", value("MAX_BACKLOG").toLocaleString("en")],
    ["HOLD_EVENTS", `the newest ${value("HOLD_EVENTS").toLocaleString("en")}`],
    ["RETENTION_HOURS", `${value("RETENTION_HOURS")} h`],
    ["IDEMPOTENCY_HOURS", `${value("IDEMPOTENCY_HOURS")} h`],
    ["DELIVERY_TIMEOUT_MS", `${value("DELIVERY_TIMEOUT_MS") / 1_000} s`],
  ] as const) {
    assert.ok(value(name) > 0, `${name} is not in wrangler.toml`);
    const rows = text.split("\n").filter((line) => line.startsWith("|"));
    const row = rows.find((line) => line.includes(`\`${name}\``));
    assert.ok(row?.includes(shown), `${name}: ${shown} is not in ${row}`);
  }
});

test("the target of every link in the documents exists", () => {
  const documents = [
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
    ...readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  for (const document of documents) {
    for (const [, link] of documentText(document).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(link!)) continue;
      const path = join(root, document, "..", link!);
      assert.ok(existsSync(path), `${document} links to ${link}`);
    }
  }
});
