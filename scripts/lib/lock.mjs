// A lock between processes: a folder with one file, whose name identifies the owner.
//
// A process takes the lock by renaming a prepared folder to its path, which fails if that path is a
// folder with a file. To clear the lock of a dead owner, a waiting process removes the file with
// that owner's name, so it cannot clear the lock of another owner. `npm ci` itself needs the lock,
// so this imports nothing but Node.

import { randomUUID } from "node:crypto";
import { rmdirSync, unlinkSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./say.mjs";

const HEARTBEAT_MS = 10_000;
const STALE_MS = 120_000;
const POLL_MS = 500;

/** Runs `act` while this process holds the lock at `path`. Waits until it is free. */
export async function withLock(path, act) {
  let hasSaid = false;
  const lock = await take(path, async () => {
    if (!hasSaid) say("  another run is doing this; waiting for it ...");
    hasSaid = true;
    await sleep(POLL_MS);
  });
  try {
    return await act();
  } finally {
    lock.release();
  }
}

/**
 * Takes the lock at `path` until this process ends. If another process holds it, throws the error
 * that `refusal` makes of its process id.
 */
export async function lockUntilEnd(path, refusal) {
  const lock = await take(path, (owner) => {
    throw refusal(owner.split("@")[0]);
  });
  process.once("exit", lock.release);
}

/** Takes the lock. `whenHeld` is called with the name of its owner before each further try. */
async function take(path, whenHeld) {
  const name = `${process.pid}@${hostname()}@${randomUUID()}`;
  const prepared = `${path}.${name}`;
  await mkdir(dirname(path), { recursive: true });
  await mkdir(prepared);
  try {
    await writeFile(join(prepared, name), "");
    while (!await isRenamed(prepared, path)) {
      const owner = await liveOwner(path);
      if (owner !== undefined) await whenHeld(owner);
    }
  } catch (error) {
    await rm(prepared, { recursive: true, force: true });
    throw error;
  }
  return held(path, join(path, name));
}

/** Renames a folder to `path`, and returns whether `path` was free. */
async function isRenamed(prepared, path) {
  try {
    await rename(prepared, path);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST"].includes(error.code)) return false;
    throw error;
  }
}

/** Shows that the owner lives, until the lock is released. Its release can be called at any end. */
function held(path, owner) {
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(owner, now, now).catch(() => {});
  }, HEARTBEAT_MS).unref();
  const release = () => {
    clearInterval(heartbeat);
    try {
      unlinkSync(owner);
      rmdirSync(path);
    } catch {
      // Another process has cleared it as stale, or has taken it meanwhile.
    }
  };
  return { release };
}

/** Returns the name of the owner. Removes it if it is dead, and then the lock may be free. */
async function liveOwner(path) {
  try {
    const [owner] = await readdir(path);
    if (owner === undefined) return undefined;
    const age = Date.now() - (await stat(join(path, owner))).mtimeMs;
    if (age < STALE_MS && !isDead(owner)) return owner;
    await unlink(join(path, owner));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  return undefined;
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
