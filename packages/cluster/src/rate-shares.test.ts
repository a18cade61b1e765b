import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RATE_WINDOW } from '@sdg/session';
import { RateShares } from './rate-shares.js';

const MINUTE = 60_000;
/** For so long a share of before counts. */
const COUNTS = RATE_WINDOW + 500;
const named = (...ids: string[]): { id: string }[] => ids.map((id) => ({ id }));

describe('RateShares', () => {
  it('lets no more arrive in a minute than is allowed, whoever comes and goes, coordinators too', () => {
    const steps = fc.array(
      fc.record({
        workers: fc.subarray(['a', 'b', 'c', 'd', 'e']),
        pause: fc.nat(2 * MINUTE),
        restarts: fc.boolean(),
        /** What word of the shares takes to the workers, and a call to the server, look for look. */
        delays: fc.array(fc.record({ word: fc.nat(500), way: fc.nat(500) }), { minLength: 1, maxLength: 12 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), steps, (rpm, comings) => {
        let shares = new RateShares({ '': { rpm } });
        let rates: ReturnType<RateShares['look']> = {};
        const used: { worker: string; at: number; arrives: number }[] = [];
        let now = 0;
        for (const { workers, pause, restarts, delays } of comings) {
          if (restarts) shares = new RateShares({ '': { rpm } }, true);
          for (let at = now, look = 0; at <= now + pause; at += 5500, look++) {
            const { word, way } = delays[look % delays.length]!;
            const before = rates;
            // Who was away has forgotten what it had.
            rates = shares.look(
              workers.map((id) => ({ id, rates: rates[id] })),
              at,
            );
            // Each uses all it may, as soon as it may: by what it had until word comes, then by what it has.
            for (const held of [before, rates]) {
              for (const worker of workers) {
                const mine = used.filter((use) => use.worker === worker && at + word - use.at < RATE_WINDOW).length;
                const most = held[worker]?.['']?.rpm ?? 0;
                for (let i = mine; i < most; i++) used.push({ worker, at: at + word, arrives: at + word + way });
              }
            }
            const last = Math.max(0, ...used.map(({ arrives }) => arrives));
            expect(used.filter(({ arrives }) => last - arrives < MINUTE).length).toBeLessThanOrEqual(rpm);
          }
          now += pause + 501;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('counts what a worker used that begins anew under a new coordinator', () => {
    const shares = new RateShares({ '': { rpm: 1 } }, true);
    shares.look([{ id: 'a', rates: { '': { rpm: 1 } } }], 0);
    shares.look(named('a'), 30_000);
    expect(shares.look(named('e'), COUNTS)).toEqual({ e: { '': { rpm: 0 } } });
    expect(shares.look(named('e'), COUNTS + 30_000)).toEqual({ e: { '': { rpm: 1 } } });
  });

  it('gives to another what a worker may have used until word of its smaller share came, when that counts no more', () => {
    const shares = new RateShares({ '': { rpm: 2 } });
    shares.look(named('a'), -2000);
    expect(shares.look(named('a'), 0)).toEqual({ a: { '': { rpm: 2 } } });
    shares.look(named('a', 'b'), 1);
    const heard = 1 + 500;
    expect(shares.look(named('a', 'b'), heard + RATE_WINDOW - 1)['b']).toEqual({ '': { rpm: 0 } });
    expect(shares.look(named('a', 'b'), heard + RATE_WINDOW)['b']).toEqual({ '': { rpm: 1 } });
  });

  it('comes to even shares, all of it in use', () => {
    const shares = new RateShares({ '': { rpm: 100 }, big: { tpm: 9 } });
    expect(shares.look(named('a'), -2000)).toEqual({ a: {} });
    expect(shares.look(named('a'), 0)).toEqual({ a: { '': { rpm: 100 }, big: { tpm: 9 } } });
    expect(shares.look(named('a', 'b', 'c'), 1)['b']).toEqual({ '': { rpm: 0 }, big: { tpm: 0 } });
    expect(shares.look(named('a', 'b', 'c'), COUNTS + 1)).toEqual({
      a: { '': { rpm: 34 }, big: { tpm: 3 } },
      b: { '': { rpm: 33 }, big: { tpm: 3 } },
      c: { '': { rpm: 33 }, big: { tpm: 3 } },
    });
    // A worker that is gone leaves its share to the others once what it used counts no more.
    expect(shares.look(named('a', 'b'), COUNTS + 2)['a']!['']!.rpm).toBe(34);
    expect(shares.look(named('a', 'b'), 2 * COUNTS + 2)['a']!['']!.rpm).toBe(50);
  });

  it('lets each worker have its turn where there is less than one request for each', () => {
    const shares = new RateShares({ '': { rpm: 1 } });
    const had = new Set<string>();
    for (let now = 0; now < 10 * COUNTS; now += 1000) {
      for (const [worker, rates] of Object.entries(shares.look(named('a', 'b', 'c'), now))) if ((rates['']?.rpm ?? 0) > 0) had.add(worker);
    }
    expect([...had].sort()).toEqual(['a', 'b', 'c']);
  });
});
