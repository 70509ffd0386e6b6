// Reads the documents of the project whose code and tables are tested.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../../..");

export const documentText = (path: string): string => readFileSync(join(root, path), "utf8");

/** Returns the one code block of a language. */
export function codeBlock(text: string, language: string): string {
  const found = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))];
  if (found.length !== 1) throw new Error(`${found.length} blocks of ${language}`);
  return found[0]![1]!;
}

/** Returns the rows of the first table below a heading, without the header row. */
export function tableBelow(text: string, heading: string): string[][] {
  const below = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0];
  if (below === undefined) throw new Error(`no heading ${heading}`);
  const rows = below.split("\n").filter((line) => line.startsWith("|"));
  const cells = (row: string) => row.split("|").slice(1, -1).map((cell) => cell.trim());
  return rows.slice(2).map(cells);
}
