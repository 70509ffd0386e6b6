// Ends a command when npm ends, for commands that run until a signal ends them.

import { endAll } from "./run.mjs";

const PARENT_POLL_MS = 1000;

/** Ends this process when its parent changes. A killed npm sends no signal to its children. */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) endAll(1);
  }, PARENT_POLL_MS).unref();
}
