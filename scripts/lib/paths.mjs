// The folders: this checkout, and the per-user cache that all checkouts share.

import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** The tools, by version. */
export const CACHE = join(
  process.env.XDG_CACHE_HOME || join(homedir(), ".cache"),
  "webhook-dispatcher",
);

/** Node 24, wrangler, tsc and the other commands of the npm packages. */
export const NPM_BIN = join(ROOT, "node_modules", ".bin");

/** The caller's PATH without this checkout's npm commands. */
export const SYSTEM_PATH = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => folder !== NPM_BIN)
  .join(delimiter);

/** The npm commands first, so that `node` is Node 24 in every child. */
export const PATH = NPM_BIN + delimiter + SYSTEM_PATH;
