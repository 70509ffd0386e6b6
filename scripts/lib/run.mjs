// Runs other programs. Every child process stays in this process group and ends with this process.

import { spawn } from "node:child_process";
import { descendants, kill } from "./descendants.mjs";
import { PATH, ROOT } from "./paths.mjs";
import { CommandError } from "./say.mjs";

const GRACE_MS = 5000;
const LINES_SHOWN = 60;

const children = new Set();
const endActs = new Set();
let ending = false;

/** Has `act` run before this process ends, within the grace period. `act` prints its own errors. */
export function beforeEnd(act) {
  endActs.add(act);
}

/** Ends every child process, by force after a grace period, and then this process. */
export function endAll(exitCode) {
  if (ending) return;
  ending = true;
  // Listed now, because the children of a process that ends get another parent.
  const all = descendants();
  const exit = () => {
    all.forEach(kill);
    process.exit(exitCode);
  };
  const exitIfAlone = () => {
    if (children.size === 0 && endActs.size === 0) exit();
  };
  for (const act of endActs) {
    act().finally(() => {
      endActs.delete(act);
      exitIfAlone();
    });
  }
  for (const child of children) {
    child.once("close", exitIfAlone);
    child.kill("SIGTERM");
  }
  exitIfAlone();
  setTimeout(exit, GRACE_MS);
}

for (const [signal, exitCode] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) {
  process.on(signal, () => endAll(exitCode));
}

/**
 * Starts a program and returns the child process. `environment` is added to the environment of this
 * process. An `undefined` in it removes a variable.
 */
export function start(command, args, { environment = {}, cwd = ROOT, stdio } = {}) {
  const child = spawn(command, args, {
    cwd,
    stdio: stdio ?? ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH, ...environment },
  });
  children.add(child);
  child.once("close", () => children.delete(child));
  return child;
}

/**
 * Runs a program to its end and returns `{ code, output, stdout }`. `output` is that of both
 * streams. If the program did not start, or ran longer than `limitSeconds`, `code` is null and
 * `output` says why.
 */
export function run(command, args, options = {}) {
  const { limitSeconds, live = false } = options;
  return new Promise((resolve) => {
    const child = start(command, args, options);
    let output = "";
    let stdout = "";
    const keep = (stream) => (chunk) => {
      output += chunk;
      if (stream === process.stdout) stdout += chunk;
      if (live) stream.write(chunk);
    };
    child.stdout.setEncoding("utf8").on("data", keep(process.stdout));
    child.stderr.setEncoding("utf8").on("data", keep(process.stderr));
    const timers = limitSeconds === undefined ? [] : [
      setTimeout(() => {
        output += `\n${command} was stopped after ${limitSeconds} s`;
        child.kill("SIGTERM");
      }, limitSeconds * 1000),
      setTimeout(() => child.kill("SIGKILL"), limitSeconds * 1000 + GRACE_MS),
    ];
    const settle = (code) => {
      timers.forEach(clearTimeout);
      resolve({ code, output, stdout });
    };
    child.once("error", (error) => {
      children.delete(child);
      output += error.message;
      settle(null);
    });
    child.once("close", settle);
  });
}

/** Runs a program and returns its output. If it fails, throws an error with its end. */
export async function must(command, args, options = {}) {
  const { code, output } = await run(command, args, options);
  if (code === 0) return output;
  const end = output.trimEnd().split("\n").slice(-LINES_SHOWN).join("\n");
  throw new CommandError(`${end}\n\n${options.hint ?? `${command} ${args.join(" ")} failed.`}`);
}

/** Returns whether a command starts and succeeds. */
export async function exists(command, args = ["--version"]) {
  return (await run(command, args)).code === 0;
}
