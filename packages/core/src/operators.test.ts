import fc from 'fast-check';
import { EMPTY, NEVER, Subject, from, lastValueFrom, map, take, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { deduplicated, Drop, filtered, rejected, type Sample, seedSample } from '@sdg/values';
import { barrier } from './barrier.js';
import { inEnvelope } from './envelope.js';
import { expand } from './expand.js';
import { Run } from './run.js';
import { Gate } from './gate.js';
import { rejectsTo, type RejectRecord } from './observer.js';
import { marbles } from './test-support/marbles.js';

describe('expand', () => {
  it('books every sample', async () => {
    const records: RejectRecord[] = [];
    const run = new Run({ observer: rejectsTo((record) => records.push(record)) });
    const outcomes = [filtered(), deduplicated(), rejected('bad', { message: 'because', reply: 'raw' }), { a: 1 }, [{ a: 2 }, { a: 3 }]];
    const out = await lastValueFrom(
      from(outcomes.map((_, i) => ({ i }))).pipe(
        expand(
          run.block('b'),
          () =>
            ({ i }) =>
              outcomes[i]!,
        ),
        toArray(),
      ),
    );
    expect(out).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
    expect(run.ledger.toJSON()[0]).toMatchObject({ in: 5, made: 1, out: 3, filtered: 1, deduplicated: 1, rejected: { bad: 1 } });
    expect(records).toMatchObject([{ block: 'b', reason: 'bad', message: 'because', reply: 'raw', sample: { i: 2 } }]);
    run.ledger.reconcile();
  });

  it('keeps state in the subscription', async () => {
    const operator = expand(new Run().block('b'), () => {
      let seen = 0;
      return () => ({ seen: seen++ });
    });
    for (let i = 0; i < 2; i++) {
      expect(await lastValueFrom(from([{}, {}]).pipe(operator, toArray()))).toEqual([{ seen: 0 }, { seen: 1 }]);
    }
  });

  it('refuses a block that makes a sample vanish', async () => {
    const lost = from([{}]).pipe(expand(new Run().block('b'), () => () => []));
    await expect(lastValueFrom(lost)).rejects.toThrow(
      expect.objectContaining({
        what: expect.stringContaining('block b returned no outcome') as string,
        remedy: expect.stringContaining('return filtered()') as string,
      }),
    );
  });

  it.each([
    [
      'the block throws',
      () => {
        throw new Error('x');
      },
      {},
      1,
    ],
    ['it gives nothing', () => [], {}, 1],
    [
      'an observer throws at the first of three',
      () => [{}, {}, {}],
      {
        sampleSettled: () => {
          throw new Error('x');
        },
      },
      2,
    ],
    [
      'an observer throws at a drop',
      () => [filtered(), {}],
      {
        sampleDropped: () => {
          throw new Error('x');
        },
      },
      1,
    ],
  ])('leaves what is not booked yet unfinished where %s', async (_, project, observer, unfinished) => {
    const run = new Run({ observer });
    await expect(lastValueFrom(from([{}]).pipe(expand(run.block('b'), () => project)))).rejects.toThrow();
    run.ledger.reconcile();
    expect(run.ledger.blocks[0]!.unfinished).toBe(unfinished);
  });

  it('is empty for empty, silent for never, and fails with its source', async () => {
    const operator = expand(new Run().block('b'), () => (sample) => sample);
    expect(await lastValueFrom(EMPTY.pipe(operator, toArray()))).toEqual([]);
    let heard = 0;
    NEVER.pipe(operator)
      .subscribe(() => heard++)
      .unsubscribe();
    expect(heard).toBe(0);
    await expect(lastValueFrom(throwError(() => new Error('x')).pipe(operator))).rejects.toThrow('x');
  });
});

describe('rejectsTo', () => {
  it('takes what was rejected, and what was dropped for another that is named', async () => {
    const records: RejectRecord[] = [];
    const outcomes = [
      rejected('bad'),
      deduplicated('near', { message: 'says the same as 7' }),
      deduplicated(),
      filtered(),
      // Filters have no detail of their own; one of a plug-in may.
      new Drop('filtered', 'short', { message: 'of 3 words' }),
    ];
    const block = new Run({ observer: rejectsTo((record) => records.push(record)) }).block('b');
    await lastValueFrom(
      from(outcomes.map((_, i) => ({ i }))).pipe(
        expand(
          block,
          () =>
            ({ i }) =>
              outcomes[i]!,
        ),
        toArray(),
      ),
    );
    expect(records.map(({ kind, reason, message }) => [kind, reason, message])).toEqual([
      ['rejected', 'bad', undefined],
      ['deduplicated', 'near', 'says the same as 7'],
    ]);
  });
});

describe('Ledger', () => {
  it('counts tokens by model, of calls that were paid for', () => {
    const { ledger } = new Run().block('b');
    const usage = { promptTokens: 10, completionTokens: 2 };
    ledger.reply({ choices: [], model: 'big', usage });
    ledger.reply({ choices: [], model: 'big', usage: { ...usage, estimated: true } });
    ledger.reply({ choices: [], model: 'big', usage, cached: true });
    expect(ledger.toJSON()).toMatchObject({
      calls: 3,
      cachedCalls: 1,
      promptTokens: 30,
      tokensEstimated: true,
      models: { big: { calls: 2, promptTokens: 20, completionTokens: 4 } },
    });
  });

  it('says which block lost or doubled samples', () => {
    const run = new Run();
    const { ledger } = run.block('leaky');
    ledger.in = 3;
    ledger.out = 1;
    expect(() => run.ledger.reconcile()).toThrow('the ledger does not balance: leaky (2 lost)');
    ledger.out = 4;
    expect(() => run.ledger.reconcile()).toThrow('leaky (1 too many)');
  });
});

const pass = () => ({ judge: (sample: Sample) => sample });

describe('barrier', () => {
  it('sees the whole stream, then lets it go in order through a window smaller than itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer(), { maxLength: 50 }), async (values) => {
        const run = new Run({ gate: new Gate({ slots: 1, windowPerSlot: 1 }) });
        const out = await lastValueFrom(
          from(values.map((v) => ({ v }))).pipe(
            barrier(run.block('b'), () => {
              let count = 0;
              return { see: () => count++, judge: (sample: { readonly v: number }) => ({ ...sample, of: count }) };
            }),
            toArray(),
          ),
        );
        expect(out).toEqual(values.map((v) => ({ v, of: values.length })));
        run.ledger.reconcile();
      }),
    );
  });

  it.each(['see', 'ready', 'judge'])('fails where %s does, and books what it held', async (member) => {
    const run = new Run();
    const broken = from([{ a: 1 }]).pipe(
      barrier(run.block('b'), () => ({
        judge: (sample) => sample,
        [member]() {
          throw new Error('no mode');
        },
      })),
    );
    await expect(lastValueFrom(broken)).rejects.toThrow('no mode');
    run.ledger.reconcile();
  });

  it('fails like other operators where a sample would vanish, though the gate lets it go', async () => {
    const run = new Run();
    await expect(lastValueFrom(from([{ a: 1 }]).pipe(barrier(run.block('b'), () => ({ judge: () => [] }))))).rejects.toThrow(
      'block b returned no outcome',
    );
  });

  it('keeps samples on disk, in their envelopes', async () => {
    const samples = Array.from({ length: 40 }, (_, seed) => inEnvelope(seedSample({ text: 'x'.repeat(200_000) }), { seed }));
    const out = await lastValueFrom(from(samples).pipe(barrier(new Run().block('b'), pass), toArray()));
    expect(out).toEqual(samples);
  });

  it('books what it held when the consumer leaves', () => {
    const run = new Run();
    const source = new Subject<{ a: number }>();
    const subscription = source.pipe(barrier(run.block('b'), pass)).subscribe();
    source.next({ a: 1 });
    subscription.unsubscribe();
    expect(run.ledger.toJSON()[0]).toMatchObject({ in: 1, unfinished: 1 });
    run.ledger.reconcile();
  });
});

