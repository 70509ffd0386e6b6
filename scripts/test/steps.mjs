// The steps of npm test, in order. Each returns how many of its tests passed and failed.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { assets } from "../build/assets.mjs";
import { bundle } from "../build/bundle.mjs";
import { NPM_BIN, ROOT } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { CommandError } from "../lib/say.mjs";
import { WRANGLER, WRANGLER_ENVIRONMENT } from "../lib/wrangler.mjs";
import { chromium } from "../setup/chromium.mjs";
import { contractTools, python, pythonForClient } from "../setup/python.mjs";
import { runtimes } from "../setup/runtimes.mjs";

const NODE = join(NPM_BIN, "node");
const WORKER_TESTS = join("tests", "worker");
const DASHBOARD_TESTS = join("tests", "dashboard");
const TORTURE_TESTS = join("tests", "torture");
const CONTRACT_TESTS = join("tests", "contract");
const CLIENT_TESTS = join("tests", "clients");
/** The folders with JavaScript and TypeScript. */
const SCRIPT_FOLDERS = ["dashboard", "bench", "contract", "clients", "tests", "scripts"];
/** Most tests wait for timers, so two files at a time are faster, even on two cores. */
const FILES_AT_ONCE = 2;
const TEST_LIMIT_MS = 300_000;

export const STEPS = [
  {
    name: "fmt",
    groups: ["native", "check"],
    usually: "a second",
    run: () => check("cargo", ["fmt", "--all", "--check", "--", "--color=never"]),
  },
  {
    name: "clippy",
    groups: ["native", "check"],
    usually: "a minute, less after a change",
    run: () => check("cargo", ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
  },
  {
    name: "cargo-test",
    groups: ["native", "check"],
    usually: "2 minutes, less after a change",
    run: cargoTest,
  },
  {
    name: "doc",
    groups: ["native", "check"],
    usually: "half a minute",
    run: () => check("cargo", ["doc", "--workspace", "--no-deps", "--document-private-items"], {
      RUSTDOCFLAGS: "-D warnings",
    }),
  },
  {
    name: "tsc",
    groups: ["worker", "dashboard", "contract", "clients", "check"],
    usually: "2 seconds",
    run: typeCheck,
  },
  {
    name: "imports",
    groups: ["worker", "dashboard", "contract", "clients", "check"],
    usually: "2 seconds",
    run: importCheck,
  },
  {
    name: "bundle",
    groups: ["worker", "dashboard", "contract", "clients"],
    usually: "2 minutes, less after a change",
    run: build,
  },
  {
    name: "dry-run",
    groups: ["worker"],
    usually: "5 seconds",
    needs: "bundle",
    run: dryRun,
  },
  {
    name: "node-test",
    groups: ["worker"],
    usually: "a few minutes",
    needs: "bundle",
    run: async (words) => nodeTest(WORKER_TESTS, words, await pythonForTests()),
  },
  {
    name: "torture",
    groups: ["worker"],
    usually: "half a minute",
    needs: "bundle",
    run: (words) => nodeTest(TORTURE_TESTS, words),
  },
  {
    name: "browser-test",
    groups: ["dashboard"],
    usually: "a minute",
    needs: "bundle",
    run: (words) => testWith(DASHBOARD_TESTS, words, chromium),
  },
  {
    name: "contract-test",
    groups: ["contract"],
    usually: "a minute",
    needs: "bundle",
    run: (words) => testWith(CONTRACT_TESTS, words, contractTools),
  },
  {
    name: "client-test",
    groups: ["clients"],
    usually: "2 minutes",
    needs: "bundle",
    run: async (words) => nodeTest(CLIENT_TESTS, words, {
      ...await pythonForClients(), ...await runtimes(),
    }),
  },
];

/** Runs a program. Its success counts as one passed test. */
async function check(command, args, environment = {}) {
  const { code, output } = await run(command, args, { environment });
  return code === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output };
}

/** Runs `wrangler deploy --dry-run` for both environments of wrangler.toml. */
async function dryRun() {
  const [node, ...wrangler] = WRANGLER;
  const deploy = (env) => check(node, [
    ...wrangler, "deploy", "--dry-run", "--outdir", join(".wrangler", "dry-run"), "--env", env,
  ], WRANGLER_ENVIRONMENT);
  return sumOf([await deploy(""), await deploy("staging")]);
}

