import { jsonLines } from '@sdg/testing/json-lines';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Embedder } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { parseFormats } from '../formats/load-formats.js';
import type { DatasetSpec, Recipe } from '../recipe/recipe.js';
import { meaningOf } from '../treat/row-mark.js';
import type { Repeat } from './meanings.js';
import { mix } from './mix.js';

const { formats } = parseFormats(readFileSync(new URL('../../../../recipes/formats.yaml', import.meta.url), 'utf8'), 'formats.yaml');

/** What texts mean here: how often each of four subjects stands in them; nothing for all else. */
const subjects = ['river', 'bread', 'moon', 'yes'];
const embedder: Embedder = {
  name: 'subjects',
  async embed(texts) {
    const vectors = texts.map((text) => {
      const counts = subjects.map((subject) => text.split(subject).length - 1);
      const length = Math.hypot(...counts) || 1;
      return Float32Array.from(counts, (count) => count / length);
    });
    return { vectors, model: 'subjects' };
  },
};
const row = (question: string, answer: string, more: object = {}) => ({
  messages: [
    { role: 'user', content: question },
    { role: 'assistant', content: answer },
  ],
  ...more,
});

async function mixed(recipe: Omit<Recipe, 'datasets'>, sets: Readonly<Record<string, readonly object[]>>, more: Partial<DatasetSpec> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sdg-meanings-'));
  const datasets = Object.entries(sets).map(([name, rows]): DatasetSpec => {
    const path = join(folder, `${name}.jsonl`);
    writeFileSync(path, rows.map((one) => `${JSON.stringify(one)}\n`).join(''));
    return { name, path, size: { kind: 'ratio', value: 1 }, ...more };
  });
  const repeats: Repeat[] = [];
  const notes: string[] = [];
  const options = {
    formats,
    embedder,
    onRepeat: (repeat: Repeat) => repeats.push(repeat),
    note: (text: string) => notes.push(text),
    threads: 1,
  };
  const pieces = mix({ ...recipe, datasets }, options);
  let text = '';
  let step = await pieces.next();
  for (; !step.done; step = await pieces.next()) text += step.value.toString();
  const rows = jsonLines<{ messages: { role: string; content: string }[] }>(text);
  const asked = rows.map(({ messages }) => messages.find(({ role }) => role === 'user')!.content);
  return { asked, repeats, notes, summary: step.value };
}

const river = row('river river a', 'river');
const sameRiver = row('river b', 'river river');
const bread = row('bread c', 'bread');
const semantic = { dedupe: { mode: 'semantic' } } as const;

describe('a mix without rows that mean the same', () => {
  it('keeps the first over all datasets, and says what the others repeat', async () => {
    const { asked, repeats, summary } = await mixed(semantic, { a: [river, bread], b: [sameRiver, bread] });
    expect(asked).toEqual(['river river a', 'bread c']);
    expect(repeats).toMatchObject([{ dataset: 'b', said: 'river b', text: 'river river a', similarity: expect.closeTo(1, 5) }]);
    expect(summary.datasets.map(({ duplicates }) => duplicates)).toEqual([0, 2]);
  });

  it('compares within a dataset where it is told to', async () => {
    const { asked } = await mixed({ dedupe: { mode: 'semantic', scope: 'dataset' } }, { a: [river], b: [sameRiver, river] });
    expect(asked).toEqual(['river river a', 'river b']);
  });

  it('keeps what asks the same and answers otherwise, and what answers the same about something else', async () => {
    const rows = [row('river', 'yes'), row('river', 'moon'), row('bread', 'yes')];
    expect((await mixed(semantic, { a: rows })).asked).toEqual(['river', 'river', 'bread']);
  });

  it('keeps the better one, wherever it stands, in the order of the datasets', async () => {
    const recipe = { dedupe: { mode: 'semantic', scoreColumn: 'score' } } as const;
    const { asked, summary } = await mixed(recipe, {
      a: [
        { ...river, score: 1 },
        { ...bread, score: 2 },
      ],
      b: [{ ...sameRiver, score: 3 }, row('moon', 'moon')],
    });
    expect(asked).toEqual(['bread c', 'river b', 'moon']);
    expect(summary.datasets.map(({ duplicates }) => duplicates)).toEqual([1, 0]);
  });

  it('keeps all of which nothing can be said', async () => {
    const { asked, notes } = await mixed(semantic, { a: [row('?', '!'), bread, row('..', '!!')] });
    expect(asked).toEqual(['?', 'bread c', '..']);
    expect(notes).toContain('subjects knows no word of 2 of 3 rows: what they mean was compared with nothing');
    const chosen = await mixed({ select: { count: 1 } }, { a: [row('?', '!'), bread] });
    expect(chosen.notes).toContain('subjects knows no word of 1 of 2 rows: what they mean was compared with nothing');
    expect((await mixed(semantic, { a: [bread] })).notes.join()).not.toContain('knows no word');
  });

  it('needs an embedder', async () => {
    const pieces = mix({ ...semantic, datasets: [] }, { formats });
    await expect(pieces.next()).rejects.toThrow('--dedupe semantic compares what rows mean, and no embedder is named; pass --embedder');
  });
});

