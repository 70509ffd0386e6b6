// The disk with the dispatcher's state, which can be full.
//
//   tmpfs    A file system of its own in memory. Full: its size is set to what it uses now, so each
//            write that needs one more page fails with ENOSPC, as on any full disk. Needs root.
//   rlimit   A folder of the ordinary disk. Full: the process may write no file, since its
//            RLIMIT_FSIZE is 0. Writes fail with EFBIG. Needs `prlimit`, which every Debian has.
//   none     Never full.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

export interface Disk {
  /** What a full disk is here, in words; undefined if it cannot be full. */
  readonly means: string | undefined;
  /** Why it cannot be full; undefined if it can. */
  readonly skipped: string | undefined;
  readonly directory: string;
  /** Returns the command line that starts a program on this disk. */
  command(words: string[]): string[];
  /** Called with the id of each process that writes to this disk. */
  follow(pid: number): void;
  /** Leaves at most `spareBytes` of room. */
  fill(spareBytes: number): void;
  /** Makes room again. */
  free(): void;
  /** Removes it, after copying what is on it to `keepIn` if that is given. */
  remove(keepIn?: string): void;
}

export const DISK_KINDS = ["tmpfs", "rlimit", "none"] as const;
export type DiskKind = (typeof DISK_KINDS)[number];

/** Prepares a disk below `folder`: of this kind, or of the first kind that works here. */
export function createDisk(folder: string, wanted?: DiskKind): Disk {
  const directory = join(folder, "disk");
  mkdirSync(directory);
  if (wanted === "none") return new PlainDisk(directory, "of --disk none");
  const reasons: string[] = [];
  for (const [kind, Kind] of [["tmpfs", TmpfsDisk], ["rlimit", RlimitDisk]] as const) {
    if (wanted !== undefined && wanted !== kind) continue;
    try {
      return new Kind(directory);
    } catch (error) {
      reasons.push(`${kind}: ${firstLine(error)}`);
    }
  }
  return new PlainDisk(directory, reasons.join("; "));
}

class PlainDisk implements Disk {
  readonly means: string | undefined = undefined;
  readonly skipped: string | undefined;
  readonly directory: string;

  constructor(directory: string, skipped?: string) {
    this.directory = directory;
    this.skipped = skipped;
  }

  command(words: string[]): string[] {
    return words;
  }

  follow(_pid: number): void {}

  fill(_spareBytes: number): void {}

  free(): void {}

  remove(keepIn?: string): void {
    if (keepIn !== undefined) cpSync(this.directory, keepIn, { recursive: true });
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Room for the state of some thousand kills. A tmpfs takes only the memory that it uses. */
const ROOMY_BYTES = 4 * 2 ** 30;
const PAGE_BYTES = 4_096;
/** Files may grow while the size is computed. Then it is computed again. */
const FILL_ATTEMPTS = 20;

class TmpfsDisk extends PlainDisk {
  override readonly means = "a tmpfs without room";

  constructor(directory: string) {
    super(directory);
    run("mount", "-t", "tmpfs", "-o", `size=${ROOMY_BYTES}`, "torture", directory);
    mounted.add(directory);
  }

  override fill(spareBytes: number): void {
    for (let attempt = 1; ; attempt += 1) {
      const { blocks, bfree, bsize } = statfsSync(this.directory);
      const wanted = (blocks - bfree) * bsize + Math.max(spareBytes, attempt * PAGE_BYTES);
      try {
        return this.#resize(wanted);
      } catch (error) {
        if (attempt === FILL_ATTEMPTS) throw error;
      }
    }
  }

  override free(): void {
    this.#resize(ROOMY_BYTES);
  }

  #resize(bytes: number): void {
    run("mount", "-o", `remount,size=${bytes}`, this.directory);
  }

  override remove(keepIn?: string): void {
    if (keepIn !== undefined) cpSync(this.directory, keepIn, { recursive: true });
    unmount(this.directory);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

class RlimitDisk extends PlainDisk {
  override readonly means = "no write allowed, by RLIMIT_FSIZE";
  #pid = 0;
  #isFull = false;

  constructor(directory: string) {
    super(directory);
    run("prlimit", `--pid=${process.pid}`, "--fsize");
  }

  /** Without the trap the signal SIGXFSZ would end the process at its first write. */
  override command(words: string[]): string[] {
    return ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh", ...words];
  }

  override follow(pid: number): void {
    this.#pid = pid;
    if (this.#isFull) this.#limit("0");
  }

  override fill(_spareBytes: number): void {
    this.#isFull = true;
    this.#limit("0");
  }

  override free(): void {
    this.#isFull = false;
    this.#limit("unlimited");
  }

  #limit(soft: string): void {
    try {
      run("prlimit", `--pid=${this.#pid}`, `--fsize=${soft}:unlimited`);
    } catch {
      // The process was just killed. The next one is limited when it starts.
    }
  }
}

/** All mounted directories. They are unmounted when this process ends. */
const mounted = new Set<string>();
process.on("exit", () => mounted.forEach(unmount));

function unmount(directory: string): void {
  if (!mounted.delete(directory)) return;
  run("umount", "--lazy", directory);
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split("\n")[0] ?? "";
}