// The reader (fromGated) awaits its iterable, and so does what feeds it in a run for a number of outputs: promises settle
// in microtasks, which the test scheduler's frames do not wait for. Their tests count turns of the event loop instead.
describe('in time', () => {
  const samples = Object.fromEntries([...'abxy'].map((name) => [name, { name }]));
  const name = map((sample: object) => (sample as { readonly name?: unknown }).name);

  it('expand puts a sample out in the moment in which it comes, and takes no more when it is left', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const fanOut = expand(new Run().block('b'), () => (sample) => (sample['name'] === 'a' ? [samples['x']!, samples['y']!] : filtered()));
      const source = cold('-a-----b|', samples);
      const output = '     -(xy)---|';
      expectObservable(source.pipe(fanOut, name)).toBe(output);
      expectSubscriptions(source.subscriptions).toBe(['^-------!', '^!']);
      expectObservable(source.pipe(fanOut, name, take(1))).toBe('-(x|)');
    });
  });

  it('barrier waits for the end of its input, then for room', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const gate = new Gate({ slots: 1, windowPerSlot: 1 });
      gate.beginWrite(2);
      cold('                --w----w').subscribe(() => gate.written(1));
      const source = cold(' a-b-|', samples);
      const output = '      -------(ab|)';
      expectObservable(source.pipe(barrier(new Run({ gate }).block('b'), pass), name)).toBe(output);
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('barrier says what waits in it for the end of the input, and is silent once that has come', () => {
    const run = new Run();
    const source = new Subject<Sample>();
    const subscription = source.pipe(barrier(run.block('b'), pass)).subscribe();
    expect(run.gate.waiting()).toEqual([]);
    source.next({ a: 1 });
    source.next({ a: 2 });
    expect(run.gate.waiting()).toEqual([{ count: 2, for: 'end', before: 'b' }]);
    source.complete();
    expect(run.gate.waiting()).toEqual([]);
    subscription.unsubscribe();
  });

  it('barrier lets go of its source when it is left, and fails when that does', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const operator = barrier(new Run().block('b'), pass);
      const source = cold('a-b-#', samples);
      expectObservable(source.pipe(operator)).toBe('----#');
      expectObservable(source.pipe(operator), '^-!').toBe('--');
      expectSubscriptions(source.subscriptions).toBe(['^---!', '^-!']);
    });
  });
});
