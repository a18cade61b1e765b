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
