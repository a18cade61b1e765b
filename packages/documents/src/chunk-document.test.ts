import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkDocument } from './chunk-document.js';
import { countWords, estimateTokens } from './count-tokens.js';
import type { Block } from './document.js';
import { loadTokenizer } from './load-tokenizer.js';
import { readMarkdown } from './markdown/read-markdown.js';
import { renderBlock } from './render-block.js';
import { temporaryFolder } from './test-support/git-repository.js';

const texts = async (markdown: string, limit: number): Promise<string[]> =>
  chunkDocument((await readMarkdown(markdown)).blocks, { limit, count: countWords }).map(({ text }) => text);

const words = (count: number): string => Array.from({ length: count }, (_, i) => `w${i}`).join(' ');

describe('chunkDocument', () => {
  it('puts headings before every chunk and merges neighbours under the same ones', async () => {
    const [a, b, c] = [words(60), words(61), words(62)];
    expect(await texts(`# A\n\n${a}\n\nthree\n\n## B\n\n${b}\n\n# C\n\n${c}`, 100)).toEqual([`A\n${a}\n\nthree`, `A\nB\n${b}`, `C\n${c}`]);
  });

  it('starts a new chunk where the next block does not fit', async () => {
    expect(await texts('# A\n\none two\n\nthree four', 4)).toEqual(['A\none two', 'A\nthree four']);
  });

  it('joins tiny chunks to the neighbour that they share most headings with', async () => {
    const long = words(50);
    expect(await texts(`# A\n\n## B\n\nfew\n\n## C\n\n${long}\n\n# D\n\nlast`, 100)).toEqual([`A\nB\nfew\n\nC\n${long}\n\nD\nlast`]);
    const full = words(99);
    expect(await texts(`# A\n\n${full}\n\n## B\n\nfew\n\n## C\n\n${long}`, 100)).toEqual([`A\n${full}`, `A\nB\nfew\n\nC\n${long}`]);
  });

  it('splits what is too long between sentences, then words', async () => {
    expect(await texts('One two. Three four. Five six seven eight nine.', 4)).toEqual([
      'One two. Three four.',
      'Five six seven eight',
      'nine.',
    ]);
  });

  it('repeats the header of a table that it cuts, and the fence of code', async () => {
    expect(await texts('text\n\n| a |\n| - |\n| b |\n| c |', 30)).toEqual(['text\n\n| a |\n| --- |\n| b |\n| c |']);
    const rows = Array.from({ length: 9 }, (_, i) => `| r${i} | x |`);
    const table = await texts(`| a | b |\n|--|--|\n${rows.join('\n')}`, 25);
    expect(table.length).toBeGreaterThan(2);
    for (const part of table) expect(part).toMatch(/^\| a \| b \|\n\| --- \| --- \|\n\| r/);
    expect(table.flatMap((part) => part.split('\n').slice(2))).toEqual(rows);
    for (const part of await texts(`\`\`\`sh\n${Array.from({ length: 30 }, (_, i) => `make ${i}`).join('\n')}\n\`\`\``, 20)) {
      expect(part).toMatch(/^```sh\nmake \d+\n(?:make \d+\n)*```$/);
    }
  });

  it('cuts lists between items, and keeps what leads into a list with it', async () => {
    expect(await texts(`${words(8)}\n\nThe parts:\n\n- a b c d e\n- f g h i j`, 14)).toEqual([
      words(8),
      'The parts:\n\n- a b c d e\n- f g h i j',
    ]);
    expect(await texts('- a b\n  c d\n- e f\n- g h', 5)).toEqual(['- a b\n  c d', '- e f', '- g h']);
  });

  it('loses no heading that heads nothing, and none that is too long to repeat', async () => {
    expect(await texts('# A\n\n## B\n\n# C', 10)).toEqual(['A\nB\nC']);
    expect(await texts('# one two three four five\n\nsix', 6)).toEqual(['one two three four five\n\nsix']);
  });

  it('names the headings above each chunk, its page and its line', () => {
    const blocks: Block[] = [
      { kind: 'heading', level: 1, text: 'A', page: 1 },
      { kind: 'heading', level: 3, text: 'B', page: 1 },
      { kind: 'paragraph', text: words(150), page: 1 },
      { kind: 'paragraph', text: words(120), page: 3 },
      { kind: 'heading', level: 2, text: 'C', page: 4 },
      { kind: 'paragraph', text: words(200), page: 4, line: 7 },
    ];
    expect(chunkDocument(blocks).map(({ headings, page, lastPage, line }) => [headings, page, lastPage, line])).toEqual([
      [['A', 'B'], 1, 3, undefined],
      [['A', 'C'], 4, undefined, 7],
    ]);
  });

  it('counts 500 tokens by 1.3 a word unless told otherwise', () => {
    const chunks = chunkDocument([{ kind: 'paragraph', text: 'word '.repeat(1000) }]);
    expect(chunks.map(({ text }) => countWords(text))).toEqual([385, 385, 230]);
    expect(estimateTokens(chunks[0]!.text)).toBe(500);
  });

  it('counts strings without a break by their length', () => {
    expect(countWords('a'.repeat(24))).toBe(1);
    expect(countWords('a'.repeat(100_000))).toBe(1 + (100_000 - 24) / 4);
    const chunks = chunkDocument([{ kind: 'paragraph', text: 'x'.repeat(50_000) }]);
    expect(chunks.length).toBeGreaterThan(20);
    expect(chunks.map(({ body }) => body).join('')).toBe('x'.repeat(50_000));
  });

  it('makes no chunk of the empty cells behind a row that is cut', () => {
    const long = Array.from({ length: 60 }, (_, i) => `w${i}`).join(' ');
    const table: Block = { kind: 'table', header: ['a', 'b', 'c'], rows: [[long, '', '']] };
    for (let limit = 20; limit < 60; limit++) {
      const bodies = chunkDocument([table], { limit }).map(({ body }) => body);
      expect(bodies.filter((body) => /^[\s|]*$/.test(body.split('\n').at(-1) ?? ''))).toEqual([]);
      expect(bodies.join(' ').match(/w\d+/g)?.join(' ')).toBe(long);
    }
  });

  it.each([
    ['Thai', 'ปั๊มน้ำทำงานโดยการหมุนใบพัดเพื่อสร้างแรงดัน'],
    ['emoji', '👨‍👩‍👧‍👦🏳️‍🌈👍🏽'],
    ['letters with marks', 'Z̷̡̢̛͔̰a̶̛͓l̸g̴o̵'],
    ['Chinese', '打开阀门之前请检查压力不得超过一百巴'],
  ])('cuts %s between characters, although nothing parts words', (_, unit) => {
    for (const limit of [7, 40, 500]) {
      const chunks = chunkDocument([{ kind: 'paragraph', text: unit.repeat(300) }], { limit });
      expect(chunks.map(({ body }) => body).join('')).toBe(unit.repeat(300));
      expect(chunks.filter(({ text }) => estimateTokens(text) > limit && Array.from(text).length > 1)).toEqual([]);
      const inWhole = new Set(Array.from(new Intl.Segmenter('en').segment(unit), ({ segment }) => segment));
      const characters = chunks.flatMap(({ body }) => Array.from(new Intl.Segmenter('en').segment(body), ({ segment }) => segment));
      expect(characters.filter((character) => !inWhole.has(character))).toEqual([]);
    }
  });

  it("counts with the teacher's own tokenizer", async () => {
    const file = join(await temporaryFolder(), 'tokenizer.json');
    const vocab = Object.fromEntries(['[UNK]', 'a', 'b', 'c'].map((word, id) => [word, id]));
    await writeFile(
      file,
      JSON.stringify({
        version: '1.0',
        truncation: null,
        padding: null,
        added_tokens: [],
        normalizer: null,
        pre_tokenizer: { type: 'Whitespace' },
        post_processor: null,
        decoder: null,
        model: { type: 'WordLevel', vocab, unk_token: '[UNK]' },
      }),
    );
    const count = await loadTokenizer(file);
    expect(count('a b, c')).toBe(4);
    const chunks = chunkDocument([{ kind: 'paragraph', text: 'a b c a b c a' }], { limit: 5, count });
    expect(chunks.map(({ body }) => count(body) <= 5)).not.toContain(false);
    expect(chunks.map(({ body }) => body).join(' ')).toBe('a b c a b c a');
    await expect(loadTokenizer(`${file}.nowhere`)).rejects.toMatchObject({ code: 'usage' });
    await writeFile(file, '{}');
    await expect(loadTokenizer(file)).rejects.toMatchObject({ code: 'usage' });
  });
});

