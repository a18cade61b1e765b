import fc from 'fast-check';
import { from, lastValueFrom, map, toArray, type Observable, type OperatorFunction } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { filtered, rejected, type Sample, SdgError } from '@sdg/values';
import { concurrentMap } from './concurrent-map.js';
import type { Outcomes } from './expand.js';
import { Gate } from './gate.js';
import { Run } from './run.js';
import { callOf, marbles } from './test-support/marbles.js';

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

  it('fails, or rejects its sample, also where a project throws before it has promised anything', async () => {
    const throwing = (error: Error) => {
      const run = new Run();
      const rows = from([{ a: 1 }, { a: 2 }]).pipe(
        concurrentMap(run.block('b'), (sample) => {
          if (sample.a === 1) throw error;
          return Promise.resolve(sample);
        }),
        toArray(),
      );
      return { run, rows: lastValueFrom(rows) };
    };
    const ends = throwing(new Error('at once'));
    await expect(ends.rows).rejects.toThrow('at once');
    const rejects = throwing(new SdgError('sample-rejected', 'not this one'));
    expect(await rejects.rows).toEqual([{ a: 2 }]);
    for (const { run } of [ends, rejects]) {
      run.ledger.reconcile();
      expect([run.gate.resident, run.gate.working]).toEqual([0, 0]);
    }
  });

  it('asks no more for a leaf that has enough, and takes what fails there for surplus', async () => {
    const done = new AbortController();
    const pool = { seeds: () => [], accepted: () => [], done: (sample: Sample) => (sample['leaf'] === 'full' ? done.signal : undefined) };
    const run = new Run({ pool });
    const begun: unknown[] = [];
    const rows = lastValueFrom(
      from(['full', 'open', 'full', 'open'].map((leaf, i) => ({ leaf, i }))).pipe(
        concurrentMap(run.block('b'), async (sample, signal) => {
          begun.push(sample.i);
          if (sample.i === 1) done.abort();
          await turns(1);
          if (signal.aborted || sample.i === 3) throw new SdgError('teacher-refused', 'given up');
          return sample;
        }),
        toArray(),
      ),
    );
    expect(await rows).toEqual([{ leaf: 'open', i: 1 }]);
    expect(begun).toEqual([0, 1, 3]);
    expect(run.ledger.toJSON()[0]).toMatchObject({ in: 4, out: 1, filtered: 2, rejected: { 'teacher-refused': 1 } });
  });

  it('gives up the calls of a leaf that has enough and of no other, and all of them when it is left', () => {
    const done = new AbortController();
    const isFull = (sample: Sample): boolean => sample['leaf'] === 'full';
    const pool = {
      seeds: () => [],
      accepted: () => [],
      done: (sample: Sample) => (isFull(sample) ? done.signal : new AbortController().signal),
    };
    const given: AbortSignal[] = [];
    const subscription = from(['full', 'open', 'full'].map((leaf) => ({ leaf })))
      .pipe(concurrentMap(new Run({ pool }).block('b'), (_, signal) => (given.push(signal), new Promise<never>(() => undefined))))
      .subscribe();
    expect(given.map(({ aborted }) => aborted)).toEqual([false, false, false]);
    done.abort();
    expect(given.map(({ aborted }) => aborted)).toEqual([true, false, true]);
    subscription.unsubscribe();
    expect(given.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });

  it('books what was interrupted as unfinished, and says why it rejects', async () => {
    const drops: unknown[] = [];
    const run = new Run({ observer: { sampleDropped: (_block, _sample, { kind, reason, detail }) => drops.push([kind, reason, detail]) } });
    const failures = [new SdgError('interrupted', 'stopped'), new SdgError('teacher-refused', 'too long', { remedy: 'shorten it' })];
    const rows = from(failures).pipe(
      map((failure) => ({ failure: failures.indexOf(failure) })),
      concurrentMap(run.block('b'), ({ failure }) => Promise.reject(failures[failure]!)),
      toArray(),
    );
    expect(await lastValueFrom(rows)).toEqual([]);
    expect(drops).toEqual([
      ['unfinished', 'stopped', undefined],
      ['rejected', 'teacher-refused', { message: 'too long; shorten it' }],
    ]);
  });

  it('knows of no leaf that has enough where the examples of the run do not say', async () => {
    const run = new Run({ pool: { seeds: () => [], accepted: () => [] } });
    const rows = from([{ a: 1 }]).pipe(
      concurrentMap(run.block('b'), () => Promise.reject(new SdgError('teacher-refused', 'no'))),
      toArray(),
    );
    expect(await lastValueFrom(rows)).toEqual([]);
    expect(run.ledger.toJSON()[0]).toMatchObject({ rejected: { 'teacher-refused': 1 } });
  });

  it('rejects a sample by reason and keeps its siblings', async () => {
    const run = new Run();
    const result = await lastValueFrom(
      from([{ a: 1 }]).pipe(
        concurrentMap(run.block('b'), async (s) => [{ ...s, k: 1 }, rejected('no match')]),
        toArray(),
      ),
    );
    expect(result).toEqual([{ a: 1, k: 1 }]);
    expect(run.ledger.toJSON()[0]).toMatchObject({ in: 1, made: 1, out: 1, rejected: { 'no match': 1 } });
  });
});

