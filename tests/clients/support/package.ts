// The client's package as a user gets it: packed, and installed into an empty project.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
// @ts-expect-error: a script without types.
import { withLock } from "../../../scripts/lib/lock.mjs";

export const root = join(import.meta.dirname, "../../..");
const clientFolder = join(root, "clients/typescript");
const programs = join(root, "tests/clients/programs");

/** What the programs need besides the package. */
const PACKAGES = [
  "typescript@5.9.3", "@types/node@24.19.2", "@types/express@5.0.6", "express@5.3.0",
  "hono@4.13.19",
];
const LIMIT_MS = 240_000;

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
export function run(command: string, args: string[], cwd: string, env = {}): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      command, args,
      { cwd, env: { ...process.env, ...env }, timeout: LIMIT_MS, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, stdout, stderr: stderr || (error?.message ?? "") });
      },
    );
  });
}

/** As `run`, for a program that must succeed. */
export async function must(
  command: string,
  args: string[],
  cwd: string,
  env = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, cwd, env);
  assert.equal(code, 0, `${command} ${args.join(" ")}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Packs the client and installs it, with the programs, into a project that `after` removes. */
export async function emptyProject(): Promise<string> {
  const project = mkdtempSync(join(tmpdir(), "typescript-client-"));
  after(() => rmSync(project, { recursive: true, force: true, maxRetries: 5 }));
  // Each pack builds `dist` anew: of two at a time, one packs what the other has not finished.
  const packed: string = await withLock(join(root, "node_modules", ".client-pack.lock"), () =>
    must("npm", [
      "pack", "--json", "--foreground-scripts=false", "--pack-destination", project,
    ], clientFolder, npmEnvironment()));
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const manifest = { name: "empty", private: true, type: "module" };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  await must("npm", [
    "install", "--no-audit", "--no-fund", "--prefer-offline", `./${filename}`, ...PACKAGES,
  ], project, npmEnvironment());
  cpSync(programs, join(project, "src"), { recursive: true });
  return project;
}

/** The environment without what `npm test` sets for its own project. */
function npmEnvironment(): Record<string, undefined> {
  const names = Object.keys(process.env).filter((name) =>
    /^npm_(package|lifecycle|config_(local_prefix|allow_scripts|prefix))/.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

export const packageJson = (): Record<string, any> =>
  JSON.parse(readFileSync(join(clientFolder, "package.json"), "utf8"));
