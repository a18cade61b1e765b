import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gains, signsOf } from './search-signs.js';

/** Signs at a limit of 100 for a server with room, of calls that hardly differ; `over` says what is otherwise. */
const signs = (over: Partial<Parameters<typeof signsOf>[0]> & { limit?: number; overtaken?: number } = {}) => {
  const { limit = 100, overtaken = 0, ...latencies } = over;
  return signsOf({ slope: 0, spread: 0.1, least: limit, most: limit, ...latencies }, limit, overtaken);
};
/** Latency grows as the load does, and only few slots explain it. */
const queueing = { slope: 1, least: 10, most: 20 };

describe('signs of a queue', () => {
  it('is none where calls overtake most of those under way, whatever latencies say', () => {
    expect(signs({ ...queueing, overtaken: 60 })).toMatchObject({ byOrder: true, isOpen: true });
    expect(signs({ ...queueing, overtaken: 59 })).toMatchObject({ byOrder: false, isOpen: false });
  });

  it('is one where calls of one length wait the longer the more there are, unless that is not certain', () => {
    expect(signs().isOpen).toBe(true);
    expect(signs(queueing).isOpen).toBe(false);
    expect(signs({ ...queueing, most: 70 }).isOpen).toBe(true);
    expect(signs({ ...queueing, slope: 0.69 }).isOpen).toBe(true);
    expect(signs({ ...queueing, slope: 0.7 }).isOpen).toBe(false);
  });

  it('is one where the first calls end in the order of their beginning, but nearly at once', () => {
    expect(signs({ limit: 8, overtaken: 2 }).isOpen).toBe(false);
    expect(signs({ limit: 8, overtaken: 3 }).isOpen).toBe(true);
    expect(signs({ limit: 8, overtaken: 1, spread: 0.03 }).isOpen).toBe(true);
    expect(signs({ limit: 9, overtaken: 1 }).isOpen).toBe(true);
  });

  it('needs proof by order where calls differ in length, or a hint of it that latencies bear out', () => {
    const mixed = { spread: 0.5 };
    expect(signs(mixed)).toEqual({ byOrder: false, isMixed: true, isOpen: false });
    expect(signs({ ...mixed, overtaken: 30 }).isOpen).toBe(true);
    expect(signs({ ...mixed, overtaken: 29 }).isOpen).toBe(false);
    expect(signs({ ...mixed, overtaken: 30, least: 59 }).isOpen).toBe(false);
    expect(signs({ ...mixed, overtaken: 60, least: 10 }).isOpen).toBe(true);
    expect(signs({ ...mixed, ...queueing, overtaken: 90 })).toEqual({ byOrder: true, isMixed: true, isOpen: false });
    expect(signs({ ...mixed, ...queueing, overtaken: 90, most: 80 }).isOpen).toBe(true);
    expect(signs({ ...mixed, ...queueing, overtaken: 90, slope: 0.89 }).isOpen).toBe(true);
  });

  it('takes calls that differ a little for mixed where they are the first, or hardly overtake', () => {
    const uneven = { spread: 0.25 };
    expect(signs({ ...uneven, overtaken: 54 }).isMixed).toBe(true);
    expect(signs({ ...uneven, overtaken: 56 })).toEqual({ byOrder: false, isMixed: false, isOpen: true });
    expect(signs({ ...uneven, ...queueing, overtaken: 56 }).isOpen).toBe(false);
    expect(signs({ ...uneven, limit: 8, overtaken: 5 }).isMixed).toBe(true);
    expect(signs({ spread: 0.19, limit: 8, overtaken: 5 }).isMixed).toBe(false);
  });

  it('is never one for what has more slots, waits less or overtakes more than what shows none', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const kind = fc.record({
      limit: fc.constantFrom(8, 24, 200),
      spread: share,
      slope: share,
      least: share,
      most: share,
      overtaken: share,
    });
    const less = fc.record({ slope: share, least: share, most: share, overtaken: share });
    fc.assert(
      fc.property(kind, less, ({ limit, spread, ...one }, by) => {
        const scaled = ({ slope, least, most, overtaken }: typeof by) =>
          signs({ limit, spread, slope, least: least * limit, most: Math.max(least, most) * limit, overtaken: overtaken * limit }).isOpen;
        const more = {
          slope: Math.min(one.slope, by.slope),
          least: Math.max(one.least, by.least),
          most: Math.max(one.most, by.most),
          overtaken: Math.max(one.overtaken, by.overtaken),
        };
        if (scaled(one)) expect(scaled(more)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a higher load', () => {
  const level = (limit: number, rate: number, answers = 1000) => ({ limit, rate, answers });
  it('must bring some more answers in a time: a fifth of its logarithm', () => {
    expect(gains(level(300, 1.25), level(100, 1), false)).toBe(true);
    expect(gains(level(300, 1.24), level(100, 1), false)).toBe(false);
    expect(gains(level(300, 2.5), level(100, 2), false)).toBe(true);
  });

  it('and more than by chance, where calls differ in length', () => {
    expect(gains(level(300, 1.4, 20), level(100, 1, 20), false)).toBe(true);
    expect(gains(level(300, 1.4, 20), level(100, 1, 20), true)).toBe(false);
    expect(gains(level(300, 1.7, 20), level(100, 1, 20), true)).toBe(true);
    expect(gains(level(300, 1.4, 2000), level(100, 1, 20), true)).toBe(false);
    expect(gains(level(300, 1.45, 2000), level(100, 1, 20), true)).toBe(true);
  });
});
