// How a deployment runs wrangler: the first one on PATH, as the user who is logged in.

import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { NPM_BIN, ROOT } from "../lib/paths.mjs";
import { must, run, start } from "../lib/run.mjs";
import { Trouble } from "../lib/say.mjs";

const ENVIRONMENT = {
  PATH: process.env.PATH + delimiter + NPM_BIN,
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
};
const LIMIT_SECONDS = 120;

export class Wrangler {
  #place;

  constructor({ env, config }) {
    // Without --env wrangler warns; an empty one is the top level of the file.
    this.#place = ["--env", env, "--config", pathOf(config)];
  }

  /** Runs a command that changes nothing; `json` is its output, if that is JSON. */
  async query(args) {
    const { code, output, stdout } = await run("wrangler", [...args, ...this.#place], {
      // With CI, wrangler never waits for an answer of the user.
      environment: { ...ENVIRONMENT, CI: "1", NO_COLOR: "1", FORCE_COLOR: undefined },
      limitSeconds: LIMIT_SECONDS,
    });
    return { code, output, json: parsed(stdout) };
  }

  /** Deploys; wrangler may use the terminal. */
  async deploy() {
    const args = ["deploy", ...this.#place, ...(await message())];
    const options = { environment: ENVIRONMENT, stdio: "inherit" };
    const [code] = await once(start("wrangler", args, options), "close");
    if (code !== 0) throw new Trouble(`wrangler ended with exit code ${code}.`);
  }
}

/** The commit, for the list of deployments. */
async function message() {
  const { code, stdout } = await run("git", ["describe", "--always", "--dirty"]);
  return code === 0 ? ["--message", stdout.trim()] : [];
}

const pathOf = (config) => (config === undefined ? join(ROOT, "wrangler.toml") : resolve(config));

/**
 * The configuration of an environment as wrangler reads it; `others` are the KV namespaces of all
 * other environments.
 */
export async function deployConfig({ env, config }) {
  const path = pathOf(config);
  if (!existsSync(path)) throw new Trouble(`There is no ${path}.`);
  // In Node 24: this script may run in an older one, which wrangler does not support.
  const args = ["--input-type=module", "--eval", READ, path, env];
  const json = await must(join(NPM_BIN, "node"), args, { hint: `${path} cannot be used.` });
  const { all, ...chosen } = JSON.parse(json.trim().split("\n").at(-1));
  if (chosen.name === undefined) {
    const names = Object.keys(all).filter((name) => name !== "").join(", ") || "none";
    throw new Trouble(`${path} has no environment "${env}"; it has ${names}.`);
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

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
