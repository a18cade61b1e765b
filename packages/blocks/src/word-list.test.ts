import type { ConfigLoader } from '@sdg/core';
import { runBlock } from '@sdg/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalog } from './catalog.js';
import { lix } from './readability.js';
import { segments } from './segments.js';
import type { WordListConfig } from './word-list.js';

const found = async (answer: string, list: readonly string[], more: Partial<WordListConfig> = {}) => {
  const config = { columns: ['answer'], list, keep: true, matches_col: 'm', ...more };
  return (await runBlock(catalog.get('WordListBlock')!, config, [{ answer }])).output.map((one) => one['m']);
};

describe('WordListBlock', () => {
  it.each([
    ['the longest phrase at a place', 'what the heck', ['what the heck', 'heck'], ['what the heck']],
    ['a shorter one where the longest breaks off', 'what the river', ['what the heck', 'the'], ['the']],
    ['accents as they are written', 'Café, cafe', ['café'], ['café']],
    ['width and case of letters', 'ＨＥＣＫ Heck', ['heck'], ['heck', 'heck']],
    ['no part of a word', 'Scunthorpe classic', ['ass', 'thorp'], []],
    ['phrases of a script without spaces', '你是笨蛋吗', ['笨蛋'], ['笨 蛋']],
    ['nothing for a list without words', 'a b', ['…'], []],
  ])('finds %s', async (_, answer, list, expected) => {
    expect(await found(answer, list)).toEqual([expected]);
  });

  it('finds every word of the list that stands alone, wherever', async () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 8 }), async (all) => {
        expect(await found(all.join(', '), all.slice(0, 2))).toEqual([all.filter((one) => all.slice(0, 2).includes(one))]);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['# a$$\n\ufeffheck\nself-made\nb!tch\n(darn)\nWhat, the heck?', []],
    ['heck\na$$', ['signs do not count, so "a$$" of list.txt is looked for as "a"']],
    ['C++\n.NET\n🖕', ['signs do not count, so "C++" of list.txt is looked for as "c"']],
  ])('says which of %j become other words without their signs', async (text, expected) => {
    const said: string[] = [];
    const report: ConfigLoader['report'] = (_at, { message }) => said.push(message);
    const loader = { read: async () => ({ file: 'list.txt', text }), report } as unknown as ConfigLoader;
    await catalog.get('WordListBlock')!.load!({ columns: ['answer'], list_paths: ['list.txt'] }, loader);
    expect(said).toEqual(expected);
  });

  it('bears lists and texts of more words than a call takes arguments', async () => {
    const many = Array.from({ length: 130_000 }, (_, i) => `w${i}`);
    const loader = { read: async () => ({ file: 'many.txt', text: many.join('\n') }), report: () => undefined } as unknown as ConfigLoader;
    const { load } = catalog.get('WordListBlock')!;
    const { list } = (await load!({ columns: ['answer'], list_paths: ['many.txt'] }, loader)) as WordListConfig;
    expect(await found('w129999', list)).toEqual([['w129999']]);
    const long = { columns: ['answer'], max_top_word_ratio: 0.5 };
    expect((await runBlock(catalog.get('HeuristicsFilterBlock')!, long, [{ answer: many.join(' ') }])).output).toHaveLength(1);
    const said = { answer_col: 'answer', off: ['no-question'] as const };
    const text = many.map((word) => `The word is ${word}.`).join(' ');
    expect((await runBlock(catalog.get('TextGuardsBlock')!, said, [{ answer: text }])).output.length).toBeLessThanOrEqual(1);
  });

  it('bears as many as it may', async () => {
    const run = async (max_matches: number) => (await found('heck heck', ['heck'], { keep: false, max_matches })).length;
    expect([await run(0), await run(1), await run(2)]).toEqual([0, 0, 1]);
  });
});

describe('lix', () => {
  const sentences = new Intl.Segmenter('und', { granularity: 'sentence' });
  it.each([
    ['The cat sat. It was wet.', 3],
    ['Understanding everything', 102],
    ['', null],
    ['?!', null],
    ['Der Fluss mündet.', 3],
  ])('%j: %s', (text, index) => {
    expect(lix(text, sentences)).toBe(index);
  });
});

it('LanguageBlock drops what it cannot tell, where it is told to', async () => {
  const { output } = await runBlock(catalog.get('LanguageBlock')!, { columns: ['a'], keep_unknown: false }, [
    { a: '…' },
    { a: 'The river flows.' },
  ]);
  expect(output.map(({ a }: Record<string, unknown>) => a)).toEqual(['The river flows.']);
});

it('segments a text of any length as it does a short one, in memory that grows with it alone', () => {
  for (const granularity of ['word', 'sentence'] as const) {
    const segmenter = new Intl.Segmenter('und', { granularity });
    for (const text of [
      '',
      'a'.repeat(9000),
      '文'.repeat(3000),
      'Wide 🌊 seas. Deep ones! '.repeat(300),
      `${'word '.repeat(1500)}. End.`,
    ]) {
      expect([...segments(text, segmenter)].map(({ segment }) => segment)).toEqual(
        Array.from(segmenter.segment(text), ({ segment }) => segment),
      );
    }
  }
});
