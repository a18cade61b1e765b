import { Run, seedSample, type Sample } from '@sdg/core';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { rougeDuplicates, type RougeDuplicatesConfig } from './rouge-duplicates.js';

async function kept(
  questions: readonly string[],
  config: Partial<RougeDuplicatesConfig> = {},
  seeds: readonly string[] = [],
  leaf?: (i: number) => string,
) {
  const pool = { seeds: () => seeds.map((seed_question) => seedSample({ seed_question })), accepted: (): Sample[] => [] };
  const run = new Run({ pool });
  const input = questions.map((question, i) => seedSample({ question, ...(leaf && { leaf_node_path: leaf(i) }) }));
  const output = await lastValueFrom(
    from(input).pipe(rougeDuplicates({ columns: ['question'], ...config }, run.block('dedupe')), toArray()),
  );
  run.ledger.reconcile();
  expect(run.ledger.toJSON()[0]).toMatchObject({
    in: questions.length,
    out: output.length,
    deduplicated: questions.length - output.length,
  });
  return output.map(({ question }) => question);
}

describe('rougeDuplicates', () => {
  // ROUGE-L of the two is 2·3/(4+4) = 0.75, as in the article that defines it.
  const pair = ['police killed the gunman', 'police kill the gunman'];

  it('counts as a repeat what reaches the threshold', async () => {
    expect(await kept(pair, { threshold: 0.75 })).toEqual([pair[0]]);
    expect(await kept(pair, { threshold: 0.76 })).toEqual(pair);
  });

  it('fault: exact duplicates all survive; here the first one does, whatever the threshold and the script', async () => {
    expect(await kept(['Why?', 'Why?', '😀', '😀', ' Why? '], { threshold: 1 })).toEqual(['Why?', '😀']);
  });

  it('compares with all seed examples of the pool', async () => {
    expect(await kept(['Should cars be banned?', 'Who invented the kite?'], {}, ['Is tea better?', 'Should cars be banned?'])).toEqual([
      'Who invented the kite?',
    ]);
  });

  it('keeps leaves apart', async () => {
    expect(await kept(pair, {}, [], (i) => `leaf ${i}`)).toEqual(pair);
  });

  it('asks for likeness in all columns: the same question on another text, another question on the same text', async () => {
    const text = 'the bridge was closed on Monday because the river had risen by two metres';
    const rows = [
      ['Mend this.', text],
      ['Mend this.', 'quite another text, no word alike'],
      ['Put it into the future tense, please.', text],
      ['Mend this, please.', `${text} again`],
    ].map(([question, context]) => seedSample({ question, context }));
    const output = await lastValueFrom(from(rows).pipe(rougeDuplicates({ columns: ['context', 'question'] }), toArray()));
    expect(output).toEqual(rows.slice(0, 3));
  });
});
