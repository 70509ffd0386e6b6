// The steps of npm test, in order. Each answers how many of its tests passed and failed.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { assets } from "../build/assets.mjs";
import { bundle } from "../build/bundle.mjs";
import { NPM_BIN, ROOT } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { Trouble } from "../lib/say.mjs";
import { WRANGLER, WRANGLER_ENVIRONMENT } from "../lib/wrangler.mjs";
import { chromium } from "../setup/chromium.mjs";
import { python, schemathesis } from "../setup/python.mjs";

const NODE = join(NPM_BIN, "node");
const WORKER_TESTS = join("tests", "worker");
const DASHBOARD_TESTS = join("tests", "dashboard");
const CONTRACT_TESTS = join("tests", "contract");
/** The folders with JavaScript and TypeScript. */
const SCRIPTED = ["dashboard", "bench", "contract", "tests", "scripts"];
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
    groups: ["worker", "dashboard", "contract", "check"],
    usually: "2 seconds",
    run: typeCheck,
  },
  {
    name: "imports",
    groups: ["worker", "dashboard", "contract", "check"],
    usually: "2 seconds",
    run: importCheck,
  },
  {
    name: "bundle",
    groups: ["worker", "dashboard", "contract"],
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
    name: "browser-test",
    groups: ["dashboard"],
    usually: "a minute",
    needs: "bundle",
    run: (words) => equipped(DASHBOARD_TESTS, words, chromium),
  },
  {
    name: "contract-test",
    groups: ["contract"],
    usually: "a minute",
    needs: "bundle",
    run: (words) => equipped(CONTRACT_TESTS, words, schemathesis),
  },
];

/** Runs a program, whose success counts as one passed test. */
async function check(command, args, environment = {}) {
  const { code, output } = await run(command, args, { environment });
  return code === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output };
}

/** Both environments of wrangler.toml. */
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
    if (!(error instanceof Trouble)) throw error;
    return { passed: 0, failed: 1, output: error.message };
  }
}

async function cargoTest(words) {
  const { code, output } = await run("cargo", ["test", "--workspace", "--exclude", "webhook-dispatcher", "--no-fail-fast", "--", ...words]);
  const count = (pattern) =>
    [...output.matchAll(pattern)].reduce((sum, [, number]) => sum + Number(number), 0);
  const passed = count(/^test result: .*?(\d+) passed;/gm);
  const failed = count(/^test result: .*?(\d+) failed;/gm);
  return { passed, failed: atLeastOneIf(code !== 0, failed), output };
}

/**
 * Two projects: the tests, and the dashboard, which has the types of a browser. The package
 * `typescript` is the library that other tools use; the compiler is `typescript-native`.
 */
async function typeCheck() {
  const tsc = (project) =>
    check(NODE, [join("node_modules", "typescript-native", "bin", "tsc"), "--noEmit", "-p", project]);
  return sumOf([await tsc("tsconfig.json"), await tsc(join("dashboard", "tsconfig.json"))]);
}

/** The rules of imports: no circles, and no import against the direction of the folders. */
function importCheck() {
  const program = join("node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs");
  return check(NODE, [program, "--config", ".dependency-cruiser.mjs", ...SCRIPTED]);
}

/** Runs tests with a tool. Without it they fail: tests that did not run have not passed. */
async function equipped(folder, words, tool) {
  try {
    return await nodeTest(folder, words, await tool());
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { passed: 0, failed: 1, output: error.message };
  }
}

/** Without Python only the tests that need it fail, with this message. */
async function pythonForTests() {
  try {
    return { PYTHON: await python() };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { PYTHON: undefined, PYTHON_TROUBLE: error.message };
  }
}

/** Runs the test files below a folder whose path has one of the words, as in `publish/batch`. */
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

/** A program that failed without counting a failure is one failure. It did not compile, perhaps. */
function atLeastOneIf(hasFailed, count) {
  return hasFailed ? Math.max(1, count) : count;
}
