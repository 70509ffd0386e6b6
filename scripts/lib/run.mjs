// Runs other programs. Every child stays in this process group and ends with this process.

import { spawn } from "node:child_process";
import { descendants, kill } from "./descendants.mjs";
import { PATH, ROOT } from "./paths.mjs";
import { Trouble } from "./say.mjs";

const GRACE_MS = 5000;
const LINES_SHOWN = 60;

const children = new Set();
const lastActs = new Set();
let ending = false;

/** Runs `act` before this process ends, within the grace period. `act` prints its own failures. */
export function beforeEnd(act) {
  lastActs.add(act);
}

/** Ends every child, by force after a grace period, and then this process. */
export function endAll(exitCode) {
  if (ending) return;
  ending = true;
  // Listed now: the children of a child that has ended get another parent.
  const all = descendants();
  const exit = () => {
    all.forEach(kill);
    process.exit(exitCode);
  };
  const exitIfAlone = () => {
    if (children.size === 0 && lastActs.size === 0) exit();
  };
  for (const act of lastActs) {
    act().finally(() => {
      lastActs.delete(act);
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
 * Starts a program and answers the child. Its environment is this process's with `environment` over
 * it, where `undefined` removes a variable.
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
 * Runs a program to its end and answers `{ code, output, stdout }`; `output` has both streams.
 * `code` is null, and `output` says why, when the program did not start or ran longer than
 * `limitSeconds`.
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

/** Runs a program and answers its output. A failure ends this command, with the output's end. */
export async function must(command, args, options = {}) {
  const { code, output } = await run(command, args, options);
  if (code === 0) return output;
  const end = output.trimEnd().split("\n").slice(-LINES_SHOWN).join("\n");
  throw new Trouble(`${end}\n\n${options.hint ?? `${command} ${args.join(" ")} failed.`}`);
}

/** Whether a command starts and succeeds. */
export async function exists(command, args = ["--version"]) {
  return (await run(command, args)).code === 0;
}
