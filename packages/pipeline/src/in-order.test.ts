import { expand, filtered, Gate, Run, seedSample, type Sample } from '@sdg/core';
import { delay, map, mergeMap, of, type OperatorFunction } from 'rxjs';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { InOrder } from './in-order.js';

const marbles = (test: (helpers: RunHelpers) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

/** A segment in which each sample waits as long as it says, becomes what it says, and its children wait in their turn. */
function segment(run: Run): OperatorFunction<Sample, string> {
  const order = new InOrder(run.gate, { by: 'turn' });
  const wait = mergeMap((sample: Sample) => of(sample).pipe(delay(sample['wait'] as number)));
  const become = expand<Sample, Sample>(order.follow(run.block('b')), () => (sample) => {
    const children = sample['children'] as Sample[] | undefined;
    return children === undefined ? sample : children.length === 0 ? filtered() : children;
  });
  return (source) =>
    source.pipe(
      order.around((inner) => inner.pipe(wait, become, wait)),
      map(({ name }) => name as string),
    );
}
const sample = (name: string, wait: number, children?: readonly Sample[]): Sample => seedSample({ name, wait, children });

describe('InOrder', () => {
  it('lets samples overtake each other inside, and holds early ones until the ones before are out', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      // Each waits twice.
      const source = cold('a-b-c|', { a: sample('a', 3), b: sample('b', 1), c: sample('c', 4) });
      const output = '     ------(ab)--(c|)';
      expectObservable(source.pipe(segment(new Run()))).toBe(output);
      expectSubscriptions(source.subscriptions).toBe('^----!');
    });
  });

  it('waits for the whole family of a sample, and for no one who was dropped', () => {
    marbles(({ cold, expectObservable }) => {
      const a = sample('a', 1, [sample('x', 6), sample('y', 1), sample('z', 3)]);
      const source = cold('ab-c|', { a, b: sample('b', 1, []), c: sample('c', 1) });
      const output = '     -------(xyzc|)';
      expectObservable(source.pipe(segment(new Run()))).toBe(output);
    });
    marbles(({ cold, expectObservable }) => {
      const source = cold('ab---|', { a: sample('a', 4, []), b: sample('b', 1) });
      const output = '     ----b|';
      expectObservable(source.pipe(segment(new Run()))).toBe(output);
    });
  });

  it('fails at once, and lets go of its source and of all room when it is left', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const gate = new Gate();
      const samples = { a: sample('a', 9), b: sample('b', 1) };
      const failing = cold('ab-#', samples);
      expectObservable(failing.pipe(segment(new Run({ gate })))).toBe('---#');
      expectSubscriptions(failing.subscriptions).toBe('^--!');
      const source = cold('ab-------|', samples);
      expectObservable(source.pipe(segment(new Run({ gate }))), '^----!').toBe('-----');
      expectSubscriptions(source.subscriptions).toBe('^----!');
      flush();
      expect(gate.resident).toBe(0);
    });
  });

  it('passes on at once what has lost its envelope inside: it has no turn to wait for', () => {
    marbles(({ cold, expectObservable }) => {
      const order = new InOrder(new Gate(), { by: 'turn' });
      const forget = order.around((source) => source.pipe(map(({ name }) => ({ name }))));
      expectObservable(cold('ab|', { a: sample('a', 1), b: sample('b', 1) }).pipe(forget)).toBe('ab|', {
        a: { name: 'a' },
        b: { name: 'b' },
      });
    });
  });
});
