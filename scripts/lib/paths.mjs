// The folders: the checkout, and the cache, which all checkouts of this user share.

import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** The cache: one folder for each version of a tool. */
export const CACHE = join(
  process.env.XDG_CACHE_HOME || join(homedir(), ".cache"),
  "webhook-dispatcher",
);

/** The commands of the npm packages: Node 24, wrangler, tsc and others. */
export const NPM_BIN = join(ROOT, "node_modules", ".bin");

/** The caller's PATH without `NPM_BIN`. */
export const SYSTEM_PATH = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => folder !== NPM_BIN)
  .join(delimiter);

/** The PATH of child processes. `NPM_BIN` comes first, so `node` is Node 24. */
export const PATH = NPM_BIN + delimiter + SYSTEM_PATH;
