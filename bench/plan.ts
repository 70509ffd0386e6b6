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
  isQuick: false, sliceMs: 800, rounds: 4, shownMs: 60_000, createMs: 25_000,
};
export const QUICK: Plan = {
  isQuick: true, sliceMs: 300, rounds: 2, shownMs: 10_000, createMs: 5_000,
};

export interface Measured {
  figures: Figure[];
  /** Absolute numbers, shown and not judged. */
  details: Record<string, unknown>;
}
