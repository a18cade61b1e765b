import { describe, expect, it } from 'vitest';
import { makePdf } from '../test-support/make-pdf.js';
import { makeLine } from './lines.js';
import { makeBlocks } from './make-blocks.js';
import type { PageContent, Style, Word } from './page-content.js';
import type { Letter } from './letter.js';
import { readPdf } from './read-pdf.js';
import { taggedParts } from './tagged-parts.js';
import { makeWords } from './words.js';

const style = (mcid = -1): Style => ({ font: 'F', size: 10, isBold: false, isItalic: false, isMono: false, mcid });
const word = (text: string, mcid: number, x0: number, base: number): Word => ({
  ...{ text, base, anchor: base, x0, x1: x0 + text.length * 5, y0: base - 7, y1: base + 2 },
  ...{ style: style(mcid), isGlued: false, isSpaced: true },
});

describe('text that runs to the left', () => {
  /** Letters from right to left, each where it stands: its text, its right edge, and whether a space is before it. */
  const letters = (...all: (readonly [text: string, right: number, isSpaced?: boolean])[]): Letter[] =>
    all.map(([text, right, isSpaced = false]) => ({
      ...{ text, x0: right - 5, x1: right, y0: -2, y1: 8, ox: right - 5, oy: 0, direction: 0 as const, doubt: undefined, isSpoken: false },
      ...{ isSpaced, style: style(), isBackwards: /[\u0590-\u06ff]/.test(text) },
    }));
  const turn = [1, 0, 0, 0, -1, 0] as const;
  const read = (...all: Parameters<typeof letters>): string => makeLine(makeWords(letters(...all), turn), 1).text;

  it('keeps letters of a word together that do not join, where the file has spaces', () => {
    expect(read(['ס', 100, true], ['א', 95], ['ע', 88], ['ה', 80, true])).toBe('סאע ה');
    expect(read(['ס', 100], ['א', 95], ['ע', 88], ['ה', 80])).toBe('סא ע ה');
  });

  it('has the stop behind a number', () => {
    expect(read(['ס', 100, true], ['א', 95], ['.', 71], ['1', 76], ['9', 81], ['ה', 60, true])).toBe('סא 19. ה');
  });
});

it('reads an index in columns column by column', async () => {
  const entries = (x: number, name: string) =>
    Array.from({ length: 9 }, (_, i) => ({ text: `${name} of ships, ${i + 1}, ${i + 30}`, x, y: 700 - 12 * i }));
  const { blocks } = await readPdf(makePdf([[...entries(50, 'anchor'), ...entries(320, 'mast')]]), { file: 'x.pdf' });
  const words = blocks.flatMap((block) => ('text' in block ? (block.text.match(/anchor|mast/g) ?? []) : ['table']));
  expect(words.join(' ')).toBe([...Array<string>(9).fill('anchor'), ...Array<string>(9).fill('mast')].join(' '));
});

describe('tags', () => {
  const tag = (type: string, ...kids: PageContent['tags'][number]['kids']): PageContent['tags'][number] => ({
    type,
    kids,
    columns: 1,
    rows: 1,
  });
  const blocksOf = (words: Word[], ...tags: PageContent['tags']) => {
    const content: PageContent = {
      ...{ page: 1, width: 600, height: 800, turned: [], rulings: [], images: [], unknownLetters: 0, hidden: '', words, tags },
    };
    const { parts } = taggedParts(content, new Set());
    return makeBlocks(parts, { headings: new Map(), vocabulary: new Map(), body: 10, isMono: false } as never);
  };

  it('keep the columns of a table in their order, and terms with what explains them', () => {
    const words = [word('סאה', 0, 300, 100), word('הא', 1, 50, 100), word('סא', 2, 300, 120), word('האס', 3, 50, 120)];
    const cell = (mcid: number) => tag('TD', mcid);
    expect(blocksOf(words, tag('Table', tag('TR', cell(0), cell(1)), tag('TR', cell(2), cell(3))))).toMatchObject([
      { header: ['סאה', 'הא'], rows: [['סא', 'האס']] },
    ]);
    const list = [word('Ebb', 0, 50, 100), word('falls', 1, 80, 100), word('iii)', 2, 50, 120), word('third', 3, 80, 120)];
    const item = (label: number, body: number) => tag('LI', tag('Lbl', label), tag('LBody', body));
    expect(blocksOf(list, tag('L', item(0, 1), item(2, 3))).map((block) => 'text' in block && block.text)).toEqual([
      '- Ebb falls',
      '- iii) third',
    ]);
  });
});

it('joins a row of a table that goes on over the end of a page', () => {
  const table = (page: number, ...rows: string[][]) => ({
    table: { rows, page, xs: [50, 150, 250], words: new Set<Word>(), x0: 50, x1: 250, y0: 100, y1: 200 },
  });
  const head = ['Name', 'What it does'];
  const context = { headings: new Map(), vocabulary: new Map(), body: 10, isMono: false } as never;
  expect(
    makeBlocks([table(1, head, ['Mast', 'carries the']), table(2, head, ['', 'sails of it'], ['', 'Another one'])], context),
  ).toMatchObject([
    {
      rows: [
        ['Mast', 'carries the sails of it'],
        ['', 'Another one'],
      ],
    },
  ]);
});
