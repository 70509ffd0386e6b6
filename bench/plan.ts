// How long everything takes, and what a measurement answers.

import type { Figure } from "./figures.ts";

export interface Plan {
  isQuick: boolean;
  /** How long one slice of load lasts. */
  sliceMs: number;
  /** How often each pair is compared. */
  rounds: number;
}

export const FULL: Plan = { isQuick: false, sliceMs: 1_000, rounds: 5 };
export const QUICK: Plan = { isQuick: true, sliceMs: 300, rounds: 2 };

export interface Measured {
  figures: Figure[];
  /** Absolute numbers, shown and not judged. */
  details: Record<string, unknown>;
}
