import { describe, expect, it } from 'vitest';
import { makePdf, type PdfText } from '../test-support/make-pdf.js';
import { readPdf } from './read-pdf.js';

const read = (pages: readonly (readonly PdfText[])[]) => readPdf(makePdf(pages), { file: 'x.pdf' });

describe('readPdf', () => {
  it('reads headings by size, paragraphs by gaps, and goes on over lines and pages', async () => {
    const { blocks, pages } = await read([
      [
        { text: 'Rivers (of Europe)', size: 20, y: 750 }, { text: 'The Rhine is', y: 720 }, { text: 'a long river.', y: 708 },
        { text: 'It ends in the', y: 680 },
      ],
      [{ text: 'North Sea.', y: 750 }, { text: '- one', y: 730 }, { text: 'Others', size: 14, y: 700 }, { text: 'The Danube.', y: 680 }],
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

  it('leaves headers and page numbers out, and says so', async () => {
    const page = (number: number): PdfText[] => [
      { text: 'Valve manual', y: 780 },
      { text: `Text of page ${number} that`, y: 700 },
      { text: 'goes on.', y: 688 },
      { text: `Page ${number} of 3`, y: 20 },
    ];
    const { blocks, dropped } = await read([page(1), page(2), page(3)]);
    expect(blocks.map((block) => block.kind === 'table' || block.text)).toEqual([1, 2, 3].map((number) => `Text of page ${number} that goes on.`));
    expect(dropped).toEqual([1, 2, 3].flatMap((number) => [
      { text: 'Valve manual', reason: 'header', page: number },
      { text: `Page ${number} of 3`, reason: 'page-number', page: number },
    ]));
  });

  it('says which page has no text', async () => {
    expect((await read([[{ text: 'One.', y: 700 }], []])).notes).toEqual(['page 2 has no text']);
  });
});
