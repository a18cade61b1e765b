import type { Limit } from './limit.js';
import { Refusals } from './refusals.js';

/** The limit of `--concurrency N`: so many, or fewer where the server turns calls away. */
export function fixedLimit(most: number): Limit {
  const refusals = new Refusals();
  const value = (): number => Math.min(most, refusals.value);
  return {
    get value() {
      return value();
    },
    get phase() {
      return refusals.value < most ? 'turned away' : undefined;
    },
    ended: (outcome, inFlight) => refusals.ended(outcome, inFlight, value()),
  };
}
