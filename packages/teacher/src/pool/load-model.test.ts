import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadModel } from './load-model.js';
import { loadOf, OCTAVE } from './load-scale.js';

/** Logarithms of lengths whose mean is 500 ms, evenly over a spread like that of real calls. */
const lengths = [-1.3, -0.9, -0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.9, 1.3].map((z) => 500 * Math.exp(0.8 * z - 0.32));

/** Calls of a server with so many slots under a load: all wait for those that are too many. No word of who overtook whom. */
function feed(model: LoadModel, load: number, slots: number, rounds = 6): number[] {
  const waitMs = 500 * Math.max(0, load / slots - 1);
  return Array.from({ length: rounds }, () => lengths.map((ms) => model.add({ load, latencyMs: waitMs + ms }))).flat();
}

describe('LoadModel', () => {
  it('finds the slots from loads on both sides of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), fc.double({ min: 0.4, max: 0.9, noNaN: true }), fc.double({ min: 1.4, max: 3, noNaN: true }), (slots, below, above) => {
        const model = new LoadModel();
        for (const share of [below, 0.8 * below, above, 1.2 * above]) feed(model, share * slots, slots);
        const { least, most, isOpen } = model.estimate([], 0)!;
        expect(least).toBeLessThanOrEqual(1.1 * slots);
        expect(most).toBeGreaterThanOrEqual(slots / 1.1);
        expect(isOpen).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it('holds any greater number of slots possible where latency does not grow with load', () => {
    const model = new LoadModel();
    for (const load of [8, 16, 32, 64]) feed(model, load, 1000);
    expect(model.estimate([], 0)).toMatchObject({ isOpen: true, isSpent: false });
  });

  it('sees that more load would bring nothing where all latencies grow in proportion to it', () => {
    const model = new LoadModel();
    for (const load of [8, 16, 32, 64]) for (let i = 0; i < 6; i++) for (const ms of lengths) model.add({ load, latencyMs: ms * load });
    expect(model.estimate([], 0)!.isSpent).toBe(true);
  });

  it('holds it to bring nothing from where latency grows by 0.85 of the load, whatever the loads', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1.2, noNaN: true }), fc.integer({ min: 16, max: 60 }), fc.integer({ min: 2, max: OCTAVE }), (growth, step, apart) => {
        fc.pre(Math.abs(growth - 0.85) > 0.01);
        const model = new LoadModel();
        for (const load of [step, step + apart, step + 2 * apart].map(loadOf)) for (const ms of lengths) model.add({ load, latencyMs: ms * load ** growth });
        expect(model.estimate([], 0)!.isSpent).toBe(growth > 0.85);
      }),
    );
  });

  it('knows from calls that overtook others that there are more slots, however long they took', () => {
    const model = new LoadModel();
    for (let i = 0; i < 60; i++) model.add({ load: 16, latencyMs: 500 * 1.1 ** i, rank: 1 + (i % 16), among: 16 });
    expect(model.estimate([], 0)!.least).toBeGreaterThan(10);
  });

  it('takes calls that differ in length and still end in turn for those of a single slot', () => {
    const model = new LoadModel();
    for (let i = 0; i < 40; i++) model.add({ load: 4, latencyMs: 4 * lengths[i % lengths.length]!, rank: 1, among: 4 });
    expect(model.estimate([], 0)!.most).toBeLessThan(2.5);
  });

  it('counts in calls that have not ended', () => {
    const model = new LoadModel();
    feed(model, 8, 1000);
    feed(model, 32, 1000, 1);
    expect(model.estimate([], 1)!.isOpen).toBe(true);
    const underWay = Array.from({ length: 29 }, () => ({ startedAt: 0, load: 32 }));
    expect(model.estimate(underWay, 4000)!.isOpen).toBe(false);
  });

  it('tells by how much a call differs from what was to be expected, and nothing once it has forgotten', () => {
    const model = new LoadModel();
    feed(model, 20, 1000);
    expect(model.add({ load: 20, latencyMs: 50_000 })).toBe(0);
    model.estimate([], 0);
    expect(model.add({ load: 20, latencyMs: 50_000 })).toBeGreaterThan(3);
    expect(model.add({ load: 20, latencyMs: 5 })).toBeLessThan(-3);
    expect(Math.abs(model.add({ load: 20, latencyMs: 450 }))).toBeLessThan(1);
    model.forget();
    expect(model.estimate([], 0)).toBeUndefined();
    expect(model.add({ load: 20, latencyMs: 50_000 })).toBe(0);
  });

  it('makes nothing of latencies of before a change', () => {
    const model = new LoadModel();
    expect(model.add({ load: 4, latencyMs: 9, rank: 1, among: 4 }, false)).toBe(0);
    expect(model.estimate([], 0)).toBeUndefined();
    expect(model.callsAt(1)).toBe(0);
  });

  it('does not hold a server to be spent after a single load', () => {
    for (let load = 2; load < 200; load += 7) {
      const model = new LoadModel();
      feed(model, load, load, 1);
      expect(model.estimate([], 0)!.isSpent).toBe(false);
    }
  });
});
