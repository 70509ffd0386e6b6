// The duration and the rounds of the measurements, and the result of one.

import type { Figure, Name } from "./figures.ts";

export interface Plan {
  isQuick: boolean;
  /** The duration of one slice of load. */
  sliceMs: number;
  /** The number of rounds in which the systems are compared. */
  rounds: number;
  /** The time for the cells that have no target. A slow machine leaves some of them out. */
  shownMs: number;
  /** The time for creating the webhooks of one size in `growth`. */
  createMs: number;
  /** The figures to measure; without it all, and the cells that have no target. */
  wanted?: ReadonlySet<Name>;
}

export const FULL: Plan = {
  isQuick: false, sliceMs: 500, rounds: 9, shownMs: 60_000, createMs: 60_000,
};
/** Without time limits: a slow machine takes minutes to create 10,000 webhooks. */
export const LONG: Plan = { ...FULL, shownMs: Infinity, createMs: Infinity };
export const QUICK: Plan = {
  isQuick: true, sliceMs: 250, rounds: 1, shownMs: 0, createMs: 2_000,
};

export interface Measured {
  figures: Figure[];
  /** Absolute numbers, which have no target. */
  details: Record<string, unknown>;
}

/** Whether one of the figures is to be measured. Without names: the cells without a target. */
export function isWanted(plan: Plan, ...names: Name[]): boolean {
  return plan.wanted === undefined || names.some((name) => plan.wanted?.has(name));
}
