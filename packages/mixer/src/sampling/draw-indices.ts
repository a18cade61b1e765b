import { groupDigits, SdgError, type Random } from '@sdg/values';
import { Reservoir } from './reservoir.js';

/**
 * `count` different positions out of `0 … length − 1`, ascending; all of them if there are no more. What a
 * {@link Reservoir} would keep of a stream of that length, without the stream: time O(count × log(length / count)).
 */
export function drawIndices(length: number, count: number, random: Random): Float64Array {
  const kept = new Float64Array(Math.min(length, count));
  const reservoir = new Reservoir(kept.length, random);
  while (reservoir.next < length) {
    const position = reservoir.next;
    kept[reservoir.take()] = position;
  }
  return kept.sort();
}

/** Room for a number for each of `count` rows; fails with `config` where there is none. */
export function numbersFor(count: number): Float64Array {
  try {
    return new Float64Array(count);
  } catch (cause) {
    throw new SdgError('config', `${groupDigits(count)} rows are too many to be shuffled, or drawn with replacement`, {
      remedy: 'ask for fewer',
      cause,
    });
  }
}

/** `count` positions out of `0 … length − 1`, each drawn from all of them, ascending. */
export function drawWithReplacement(length: number, count: number, random: Random): Float64Array {
  if (length === 0) return new Float64Array(0);
  return numbersFor(count)
    .map(() => random.below(length))
    .sort();
}

/** `count` positions, each drawn from all of them in proportion to the weights, ascending. */
export function drawByWeight(weights: readonly number[], count: number, random: Random): Float64Array {
  let sum = 0;
  const sums = Float64Array.from(weights, (weight) => (sum += Math.max(0, weight)));
  if (!(sum > 0)) return new Float64Array(0);
  return numbersFor(count)
    .map(() => firstAbove(sums, random.float() * sum))
    .sort();
}

/** The first position whose sum is greater than `value`, which is below the last sum: never one that adds nothing. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Which rows of a dataset go into the mix: every row `copies` times, then those of `drawn` once more. */
export interface Selection {
  readonly copies: number;
  /** Positions, ascending. */
  readonly drawn: Float64Array;
}

/** How many rows a selection has. */
export const selectionSize = (length: number, { copies, drawn }: Selection): number => copies * length + drawn.length;

/**
 * Exactly `count` rows of `length`: without replacement while there are enough, else whole copies and a draw for the
 * rest. Nothing can be taken of nothing.
 */
export function selectRows(length: number, count: number, random: Random, replacement = false): Selection {
  if (length === 0) return { copies: 0, drawn: new Float64Array(0) };
  if (replacement) return { copies: 0, drawn: drawWithReplacement(length, count, random) };
  const copies = Math.floor(count / length);
  return { copies, drawn: drawIndices(length, count - copies * length, random) };
}
