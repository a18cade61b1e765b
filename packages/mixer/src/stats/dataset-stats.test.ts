import { sumOf } from '@sdg/values';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { parseFormats } from '../formats/load-formats.js';
import { openStream } from '../sources/open-source.js';
import { datasetStats } from './dataset-stats.js';
import { SetMeasure } from './set-measure.js';

const { formats } = parseFormats(readFileSync(new URL('../../../../recipes/formats.yaml', import.meta.url), 'utf8'), 'formats.yaml');
const options = {
  formats,
  countTokens: (text: string) => text.split(/\s+/).filter(Boolean).length,
  languageOf: (text: string) => (/[äöü]/.test(text) ? 'de' : 'en'),
};
const stats = (lines: readonly unknown[]) =>
  datasetStats(
    openStream(
      Readable.from([Buffer.from(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''))]),
      'f',
    ),
    'f',
    options,
  );

it('counts rows, turns, tokens, languages, duplicates and what teaches nothing', async () => {
  const chat = (question: string, answer: string, more: object = {}) => ({
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
    ...more,
  });
  const long = 'The river rose after the storm had passed over the hills and the old market square stood under water for a week';
  const found = await stats([
    chat('Why?', long),
    chat('Why?', long),
    chat('Why?', `${long} again`),
    chat('Warum so spät?', 'Äh.', { tools: [{ name: 'f' }] }),
    {
      messages: [
        { role: 'system', content: 'S' },
        { role: 'user', content: 'only' },
      ],
    },
    '{"messages": [',
    '{"messages":[{"role":"user","content":"a b c"},{"role":"assistant","content":"d"}],"score":NaN}',
  ]);
  expect(found).toMatchObject({
    ...{ rows: 7, bad: 1, useless: { 'no answer': 1 }, formats: { messages: 6 }, exactDuplicates: 1, nearDuplicates: 1 },
    ...{ languages: { en: 5, de: 1 }, roles: { user: 6, assistant: 5, system: 1 }, has: { 'a system message': 1, tools: 1 } },
    ...{ turns: { least: 2, median: 2, most: 2, total: 12 }, tokens: { least: 2, most: 24 }, columns: { messages: 6, tools: 1, score: 1 } },
  });
  expect(sumOf(Object.values(found.histogram))).toBe(6);
});

it('measures how much is said in other words, and how near rows are in meaning', async () => {
  const axes = ['river', 'bread', 'moon'];
  const embedder = {
    name: 'axes',
    embed: async (texts: readonly string[]) => ({
      model: 'axes',
      vectors: texts.map((text) => {
        const counts = axes.map((axis) => Number(text.includes(axis)));
        return Float32Array.from(counts, (count) => count / (Math.hypot(...counts) || 1));
      }),
    }),
  };
  const paragraphs = ['The river is wide at its end, and slow as well there.', 'The moon has seas, and none of them holds any water.'];
  const about = { document: paragraphs.join('\n\n'), seed_question: 'Which river?' };
  const rows = [
    { question: 'river a b', response: 'x', ...about },
    { question: 'river a c', response: 'x', ...about },
    { question: 'bread a b', response: 'x' },
  ];
  const found = await datasetStats(
    openStream(Readable.from([Buffer.from(rows.map((one) => `${JSON.stringify(one)}\n`).join(''))]), 'f'),
    'f',
    { ...options, embedder },
  );
  expect(found.distinct[1]).toBeGreaterThan(0.4);
  expect(found.distinct[3]).toBeGreaterThan(found.distinct[1]);
  // Generated samples are measured as they go by, and to the same figures.
  const measure = new SetMeasure(embedder);
  for (const row of rows) measure.see(row);
  measure.see({ score: 1 });
  expect(await measure.result()).toEqual({ distinct: found.distinct, meanings: found.meanings });
  expect(await new SetMeasure(embedder).result()).toBeUndefined();
  const { meanings } = found;
  expect(meanings).toMatchObject({ rows: 3, selfSimilarity: expect.closeTo(1 / 3, 6), nearest: expect.closeTo(2 / 3, 6), toSeed: 1 });
  expect(meanings).toMatchObject({ repeated: expect.closeTo(2 / 3, 6), documentCoverage: expect.closeTo(0.5, 6) });
});

it('says of other forms what it finds, and refuses what has no format', async () => {
  expect(await stats([{ question: 'a', answer: 'b' }])).toMatchObject({ rows: 1, formats: { question_answer: 1 } });
  expect(await stats([{ text: 'only text' }])).toMatchObject({ formats: { text: 1 }, useless: {} });
  await expect(stats([{ a: 1 }])).rejects.toThrow(/no known format has the columns "a"/);
});

it('counts columns whatever they are called', async () => {
  const row = '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"constructor":1,"__proto__":2,"toString":3}';
  const { columns } = await stats([row, row]);
  expect(Object.entries(columns)).toEqual(['messages', 'constructor', '__proto__', 'toString'].map((name) => [name, 2]));
});
