// Random choices that a seed repeats.
//
// Each part of the torture that chooses has a stream of its own, so its choices do not depend on
// how the parts happen to interleave. What a choice meets, depends on the timing.

import { createHash } from "node:crypto";

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  /** `stream` names the part that chooses. */
  constructor(seed: number, stream: string) {
    const hash = createHash("sha256").update(`${seed}/${stream}`).digest();
    [this.#a, this.#b, this.#c, this.#counter] = [0, 4, 8, 12].map((at) => hash.readInt32LE(at)) as
      [number, number, number, number];
  }

  /** Returns a number of at least 0 and less than 1: sfc32, by Chris Doty-Humphrey. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** Returns true with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Returns a whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** Returns one of the values, which must not be empty. */
  pick<T>(values: readonly T[]): T {
    return values[this.integer(0, values.length - 1)]!;
  }

  /** Returns one of the names. A name with twice the weight is twice as likely. */
  weighted<Name extends string>(weights: Record<Name, number>): Name {
    const all = Object.entries(weights) as [Name, number][];
    let rest = this.next() * all.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of all) {
      rest -= weight;
      if (rest < 0) return name;
    }
    return all.at(-1)![0];
  }
}
