// The command and environment of wrangler for tests and `npm start`. It runs in Node 24, makes no
// calls to Cloudflare, and keeps its files in the checkout.

import { join } from "node:path";
import { NPM_BIN, ROOT } from "./paths.mjs";

const HOME = join(ROOT, ".wrangler");

/** The program and its first argument. */
export const WRANGLER = [
  join(NPM_BIN, "node"),
  join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js"),
];

export const WRANGLER_ENVIRONMENT = {
  // No calls to Cloudflare: usage, errors, newer versions, the location of this machine.
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  // The folders of its settings, and of its list of the Workers that run on this machine.
  XDG_CONFIG_HOME: join(HOME, "config"),
  WRANGLER_REGISTRY_PATH: join(HOME, "registry"),
  WRANGLER_WRITE_LOGS: "false",
  // No further Workers in front of ours. They serve pages that are not used here.
  X_LOCAL_EXPLORER: "false",
  X_LOCAL_OBSERVABILITY: "false",
  NO_COLOR: "1",
  FORCE_COLOR: undefined,
};
