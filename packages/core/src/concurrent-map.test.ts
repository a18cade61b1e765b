import fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { concurrentMap } from './concurrent-map.js';
import { SdgError } from './errors.js';
import { Gate } from './gate.js';
import { filtered, rejected } from './outcome.js';
import { Run } from './run.js';

/** What the plan of one sample says: how many turns of the event loop it takes and what becomes of it. */
const plan = fc.record({ turns: fc.nat(6), children: fc.nat(4), fails: fc.boolean() });

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('concurrentMap', () => {
  it('agrees with a plain array model, whatever the delays, fan-outs, drops and failures', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { maxLength: 40 }), fc.boolean(), fc.integer({ min: 1, max: 4 }), async (plans, ordered, slots) => {
        const run = new Run({ ordered, gate: new Gate({ slots, windowPerSlot: 2 }) });
        const context = run.block('b');
        const source = plans.map((p, i) => ({ ...p, i }));
        const result = await lastValueFrom(
          from(source).pipe(
            concurrentMap(context, async ({ turns: count, children, fails, i }) => {
              await turns(count as number);
              if (fails) throw new SdgError('teacher-refused', 'no');
              if (children === 0) return filtered();
              return Array.from({ length: children as number }, (_, child) => ({ i, child }));
            }),
            toArray(),
          ),
        );
        const model = source.flatMap(({ i, children, fails }) =>
          fails ? [] : Array.from({ length: children }, (_, child) => ({ i, child })),
        );
        if (ordered) expect(result).toEqual(model);
        else expect(result.map((x) => JSON.stringify(x)).sort()).toEqual(model.map((x) => JSON.stringify(x)).sort());
        run.ledger.reconcile();
        expect(context.ledger.toJSON()).toMatchObject({
          in: plans.length,
          out: model.length,
          filtered: plans.filter((p) => !p.fails && p.children === 0).length,
        });
        expect([run.gate.resident, run.gate.working]).toEqual([0, 0]);
      }),
      { numRuns: 150 },
    );
  });

  it('rejects a sample by reason and keeps its siblings', async () => {
    const run = new Run();
    const result = await lastValueFrom(
      from([{ a: 1 }]).pipe(concurrentMap(run.block('b'), async (s) => [{ ...s, k: 1 }, rejected('no match')]), toArray()),
    );
    expect(result).toEqual([{ a: 1, k: 1 }]);
    expect(run.ledger.toJSON()[0]).toMatchObject({ in: 1, made: 1, out: 1, rejected: { 'no match': 1 } });
  });
});
