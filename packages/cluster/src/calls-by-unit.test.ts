import type { CallRecord, Reply, TeacherRequest } from '@sdg/core';
import { expect, it } from 'vitest';
import { CallsByUnit, type Telling } from './calls-by-unit.js';

const block = { index: 0, name: 'ask', type: 'LLMBlock', stage: 1 };
const request = (sampleId: string): TeacherRequest => ({ sampleId, prompt: `of ${sampleId}`, parameters: {} }) as TeacherRequest;
const reply: Reply = {
  model: 'm',
  choices: [{ text: 'told', finishReason: 'stop' }],
  usage: { promptTokens: 1, completionTokens: 1 },
} as Reply;
const tried = (sample: string): CallRecord => ({ block: 'ask', sample, outcome: 'ok' }) as CallRecord;

/** Two units under way at once: each asks, the teacher tells of tries, each ends. */
function both(telling: Telling) {
  const calls = new CallsByUnit();
  const [a, b] = [calls.open(telling), calls.open(telling)];
  a.observer.callBegan!(block, 1, request('a'));
  b.observer.callBegan!(block, 1, request('b/again.1'));
  for (const sample of ['b', 'a', 'a', 'of nobody']) calls.observer.tryEnded!(tried(sample));
  a.observer.callEnded!(block, 1, request('a'), reply);
  b.observer.callEnded!(block, 1, request('b/again.1'), { code: 'teacher-refused', message: 'no' });
  const ends = [a.end(), b.end()];
  calls.observer.tryEnded!(tried('a'));
  return ends;
}

it('gives each unit its own calls and tries, though several ask at once', () => {
  const [a, b] = both('all');
  expect(a!.tries).toEqual([tried('a'), tried('a')]);
  expect(b!.tries).toEqual([tried('b')]);
  expect(a!.exchanges).toEqual([{ sample: 'a', block: 'ask', prompt: 'of a', model: 'm', replies: [{ text: 'told', end: 'stop' }] }]);
  expect(b!.exchanges).toEqual([{ sample: 'b', block: 'ask', prompt: 'of b/again.1', failure: 'no' }]);
});

it('counts what it is not to tell', () => {
  expect(both('tries').map(({ exchanges }) => exchanges)).toEqual([1, 1]);
});
