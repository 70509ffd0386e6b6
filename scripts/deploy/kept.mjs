// The secrets of a first deployment, from the moment they are made until they are shown.
//
// They are in `.first-deploy/WORKER.json` beside the configuration file, which only its owner can
// read. The folder has a `.gitignore` that ignores all of it. A change replaces the file in one
// step and is on the disk before the call returns, so an end at any moment leaves the old or the
// new content.

import { mkdir, open, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CommandError } from "../lib/say.mjs";

const FOLDER = ".first-deploy";
const OWNER_ONLY = 0o600;

/** The path of the file. It exists while there are secrets that were not shown. */
export const keptFile = (folder, worker) => join(folder, FOLDER, `${worker}.json`);

export class Kept {
  /** The path of the file. */
  file;
  /** The value of each secret that was made and is not shown yet, by its name. */
  secrets = {};
  /** The names of the secrets whose upload has begun. It may have succeeded. */
  sent = [];
  #account;
  #worker;

  /** Reads what an earlier run has left. Fails if that was for another account. */
  static async of({ folder, worker, account }) {
    const kept = new Kept();
    kept.file = keptFile(folder, worker);
    kept.#account = account;
    kept.#worker = worker;
    await kept.#read();
    await rm(kept.#uploadFile, { force: true });
    return kept;
  }

  get names() {
    return Object.keys(this.secrets);
  }

  get #uploadFile() {
    return join(dirname(this.file), `${this.#worker}.upload.json`);
  }

  async #read() {
    const text = await textOf(this.file);
    if (text === undefined) return;
    const state = parse(text);
    if (typeof state?.secrets !== "object" || !Array.isArray(state.sent)) {
      throw new CommandError(
        `${this.file} cannot be read. It has the keys of a first deployment.\n` +
          "→ Save the keys that are in it, remove it, and run this again.",
      );
    }
    if (state.account !== this.#account) {
      throw new CommandError(
        `${this.file} has the keys of a first deployment to the account ${state.account}, ` +
          `but this login is for ${this.#account}.\n` +
          "→ Log in to that account to go on with it, or save the keys and remove the file.",
      );
    }
    this.secrets = state.secrets;
    this.sent = state.sent;
  }

  /** Writes the secrets to the disk, or removes the file if there are none. */
  async save() {
    if (this.names.length === 0) return this.remove();
    const { secrets, sent } = this;
    const state = { account: this.#account, worker: this.#worker, sent, secrets };
    await this.#write(this.file, state);
  }

  /** Writes some of the secrets into a file for wrangler, which the caller removes. */
  async fileForUpload(names) {
    const chosen = names.map((name) => [name, this.secrets[name]]);
    await this.#write(this.#uploadFile, Object.fromEntries(chosen));
    return { path: this.#uploadFile, remove: () => rm(this.#uploadFile, { force: true }) };
  }

  async #write(path, value) {
    const folder = dirname(path);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, ".gitignore"), "*\n");
    await replace(path, `${JSON.stringify(value, null, 2)}\n`, OWNER_ONLY);
  }

  /** Removes the file, and its folder if nothing else is in it. */
  async remove() {
    await rm(this.file, { force: true });
    const folder = dirname(this.file);
    const left = await readdir(folder).catch(() => []);
    if (left.every((name) => name === ".gitignore")) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Replaces a file in one step. The new content is on the disk when the call returns. */
export async function replace(path, text, mode) {
  const partial = `${path}.partial`;
  await rm(partial, { force: true });
  const file = await open(partial, "wx", mode);
  try {
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  const folder = await open(dirname(path));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function textOf(path) {
  return readFile(path, "utf8").catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
