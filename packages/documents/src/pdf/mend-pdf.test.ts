import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DocumentError } from '../document-error.js';
import { makePdf } from '../test-support/make-pdf.js';
import { readPdf } from './read-pdf.js';

const read = async (bytes: Uint8Array): Promise<{ readonly texts: readonly unknown[]; readonly notes: readonly string[] }> => {
  const { blocks, notes } = await readPdf(bytes, { file: 'x.pdf' });
  return { texts: blocks.map((block) => 'text' in block && block.text), notes };
};

describe('a file that lost its end', () => {
  const whole = makePdf(['One.', 'Two.', 'Three.'].map((text) => [{ text, y: 700 }]));

  it('gives the pages that are there, and says how many are not', async () => {
    const last = whole.lastIndexOf('/Type /Page ');
    expect(await read(whole.subarray(0, last))).toEqual({
      texts: ['One.', 'Two.'],
      notes: ['it is damaged, or cut off: 2 pages of 3 could be found in it, what came after is lost; get it again'],
    });
    // Cut in the table at its end, it has all of them.
    expect((await read(whole.subarray(0, whole.lastIndexOf('xref\n0')))).texts).toEqual(['One.', 'Two.', 'Three.']);
  });

  it('gives no page whose letters are those of a font that is lost, and none of a file that was encrypted', async () => {
    const borrowed = Buffer.from(whole.toString('latin1').replaceAll(/<< \/Type \/Font [^>]*>>/g, '99 0 R'), 'latin1');
    await expect(read(borrowed.subarray(0, borrowed.lastIndexOf('xref\n0')))).rejects.toThrow(DocumentError);
    const shapeless = '<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+CMR10 /FontDescriptor 99 0 R >>';
    const unnamed = Buffer.from(whole.toString('latin1').replaceAll(/<< \/Type \/Font [^>]*>>/g, shapeless), 'latin1');
    await expect(read(unnamed.subarray(0, unnamed.lastIndexOf('xref\n0')))).rejects.toThrow(DocumentError);
    const locked = makePdf([[{ text: 'One.', y: 700 }]], { encrypted: 'without a password' });
    await expect(read(locked.subarray(0, locked.lastIndexOf('startxref') - 5))).rejects.toThrow('it is damaged');
  });

  it('finds pages and fonts that are packed into streams', async () => {
    const packed = [
      '<< /Type /Page /Parent 9 0 R /Contents 1 0 R /Resources << /Font << /F1 3 0 R >> >> >>',
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ];
    const header = `2 0 3 ${packed[0]!.length + 1} `;
    const stream = deflateSync(`${header}${packed.join(' ')}`);
    const content = 'BT /F1 12 Tf 50 700 Td (Packed words.) Tj ET';
    const bytes = Buffer.concat([
      Buffer.from(`%PDF-1.5\n1 0 obj\n<< /Length ${content.length} >>\nstream\n${content}\nendstream\nendobj\n`),
      Buffer.from(`4 0 obj\n<< /Type /ObjStm /N 2 /First ${header.length} /Filter /FlateDecode /Length ${stream.length} >>\nstream\n`),
      stream,
      Buffer.from('\nendstream\nendobj\n5 0 obj\n<< /Length 99 >>\nstream\nxx'),
    ]);
    expect((await read(bytes)).texts).toEqual(['Packed words.']);
    const empty = makePdf([[], []]);
    await expect(read(empty.subarray(0, empty.lastIndexOf('xref\n0')))).rejects.toThrow('cut off: no page with text');
    // Broken off within the font, the page is none.
    const cut = bytes.subarray(0, bytes.indexOf(stream) + stream.length - 20);
    await expect(read(cut)).rejects.toThrow('it is damaged');
  });
});
