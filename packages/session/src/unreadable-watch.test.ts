import { filtered, Run, rejected, seedSample, type Drop } from '@sdg/core';
import { expect, it } from 'vitest';
import { unreadableWatch } from './unreadable-watch.js';

function watch(drops: readonly (Drop | undefined)[]): string[] {
  const notices: string[] = [];
  const run = new Run({ observer: unreadableWatch((text) => notices.push(text)) });
  const block = run.block('judge');
  for (const drop of drops) {
    const sample = seedSample({ a: 1 });
    if (drop) block.drop(sample, drop);
    else run.observer.sampleSettled?.({ index: 0, name: 'judge', type: 'judge', stage: 1 }, sample, sample);
  }
  return notices;
}
const no = rejected('no-rating', { message: 'the reply has no "Rating: [[n]]"', reply: 'I think this question is rather good.' });
const times = (count: number, drop: Drop): Drop[] => Array.from({ length: count }, () => drop);

it('names the block and one reply once, after a dozen that could not be read', () => {
  expect(watch(times(11, no))).toEqual([]);
  expect(watch(times(40, no))).toEqual([
    'block judge: none of its first 12 replies could be read (no-rating: the reply has no "Rating: [[n]]"); one of them: "I ' +
      'think this question is rather good."; mend its prompt, or name another model',
  ]);
});

it('is silent where any reply could be read, whatever became of its sample', () => {
  expect(watch([undefined, ...times(30, no)])).toEqual([]);
  expect(watch([filtered(), ...times(30, no)])).toEqual([]);
  expect(watch([rejected('low-rating'), ...times(30, no)])).toEqual([]);
});