const cell = fc.stringMatching(/^[a-z0-9]{1,8}( [a-z0-9]{1,8}){0,4}$/);
/** Text of words that no other block has, so that each can be found again. */
const prose = fc
  .array(fc.oneof(fc.string({ minLength: 1, maxLength: 9, unit: 'grapheme' }), fc.constantFrom(' ', '\n', '. ', 'word ', ':')), {
    minLength: 1,
    maxLength: 60,
  })
  .map((parts) => parts.join(''));
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({
    kind: fc.constant('heading' as const),
    level: fc.integer({ min: 1, max: 6 }),
    text: fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  }),
  fc.record({ kind: fc.constantFrom('paragraph' as const, 'list' as const, 'formula' as const), text: prose }),
  fc.record({
    kind: fc.constant('code' as const),
    text: fc.array(cell, { minLength: 1, maxLength: 20 }).map((lines) => `\`\`\`sh\n${lines.join('\n')}\n\`\`\``),
  }),
  fc.record({ kind: fc.constant('table' as const), header: fc.tuple(cell, cell), rows: fc.array(fc.tuple(cell, cell), { maxLength: 12 }) }),
);
const written = fc.array(
  block.filter((one) => renderBlock(one).trim() !== ''),
  { maxLength: 12 },
);
const letters = (text: string): string => text.replaceAll(/\s/g, '');
const counts = (text: string): Map<string, number> => {
  const found = new Map<string, number>();
  for (const letter of letters(text)) found.set(letter, (found.get(letter) ?? 0) + 1);
  return found;
};

