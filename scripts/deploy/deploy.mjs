// npm run deploy: checks whether all that a deployment needs is there, then builds and deploys. If
// something is missing, it only prints what to do.
//
// `--env staging` deploys that environment of wrangler.toml. `--config FILE` reads FILE in place of
// wrangler.toml. `--check` ends after the checks.

import { parseArgs } from "node:util";
import { areAssetsCurrent, assets } from "../build/assets.mjs";
import { bundle, isBundleCurrent } from "../build/bundle.mjs";
import { main } from "../lib/main.mjs";
import { CommandError, say } from "../lib/say.mjs";
import { needPackages } from "../setup/packages.mjs";
import { ready } from "../setup/ready.mjs";
import { checkAccount, checkNamespaces, checkSecrets, checkVariables } from "./checks.mjs";
import { deployConfig, Wrangler } from "./wrangler.mjs";

const USAGE = "usage: npm run deploy -- [--env staging] [--config FILE] [--check]";

await main(async () => {
  const options = optionsFrom(process.argv.slice(2));
  await needPackages();
  const config = await deployConfig(options);
  const wrangler = new Wrangler(options);
  say(`Before ${config.name} is deployed:`);
  const isReady = await check(config, wrangler, options);
  await checkBuild();
  if (!isReady) {
    throw new CommandError("Nothing was deployed. Do what follows each → and run this again.");
  }
  if (options.check) return say("\nNothing is missing.");
  await ready();
  await assets();
  await bundle();
  say();
  await wrangler.deploy();
});

function optionsFrom(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        env: { type: "string" }, config: { type: "string" }, check: { type: "boolean" },
      },
    });
    return { env: values.env ?? "", config: values.config, check: values.check ?? false };
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
  for (const { what, missing } of found) {
    if (missing.length === 0) say(`  ✓ ${what}`);
    for (const { problem, remedy } of missing) say(`  ✗ ${problem}\n    → ${remedy}`);
  }
  return found.every(({ missing }) => missing.length === 0);
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