function sumOf(checks) {
  const sum = (name) => checks.reduce((sum, each) => sum + each[name], 0);
  const output = checks.map((each) => each.output).join("");
  return { passed: sum("passed"), failed: sum("failed"), output };
}

async function build() {
  try {
    await assets();
    await bundle();
    return { passed: 1, failed: 0, output: "" };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { passed: 0, failed: 1, output: error.message };
  }
}

async function cargoTest(words) {
  const { code, output } = await run("cargo", [
    "test", "--workspace", "--exclude", "webhook-dispatcher", "--no-fail-fast", "--", ...words,
  ]);
  const count = (pattern) =>
    [...output.matchAll(pattern)].reduce((sum, [, number]) => sum + Number(number), 0);
  const passed = count(/^test result: .*?(\d+) passed;/gm);
  const failed = count(/^test result: .*?(\d+) failed;/gm);
  return { passed, failed: atLeastOneIf(code !== 0, failed), output };
}

/**
 * Checks the types of three projects: tests and bench, the dashboard, which uses the types of a
 * browser, and the TypeScript client. The compiler is the package `typescript-native`. The package
 * `typescript` is only the library for other tools.
 */
async function typeCheck() {
  const compiler = join("node_modules", "typescript-native", "bin", "tsc");
  const tsc = (project) => check(NODE, [compiler, "--noEmit", "-p", project]);
  return sumOf([
    await tsc("tsconfig.json"),
    await tsc(join("dashboard", "tsconfig.json")),
    await tsc(join("clients", "typescript", "tsconfig.json")),
  ]);
}

/** Checks the rules of .dependency-cruiser.mjs: no cycles, no imports between certain folders. */
function importCheck() {
  const program = join("node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs");
  return check(NODE, [program, "--config", ".dependency-cruiser.mjs", ...SCRIPT_FOLDERS]);
}

/** Runs tests that need a tool. If the tool cannot be installed, they count as one failure. */
async function testWith(folder, words, tool) {
  try {
    return await nodeTest(folder, words, await tool());
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { passed: 0, failed: 1, output: error.message };
  }
}

/** Returns the environment with Python. Without Python, only the tests that need it fail. */
async function pythonForTests() {
  try {
    return { PYTHON: await python() };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { PYTHON: undefined, PYTHON_TROUBLE: error.message };
  }
}

/** Returns the environment with what builds the Python client, or why there is none. */
async function pythonForClients() {
  try {
    return { CLIENT_PYTHON: await pythonForClient() };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { CLIENT_PYTHON: undefined, PYTHON_TROUBLE: error.message };
  }
}

/** Runs the test files of a folder whose path contains one of the words, like `publish/batch`. */
async function nodeTest(folder, words, environment = {}) {
  const files = await testFiles(folder, (path) =>
    path.endsWith(".test.ts") && (words.length === 0 || words.some((word) => path.includes(word))));
  if (files.length === 0) return { passed: 0, failed: 0, output: "" };
  const { code, output } = await run(NODE, [
    "--test", `--test-concurrency=${FILES_AT_ONCE}`, `--test-timeout=${TEST_LIMIT_MS}`,
    "--test-reporter=spec", ...files,
  ], { environment: { ...WRANGLER_ENVIRONMENT, ...environment }, live: true });
  const count = (word) => Number(output.match(new RegExp(`^ℹ ${word} (\\d+)$`, "m"))?.[1] ?? 0);
  const failed = count("fail") + count("cancelled");
  return { passed: count("pass"), failed: atLeastOneIf(code !== 0, failed), output, shown: true };
}

async function testFiles(folder, wanted) {
  const paths = await readdir(join(ROOT, folder), { recursive: true }).catch(() => []);
  return paths.filter(wanted).sort().map((path) => join(folder, path));
}

/** Counts a failed program as at least one failure. For example, it may not have compiled. */
function atLeastOneIf(hasFailed, count) {
  return hasFailed ? Math.max(1, count) : count;
}
