import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetShares, limitsOf } from './budget-shares.js';
import type { WorkerRecord } from './living-workers.js';

const worker = (id: string, tokens: number, more: Partial<WorkerRecord> = {}): WorkerRecord => ({
  ...{ id, host: 'h', pid: 1, calls: 0, cachedCalls: 0, faults: 0, slots: 8, inFlight: 0, queued: 0, units: 0, runs: ['run'], refuses: {} },
  spent: { run: { tokens, cost: 0 } },
  ...more,
});

describe('BudgetShares', () => {
  it('never grants more than the whole, whoever comes, dies and spends', () => {
    const turn = fc.record({ ids: fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 }), greed: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.array(turn, { maxLength: 60 }), (tokens, turns) => {
        const spent = new Map<string, number>();
        let grants: Readonly<Record<string, { tokens: number | null; cost: number | null }>> = {};
        const shares = new BudgetShares({ tokens, cost: Infinity }, (sent) => (grants = sent));
        for (const { ids, greed } of turns) {
          shares.look(
            ids.map((id) => worker(id, spent.get(id) ?? 0)),
            'run',
          );
          const all = Object.values(grants).reduce((sum, grant) => sum + grant.tokens!, 0);
          expect(all).toBeLessThanOrEqual(tokens * (1 + 1e-9));
          for (const id of ids) spent.set(id, (spent.get(id) ?? 0) + (grants[id]!.tokens! - (spent.get(id) ?? 0)) * greed);
          expect(Object.values(grants).every(({ cost }) => cost === null)).toBe(true);
        }
      }),
    );
  });

  it('lets one worker that spends all it gets come to nearly the whole', () => {
    let granted = 0;
    const shares = new BudgetShares({ tokens: 1000, cost: Infinity }, (sent) => (granted = sent['a']!.tokens!));
    for (let i = 0; i < 30; i++) expect(shares.look([worker('a', granted, { inFlight: 1 })], 'run')).toBeUndefined();
    expect(granted).toBeGreaterThan(999);
  });

  it('gathers what is left for one after another, and never lets more be spent than there is', () => {
    const turn = fc.record({ alive: fc.subarray(['a', 'b', 'c'], { minLength: 1 }), deaf: fc.subarray(['a', 'b', 'c']) });
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 100_000 }),
        fc.integer({ min: 1, max: 60_000 }),
        fc.array(turn, { maxLength: 80 }),
        (tokens, call, turns) => {
          let now = 0;
          let sent: Readonly<Record<string, { tokens: number | null; cost: number | null }>> = {};
          const shares = new BudgetShares(
            { tokens, cost: Infinity },
            (grants) => (sent = grants),
            () => now,
          );
          const at = new Map(['a', 'b', 'c'].map((id) => [id, { spent: 0, granted: 0, inFlight: 0 }]));
          for (const { alive, deaf } of turns) {
            now += 6000;
            const records = alive.map((id) => {
              const { spent, granted, inFlight } = at.get(id)!;
              return worker(id, spent, { units: 1, inFlight, granted: { run: { tokens: granted, cost: null } } });
            });
            shares.look(records, 'run');
            for (const [id, one] of at) {
              // A call in flight ends, and one begins where there is room for it, before or after the grant is heard.
              one.spent += one.inFlight * call;
              one.inFlight = 0;
              const begin = (): number => (one.inFlight = one.spent + call <= one.granted ? 1 : 0);
              if (deaf.includes(id)) begin();
              one.granted = sent[id]?.tokens ?? one.granted;
              if (one.inFlight === 0 && !deaf.includes(id)) begin();
            }
            const most = [...at.values()].reduce((sum, { spent, inFlight }) => sum + spent + inFlight * call, 0);
            expect(most).toBeLessThanOrEqual(tokens * (1 + 1e-9));
          }
        },
      ),
    );
  });

  it.each([
    { ids: ['a'], call: 19_000 },
    { ids: ['a', 'b', 'c'], call: 5000 },
  ])('gives one what is too little for each of $ids, or for what it has', ({ ids, call }) => {
    let now = 0;
    let sent: Readonly<Record<string, { tokens: number | null; cost: number | null }>> = {};
    const shares = new BudgetShares(
      { tokens: 60_000, cost: Infinity },
      (grants) => (sent = grants),
      () => now,
    );
    const at = new Map(ids.map((id) => [id, { spent: 0, inFlight: 0 }]));
    for (let i = 0; i < 200; i++) {
      now += 1000;
      const records = [...at].map(([id, { spent, inFlight }]) =>
        worker(id, spent, { units: 1, inFlight, granted: { run: sent[id] ?? { tokens: 0, cost: null } } }),
      );
      if (shares.look(records, 'run')) break;
      for (const [id, one] of at) {
        one.spent += one.inFlight * call;
        one.inFlight = one.spent + call <= sent[id]!.tokens! ? 1 : 0;
      }
    }
    const spent = [...at.values()].reduce((sum, one) => sum + one.spent, 0);
    expect(spent).toBeGreaterThan(60_000 - call - 100);
    expect(spent).toBeLessThanOrEqual(60_000);
  });

  it('ends the run when nobody has had a call in flight for ten seconds and units wait', () => {
    let now = 0;
    const shares = new BudgetShares(
      { tokens: 1000, cost: Infinity },
      () => undefined,
      () => now,
    );
    const look = (spent: number, more: Partial<WorkerRecord>) => shares.look([worker('a', spent, more)], 'run');
    for (let i = 0; i < 20; i++) look(900, { inFlight: 1, units: 3 });
    expect(look(900, { units: 3 })).toBeUndefined();
    now += 9000;
    expect(look(900, { inFlight: 1, units: 3 })).toBeUndefined();
    now += 9000;
    expect(look(900, { units: 3 })).toBeUndefined();
    now += 10_001;
    // It has a try at all that is left.
    expect(look(900, { units: 3 })).toBeUndefined();
    now += 5001;
    expect(look(950, { units: 3 })).toMatchObject({
      code: 'budget',
      message: expect.stringMatching(/^the budget of tokens is used up over all workers: 950 of 1000 spent; raise --max-cost/) as string,
    });
  });

  it('wants a price for a limit of money', () => {
    expect(limitsOf({})).toBeUndefined();
    expect(limitsOf({ maxTokensTotal: 5 })).toEqual({ tokens: 5, cost: Infinity });
    expect(() => limitsOf({ maxCost: 5 })).toThrow('a limit of money needs a price; pass --price IN,OUT');
    expect(limitsOf({ maxCost: 5, price: ['1,2'] })).toEqual({ tokens: Infinity, cost: 5 });
  });
});
