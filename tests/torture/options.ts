// The command line.

import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { DISK_KINDS, type DiskKind } from "./disk.ts";
import type { RunOptions } from "./torture.ts";

export const USAGE = `usage: npm run torture -- [OPTION ...]
  --kills N      how many times the dispatcher is killed; by default 100
  --seed S       repeats the random choices of another run, but not its timing
  --minutes M    time limit for the kills; by default 3 and one more for every 20 kills
  --webhooks N   how many webhooks get events; by default 8, one of each kind
  --disk KIND    how the disk is made full: tmpfs, rlimit or none; by default the first that works
  --keep         keeps the state and the log also if nothing was lost
  --help         shows this

It publishes events while receivers fail and hang, the dispatcher is killed by SIGKILL, and its disk
is full for a while. At the end every event that was answered with 202 must have arrived at every
webhook that takes it. The exit code is 1 if one was lost or the run could not finish.`;

const KILLS = 100;
const KILLS_MAX = 1_000_000;
const WEBHOOKS = 8;
/** The most webhooks of a run. More would publish more slowly than they are killed. */
const WEBHOOKS_MAX = 200;
const SEED_MAX = 2 ** 32 - 1;
const MINUTES = 3;
const KILLS_PER_MINUTE = 20;
const MINUTES_MAX = 100_000;

export interface Options extends RunOptions {
  /** The disk with the state; undefined: the first kind that works here. */
  disk: DiskKind | undefined;
  /** Whether the state and the log are kept in any case. */
  keeps: boolean;
}

/** A mistake in the command line, in words for the user. */
export class UsageError extends Error {}

/** Parses the command line. Returns undefined for `--help`. */
export function optionsFrom(args: string[]): Options | undefined {
  const text = { type: "string" } as const;
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        kills: text, seed: text, minutes: text, webhooks: text,
        disk: text, keep: { type: "boolean" }, help: { type: "boolean" },
      },
    }));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (values.help === true) return undefined;
  const kills = whole("--kills", values.kills, 1, KILLS_MAX) ?? KILLS;
  return {
    kills,
    seed: whole("--seed", values.seed, 0, SEED_MAX) ?? randomInt(SEED_MAX),
    minutes: whole("--minutes", values.minutes, 1, MINUTES_MAX) ??
      MINUTES + Math.ceil(kills / KILLS_PER_MINUTE),
    webhooks: whole("--webhooks", values.webhooks, 1, WEBHOOKS_MAX) ?? WEBHOOKS,
    disk: diskKind(values.disk),
    keeps: values.keep ?? false,
  };
}

function diskKind(text: string | undefined): DiskKind | undefined {
  const kind = DISK_KINDS.find((kind) => kind === text);
  if (text === undefined || kind !== undefined) return kind;
  throw new UsageError(`--disk is "${text}", which is none of ${DISK_KINDS.join(", ")}.`);
}

function whole(
  name: string, text: string | undefined, min: number, max: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${name} is "${text}", which is not a whole number from ${min} to ${max}.`);
}
