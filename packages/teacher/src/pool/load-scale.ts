/** Loads and numbers of slots are told apart in steps of an eighth of an octave: 9 %. */
const STEPS = 8;
/** Highest step: 8192 calls. */
export const TOP = 13 * STEPS;
/** Steps of one doubling. */
export const OCTAVE = STEPS;

/** The step of a load. */
export const stepOf = (load: number): number => Math.min(TOP, Math.round(STEPS * Math.log2(Math.max(1, load))));
/** The load of a step. */
export const loadOf = (step: number): number => 2 ** (step / STEPS);
/** The highest step whose load is less than so much; −1: there is none. */
export const stepBelow = (load: number): number => (load > 1 ? Math.min(TOP, Math.ceil(STEPS * Math.log2(load) - 1e-9) - 1) : -1);

/** Calls of one kind of evidence beyond which more of them add little: they are not independent, nor is any model exact. */
const ENOUGH_CALLS = 60;
export const weightOf = (calls: number): number => calls / (1 + calls / ENOUGH_CALLS);

/**
 * Weight of what is new where older things fade: instead of making all of them lighter each time, what is added becomes
 * heavier, and everything is divided by `weight` when it is read.
 */
export class Fading {
  weight = 1;

  /** All that was added before now counts for this part of what it did. Returns what to divide it by at once; mostly 1. */
  fade(kept: number): number {
    this.weight /= kept;
    if (this.weight < 1e9) return 1;
    const by = this.weight;
    this.weight = 1;
    return by;
  }
}
