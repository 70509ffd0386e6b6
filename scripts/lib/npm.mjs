// Commands that run until they are ended, and their parent npm.

import { endAll } from "./run.mjs";

const PARENT_POLL_MS = 1000;

/** npm that is killed outright cannot tell us to end; that our parent is another one can. */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) endAll(1);
  }, PARENT_POLL_MS).unref();
}
