// A lock between processes: a folder with one file, whose name identifies the owner.
//
// A process takes the lock by renaming a prepared folder to its path, which fails if that path is a
// folder with a file. To clear the lock of a dead owner, a waiting process removes the file with
// that owner's name, so it cannot clear the lock of another owner. `npm ci` itself needs the lock,
// so this imports nothing but Node.

import { randomUUID } from "node:crypto";
import {
  mkdir, readdir, rename, rm, rmdir, stat, unlink, utimes, writeFile,
} from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./say.mjs";

const HEARTBEAT_MS = 10_000;
const STALE_MS = 120_000;
const POLL_MS = 500;

/** Runs `act` while this process holds the lock at `path`. */
export async function withLock(path, act) {
  const owner = await take(path);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(owner, now, now).catch(() => {});
  }, HEARTBEAT_MS);
  try {
    return await act();
  } finally {
    clearInterval(heartbeat);
    await unlink(owner).catch(() => {});
    await rmdir(path).catch(() => {});
  }
}

async function take(path) {
  const name = `${process.pid}@${hostname()}@${randomUUID()}`;
  const prepared = `${path}.${name}`;
  await mkdir(dirname(path), { recursive: true });
  await mkdir(prepared);
  await writeFile(join(prepared, name), "");
  let hasSaid = false;
  for (;;) {
    try {
      await rename(prepared, path);
      return join(path, name);
    } catch (error) {
      if (!["ENOTEMPTY", "EEXIST"].includes(error.code)) {
        await rm(prepared, { recursive: true, force: true });
        throw error;
      }
    }
    if (await clearStale(path)) continue;
    if (!hasSaid) say("  another run is doing this; waiting for it ...");
    hasSaid = true;
    await sleep(POLL_MS);
  }
}

/** Removes the owner's file if the owner is dead, and returns whether the lock may now be free. */
async function clearStale(path) {
  try {
    const [owner] = await readdir(path);
    if (owner === undefined) return true;
    const age = Date.now() - (await stat(join(path, owner))).mtimeMs;
    if (age < STALE_MS && !isDead(owner)) return false;
    await unlink(join(path, owner));
    return true;
  } catch (error) {
    if (error.code === "ENOENT") return true;
    throw error;
  }
}

/** Whether the owner was a process of this machine that has ended. */
function isDead(owner) {
  const [pid, host] = owner.split("@");
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}
