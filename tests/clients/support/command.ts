// Runs the command `webhooks` from its sources.

import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { after } from "node:test";
import { until } from "../../worker/support/wait.ts";
import { root } from "./package.ts";

export const commandFile = join(root, "clients/typescript/src/cli/main.ts");

const running = new Set<Command>();
after(() => {
  for (const command of running) command.child.kill("SIGKILL");
});

/** The environment without the settings of whoever runs the tests. */
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  WEBHOOKS_URL: undefined,
  WEBHOOKS_API_KEY: undefined,
  XDG_CONFIG_HOME: "/nonexistent",
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
};

/** One run of the command. */
export class Command {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  code: number | null | undefined;

  constructor(args: string[], env: Record<string, string> = {}, input = "") {
    running.add(this);
    this.child = spawn(process.execPath, [commandFile, ...args], {
      env: { ...environment, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.child.stdin!.on("error", () => undefined).end(input);
    this.child.stdout!.on("data", (chunk: Buffer) => (this.stdout += chunk.toString("utf8")));
    this.child.stderr!.on("data", (chunk: Buffer) => (this.stderr += chunk.toString("utf8")));
    this.child.once("close", (code) => {
      this.code = code;
      running.delete(this);
    });
  }

  get output(): string {
    return this.stdout + this.stderr;
  }

  /** Waits until the output contains this text. Returns the text, or the match of a pattern. */
  shows(text: string | RegExp): Promise<string[]> {
    return until(
      () => `the output to have ${text}. It is:\n${this.output}`,
      () => typeof text === "string"
        ? (this.output.includes(text) ? [text] : undefined)
        : (this.output.match(text) ?? undefined),
    );
  }

  /** Waits until the command has ended. Returns its exit code. */
  async ended(): Promise<number | null> {
    await until(() => `the end of:\n${this.output}`, () => this.code !== undefined);
    return this.code!;
  }
}

/** Runs the command to its end. */
export async function webhooks(
  args: string[],
  env: Record<string, string> = {},
  input = "",
): Promise<Command> {
  const command = new Command(args, env, input);
  await command.ended();
  return command;
}
