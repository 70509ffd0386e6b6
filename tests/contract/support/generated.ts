// Generates clients from the contract into a folder, beside the programs that use them.

import { execFile } from "node:child_process";
import {
  cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../../..");
const programs = join(root, "tests/contract/programs");
const compiler = join(root, "node_modules/typescript-native/bin/tsc");
const bundler = join(root, "node_modules/esbuild/bin/esbuild");
/** A program in Python that passes its arguments on to the OpenAPI Generator. */
const openApiGenerator =
  "import sys; from openapi_generator_cli import run; sys.exit(run(sys.argv[1:]).returncode)";
/** Many times what each takes on two busy cores. */
const limitMs = 180_000;

export interface Run {
  code: number;
  output: string;
  stdout: string;
}

/** A generator of the OpenAPI Generator, and where it writes. */
export interface Generator {
  name: string;
  /** A path of a document. */
  document: string;
  folder: string;
  /** Its options. */
  options: object;
}

/** The path of the Python that has the generators. */
export function python(): string {
  const program = process.env["GENERATORS"];
  if (program === undefined) throw new Error("GENERATORS is not set: npm run test:contract");
  return program;
}

/** A folder for clients and programs. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), "clients-"));

  /** Makes the folder, with the programs and the npm packages. */
  constructor() {
    cpSync(programs, this.folder, { recursive: true });
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
    this.#writeCommands();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes a file of JSON and returns its path. */
  json(name: string, value: unknown): string {
    const path = join(this.folder, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  }

  /** Runs a program to its end. */
  run(command: string, args: string[], environment: Record<string, string> = {}): Promise<Run> {
    const options = {
      cwd: this.folder,
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...environment },
      timeout: limitMs,
      maxBuffer: 64 << 20,
    };
    return new Promise((resolve) => {
      execFile(command, args, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, stdout, output: `${stdout}${stderr}${code === 0 ? "" : error?.message}` });
      });
    });
  }

  node = (...args: string[]): Promise<Run> => this.run(process.execPath, args);

  /** Runs generators of the OpenAPI Generator in one Java, which takes longest to start. */
  generate(generators: Generator[]): Promise<Run> {
    const configurations = generators.map(({ name, document, folder, options }) =>
      this.json(`${folder}.options.json`, {
        generatorName: name,
        inputSpec: document,
        outputDir: join(this.folder, folder),
        additionalProperties: options,
      }));
    return this.run(python(), ["-c", openApiGenerator, "batch", ...configurations]);
  }

  /**
   * Runs a command of the documents in a shell, with the generators in its PATH.
   */
  shell(command: string): Promise<Run> {
    const path = `${join(this.folder, "bin")}:${dirname(process.execPath)}:${process.env["PATH"]}`;
    return this.run("sh", ["-c", command], { PATH: path });
  }

  /** Writes the commands of the generators, which a virtual environment has in its own PATH. */
  #writeCommands(): void {
    mkdirSync(join(this.folder, "bin"));
    for (const [name, program] of [
      ["openapi-generator-cli", `-c '${openApiGenerator}'`],
      ["openapi-python-client", "-m openapi_python_client"],
      // It runs among the generated files, one of which is called types.py.
      ["ruff", "-P -m ruff"],
    ] as const) {
      const path = join(this.folder, "bin", name);
      writeFileSync(path, `#!/bin/sh\nexec "${python()}" ${program} "$@"\n`, { mode: 0o755 });
    }
  }

  /** Checks the types of TypeScript files and of all that they import. */
  checkTypes(...files: string[]): Promise<Run> {
    return this.node(
      compiler, "--noEmit", "--strict", "--target", "es2022", "--module", "esnext",
      "--moduleResolution", "bundler", "--types", "node", "--skipLibCheck", "--ignoreConfig",
      ...files.map((file) => join(this.folder, file)),
    );
  }

  /** Checks the types of Python files and of all that they import. */
  checkPython = (...files: string[]): Promise<Run> =>
    this.run(python(), ["-m", "mypy", "--strict", ...files]);

  /** Makes one file of a TypeScript program and its client, and returns its path. */
  async bundle(program: string): Promise<string> {
    const outcome = join(this.folder, `${program}.mjs`);
    const { code, output } = await this.run(bundler, [
      join(this.folder, program), "--bundle", "--platform=node", "--format=esm",
      "--log-level=error", `--outfile=${outcome}`,
    ]);
    if (code !== 0) throw new Error(output);
    return outcome;
  }

  /** Returns the text of all files of a folder, or of one file. */
  text(path: string): string {
    const whole = join(this.folder, path);
    if (/\.\w+$/.test(path)) return readFileSync(whole, "utf8");
    const names = readdirSync(whole, { recursive: true, encoding: "utf8" });
    return names.filter((name) => /\.(ts|py)$/.test(name))
      .map((name) => readFileSync(join(whole, name), "utf8")).join("\n");
  }

  /** Returns the paths of all files of a folder. */
  files = (path: string): string[] =>
    readdirSync(join(this.folder, path), { recursive: true, encoding: "utf8" });
}
