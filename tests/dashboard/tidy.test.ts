// The style of the dashboard's sources, as tests/native/tidy.rs checks that of the crates.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");
const linesMax = 400;
const charactersMax = 100;

/** Patterns that no source may contain, each with the reason or the alternative. */
const barred: [RegExp, string][] = [
  [/innerHTML|insertAdjacentHTML|document\.write/, "set `textContent`"],
  [/\beval\(|new Function\(/, "the page's policy forbids it"],
  [/\bstyle="|style=\{"/, "the page's policy forbids inline styles in markup"],
  [/console\./, "show the error on the page"],
  [/TODO|FIXME/, "finish it"],
  [/@ts-(ignore|expect-error)|: any\b|as any\b/, "name the type"],
];

function files(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|css)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

test("every file begins with a comment, is short, and has no barred pattern", () => {
  const sources = files("dashboard");
  assert.ok(sources.length > 30, "the dashboard's sources were not found");
  const complaints: string[] = [];
  for (const file of [...sources, ...files("tests/dashboard")]) {
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    const opening = file.endsWith(".css") ? /^(\/\* |@import )/ : /^\/\/ /;
    if (!opening.test(lines[0] ?? "")) complaints.push(`${file}: opens without a comment`);
    if (lines.length > linesMax) complaints.push(`${file}: ${lines.length} lines; split it`);
    for (const [index, line] of lines.entries()) {
      const isLong = line.length > charactersMax && !file.endsWith(".css");
      if (isLong) complaints.push(`${file}:${index + 1}: too long`);
      if (file.startsWith("tests/")) continue;
      for (const [pattern, instead] of barred) {
        if (pattern.test(line)) complaints.push(`${file}:${index + 1}: ${pattern}: ${instead}`);
      }
    }
  }
  assert.deepEqual(complaints, []);
});
