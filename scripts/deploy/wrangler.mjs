// Runs wrangler for a deployment: the first one on PATH, as the user who is logged in.

import { once } from "node:events";
import { existsSync } from "node:fs";
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
  #configArgs;

  constructor({ env, config }) {
    // An empty --env is the top level of the file. Without --env wrangler prints a warning.
    this.#configArgs = ["--env", env, "--config", pathOf(config)];
  }

  /** Runs a command that only reads. `json` is its output, or undefined if that is not JSON. */
  async query(args) {
    const { code, output, stdout } = await run("wrangler", [...args, ...this.#configArgs], {
      // With CI, wrangler never asks the user a question.
      environment: { ...ENVIRONMENT, CI: "1", NO_COLOR: "1", FORCE_COLOR: undefined },
      limitSeconds: LIMIT_SECONDS,
    });
    return { code, output, json: parseJson(stdout) };
  }

  /** Deploys. wrangler may ask questions on the terminal. */
  async deploy() {
    const args = ["deploy", ...this.#configArgs, ...(await messageArgs())];
    const options = { environment: ENVIRONMENT, stdio: "inherit" };
    const [code] = await once(start("wrangler", args, options), "close");
    if (code !== 0) throw new CommandError(`wrangler ended with exit code ${code}.`);
  }
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
export async function deployConfig({ env, config }) {
  const path = pathOf(config);
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
