import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateShares } from './rate-shares.js';

const MINUTE = 60_000;
const named = (...ids: string[]): { id: string }[] => ids.map((id) => ({ id }));

describe('RateShares', () => {
  it('never lets workers use more in a minute than is allowed, whoever comes and goes, coordinators too', () => {
    const steps = fc.array(
      fc.record({ workers: fc.subarray(['a', 'b', 'c', 'd', 'e']), pause: fc.nat(2 * MINUTE), restarts: fc.boolean() }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), steps, (rpm, comings) => {
        let shares = new RateShares({ '': { rpm } });
        let rates: ReturnType<RateShares['look']> = {};
        /** When each worker used what: all it may, as soon as it may, as a window of a minute lets it. */
        const used: { worker: string; at: number }[] = [];
        let now = 0;
        for (const { workers, pause, restarts } of comings) {
          if (restarts) shares = new RateShares({ '': { rpm } }, true);
          for (let at = now; at <= now + pause; at += 5000) {
            // Who was away has forgotten what it had.
            rates = shares.look(
              workers.map((id) => ({ id, rates: rates[id] })),
              at,
            );
            for (const worker of workers) {
              const mine = used.filter((use) => use.worker === worker && at - use.at < MINUTE).length;
              for (let i = mine; i < (rates[worker]!['']?.rpm ?? 0); i++) used.push({ worker, at });
            }
            expect(used.filter((use) => at - use.at < MINUTE).length).toBeLessThanOrEqual(rpm);
          }
          now += pause + 1;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('counts what a worker used that begins anew under a new coordinator', () => {
    const shares = new RateShares({ '': { rpm: 1 } }, true);
    shares.look([{ id: 'a', rates: { '': { rpm: 1 } } }], 0);
    shares.look(named('a'), 30_000);
    expect(shares.look(named('e'), MINUTE)).toEqual({ e: { '': { rpm: 0 } } });
    expect(shares.look(named('e'), MINUTE + 30_000)).toEqual({ e: { '': { rpm: 1 } } });
  });

  it('comes to even shares, all of it in use', () => {
    const shares = new RateShares({ '': { rpm: 100 }, big: { tpm: 9 } });
    expect(shares.look(named('a'), -2000)).toEqual({ a: {} });
    expect(shares.look(named('a'), 0)).toEqual({ a: { '': { rpm: 100 }, big: { tpm: 9 } } });
    expect(shares.look(named('a', 'b', 'c'), 1)['b']).toEqual({ '': { rpm: 0 }, big: { tpm: 0 } });
    expect(shares.look(named('a', 'b', 'c'), MINUTE + 1)).toEqual({
      a: { '': { rpm: 34 }, big: { tpm: 3 } },
      b: { '': { rpm: 33 }, big: { tpm: 3 } },
      c: { '': { rpm: 33 }, big: { tpm: 3 } },
    });
    // A worker that is gone leaves its share to the others once what it used counts no more.
    expect(shares.look(named('a', 'b'), MINUTE + 2)['a']!['']!.rpm).toBe(34);
    expect(shares.look(named('a', 'b'), 2 * MINUTE + 2)['a']!['']!.rpm).toBe(50);
  });

  it('lets each worker have its turn where there is less than one request for each', () => {
    const shares = new RateShares({ '': { rpm: 1 } });
    const had = new Set<string>();
    for (let now = 0; now < 10 * MINUTE; now += 1000) {
      for (const [worker, rates] of Object.entries(shares.look(named('a', 'b', 'c'), now))) if ((rates['']?.rpm ?? 0) > 0) had.add(worker);
    }
    expect([...had].sort()).toEqual(['a', 'b', 'c']);
  });
});
