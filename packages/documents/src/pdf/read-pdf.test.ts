import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DocumentError } from '../document-error.js';
import { makePdf, type PdfText } from '../test-support/make-pdf.js';
import { readPdf } from './read-pdf.js';

const read = (pages: readonly (readonly PdfText[])[]) => readPdf(makePdf(pages), { file: 'x.pdf' });

describe('readPdf', () => {
  it('reads headings by size, paragraphs by gaps, and goes on over lines and pages', async () => {
    const { blocks, pages } = await read([
      [
        { text: 'Rivers (of Europe)', size: 20, y: 750 },
        { text: 'The Rhine is', y: 720 },
        { text: 'a long river.', y: 708 },
        { text: 'It ends in the', y: 680 },
      ],
      [
        { text: 'North Sea.', y: 750 },
        { text: '- one', y: 730 },
        { text: 'Others', size: 14, y: 700 },
        { text: 'The Danube.', y: 680 },
      ],
    ]);
    expect(pages).toBe(2);
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, text: 'Rivers (of Europe)', page: 1 },
      { kind: 'paragraph', text: 'The Rhine is a long river.', page: 1 },
      { kind: 'paragraph', text: 'It ends in the North Sea.', page: 1 },
      { kind: 'list', text: '- one', page: 2 },
      { kind: 'heading', level: 2, text: 'Others', page: 2 },
      { kind: 'paragraph', text: 'The Danube.', page: 2 },
    ]);
  });

  it('reads what is encrypted and opens without a password, and what was written into a form', async () => {
    const text = [[{ text: 'Name:', y: 700 }]];
    const said = async (options: Parameters<typeof makePdf>[1]): Promise<unknown> =>
      (await readPdf(makePdf(text, options), { file: 'x.pdf' })).blocks.map((block) => 'text' in block && block.text);
    expect(await said({ encrypted: 'without a password' })).toEqual(['Name:']);
    expect(makePdf(text, { encrypted: 'without a password' }).includes('Name:')).toBe(false);
    expect(await said({ field: 'Ann (Bo) Cole' })).toEqual(['Name: Ann (Bo) Cole']);
    await expect(said({ encrypted: true })).rejects.toThrow('needs a password');
  });

  it('leaves headers and page numbers out, and says so', async () => {
    const page = (number: number): PdfText[] => [
      { text: 'Valve manual', y: 780 },
      { text: `Text of page ${number} that`, y: 700 },
      { text: 'goes on.', y: 688 },
      { text: `Page ${number} of 3`, y: 20 },
    ];
    const { blocks, dropped } = await read([page(1), page(2), page(3)]);
    expect(blocks.map((block) => block.kind === 'table' || block.text)).toEqual(
      [1, 2, 3].map((number) => `Text of page ${number} that goes on.`),
    );
    expect(dropped).toEqual(
      [1, 2, 3].flatMap((number) => [
        { text: 'Valve manual', reason: 'header', page: number },
        { text: `Page ${number} of 3`, reason: 'page-number', page: number },
      ]),
    );
  });

  it('says which page has no text', async () => {
    expect((await read([[{ text: 'One.', y: 700 }], []])).notes).toEqual(['page 2 has no text']);
  });

  it('keeps the head of a table that stands at the top of every page', async () => {
    const row = (y: number, cells: readonly string[]): PdfText[] => cells.map((text, i) => ({ text, x: 50 + i * 150, y }));
    const page = (number: number): PdfText[] => [
      ...row(760, ['Model', 'Flow', 'Weight']),
      ...[0, 1, 2, 3].flatMap((i) => row(746 - i * 14, [`P-${number}${i}`, `${i}.5`, `${number} kg`])),
    ];
    const { blocks, dropped } = await read([page(1), page(2), page(3)]);
    expect(dropped).toEqual([]);
    expect(blocks).toEqual([
      {
        kind: 'table',
        header: ['Model', 'Flow', 'Weight'],
        rows: [1, 2, 3].flatMap((number) => [0, 1, 2, 3].map((i) => [`P-${number}${i}`, `${i}.5`, `${number} kg`])),
        page: 1,
      },
    ]);
  });

  it('keeps headings that only count up, and text that begins every page alike', async () => {
    const page = (number: number): PdfText[] => [
      { text: `Section ${number}`, size: 16, y: 770 },
      { text: 'The valve is closed first, whatever the', y: 740 },
      { text: `reading of gauge ${number} says about it.`, y: 728 },
    ];
    const { blocks, dropped } = await read([page(1), page(2), page(3), page(4)]);
    expect(dropped).toEqual([]);
    expect(blocks.filter(({ kind }) => kind === 'heading')).toHaveLength(4);
  });

  it('reads two columns one after the other, with what stands across them above', async () => {
    const sentence = (side: string, i: number): string => `${side} line ${i} of the column text`;
    const lines = Array.from({ length: 12 }, (_, i) => [
      { text: sentence('Left', i), x: 50, y: 700 - i * 12 },
      { text: sentence('Right', i), x: 320, y: 700 - i * 12 },
    ]).flat();
    const { blocks } = await read([[{ text: 'A title that stands across both of the columns', size: 18, y: 740 }, ...lines]]);
    const all = (side: string): string => Array.from({ length: 12 }, (_, i) => sentence(side, i)).join(' ');
    expect(blocks.map((block) => block.kind !== 'table' && block.text)).toEqual([
      'A title that stands across both of the columns',
      `${all('Left')} ${all('Right')}`,
    ]);
  });

  it('writes raised digits as such, and does not write letters twice that are drawn twice', async () => {
    const { blocks } = await read([
      [
        { text: 'It moves 10', x: 50, y: 700 },
        { text: '6', x: 101.7, y: 704, size: 6 },
        { text: 'litres.', x: 110, y: 700 },
        { text: 'Bold', x: 50, y: 660 },
        { text: 'Bold', x: 50.3, y: 660 },
      ],
    ]);
    expect(blocks.map((block) => block.kind !== 'table' && block.text)).toEqual(['It moves 10⁶ litres.', 'Bold']);
  });

  it('says in one line why it cannot be read', async () => {
    const why = (bytes: Uint8Array): Promise<string> =>
      readPdf(bytes, { file: 'x.pdf' }).then(
        () => 'read',
        (error: Error) => error.message,
      );
    expect(await why(Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:12\n'))).toMatch(/Git LFS pointer/);
    expect(await why(Buffer.from('no PDF at all'))).toMatch(/^it is no PDF/);
    expect(await why(Buffer.from('%PDF-1.4 and nothing else'))).toMatch(/^it is damaged/);
    expect(await why(makePdf([[{ text: 'x', y: 1 }]], { encrypted: true }))).toBe('it needs a password');
    expect(await why(makePdf([[], []]))).toBe('it has no text, its pages are empty');
  });

  it('ends damaged files in a result or a finding, and reads the next one', async () => {
    const whole = makePdf([[{ text: 'One of many words.', y: 700 }], [{ text: 'Others.', y: 700 }]]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const error = await readPdf(bytes, { file: 'x.pdf' }).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error !== undefined) expect(error).toBeInstanceOf(DocumentError);
      }),
      { numRuns: 60 },
    );
    expect((await readPdf(whole, { file: 'x.pdf' })).pages).toBe(2);
  }, 60_000);
});
