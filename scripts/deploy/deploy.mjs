// npm run deploy: checks whether all that a deployment needs is there, then builds and deploys. If
// something is missing, it only prints what to do. With `--first` it makes what is missing.
//
// `--env staging` deploys that environment of wrangler.toml. `--config FILE` reads FILE in place of
// wrangler.toml. `--check` ends after the checks. `--wait SECONDS` is how long `--first` waits for
// the new address to answer.

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { areAssetsCurrent, assets } from "../build/assets.mjs";
import { bundle, isBundleCurrent } from "../build/bundle.mjs";
import { main } from "../lib/main.mjs";
import { CommandError, say } from "../lib/say.mjs";
import { needPackages } from "../setup/packages.mjs";
import { ready } from "../setup/ready.mjs";
import {
  checkAccount, checkNamespaces, checkSecrets, checkVariables, forEnv, showCheck,
} from "./checks.mjs";
import { deployFirst } from "./first.mjs";
import { keptFile } from "./kept.mjs";
import { Wrangler } from "./wrangler.mjs";

const USAGE = "usage: npm run deploy -- [--env staging] [--config FILE] [--check]\n" +
  "       npm run deploy -- --first [--env staging] [--config FILE] [--wait SECONDS]";

/** A new name of workers.dev answers within a minute or so; a domain of one's own takes longer. */
const WAIT_SECONDS = 180;

await main(async () => {
  const options = optionsFrom(process.argv.slice(2));
  await needPackages();
  const wrangler = new Wrangler(options);
  const config = await wrangler.config();
  if (options.first) return deployFirst({ config, wrangler, options, build });
  say(`Before ${config.name} is deployed:`);
  const isReady = await check(config, wrangler, options);
  await checkBuild();
  if (existsSync(keptFile(dirname(wrangler.configPath), config.name))) {
    say("  · the keys of the first deployment were not shown yet. Run it again to see them: " +
      `npm run deploy -- --first${forEnv(options)}`);
  }
  if (!isReady) {
    throw new CommandError(
      "Nothing was deployed. Do what follows each → and run this again. If this is the first " +
        `deployment, npm run deploy -- --first${forEnv(options)} does it.`,
    );
  }
  if (options.check) return say("\nNothing is missing.");
  await build();
  say();
  await wrangler.deploy();
});

function optionsFrom(args) {
  try {
    const text = { type: "string" };
    const flag = { type: "boolean", default: false };
    const { values } = parseArgs({
      args,
      options: { env: text, config: text, check: flag, first: flag, wait: text },
    });
    const { env = "", config, check, first, wait } = values;
    if (check && first) throw new Error("--check changes nothing; --first makes what is missing.");
    if (wait !== undefined && !first) throw new Error("--wait goes with --first.");
    if (!/^\d{1,4}$/.test(wait ?? "0")) throw new Error("--wait takes seconds, 0 to 9999.");
    return { env, config, check, first, waitSeconds: Number(wait ?? WAIT_SECONDS) };
  } catch (error) {
    throw new CommandError(`${error.message}\n\n${USAGE}`);
  }
}

/** Runs all checks, prints their results, and returns whether nothing is missing. */
async function check(config, wrangler, options) {
  const account = await checkAccount(config, wrangler);
  const found = [account, checkVariables(config)];
  // Without an account, only the file can be checked.
  const hasAccount = account.missing.length === 0;
  found.push(await checkNamespaces(config, hasAccount ? wrangler : undefined, options));
  if (hasAccount) found.push(await checkSecrets(wrangler, options));
  return found.map(showCheck).every((isWell) => isWell);
}

async function build() {
  await ready();
  await assets();
  await bundle();
}

/** Prints whether the build is up to date. If it is not, the deployment builds first. */
async function checkBuild() {
  const outdated = [
    [await isBundleCurrent(), "build/"],
    [await areAssetsCurrent(), "dist/"],
  ].filter(([isCurrent]) => !isCurrent).map(([, folder]) => folder);
  if (outdated.length === 0) say("  ✓ build/ and dist/ are those of the sources");
  else say(`  · ${outdated.join(" and ")} will be built from the sources first`);
}
