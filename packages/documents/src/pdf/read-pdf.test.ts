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

  it('goes on with the left column below the end of the right one', async () => {
    const side = (x: number, name: string, ...heights: number[]) =>
      heights.map((y, i) => ({ text: `${name} line ${i} that fills the column to its edge`, x, y }));
    const left = [...side(50, 'Left', 750, 738, 726, 714, 702, 690), ...side(50, 'Lower', 660, 648, 636, 624, 612)];
    const { blocks } = await read([[...left, ...side(320, 'Right', 750, 738, 726, 714, 702)]]);
    const words = blocks.flatMap((block) => ('text' in block ? block.text.match(/Left|Lower|Right/g) : []));
    expect([...new Set(words)]).toEqual(['Left', 'Lower', 'Right']);
  });

  it('takes what begins one of two columns higher than the other for its beginning, and lists side by side for columns', async () => {
    const side = (x: number, name: string, ...heights: number[]) =>
      heights.map((y) => ({ text: `${name} fills the column to its edge.`, x, y }));
    const higher = [...side(320, 'Higher', 760), ...side(320, 'Right', 724, 712, 700, 688, 676)];
    const { blocks } = await read([[...side(50, 'Left', 724, 712, 700, 688, 676), ...higher]]);
    const words = blocks.flatMap((block) => ('text' in block ? block.text.match(/Left|Higher|Right/g) : []));
    expect([...new Set(words)]).toEqual(['Left', 'Higher', 'Right']);

    const list = (x: number, name: string) =>
      [700, 676, 652].flatMap((y, i) => [
        { text: '\u00b7', x, y },
        { text: `${name} ${i}`, x: x + 14, y },
        { text: 'goes on', x: x + 14, y: y - 12 },
      ]);
    const lists = await read([[...list(50, 'One of the items'), ...list(250, 'Two of the items')]]);
    expect(lists.blocks.map((block) => 'text' in block && block.text.replaceAll('\n', ' '))).toEqual([
      expect.stringMatching(/^- One of the items 0 goes on - One .* 1 goes on - One .* 2 goes on - Two of the items 0 goes on/),
    ]);
  });

  it('keeps an index that hangs low in its own line', async () => {
    const drawn = 'BT /F1 10 Tf 1 0 0 1 50 700 Tm (See H) Tj /F1 8 Tf -5 Ts (2) Tj /F1 10 Tf 0 Ts (O here) Tj ET';
    const { blocks } = await readPdf(makePdf([[{ text: 'and below it.', y: 688 }]], { drawn }), { file: 'x.pdf' });
    expect(blocks.map((block) => 'text' in block && block.text)).toEqual(['See H2O here and below it.']);
  });

  it('says once what the file says in words of letters that are drawn in several parts', async () => {
    const spoken = '/Span <</ActualText <FEFF0E020E49>>> BDC (b) Tj 8.9 0 Td (x) Tj EMC';
    const drawn = `BT /F1 16 Tf 1 0 0 1 50 700 Tm (a) Tj 9 0 Td ${spoken} -0.3 0 Td (c) Tj 9 0 Td (d) Tj ET`;
    const { blocks } = await readPdf(makePdf([[{ text: 'Words.', y: 750 }]], { drawn }), { file: 'x.pdf' });
    expect(blocks.map((block) => 'text' in block && block.text)).toEqual(['Words.', 'aข้cd']);
  });

  it('reads what is encrypted and opens without a password, and what was written into a form', async () => {
    const text = [[{ text: 'Name:', y: 700 }]];
    const said = async (options: Parameters<typeof makePdf>[1]): Promise<unknown> =>
      (await readPdf(makePdf(text, options), { file: 'x.pdf' })).blocks.map((block) => 'text' in block && block.text);
    expect(await said({ encrypted: 'without a password' })).toEqual(['Name:']);
    expect(makePdf(text, { encrypted: 'without a password' }).includes('Name:')).toBe(false);
    expect(await said({ field: 'Ann (Bo) Cole' })).toEqual(['Name: Ann (Bo) Cole']);
    expect(await said({ field: 'box' })).toEqual(['Name: [ ]']);
    await expect(said({ encrypted: true })).rejects.toThrow('needs a password');
  });

  it('reads pages alike however they are to be turned, and text that was put over them', async () => {
    const texts = 'Open the valve, slowly.|Then wait for a minute, or two.|Close it again.'.split('|');
    const page = texts.map((text, i) => ({ text, y: 700 - 12 * i }));
    for (const rotate of [0, 90, 180, 270]) {
      const { blocks } = await readPdf(makePdf([page], { rotate, note: 'Not on Sundays.' }), { file: 'x.pdf' });
      expect(blocks.map((block) => 'text' in block && block.text).join(' ')).toBe([...texts, 'Not on Sundays.'].join(' '));
    }
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

  it('leaves out page numbers that stand far in, as articles of LaTeX have them', async () => {
    const page = (number: number): PdfText[] => [
      ...[700, 688, 676].map((y) => ({ text: `Words of page ${number} at ${y}.`, y })),
      { text: `${number}`, x: 300, y: 150 },
    ];
    const { dropped } = await read([page(1), page(2)]);
    expect(dropped).toEqual([1, 2].map((page) => ({ text: `${page}`, reason: 'page-number', page })));
    expect((await read([page(1)])).dropped).toHaveLength(1);
  });

  it('says which pages have no text, in one line', async () => {
    const text = [{ text: 'One.', y: 700 }];
    expect((await read([text, []])).notes).toEqual(['page 2 has no text']);
    expect((await read([text, [], [], text, [], text, []])).notes).toEqual(['pages 2–3, 5 and 7 have no text']);
  });

  it('reads columns one after the other where short lines leave a wider gap beside some of their lines', async () => {
    const fill = (side: string, i: number): string => `${side}${i} words that fill the width of this column`;
    const left = Array.from({ length: 30 }, (_, i) => ({ text: i % 10 > 5 ? `left${i} ends` : fill('left', i), y: 700 - i * 12 }));
    const right = Array.from({ length: 30 }, (_, i) => ({ text: fill('right', i), x: 270, y: 700 - i * 12 }));
    const { blocks } = await read([[...left, ...right]]);
    const text = blocks.map((block) => ('text' in block ? block.text : '')).join(' ');
    const order = [...text.matchAll(/(left|right)(\d+)/g)].map(([, side, i]) => (side === 'left' ? 0 : 30) + Number(i));
    expect(order).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });

  it('reads names beside what they mean as a table, not as columns', async () => {
    const pairs = ['open (name)', 'close (file)', 'seek (file, place)', 'tell (file)', 'read (file, count)', 'write (file, text)'];
    const means = ['open a file', 'end it', 'go to a place in the file', 'say the place', 'take so many letters out', 'put a text in'];
    const rows = pairs.flatMap((text, i): PdfText[] => [
      { text, y: 700 - i * 12 },
      { text: means[i]!, x: 220, y: 700 - i * 12 },
    ]);
    const { blocks } = await read([rows]);
    expect(blocks).toEqual([
      { kind: 'table', header: [pairs[0], means[0]], rows: pairs.slice(1).map((name, i) => [name, means[i + 1]]), page: 1 },
    ]);
  });

  it('reads contents with points before the page numbers as a list', async () => {
    const points = ' .'.repeat(30);
    const entry = (number: string, text: string, page: number, y: number): PdfText[] => [
      { text: number, y },
      { text: text + points, x: 90, y },
      { text: `${page}`, x: 400, y },
    ];
    const { blocks } = await read([[...entry('1.1', 'Rivers', 2, 700), ...entry('1.2', 'Lakes', 3, 688), ...entry('1.3', 'Seas', 5, 676)]]);
    expect(blocks).toEqual([{ kind: 'list', text: '- 1.1 Rivers … 2\n- 1.2 Lakes … 3\n- 1.3 Seas … 5', page: 1 }]);
  });

  it('reads contents without points as a list, chapters with it, on the next page as well, and a price list as a table', async () => {
    const entry = (text: string, page: string, y: number, size = 10): PdfText[] => [
      { text, y, size },
      { text: page, x: 400 - page.length * size * 0.556, y, size },
    ];
    const lines = [...entry('1 Rivers', '2', 700, 14), ...entry('1.1 The Rhine', '3', 682), ...entry('2 Lakes', '15', 660, 14)];
    const body = [700, 688, 676].map((y) => ({ text: `Words at ${y} that are the text.`, y }));
    const { blocks } = await read([
      [{ text: 'Contents', size: 18, y: 740 }, ...lines],
      [...entry('2.1 Constance', '17', 740), ...body],
    ]);
    expect(blocks.slice(0, 3)).toEqual([
      { kind: 'heading', level: 1, text: 'Contents', page: 1 },
      { kind: 'list', text: '- 1 Rivers … 2\n- 1.1 The Rhine … 3\n- 2 Lakes … 15\n- 2.1 Constance … 17', page: 1 },
      { kind: 'paragraph', text: body[0]!.text, page: 2 },
    ]);
    const prices = await read([[{ text: 'Prices', size: 18, y: 740 }, ...lines]]);
    expect(prices.blocks.some(({ kind }) => kind === 'list')).toBe(false);
  });

  it('leaves out the numbers along the axes of plots, those side by side, too, and keeps tables of numbers', async () => {
    const plot = (x: number): PdfText[] => [
      ...[0, 5, 10, 15].map((value, i) => ({ text: `${value}`, x: x - `${value}`.length * 5.56, y: 400 + i * 40 })),
      ...[1, 2, 3, 4].map((value, i) => ({ text: `${value}`, x: x + 10 + i * 40, y: 385 })),
    ];
    const text = { text: 'The plots show how it grows.', y: 700 };
    const { blocks, dropped } = await read([[text, ...plot(80), ...plot(300), { text: 'growth', x: 120, y: 500 }]]);
    expect(blocks.map((block) => 'text' in block && block.text)).toEqual(['The plots show how it grows.', 'growth']);
    expect(dropped.map(({ reason }) => reason)).toEqual(['figure']);
    expect([...dropped[0]!.text.matchAll(/\d+/g)]).toHaveLength(16);
    const rows = [1, 2, 3, 4].flatMap((a, i) => [1, 2, 3].map((b, j): PdfText => ({ text: `${a * b}`, x: 60 + j * 60, y: 600 - i * 14 })));
    expect((await read([[text, ...rows]])).blocks[1]).toMatchObject({ kind: 'table', header: ['1', '2', '3'] });
  });

  it('reads the number of a chapter and its title as one heading', async () => {
    const { blocks } = await read([
      [
        { text: 'Chapter 2', size: 16, y: 740 },
        { text: 'Locks and Weirs', size: 20, y: 710 },
        { text: 'Water finds its level, and so on for a while.', y: 680 },
      ],
    ]);
    expect(blocks[0]).toEqual({ kind: 'heading', level: 1, text: 'Chapter 2 Locks and Weirs', page: 1 });
  });

  it('leaves a header out where the text comes near to it, and where it stands a little off its place', async () => {
    const page = (number: number, top: number, first: number): PdfText[] => [
      { text: 'Hydro network, edition 1.0', y: top },
      ...[0, 1, 2, 3, 4].map((i) => ({ text: `Line ${i} of page ${number}, which is as long as most others.`, y: first - i * 18 })),
    ];
    const { dropped } = await read([page(1, 770, 700), page(2, 770, 700), page(3, 770, 752), page(4, 762, 700), page(5, 770, 700)]);
    expect(dropped.map(({ page: number }) => number)).toEqual([1, 2, 3, 4, 5]);
  });

  it('says where another script is passed off as accented Latin', async () => {
    const { notes } = await read([
      [{ text: '\xe1\xe9\xf1 \xf9\xfb\xbf\xa7 '.repeat(9), y: 700 }],
      [{ text: 'stra\xfbe '.repeat(9), y: 700 }],
    ]);
    expect(notes).toEqual(['page 1 has letters whose meaning the file does not say: --ocr LANG reads them']);
  });

  it('puts marks that are drawn apart over their letters, and underscores that are drawn into names', async () => {
    const accents = makePdf([
      [
        { text: 'fur alle', y: 700 },
        { text: '\xc8', x: 53.9, y: 700.4 },
        { text: 'Uber', y: 600 },
        { text: '\xc8', x: 51.9, y: 602 },
      ],
    ]);
    const texts = async (pdf: Buffer): Promise<unknown> =>
      (await readPdf(pdf, { file: 'x.pdf' })).blocks.map((block) => 'text' in block && block.text);
    expect(await texts(accents)).toEqual(['für alle', 'Über']);
    const parts = [
      { text: 'read', y: 700 },
      { text: 'me now', x: 73.5, y: 700 },
    ];
    expect(await texts(makePdf([parts], { drawn: '69.9 698.5 3 0.4 re f' }))).toEqual(['read_me now']);
    expect(await texts(makePdf([parts], { drawn: '69.9 720 3 0.4 re f' }))).toEqual(['read me now']);
  });

  it('ends a paragraph where a line ended although the next word had room', async () => {
    const { blocks } = await read([
      [
        { text: 'Note', y: 700 },
        { text: 'This is a long line that goes on to the end of the column,', y: 688 },
        { text: 'and this one follows it.', y: 676 },
      ],
    ]);
    expect(blocks.map((block) => 'text' in block && block.text)).toEqual([
      'Note',
      'This is a long line that goes on to the end of the column, and this one follows it.',
    ]);
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
