import { defineBlock, detached, Gate, Run, seedSample, type BlockSpec, type Embedder, type Sample } from '@sdg/core';
import { loadExample, scriptedTeacher } from '@sdg/testing';
import { Type } from '@sinclair/typebox';
import { concatMap, delay, map, materialize, of, timestamp } from 'rxjs';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { catalog } from './catalog.js';
import { iter } from './iter.js';

const marbles = (test: (helpers: RunHelpers) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

// A block that asks the teacher is a concurrent map, whose tests in the core answer calls in virtual time. Here its calls
// hang: what it does with an answer takes microtasks, which the frames of the test scheduler do not wait for.
describe.each([...catalog.values()].map((spec) => [spec.type, spec] as const))('%s in time', (_type, spec) => {
  const [example] = spec.examples;
  const load = async () => {
    const config = await loadExample(spec, example!, catalog);
    const signals: (AbortSignal | undefined)[] = [];
    const hang = (signal: AbortSignal | undefined): Promise<never> => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const teacher = scriptedTeacher((_request, _index, { signal }) => hang(signal));
    const embedder: Embedder = { id: 'hangs', name: 'hangs', embed: (_texts, { signal } = {}) => hang(signal) };
    const run = new Run({ teacher, embedder, gate: new Gate() });
    const operator = spec.create(config, run.block(spec.type));
    const asks = spec.needsEmbedder === true || spec.cost(config, run.settings).calls > 0;
    return { run, operator, signals, asks, isBarrier: spec.isBarrier?.(config) ?? spec.barrier };
  };
  const samples = Object.fromEntries(example!.input.map((columns, i) => [String.fromCharCode(97 + i), seedSample(columns)]));
  const diagram = Object.keys(samples)
    .map((name) => `${name}---------`)
    .join('');

  it('puts out in the moment of the input, or of its end, and completes with it', async () => {
    const { operator, asks, isBarrier } = await load();
    if (asks) return;
    marbles(({ cold, flush, expectSubscriptions }) => {
      const source = cold(`${diagram}|`, samples);
      const frames: number[] = [];
      source.pipe(operator, materialize(), timestamp()).subscribe(({ timestamp: frame }) => frames.push(frame));
      expectSubscriptions(source.subscriptions).toBe(`^${'-'.repeat(diagram.length - 1)}!`);
      flush();
      expect(frames.pop()).toBe(diagram.length);
      const awaited = isBarrier ? [diagram.length] : Object.keys(samples).map((_, i) => 10 * i);
      expect(frames.filter((frame) => !awaited.includes(frame))).toEqual([]);
    });
  });

  it('lets go of its source, its calls and all room in the moment in which it is left', async () => {
    const { run, operator, signals, asks } = await load();
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const source = cold(`-----${diagram}|`, samples);
      expectObservable(
        source.pipe(
          operator,
          map(() => 'x'),
        ),
        '^--!',
      ).toBe('---');
      expectSubscriptions(source.subscriptions).toBe('^--!');
      const late = cold(`${Object.keys(samples)[0]}----------|`, samples);
      if (asks) expectObservable(late.pipe(operator), '^--!').toBe('---');
      flush();
      if (asks) {
        expect(signals.length).toBeGreaterThan(0);
        expect(signals.every((signal) => signal?.aborted)).toBe(true);
        expectSubscriptions(late.subscriptions).toBe('^--!');
      }
    });
    expect([run.gate.resident, run.gate.working]).toEqual([0, 0]);
    run.ledger.reconcile();
  });
});

describe('iter in time', () => {
  /** Takes three frames for a sample, one after another. */
  const slow = defineBlock({
    type: 'Slow',
    summary: 'Takes its time.',
    config: Type.Object({}),
    columns: () => ({ reads: [], adds: [], removes: [] }),
    examples: [],
    create: () => concatMap((sample: Sample) => of(sample).pipe(delay(3))),
  }) as BlockSpec;
  const seeds = { a: seedSample({ name: 'a' }), b: seedSample({ name: 'b' }) };
  const twice = iter<Sample, unknown>({ num_iters: 2, spec: slow, config: {} }, detached('iter'));
  const name = map((sample: Sample) => sample['name']);

  it('sends every copy in at once, and lets what comes of it out in order', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a--------b|', seeds);
      const output = '     ---a--a-----b--(b|)';
      expectObservable(source.pipe(twice, name)).toBe(output);
      expectSubscriptions(source.subscriptions).toBe('^---------!');
    });
  });

  it('makes no further copy of a sample, and takes no further one, once it is left', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-b--|', seeds);
      expectObservable(source.pipe(twice, name), '^---!').toBe('---a-');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });
});
