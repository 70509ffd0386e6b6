// Reads the documents of the project whose code and tables are tested.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../../..");

export const documentText = (path: string): string => readFileSync(join(root, path), "utf8");

/** A code block of a document. */
export interface Block {
  /** The latest heading above it. */
  heading: string;
  /** The word behind the fence; empty for none. */
  language: string;
  code: string;
}

/** Returns the code blocks of a document, without their indentation. */
export function codeBlocks(text: string): Block[] {
  const pattern = /^#+ ([^\n]*)$|^( *)```(\S*)\n(.*?)^ *```$/gms;
  const blocks: Block[] = [];
  let heading = "";
  for (const [, title, indent = "", language = "", code = ""] of text.matchAll(pattern)) {
    const own = code.replaceAll(new RegExp(`^${indent}`, "gm"), "");
    if (title !== undefined) heading = title;
    else blocks.push({ heading, language, code: own });
  }
  return blocks;
}

/** Returns the one code block of a language, below a heading if one is given. */
export function codeBlock(text: string, language: string, heading?: string): string {
  const found = codeBlocks(text).filter((block) =>
    block.language === language && (heading === undefined || block.heading === heading));
  if (found.length !== 1) {
    throw new Error(`${found.length} blocks of ${language} below ${heading ?? "any heading"}`);
  }
  return found[0]!.code;
}

/** Returns the rows of the first table below a heading, without the header row. */
export function tableBelow(text: string, heading: string): string[][] {
  const below = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0];
  if (below === undefined) throw new Error(`no heading ${heading}`);
  const rows = below.split("\n").filter((line) => line.startsWith("|"));
  const cells = (row: string) => row.split("|").slice(1, -1).map((cell) => cell.trim());
  return rows.slice(2).map(cells);
}
