import { describe, expect, it } from 'vitest';
import type { CallOutcome } from './limit.js';
import { Refusals } from './refusals.js';

const ended = (kind: CallOutcome['kind'], startedAt = 0, endedAt = startedAt + 1): CallOutcome => ({ kind, startedAt, endedAt });

/** Tells of so many calls that ended alike. */
function tell(refusals: Refusals, times: number, outcome: CallOutcome, inFlight: number, limit: number): number {
  for (let i = 0; i < times; i++) refusals.ended(outcome, inFlight, limit);
  return refusals.value;
}
/** One that was turned away at a limit of 40 with so many others under way. */
function lowered(inFlight: number): Refusals {
  const refusals = new Refusals();
  tell(refusals, 3, ended('turned away', 10, 20), inFlight, 40);
  return refusals;
}

describe('Refusals', () => {
  it('bear a call or two in sixteen that are turned away, and not three', () => {
    const refusals = new Refusals();
    expect(tell(refusals, 2, ended('turned away'), 30, 40)).toBe(Infinity);
    expect(tell(refusals, 1, ended('turned away'), 30, 40)).toBe(30);
    const apart = new Refusals();
    for (let i = 0; i < 50; i++) {
      tell(apart, 1, ended('turned away', i), 30, 40);
      expect(tell(apart, 9, ended('ok', i), 30, 40)).toBe(Infinity);
    }
  });

  it('bear four failures in a row, and not five; they lower the bound by 0.7', () => {
    const refusals = new Refusals();
    expect(tell(refusals, 4, ended('failed'), 3, 40)).toBe(Infinity);
    expect(tell(refusals, 1, ended('failed'), 3, 40)).toBe(28);
    // Of new ones five are too many again.
    expect([tell(refusals, 4, ended('failed', 10), 3, 28), tell(refusals, 1, ended('failed', 10), 3, 28)]).toEqual([28, 20]);
    // What is turned away is no failure.
    const turned = new Refusals();
    tell(turned, 4, ended('failed'), 3, 40);
    expect(tell(turned, 2, ended('turned away'), 3, 40)).toBe(Infinity);
    expect(tell(turned, 1, ended('failed'), 3, 40)).toBe(28);
  });

  it('say nothing of calls that ended otherwise', () => {
    expect(tell(new Refusals(), 100, ended('other'), 3, 40)).toBe(Infinity);
  });

  it('fall to what the server took, by no more than half at a time, and to one at least', () => {
    expect([lowered(39).value, lowered(40).value, lowered(50).value, lowered(20).value, lowered(7).value]).toEqual([39, 40, 40, 20, 20]);
    const refusals = new Refusals();
    expect(tell(refusals, 3, ended('turned away'), 0, 1)).toBe(1);
  });

  it('count each of a burst that has lowered the bound, and of what began later three anew', () => {
    const refusals = lowered(35);
    expect(tell(refusals, 9, ended('ok', 15, 22), 3, 35)).toBe(35);
    // Begun no later than the bound fell, at 20: of the same burst, whose least counts, down to half of 40.
    expect(tell(refusals, 1, ended('turned away', 20, 25), 30, 35)).toBe(30);
    expect(tell(refusals, 1, ended('turned away', 5, 26), 3, 30)).toBe(20);
    expect(tell(refusals, 2, ended('turned away', 21, 30), 12, 20)).toBe(20);
    expect(tell(refusals, 1, ended('turned away', 21, 30), 12, 20)).toBe(12);
  });

  it('let one call more be tried after so many answers at the bound, then two, then four', () => {
    const refusals = lowered(20);
    // Fewer in flight than the bound allows say nothing of it.
    expect(tell(refusals, 1000, ended('ok', 30), 18, 20)).toBe(20);
    const needed = (value: number): number => Math.max(Math.min(48, 4 * value), value / 2) + value;
    expect(tell(refusals, needed(20) - 1, ended('ok', 30), 19, 20)).toBe(20);
    expect(tell(refusals, 1, ended('ok', 30), 19, 20)).toBe(21);
    expect(tell(refusals, needed(21), ended('ok', 30), 20, 21)).toBe(23);
    expect(tell(refusals, needed(23) - 1, ended('ok', 30), 22, 23)).toBe(23);
    expect(tell(refusals, 1, ended('ok', 30), 22, 23)).toBe(27);
    // Answers before a fall are not counted after it.
    tell(refusals, needed(27) - 1, ended('ok', 30), 26, 27);
    expect(tell(refusals, 3, ended('turned away', 40, 50), 27, 27)).toBe(27);
    expect(tell(refusals, 1, ended('ok', 60), 26, 27)).toBe(27);
    const few = new Refusals();
    tell(few, 3, ended('turned away', 10, 20), 2, 4);
    expect([tell(few, 9, ended('ok', 30), 1, 2), tell(few, 1, ended('ok', 30), 1, 2)]).toEqual([2, 3]);
    const many = new Refusals();
    tell(many, 3, ended('turned away', 10, 20), 200, 400);
    expect([tell(many, 299, ended('ok', 30), 199, 200), tell(many, 1, ended('ok', 30), 199, 200)]).toEqual([200, 201]);
  });

  it('wait two raises longer where the first one was too much, and none where a later one was', () => {
    const raise = (refusals: Refusals, at: number): number => {
      const { value } = refusals;
      return tell(refusals, Math.max(Math.min(48, 4 * value), value / 2) + value, ended('ok', at), value - 1, value);
    };
    const refusals = lowered(20);
    expect(raise(refusals, 30)).toBe(21);
    expect(tell(refusals, 3, ended('turned away', 40, 41), 20, 21)).toBe(20);
    // So it does where it was refused again meanwhile.
    expect(tell(refusals, 3, ended('turned away', 42, 43), 20, 20)).toBe(20);
    expect([raise(refusals, 50), raise(refusals, 50), raise(refusals, 50)]).toEqual([20, 20, 21]);
    expect(raise(refusals, 50)).toBe(23);
    expect(tell(refusals, 3, ended('turned away', 60, 61), 21, 23)).toBe(21);
    expect(raise(refusals, 70)).toBe(22);
  });
});
