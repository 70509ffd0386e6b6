// npm run deploy -- --first: everything from a login to a dispatcher that answers.
//
// An end at any moment leaves something to go on with: the namespace is found by its name, the
// secrets are kept on the disk before they are sent (kept.mjs) until they are shown, and a
// deployment can be repeated. The secrets go with the first upload, so no version runs without
// them. A secret that is in force is never sent again.

import { createHash, randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { CACHE } from "../lib/paths.mjs";
import { lockUntilEnd } from "../lib/lock.mjs";
import { CommandError, say } from "../lib/say.mjs";
import { addressFrom, needHealth, needKeys } from "./address.mjs";
import {
  checkAccount, checkVariables, listSecrets, SECRET_NAMES, showCheck,
} from "./checks.mjs";
import { Kept } from "./kept.mjs";
import { needNamespaces } from "./namespace.mjs";

const PURPOSES = {
  API_KEY: "opens the API for the account `default`",
  ADMIN_KEY: "opens /v1/admin/*: keys and accounts",
  MASTER_KEYS: "encrypts stored secrets. Without it all of them are lost",
};

/** The first deployment. `build` builds what is deployed, and changes nothing elsewhere. */
export async function deployFirst({ config, wrangler, options, build }) {
  const path = wrangler.configPath;
  await lockUntilEnd(lockOf(path, config.name), (pid) =>
    new CommandError(`Another first deployment of ${config.name} is running (pid ${pid}).`));
  say(`The first deployment of ${config.name}:\n\n1. The login and the configuration`);
  const account = await checkAccount(config, wrangler);
  const isReady = [account, checkVariables(config)].map(showCheck).every((isWell) => isWell);
  if (!isReady) {
    throw new CommandError("Nothing was made. Do what follows each →, and run this again.");
  }
  const kept = await Kept.of({ folder: dirname(path), worker: config.name, account: account.id });
  try {
    await carryOut({ config, wrangler, options, build, kept });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const where = kept.names.length === 0 ? "" : ` The keys that were made are in ${kept.file}.`;
    throw new CommandError(
      `${error.message}\n\nRun the same command again: it goes on where it stopped.${where}`,
    );
  }
}

async function carryOut({ config, wrangler, options, build, kept }) {
  say("\n2. The build");
  await build();
  say("  ✓ build/ and dist/ are those of the sources");
  say("\n3. The KV namespace");
  await needNamespaces(config, wrangler, options);
  say("\n4. The secrets");
  const missing = await needSecrets({ kept, config, wrangler, options });
  say("\n5. The deployment");
  const targets = await upload(kept, missing, wrangler);
  say("\n6. The health");
  const address = addressFrom(targets);
  await needHealth(address, options.waitSeconds);
  const { waitSeconds: limitSeconds } = options;
  await needKeys(address, kept.secrets, { limitSeconds, file: kept.file });
  await show(kept, address);
}

/** Makes the secrets that are neither in force nor made yet. Returns the names of those to send. */
async function needSecrets({ kept, config, wrangler, options }) {
  const { names, isNew, check } = await listSecrets(wrangler, options);
  if (check !== undefined && !showCheck(check)) {
    throw new CommandError("The secrets cannot be set.");
  }
  const inForce = SECRET_NAMES.filter((name) => names.includes(name));
  const missing = SECRET_NAMES.filter((name) => !names.includes(name));
  for (const name of inForce) {
    const isOurs = kept.sent.includes(name) && name in kept.secrets;
    if (name in kept.secrets && !isOurs) {
      delete kept.secrets[name];
      say(`  · ${name} was set by somebody else meanwhile; the one made here is dropped`);
    }
    say(isOurs ? `  ✓ ${name} was sent before` : `  ✓ ${name} is set, and stays as it is`);
  }
  const made = missing.filter((name) => !(name in kept.secrets));
  for (const name of made) kept.secrets[name] = newSecret(name, isNew);
  await kept.save();
  if (made.length > 0) {
    say(`  ✓ made ${made.join(", ")}; kept in ${kept.file} until they are shown`);
  }
  const earlier = missing.filter((name) => !made.includes(name));
  if (earlier.length > 0) say(`  ✓ ${earlier.join(", ")} made by an earlier run`);
  if (made.includes("MASTER_KEYS") && !isNew) {
    say(
      `  ! ${config.name} exists already, without MASTER_KEYS. If it has stored webhooks, put\n` +
        "    its key back, behind the new one: npx wrangler secret put MASTER_KEYS",
    );
  }
  return missing;
}

/** A key of a Worker that exists gets an id that no earlier one had: an id means the same bytes. */
function newSecret(name, isNew) {
  if (name !== "MASTER_KEYS") return randomBytes(24).toString("hex");
  const id = isNew ? "k1" : `k${Date.now()}`;
  return `${id}:${randomBytes(32).toString("base64")}`;
}

/** Deploys, with the missing secrets. Returns the targets that wrangler printed. */
async function upload(kept, missing, wrangler) {
  let secrets;
  if (missing.length > 0) {
    kept.sent = [...new Set([...kept.sent, ...missing])];
    await kept.save();
    secrets = await kept.fileForUpload(missing);
  }
  try {
    const targets = await wrangler.deploy(secrets?.path);
    if (targets !== undefined) return targets;
    throw new CommandError("wrangler deployed nothing.");
  } finally {
    await secrets?.remove();
  }
}

/** Prints the keys. They are removed from the disk only after they were written. */
async function show(kept, address) {
  if (kept.names.length === 0) {
    return say(
      `\n${address} runs. No key was made, and those in force cannot be read again.\n` +
        "A new one: npx wrangler secret put API_KEY (docs/OPERATIONS.md says how to change each).",
    );
  }
  const lines = kept.names.map((name) => `${name}=${kept.secrets[name]}\n  ${PURPOSES[name]}\n`);
  await written(
    `\n${address} runs. These keys are shown this once; put them into your vault:\n\n` +
      `${lines.join("\n")}\n`,
  );
  await kept.remove();
  say(`Nothing else has them: ${kept.file} is removed.`);
}

/** Writes to the standard output, and returns when it is written. */
const written = (text) => new Promise((resolve, reject) => {
  process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
});

function lockOf(path, name) {
  const hash = createHash("sha256").update(`${path}\n${name}`).digest("hex").slice(0, 16);
  return join(CACHE, `first-deploy-${hash}.lock`);
}
