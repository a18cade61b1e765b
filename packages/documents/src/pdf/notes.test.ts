import { expect, it } from 'vitest';
import { makePdf } from '../test-support/make-pdf.js';
import type { PageContent, Style, Word } from './page-content.js';
import { readPdf } from './read-pdf.js';
import { taggedParts } from './tagged-parts.js';

const textsOf = async (bytes: Uint8Array): Promise<unknown[]> =>
  (await readPdf(bytes, { file: 'x.pdf' })).blocks.map((block) => 'text' in block && block.text);

/** A file of these objects, without the table at its end that nobody needs. */
const pdfOf = (...objects: readonly string[]): Buffer =>
  Buffer.from(
    `%PDF-1.4\n${objects.map((object, i) => `${i + 1} 0 obj\n${object}\nendobj\n`).join('')}trailer\n<< /Root 1 0 R >>\n`,
    'latin1',
  );
const stream = (content: string): string => `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;

it('reads digits that a font draws raised as powers, however large the letters are said to be', async () => {
  // Code 49 is a digit on the line, 50 the same digit above it: both mean 1.
  const meaning =
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange ' +
    '2 beginbfchar <31> <0031> <32> <0031> endbfchar endcmap end end';
  const bytes = pdfOf(
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 << /Type /Font /Subtype ' +
      '/Type1 /BaseFont /Helvetica >> >> >> >>',
    stream('BT /F2 10 Tf 1 0 0 1 50 700 Tm (It moves ) Tj /F1 10 Tf (112) Tj /F2 10 Tf ( litres.) Tj ET'),
    '<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 900] /FontMatrix [0.001 0 0 0.001 0 0] /CharProcs << /low 6 0 R /high 7 0 R >> ' +
      '/Encoding << /Type /Encoding /Differences [49 /low 50 /high] >> /FirstChar 49 /LastChar 50 /Widths [500 500] /ToUnicode 8 0 R >>',
    stream('500 0 0 0 400 700 d1 0 0 400 700 re f'),
    stream('500 0 0 400 400 800 d1 0 400 400 400 re f'),
    stream(meaning),
  );
  expect(await textsOf(bytes)).toEqual(['It moves 11¹ litres.']);
});

it('keeps a line that the mark of a note pushes down in its paragraph', async () => {
  const lines = [700, 686, 672].map((y, i) => ({ text: `Line ${i + 1} of the text that goes on and on to the edge`, y, size: 12 }));
  const last = (mark: string): string => `BT /F1 12 Tf 1 0 0 1 50 654 Tm (and ends here.) Tj ${mark} ET`;
  expect(await textsOf(makePdf([lines], { drawn: last('/F1 10.7 Tf 5.4 Ts (1) Tj') }))).toEqual([
    expect.stringMatching(/^Line 1 of .* edge and ends here\.¹$/),
  ]);
  expect(await textsOf(makePdf([lines], { drawn: last('') }))).toHaveLength(2);
});

it('goes on with a sentence past a note as large as the text, which begins with a raised number', async () => {
  const page = (y: number, ...texts: string[]) => texts.map((text, i) => ({ text, y: y - 14 * i, size: 12 }));
  const first = page(
    700,
    'This is a sentence of the text that goes on and on and on',
    'and ends on the page that comes after this one, where the',
  );
  const note = [
    { text: '1', size: 7, y: 85 },
    { text: 'A note at the foot.', size: 12, x: 55, y: 80 },
  ];
  expect(await textsOf(makePdf([[...first, ...note], page(700, 'rest of it stands.')]))).toEqual([
    expect.stringMatching(/where the rest of it stands\.$/),
    '¹A note at the foot.',
  ]);
});

it('puts notes that tags have within a paragraph behind it', () => {
  const style = (mcid: number): Style => ({ font: 'F', size: 10, isBold: false, isItalic: false, isMono: false, mcid });
  const word = (text: string, mcid: number, base: number): Word => ({
    ...{ text, base, anchor: base, x0: 50, x1: 90, y0: base - 7, y1: base + 2, style: style(mcid), isGlued: false, isSpaced: true },
  });
  const tag = (type: string, ...kids: PageContent['tags'][number]['kids']): PageContent['tags'][number] => ({
    type,
    kids,
    columns: 1,
    rows: 1,
  });
  const content: PageContent = {
    ...{ page: 1, width: 600, height: 800, turned: [], rulings: [], images: [], unknownLetters: 0, hidden: '' },
    words: [word('Text', 0, 100), word('Note', 1, 700), word('more', 2, 112), word('Item', 3, 130), word('Aside', 4, 720)],
    tags: [tag('Document', tag('P', 0, tag('Note', 1), 2), tag('L', tag('LI', tag('LBody', 3, tag('FENote', 4)))))],
  };
  const { parts, rest } = taggedParts(content, new Set());
  expect(rest).toEqual([]);
  expect(parts.map(({ paragraph }) => [paragraph!.lines.map(({ text }) => text).join(' '), paragraph!.isNote === true])).toEqual([
    ['Text more', false],
    ['Note', true],
    ['Item', false],
    ['Aside', true],
  ]);
});
