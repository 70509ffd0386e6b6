// .dev.vars: the secrets and local settings of this checkout, which are never deployed.
//
// The first start creates the file. Later starts append missing variables and change no line.

import { randomBytes } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import util from "node:util";
import { ROOT } from "../lib/paths.mjs";

const FILE = join(ROOT, ".dev.vars");

const randomKey = () => randomBytes(24).toString("hex");
const randomMasterKey = () => `k1:${randomBytes(32).toString("base64")}`;

const NEEDED = [
  ["API_KEY", "Opens the API for the account `default`.", randomKey],
  ["ADMIN_KEY", "Opens /v1/admin, which mints and revokes keys.", randomKey],
  ["MASTER_KEYS", "Seals the secrets of webhooks; without it none can be stored.", randomMasterKey],
  ["ALLOW_PRIVATE_TARGETS", "Lets webhooks reach this machine; never in production.", () => "true"],
];

/** Creates or completes the file, and returns its variables. */
export async function secrets() {
  const before = await read();
  const present = util.parseEnv(before);
  const missing = NEEDED.filter(([name]) => !(name in present));
  if (missing.length === 0) return present;
  const lines = missing.map(([name, what, make]) => `# ${what}\n${name}=${make()}\n`).join("");
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  await appendFile(FILE, gap + lines, { mode: 0o600 });
  return util.parseEnv(await readFile(FILE, "utf8"));
}

/** Returns the variables of the file, or none if the file does not exist. */
export const existingSecrets = async () => util.parseEnv(await read());

async function read() {
  return readFile(FILE, "utf8").catch((error) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
}
