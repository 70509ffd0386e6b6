// npm run deploy: checks what a deployment needs, then builds and deploys. It changes nothing while
// something is missing.
//
// `--env staging` deploys that environment of wrangler.toml, `--config FILE` reads another file,
// `--check` ends after the checks.

import { parseArgs } from "node:util";
import { areAssetsCurrent, assets } from "../build/assets.mjs";
import { bundle, isBundleCurrent } from "../build/bundle.mjs";
import { main } from "../lib/main.mjs";
import { say, Trouble } from "../lib/say.mjs";
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
    throw new Trouble("Nothing was deployed. Do what follows each → and run this again.");
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
    throw new Trouble(`${error.message}\n\n${USAGE}`);
  }
}

/** Runs all checks, prints their results, and answers whether nothing is missing. */
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

/** An old build is no problem: the deployment builds first. */
async function checkBuild() {
  const old = [
    [await isBundleCurrent(), "build/"],
    [await areAssetsCurrent(), "dist/"],
  ].filter(([isCurrent]) => !isCurrent).map(([, folder]) => folder);
  if (old.length === 0) say("  ✓ build/ and dist/ are those of the sources");
  else say(`  · ${old.join(" and ")} will be built from the sources first`);
}
