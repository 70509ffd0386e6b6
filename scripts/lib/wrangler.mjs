// How wrangler is run here: by Node 24, quietly, and writing nowhere but in the checkout.

import { join } from "node:path";
import { NPM_BIN, ROOT } from "./paths.mjs";

const HOME = join(ROOT, ".wrangler");

/** The program and the arguments to begin with. */
export const WRANGLER = [
  join(NPM_BIN, "node"),
  join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js"),
];

export const WRANGLER_ENVIRONMENT = {
  // No questions home: usage, errors, newer versions, and where on earth this machine is.
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  // Its settings, and the list of other Workers that run on this machine, stay in the checkout.
  XDG_CONFIG_HOME: join(HOME, "config"),
  WRANGLER_REGISTRY_PATH: join(HOME, "registry"),
  WRANGLER_WRITE_LOGS: "false",
  // Two more Workers in front of ours, which nobody here looks at.
  X_LOCAL_EXPLORER: "false",
  X_LOCAL_OBSERVABILITY: "false",
  NO_COLOR: "1",
  FORCE_COLOR: undefined,
};
