// Runs wrangler for a deployment: the first one on PATH, as the user who is logged in.

import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { NPM_BIN, ROOT } from "../lib/paths.mjs";
import { must, run, start } from "../lib/run.mjs";
import { CommandError } from "../lib/say.mjs";

const ENVIRONMENT = {
  PATH: process.env.PATH + delimiter + NPM_BIN,
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
};
const LIMIT_SECONDS = 120;

export class Wrangler {
  /** The path of the configuration file. */
  configPath;
  #configArgs;
  #env;

  constructor({ env, config }) {
    this.configPath = pathOf(config);
    this.#env = env;
    // An empty --env is the top level of the file. Without --env wrangler prints a warning.
    this.#configArgs = ["--env", env, "--config", this.configPath];
  }

  /** Runs a command that asks nothing. `json` is its output, or undefined if that is not JSON. */
  async query(args) {
    const { code, output, stdout } = await run("wrangler", [...args, ...this.#configArgs], {
      // With CI, wrangler never asks the user a question.
      environment: { ...ENVIRONMENT, CI: "1", NO_COLOR: "1", FORCE_COLOR: undefined },
      limitSeconds: LIMIT_SECONDS,
    });
    return { code, output, json: parseJson(stdout) };
  }

  /** Reads the configuration file. */
  config() {
    return deployConfig({ env: this.#env, path: this.configPath });
  }

  /**
   * Deploys, with the secrets of a file if one is given. wrangler may ask questions on the
   * terminal. Returns the targets that it prints, or undefined if an answer was no.
   */
  async deploy(secretsFile) {
    const folder = await mkdtemp(join(tmpdir(), "deploy-"));
    const report = join(folder, "report");
    try {
      const secrets = secretsFile === undefined ? [] : ["--secrets-file", secretsFile];
      const args = ["deploy", ...this.#configArgs, ...(await messageArgs()), ...secrets];
      const environment = { ...ENVIRONMENT, WRANGLER_OUTPUT_FILE_PATH: report };
      const child = start("wrangler", args, { environment, stdio: "inherit" });
      const [code] = await once(child, "close");
      if (code !== 0) throw new CommandError(`wrangler ended with exit code ${code}.`);
      return targetsOf(await readFile(report, "utf8").catch(() => ""));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Returns the targets in what wrangler reports: a line of JSON for each thing it did. */
function targetsOf(report) {
  const entries = report.split("\n").filter((line) => line !== "").map(parseJson);
  return entries.find((entry) => entry?.type === "deploy")?.targets;
}

/** Returns the arguments that add the commit to the list of deployments. */
async function messageArgs() {
  const { code, stdout } = await run("git", ["describe", "--always", "--dirty"]);
  return code === 0 ? ["--message", stdout.trim()] : [];
}

const pathOf = (config) => (config === undefined ? join(ROOT, "wrangler.toml") : resolve(config));

/**
 * Returns the configuration of an environment as wrangler reads it. `others` are the ids of the KV
 * namespaces of all other environments.
 */
async function deployConfig({ env, path }) {
  if (!existsSync(path)) throw new CommandError(`There is no ${path}.`);
  // Runs in Node 24. This script may run in an older Node, which wrangler does not support.
  const args = ["--input-type=module", "--eval", READ, path, env];
  const json = await must(join(NPM_BIN, "node"), args, { hint: `${path} cannot be used.` });
  const { all, ...chosen } = JSON.parse(json.trim().split("\n").at(-1));
  if (chosen.name === undefined) {
    const names = Object.keys(all).filter((name) => name !== "").join(", ") || "none";
    throw new CommandError(`${path} has no environment "${env}"; it has ${names}.`);
  }
  const others = Object.entries(all).filter(([name]) => name !== env).flatMap(([, ids]) => ids);
  return { ...chosen, others };
}

const READ = `
import { experimental_readRawConfig, unstable_readConfig } from "wrangler";
const [config, env] = process.argv.slice(1);
const quietly = { hideWarnings: true };
const { rawConfig } = experimental_readRawConfig({ config }, quietly);
const ids = (each) => (each.kv_namespaces ?? []).map(({ id }) => id);
const environments = Object.entries(rawConfig.env ?? {}).map(([name, each]) => [name, ids(each)]);
const all = { "": ids(rawConfig), ...Object.fromEntries(environments) };
const { name, account_id, vars, kv_namespaces } =
  env in all ? unstable_readConfig({ config, env }, quietly) : {};
console.log(JSON.stringify({ all, name, account_id, vars, kv_namespaces }));
`;

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
