// The descendants of this process: its children, their children, and so on. They are found in
// /proc, so only on Linux.

import { readdirSync, readFileSync } from "node:fs";

/** Returns the ids of all running descendants. */
export function descendants() {
  const childrenOf = new Map();
  for (const id of processIds()) {
    const parent = parentOf(id);
    if (parent !== undefined) childrenOf.set(parent, [...childrenOf.get(parent) ?? [], id]);
  }
  const below = (id) => (childrenOf.get(id) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(process.pid);
}

/** Kills a process, if it still runs. */
export function kill(id) {
  try {
    process.kill(id, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

function processIds() {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function parentOf(id) {
  try {
    // `id (command) state parent ...`; the command may contain parentheses.
    return Number(readFileSync(`/proc/${id}/stat`, "utf8").split(") ").at(-1).split(" ")[1]);
  } catch {
    return undefined;
  }
}
