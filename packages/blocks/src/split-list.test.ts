import fc from 'fast-check';
import { rejectsTo, Run, seedSample, type RejectRecord } from '@sdg/core';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { listItems, splitList } from './split-list.js';

async function split(list: string, columns: object = {}) {
  const rejects: RejectRecord[] = [];
  const run = new Run({ observer: rejectsTo((record) => rejects.push(record)) });
  const input = [seedSample({ list, ...columns })];
  const output = await lastValueFrom(from(input).pipe(splitList({ input_col: 'list', output_col: 'item', label: 'Question', max_items: 3 }, run.block('split')), toArray()));
  run.ledger.reconcile();
  return { items: output.map(({ item }) => item), output, rejects, account: run.ledger.toJSON()[0]! };
}

describe('splitList', () => {
  it.each([
    ['### Question 1: one\n### Question 2:\ntwo\nlines', ['one', 'two\nlines']],
    ['**Question 1:** one\n\n**Question 2**: two', ['one', 'two']],
    ['Question 1. one\nquestion 2) two', ['one', 'two']],
    ['- Question #1: one\n---\n- Question #2: two', ['one', 'two']],
    ['### Question 1\none', ['one']],
    ['### Question 1 - one\n### Question 2 – two', ['one', 'two']],
    ['### Question 1:\none\nQuestion 3-5 of the list', ['one\nQuestion 3-5 of the list']],
    ['### Question 1: Is the question 2 harder than Question 3: the last?', ['Is the question 2 harder than Question 3: the last?']],
  ])('%j', async (list, items) => {
    expect((await split(list)).items).toEqual(items);
  });

  it('fault: text before the first mark becomes a question; here it is not an item', async () => {
    const { items } = await split('Sure! Here are two questions for you.\n\n### Question 1: one\n### Question 2: two');
    expect(items).toEqual(['one', 'two']);
  });

  it('rejects a list without marks and an empty item, with the text, and filters what is too much', async () => {
    const none = await split('1. one\n2. two');
    expect(none.items).toEqual([]);
    expect(none.rejects).toMatchObject([{ reason: 'no-items', reply: '1. one\n2. two' }]);
    const some = await split('Question 1: a\nQuestion 2:\nQuestion 3: c\nQuestion 4: d');
    expect(some.items).toEqual(['a', 'c']);
    expect(some.account).toMatchObject({ in: 1, made: 3, out: 2, filtered: 1, rejected: { 'empty-item': 1 } });
    expect((await split('Question 1: a\nQuestion 2: b', { num_samples: 1 })).items).toEqual(['a']);
  });

  it('removes the list and numbers the items in the lineage', async () => {
    const { output } = await split('### Question 1: one\n### Question 2: two', { topic: 'x' });
    expect(output.map(({ list, topic, _sdg }) => [list, topic, _sdg?.path])).toEqual([[undefined, 'x', ['split.0']], [undefined, 'x', ['split.1']]]);
  });

  it('finds every item again that was written with a mark', () => {
    const item = fc.string({ minLength: 1 }).map((text) => `x${text.replace(/[\r\n\u2028\u2029]/g, ' ')}x`);
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), (items) => {
        const text = items.map((each, i) => `### Task ${i + 1}: ${each}`).join('\n\n');
        expect(listItems(text, 'Task')).toEqual(items);
      }),
    );
  });
});
