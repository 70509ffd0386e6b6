// How long everything takes, and what a measurement answers.

import type { Figure } from "./figures.ts";

export interface Plan {
  isQuick: boolean;
  /** How long one slice of load lasts. */
  sliceMs: number;
  /** How often each pair is compared. */
  rounds: number;
  /** How long the cells that are shown and not judged may take; a slow machine leaves some out. */
  shownMs: number;
  /** How long the webhooks of one size may take to create. */
  createMs: number;
}

export const FULL: Plan = {
  isQuick: false, sliceMs: 500, rounds: 9, shownMs: 60_000, createMs: 60_000,
};
/** A slow machine takes minutes to create 10,000 webhooks. */
export const LONG: Plan = { ...FULL, shownMs: Infinity, createMs: Infinity };
export const QUICK: Plan = {
  isQuick: true, sliceMs: 250, rounds: 1, shownMs: 0, createMs: 2_000,
};

export interface Measured {
  figures: Figure[];
  /** Absolute numbers, shown and not judged. */
  details: Record<string, unknown>;
}
