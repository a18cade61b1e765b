import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkDocument } from './chunk-document.js';
import { countWords, estimateTokens } from './count-tokens.js';
import type { DocumentBlock } from './document-block.js';
import { loadTokenizer } from './load-tokenizer.js';
import { readMarkdown } from './read-markdown.js';
import { temporaryFolder } from './test-support/git-repository.js';

const texts = (markdown: string, limit: number): string[] => chunkDocument(readMarkdown(markdown), { limit, count: countWords }).map(({ text }) => text);

describe('chunkDocument', () => {
  it('puts headings before every chunk and merges neighbours under the same ones', () => {
    expect(texts('# A\n\none two\n\nthree\n\n## B\n\nfour\n\n# C\n\nfive', 100)).toEqual(['A\none two\n\nthree', 'A\nB\nfour', 'C\nfive']);
  });

  it('starts a new chunk where the next block does not fit', () => {
    expect(texts('# A\n\none two\n\nthree four', 4)).toEqual(['A\none two', 'A\nthree four']);
  });

  it('splits what is too long between sentences, then words', () => {
    expect(texts('One two. Three four. Five six seven eight nine.', 4)).toEqual(['One two. Three four. ', 'Five six seven eight ', 'nine.']);
  });

  it('keeps tables and code whole where they fit, and cuts them between lines where not', () => {
    const table = '| a |\n| - |\n| b |\n| c |';
    expect(texts(`text\n\n${table}`, 12)).toEqual(['text', table]);
    expect(texts(table, 6)).toEqual(['| a |\n| - |\n', '| b |\n| c |']);
  });

  it('loses no heading that heads nothing, and none that is too long to repeat', () => {
    expect(texts('# A\n\n## B\n\n# C', 10)).toEqual(['A\nB', 'C']);
    expect(texts('# one two three four five\n\nsix', 6)).toEqual(['one two three four five\n\nsix']);
  });

  it('names the headings above each chunk', () => {
    expect(chunkDocument(readMarkdown('# A\n\n### B\n\nx\n\n## C\n\ny')).map(({ headings, body }) => [headings, body])).toEqual([
      [['A', 'B'], 'x'],
      [['A', 'C'], 'y'],
    ]);
  });

  it('counts 500 tokens by 1.3 a word unless told otherwise', () => {
    const chunks = chunkDocument([{ kind: 'text', text: 'word '.repeat(1000) }]);
    expect(chunks.map(({ text }) => countWords(text))).toEqual([385, 385, 230]);
    expect(estimateTokens(chunks[0]!.text)).toBe(500);
  });

  it("counts with the teacher's own tokenizer", async () => {
    const file = join(await temporaryFolder(), 'tokenizer.json');
    const vocab = Object.fromEntries(['[UNK]', 'a', 'b', 'c'].map((word, id) => [word, id]));
    await writeFile(file, JSON.stringify({
      version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null, pre_tokenizer: { type: 'Whitespace' },
      post_processor: null, decoder: null, model: { type: 'WordLevel', vocab, unk_token: '[UNK]' },
    }));
    const count = await loadTokenizer(file);
    expect(count('a b, c')).toBe(4);
    expect(chunkDocument([{ kind: 'text', text: 'a b c a b c a' }], { limit: 3, count }).map(({ body }) => body)).toEqual(['a b c ', 'a b c ', 'a']);
    await expect(loadTokenizer(`${file}.nowhere`)).rejects.toMatchObject({ code: 'usage' });
    await writeFile(file, '{}');
    await expect(loadTokenizer(file)).rejects.toMatchObject({ code: 'usage' });
  });
});

const block = fc.oneof(
  fc.record({ kind: fc.constant('heading' as const), depth: fc.integer({ min: 1, max: 6 }), text: fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }) }),
  fc.record({
    kind: fc.constantFrom<DocumentBlock['kind']>('text', 'list-item', 'table', 'code'),
    text: fc.array(fc.oneof(fc.string({ minLength: 1, maxLength: 9, unit: 'grapheme' }), fc.constantFrom(' ', '\n', '. ', 'word ')), { minLength: 1, maxLength: 40 }).map((parts) => parts.join('')),
  }),
);
const written = fc.array(block.filter(({ text }) => text.trim() !== ''), { maxLength: 12 });
const letters = (text: string): string => text.replaceAll(/\s/g, '');

describe('chunks put together again', () => {
  it('are the document: nothing lost, nothing twice but headings', () => {
    fc.assert(
      fc.property(written, fc.integer({ min: 1, max: 60 }), (blocks, limit) => {
        const chunks = chunkDocument(blocks, { limit, count: countWords });
        const bodies = letters(chunks.map(({ body }) => body).join(''));
        const headings = chunks.map(({ headings }) => letters(headings.join(''))).join('') + bodies;
        for (const { kind, text } of blocks) expect(kind === 'heading' ? headings : bodies).toContain(letters(text));
        // In order, and nothing besides but headings that head nothing or are too long to repeat.
        const wanted = letters(blocks.filter(({ kind }) => kind !== 'heading').map(({ text }) => text).join(''));
        let at = 0;
        for (const letter of bodies.split('')) if (letter === wanted[at]) at++;
        expect(at).toBe(wanted.length);
        const longest = letters(blocks.filter(({ kind }) => kind === 'heading').map(({ text }) => text).join('')).length;
        expect(bodies.length - wanted.length).toBeLessThanOrEqual(longest);
      }),
      { numRuns: 300 },
    );
  });

  it('are the document to the letter where there are no headings and one block', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 400, unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), fc.constantFrom<DocumentBlock['kind']>('text', 'code', 'table'), (text, limit, kind) => {
        const chunks = chunkDocument([{ kind, text }], { limit, count: (part) => part.length });
        expect(chunks.map(({ body }) => body).join('')).toBe(text);
        for (const { body } of chunks) expect(body.length <= limit || Array.from(body).length === 1).toBe(true);
      }),
    );
  });

  it('never count more than the limit, headings and all', () => {
    fc.assert(
      fc.property(written, fc.integer({ min: 1, max: 60 }), (blocks, limit) => {
        for (const { text } of chunkDocument(blocks, { limit, count: countWords })) expect(countWords(text)).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 300 },
    );
  });
});

describe('countWords', () => {
  it('counts what stands between spaces', () => {
    expect(['', ' ', 'two words', " it's\n3 words "].map(countWords)).toEqual([0, 0, 2, 3]);
  });

  it('counts the characters of scripts without spaces, so that their documents are cut, too', () => {
    expect(['河流入海', 'Rhein 河流', 'แม่น้ำ', '강은 바다로'].map(countWords)).toEqual([4, 3, 6, 2]);
    const chunks = chunkDocument([{ kind: 'text', text: '河流流入大海。'.repeat(500) }]);
    expect(chunks.length).toBeGreaterThan(5);
    expect(Math.max(...chunks.map(({ text }) => Array.from(text).length))).toBeLessThan(500);
    expect(chunks.map(({ body }) => body).join('')).toBe('河流流入大海。'.repeat(500));
  });
});
