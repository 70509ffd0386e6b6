// .dev.vars: the secrets and local settings of this checkout, which are never deployed.
//
// The first start creates the file. Later starts append missing secrets and change no line. What
// switches a guard off is written only into a file that the start creates: where it is missing,
// somebody has removed it.

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
];

/** The settings of a new file. */
const AT_FIRST = [
  ["ALLOW_PRIVATE_TARGETS", "Lets webhooks reach this machine; never in production.", () => "true"],
];

/** Creates or completes a file, and returns its variables. */
export async function secrets(file = FILE) {
  const before = await read(file);
  const present = util.parseEnv(before ?? "");
  const wanted = before === undefined ? [...NEEDED, ...AT_FIRST] : NEEDED;
  const missing = wanted.filter(([name]) => !(name in present));
  if (missing.length === 0) return present;
  const lines = missing.map(([name, what, make]) => `# ${what}\n${name}=${make()}\n`).join("");
  const gap = before === undefined || before === "" || before.endsWith("\n") ? "" : "\n";
  await appendFile(file, gap + lines, { mode: 0o600 });
  return util.parseEnv(await readFile(file, "utf8"));
}

/** Returns the variables of the file, or none if the file does not exist. */
export const existingSecrets = async () => util.parseEnv((await read(FILE)) ?? "");

/** The text of a file, or undefined if it does not exist. */
async function read(file) {
  return readFile(file, "utf8").catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
