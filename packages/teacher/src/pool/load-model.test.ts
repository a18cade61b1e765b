import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadModel } from './load-model.js';

/** Latency of a server with so many slots and bare calls of 500 ms. */
const latencyMs = (inFlight: number, slots: number): number => 500 * Math.max(1, inFlight / slots);

describe('LoadModel', () => {
  it('finds the slots from loads on both sides of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), fc.double({ min: 0.3, max: 0.9, noNaN: true }), fc.double({ min: 1.2, max: 3, noNaN: true }), (slots, below, above) => {
        const model = new LoadModel();
        for (const inFlight of [below * slots, below * slots, above * slots, above * slots]) {
          model.add({ inFlight, latencyMs: latencyMs(inFlight, slots), calls: 100, spread: 0.9 });
        }
        const { likeliest, least, bareMs } = model.estimate();
        expect(likeliest / slots).toBeGreaterThan(0.9);
        expect(likeliest / slots).toBeLessThan(1.1);
        expect(least).toBeLessThanOrEqual(likeliest);
        expect(bareMs).toBeGreaterThan(450);
        expect(bareMs).toBeLessThan(550);
      }),
    );
  });

  it('sees a queue where latency grows with load, and none where it does not', () => {
    const [queued, free] = [new LoadModel(), new LoadModel()];
    for (const inFlight of [8, 16, 32, 64]) {
      queued.add({ inFlight, latencyMs: latencyMs(inFlight, 16), calls: 60, spread: 0.9 });
      free.add({ inFlight, latencyMs: 500, calls: 60, spread: 0.9 });
    }
    expect(queued.queueing(64)).toBeGreaterThan(2);
    expect(free.queueing(64)).toBeLessThan(0);
  });

  it('tells when a server has become slower or faster, once, and by small steps too', () => {
    for (const [factor, change] of [[3, 'slower'], [1 / 3, 'faster'], [1.5, 'slower']] as const) {
      const model = new LoadModel();
      const add = (ms: number) => model.add({ inFlight: 20, latencyMs: ms, calls: 60, spread: 0.9 });
      expect([500, 520, 480, 510, 490].map(add)).toEqual(Array.from({ length: 5 }, () => undefined));
      const told = Array.from({ length: 5 }, () => add(500 * factor)).filter((each) => each !== undefined);
      expect(told).toEqual([change]);
    }
  });

  it('says nothing of a change when it is told that measurements are to explain one', () => {
    const model = new LoadModel();
    for (let i = 0; i < 5; i++) model.add({ inFlight: 20, latencyMs: 500, calls: 60, spread: 0.9 });
    expect(model.add({ inFlight: 20, latencyMs: 5000, calls: 60, spread: 0.9 }, true)).toBeUndefined();
  });
});