describe('a subset of a mix', () => {
  const many = Array.from({ length: 12 }, (_, i) => row(`river ${i}`, 'river'));
  it('takes one of each subject, keeps the order and says how well it covers', async () => {
    const { asked, notes, summary } = await mixed({ select: { count: 3 } }, { a: [...many, bread], b: [row('moon d', 'moon')] });
    expect(asked).toEqual([expect.stringContaining('river'), 'bread c', 'moon d']);
    expect(notes).toContainEqual(expect.stringMatching(/^selected 3 of 14 rows from 1 cluster; coverage .* 1\.000, as many at random 0\./));
    expect(notes).toContainEqual('least like any other, worth a look: "bread c" (0.00), "moon d" (0.00), "river 0" (1.00)');
    expect(summary.datasets.map(({ out, notSelected }) => [out, notSelected])).toEqual([
      [2, 11],
      [1, 0],
    ]);
  });

  it('weighs rows, and is taken of what was drawn', async () => {
    const rows = [...many, { ...row('river best', 'river'), good: 5 }].map((one) => ({ good: 1, ...one }));
    expect((await mixed({ select: { count: 1, weightColumn: 'good' } }, { a: rows })).asked).toEqual(['river best']);
    const bare = [...rows, row('river c', 'river', { good: null }), row('river d', 'river', { good: '' })];
    const { notes } = await mixed({ select: { count: 1, weightColumn: 'good' } }, { a: bare });
    expect(notes).toContain('2 of 15 rows have no number in column "good": they weigh 1');
    const scored = await mixed({ dedupe: { mode: 'semantic', scoreColumn: 'scoer' } }, { a: rows });
    expect(scored.notes).toContain('13 of 13 rows have no number in column "scoer": they count as the worst');
    const { summary } = await mixed({ select: { count: 9 } }, { a: many }, { size: { kind: 'count', value: 5 } });
    expect(summary.out).toBe(5);
  });

  it('balances leaves', async () => {
    const rows = many.map((one, i) => ({ ...one, leaf: i < 10 ? 'big' : 'small' }));
    const { asked } = await mixed({ select: { count: 4, balance: 'leaf' } }, { a: rows }, { leafColumn: 'leaf' });
    expect(asked.filter((text) => Number(text.split(' ')[1]) >= 10)).toHaveLength(2);
  });

  it('comes after repeats are gone', async () => {
    const { asked } = await mixed({ select: { count: 3 }, dedupe: { mode: 'semantic' } }, { a: [...many, bread, river] });
    expect(asked).toEqual(['river 0', 'bread c']);
  });
});

it('compares by the question behind a document, not by the document', () => {
  const document = 'A long text about rivers. '.repeat(60);
  const asked = (question: string) => meaningOf([{ role: 'user', content: `${document}\n\n${question}` }])[0];
  expect(asked('Where does it end?')).toBe('Where does it end?');
  expect(meaningOf([{ role: 'user', content: document }])[0]).toHaveLength(1000);
  expect(
    meaningOf([
      { role: 'system', content: 'S' },
      { role: 'user', content: 'Q' },
      { role: 'assistant', content: 'A' },
    ]),
  ).toEqual(['Q', 'A']);
});
