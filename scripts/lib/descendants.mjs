// The processes that this one started, directly or not. Only Linux lists them, in /proc.

import { readdirSync, readFileSync } from "node:fs";

/** The ids of all running processes below this one. */
export function descendants() {
  const childrenOf = new Map();
  for (const id of processIds()) {
    const parent = parentOf(id);
    if (parent !== undefined) childrenOf.set(parent, [...childrenOf.get(parent) ?? [], id]);
  }
  const below = (id) => (childrenOf.get(id) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(process.pid);
}

/** Kills a process if it still runs. */
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
