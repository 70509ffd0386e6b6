// For commands that run until a signal comes: they end with npm.

import { endAll } from "./run.mjs";

const PARENT_POLL_MS = 1000;

/** An npm that is killed sends no signal, so this watches for a change of the parent process. */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) endAll(1);
  }, PARENT_POLL_MS).unref();
}
