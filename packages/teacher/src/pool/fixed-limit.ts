import type { Limit } from './limit.js';
import { Refusals } from './refusals.js';

/** The limit of `--concurrency N`, or of what a teacher of this process says: so many, or fewer where calls are turned away. */
export function fixedLimit(given: number | (() => number)): Limit {
  const refusals = new Refusals();
  const most = typeof given === 'number' ? (): number => given : given;
  const value = (): number => Math.min(most(), refusals.value);
  return {
    get value() {
      return value();
    },
    get phase() {
      return refusals.value < most() ? 'turned away' : undefined;
    },
    ended: (outcome, inFlight) => refusals.ended(outcome, inFlight, value()),
  };
}
