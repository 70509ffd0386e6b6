// The Python client in an environment of its own: its wheel, installed as a user installs it.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { root } from "../../worker/support/document.ts";

export const clientFolder = join(root, "clients/python");
export const programs = join(root, "tests/clients/python");

const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

export interface Run {
  output: string;
  code: number | null | undefined;
  /** Settles when the program has ended. */
  ended: Promise<Run>;
}

export interface RunOptions {
  cwd?: string;
  environment?: Record<string, string>;
  input?: string;
}

/** Starts a program, which ends with the tests of the file. */
export function start([command, ...args]: string[], options: RunOptions = {}): Run {
  const child = spawn(command!, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...options.environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  children.add(child);
  const state: Run = { output: "", code: undefined, ended: Promise.resolve() as never };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (state.output += text));
  child.on("error", (error) => (state.output += error.message));
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  state.ended = new Promise((resolve) => {
    child.once("close", (code) => {
      children.delete(child);
      state.code = code;
      resolve(state);
    });
  });
  return state;
}

/** Runs a program to its end, which must be a success. Returns its output. */
export async function must(command: string[], options: RunOptions = {}): Promise<string> {
  const { code, output } = await start(command, options).ended;
  if (code !== 0) throw new Error(`${command.join(" ")}: ${code}\n${output}`);
  return output;
}

/** Returns the Python that has what makes, builds and checks the client. */
export function tools(): string {
  const program = process.env["CLIENT_PYTHON"];
  if (program !== undefined) return program;
  throw new Error(process.env["PYTHON_TROUBLE"] ?? "run it by: npm test -- --only client-test");
}

/** Builds the wheel and installs it with its extra. Returns the path of the new Python. */
export async function freshPython(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "python-client-"));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const build = ["-m", "hatchling", "build", "--target", "wheel", "--directory", folder];
  await must([tools(), ...build], { cwd: clientFolder });
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"))!;
  const home = join(folder, "venv");
  await must([tools(), "-m", "virtualenv", "--quiet", home]);
  const python = join(home, "bin/python3");
  await must([
    python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
    "--requirement", join(programs, "requirements.txt"), `${join(folder, wheel)}[ed25519]`,
  ]);
  return python;
}

/** A call of the client. */
export interface Call {
  /** The operation of the contract. */
  call: string;
  params?: Record<string, unknown>;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What came of a call. */
export interface Outcome {
  answer?: any;
  error?: { class: string; message: string; [member: string]: any };
}

/** A Python program that makes the calls that it is told (driver.py). */
export class Driver {
  readonly #child: ChildProcess;
  readonly #waiting: ((outcome: Outcome) => void)[] = [];
  #errors = "";

  /** `baseS` is the longest wait before the first repeat, in place of the client's own. */
  constructor(python: string, mode: "sync" | "async", url: string, baseS?: number) {
    const args = [join(programs, "driver.py"), mode, url];
    this.#child = spawn(python, baseS === undefined ? args : [...args, String(baseS)], {
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    children.add(this.#child);
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.#errors += text));
    createInterface(this.#child.stdout!).on("line", (line) => {
      this.#waiting.shift()?.(JSON.parse(line) as Outcome);
    });
    this.#child.once("close", () => {
      children.delete(this.#child);
      const error = { class: "the driver has ended", message: this.#errors };
      for (const settle of this.#waiting.splice(0)) settle({ error });
    });
  }

  /** Makes a call with this key. */
  make(call: Call, key = "key"): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin!.write(`${JSON.stringify({ ...call, key })}\n`);
    });
  }

  /** Ends the program. */
  end(): void {
    this.#child.stdin!.end();
  }

  /** Makes a call that must succeed, and returns its answer. */
  async must(call: Call, key?: string): Promise<any> {
    const { answer, error } = await this.make(call, key);
    if (error !== undefined) throw new Error(`${call.call}: ${JSON.stringify(error)}`);
    return answer;
  }
}