describe('chunks put together again', () => {
  it('are the document, once: every row, every paragraph, every line of code, in order', () => {
    // From 14 on headings, half of it at most, leave room for five words between fences, or between the bars of a cell.
    fc.assert(
      fc.property(written, fc.integer({ min: 14, max: 80 }), (blocks, limit) => {
        const chunks = chunkDocument(blocks, { limit, count: countWords });
        const all = letters(chunks.map(({ text }) => text).join(''));
        let at = 0;
        for (const one of blocks) {
          if (one.kind === 'paragraph' || one.kind === 'list' || one.kind === 'formula') {
            // Headings may stand between the parts of what is cut, the text itself is there in its order.
            for (const letter of letters(one.text)) at = all.indexOf(letter, at) + 1 || Infinity;
          } else if (one.kind === 'table') for (const row of one.rows.flat()) expect(all).toContain(letters(row));
          else expect(all).toContain(letters(one.kind === 'code' ? one.text.split('\n')[1]! : one.text));
        }
        expect(at).toBeLessThan(Infinity);
      }),
      { numRuns: 300 },
    );
  });

  it('have no letter of a paragraph twice', () => {
    const texts = fc.array(
      fc.record({ kind: fc.constant('paragraph' as const), text: prose }).filter(({ text }) => text.trim() !== ''),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 40 }), (blocks, limit) => {
        const chunks = chunkDocument(blocks, { limit, count: countWords });
        expect(counts(chunks.map(({ body }) => body).join(' '))).toEqual(counts(blocks.map(({ text }) => text).join(' ')));
      }),
    );
  });

  it('measure a word that is cut as it stands in the chunk, not by its parts', () => {
    // Twenty-nine characters count three, fifteen and fourteen of them one each.
    const chunks = chunkDocument([{ kind: 'paragraph', text: 'x'.repeat(29) }], { limit: 2, count: countWords });
    expect(chunks.map(({ text }) => text.length)).toEqual([15, 14]);
  });

  it('never count more than the limit, headings and all, by words, by letters and by the estimate', () => {
    const counters = [countWords, estimateTokens, (text: string): number => text.length];
    fc.assert(
      fc.property(written, fc.integer({ min: 1, max: 60 }), fc.constantFrom(...counters), (blocks, limit, count) => {
        for (const { text } of chunkDocument(blocks, { limit, count })) {
          expect(count(text) <= limit || Array.from(text).length === 1 || `${text}: ${count(text)} > ${limit}`).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('countWords', () => {
  it('counts what stands between spaces', () => {
    expect(['', ' ', 'two words', " it's\n3 words ", 'a\u00a0b\u3000c'].map(countWords)).toEqual([0, 0, 2, 3, 3]);
  });

  it('counts the characters of scripts without spaces, so that their documents are cut, too', () => {
    expect(['河流入海', 'Rhein 河流', 'แม่น้ำ', '강은 바다로', '𠀀𠀁'].map(countWords)).toEqual([4, 3, 6, 2, 2]);
    const chunks = chunkDocument([{ kind: 'paragraph', text: '河流流入大海。'.repeat(500) }]);
    expect(chunks.length).toBeGreaterThan(5);
    expect(Math.max(...chunks.map(({ text }) => Array.from(text).length))).toBeLessThan(500);
    expect(chunks.map(({ body }) => body).join('')).toBe('河流流入大海。'.repeat(500));
  });
});