describe('concurrentMap in time', () => {
  /** Samples by letter, in and out; `pair` becomes two. */
  const samples = Object.fromEntries([...'abcxy'].map((name) => [name, { name }]));
  /** Asks for the answer named as the sample is. */
  const asking =
    (run: Run, answers: Readonly<Record<string, Observable<Outcomes>>>): OperatorFunction<Sample, string> =>
    (source) =>
      source.pipe(
        concurrentMap(run.block('b'), ({ name }, signal) => callOf(answers[name as string]!, signal)),
        map(({ name }) => name as string),
      );

  it('asks for all at once, and keeps the early answer until its turn', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('          a-b-c|', samples);
      const a = cold('               -----a', samples);
      const b = cold('                 -b', samples);
      const c = cold('                   ------c', samples);
      const output = '               -----(ab)-(c|)';
      expectObservable(source.pipe(asking(new Run(), { a, b, c }))).toBe(output);
      expectSubscriptions(source.subscriptions).toBe('^----!');
      expectSubscriptions(a.subscriptions).toBe('     ^----!');
      expectSubscriptions(b.subscriptions).toBe('     --^!');
      expectSubscriptions(c.subscriptions).toBe('     ----^-----!');
    });
  });

  it('lets them out as they finish where order does not matter', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-b-c|', samples);
      const a = cold('     -----a', samples);
      const b = cold('       -b', samples);
      const c = cold('         ------c', samples);
      const output = '     ---b-a----(c|)';
      expectObservable(source.pipe(asking(new Run({ ordered: false }), { a, b, c }))).toBe(output);
    });
  });

  it('holds the children of a sample back until the gate has room, and lets them go together', () => {
    marbles(({ cold, expectObservable }) => {
      const gate = new Gate({ slots: 1, windowPerSlot: 1 });
      gate.beginWrite(2);
      cold('               ------w').subscribe(() => gate.written(2));
      const source = cold('a|', samples);
      const a = cold('     --a', { a: [samples['x']!, samples['y']!] });
      const output = '     ------(xy|)';
      expectObservable(source.pipe(asking(new Run({ gate }), { a }))).toBe(output);
    });
  });

  it('gives up the other calls and the source when one fails for good', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const error = new SdgError('teacher-unreachable', 'gone');
      const source = cold('ab-----c|', samples);
      const a = cold('     ---#', samples, error);
      const b = cold('      -------b', samples);
      const output = '     ---#';
      expectObservable(source.pipe(asking(new Run(), { a, b }))).toBe(output, {}, error);
      expectSubscriptions(source.subscriptions).toBe('^--!');
      expectSubscriptions(b.subscriptions).toBe('     -^-!');
    });
  });

  it('goes on when one fails by itself', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('ab|', samples);
      const a = cold('     ---#', samples, new SdgError('teacher-refused', 'no'));
      const b = cold('      -----b', samples);
      const output = '     ------(b|)';
      expectObservable(source.pipe(asking(new Run(), { a, b }))).toBe(output);
      expectSubscriptions(b.subscriptions).toBe('-^----!');
    });
  });

  it('gives up all calls and all room when it is left', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const run = new Run();
      const source = cold('ab-----c|', samples);
      const a = cold('     -------a', samples);
      const b = cold('      -b', samples);
      const until = '      ^---!';
      expectObservable(source.pipe(asking(run, { a, b })), until).toBe('----');
      expectSubscriptions(source.subscriptions).toBe('^---!');
      expectSubscriptions(a.subscriptions).toBe('     ^---!');
      expectSubscriptions(b.subscriptions).toBe('     -^!');
      flush();
      expect(run.ledger.toJSON()[0]).toMatchObject({ in: 2, out: 0, unfinished: 2 });
      expect([run.gate.resident, run.gate.working]).toEqual([0, 0]);
    });
  });

  it('ends what it has begun and begins no more when the run is drained', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const run = new Run();
      cold('               --d').subscribe(() => run.drain());
      const source = cold('a--b|', samples);
      const a = cold('     -----a', samples);
      const b = cold('        -b', samples);
      const output = '     -----(a|)';
      expectObservable(source.pipe(asking(run, { a, b }))).toBe(output);
      expectSubscriptions(b.subscriptions).toBe([]);
      flush();
      expect(run.ledger.toJSON()[0]).toMatchObject({ in: 2, out: 1, unfinished: 1 });
    });
  });
});
