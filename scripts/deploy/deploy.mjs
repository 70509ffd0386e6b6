// npm run deploy: says what a deployment lacks before anything is touched, then builds and deploys.
//
// `--env staging` deploys that environment of wrangler.toml, `--config FILE` goes by another file,
// `--check` only looks.

import { parseArgs } from "node:util";
import { areAssetsCurrent, assets } from "../build/assets.mjs";
import { bundle, isBundleCurrent } from "../build/bundle.mjs";
import { checkAccount, checkNamespaces, checkSecrets, checkVariables } from "./checks.mjs";
import { deployConfig, Wrangler } from "./wrangler.mjs";
import { main } from "../lib/main.mjs";
import { needPackages } from "../setup/packages.mjs";
import { ready } from "../setup/ready.mjs";
import { say, Trouble } from "../lib/say.mjs";

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
    throw new Trouble("Nothing was deployed. Do what stands behind → and run it again.");
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

/** Runs all checks, says how each went, and answers whether nothing is missing. */
async function check(config, wrangler, options) {
  const account = await checkAccount(config, wrangler);
  const found = [account, checkVariables(config)];
  // Without an account to look at there is nothing to be said about what it has.
  const isIn = account.missing.length === 0;
  found.push(await checkNamespaces(config, isIn ? wrangler : undefined, options));
  if (isIn) found.push(await checkSecrets(wrangler, options));
  for (const { what, missing } of found) {
    if (missing.length === 0) say(`  ✓ ${what}`);
    for (const { problem, remedy } of missing) say(`  ✗ ${problem}\n    → ${remedy}`);
  }
  return found.every(({ missing }) => missing.length === 0);
}

/** A build that is not current is no obstacle: it is made before the deployment. */
async function checkBuild() {
  const old = [
    [await isBundleCurrent(), "build/"],
    [await areAssetsCurrent(), "dist/"],
  ].filter(([isCurrent]) => !isCurrent).map(([, folder]) => folder);
  if (old.length === 0) say("  ✓ build/ and dist/ are those of the sources");
  else say(`  · ${old.join(" and ")} will be built from the sources first`);
}
