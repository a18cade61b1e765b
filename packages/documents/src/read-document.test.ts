import { describe, expect, it } from 'vitest';
import { isDocument, readDocument } from './read-document.js';
import { makePdf } from './test-support/make-pdf.js';
import { makeDocx, makeZip } from './test-support/make-zip.js';

const why = async (path: string, bytes: Uint8Array): Promise<string> =>
  readDocument(path, bytes).then(
    () => 'was read',
    (error: Error) => error.message,
  );

describe('readDocument', () => {
  it('reads plain text by paragraphs, with their lines', async () => {
    const { blocks } = await readDocument('x.TXT', Buffer.from('\ufeffone\ntwo\r\n\r\n  three\n\n\n# four\n'));
    expect(blocks).toEqual([
      { kind: 'paragraph', text: 'one\ntwo', line: 1 },
      { kind: 'paragraph', text: '  three', line: 4 },
      { kind: 'paragraph', text: '# four', line: 7 },
    ]);
  });

  it('reads PDF with the pages of what it finds', async () => {
    const pdf = makePdf([
      [
        { text: 'Rivers (of Europe)', size: 20, y: 750 },
        { text: 'The Rhine is', y: 720 },
        { text: 'a long river.', y: 708 },
        { text: 'It ends in the', y: 680 },
      ],
      [
        { text: 'North Sea.', y: 750 },
        { text: 'Others', size: 14, y: 700 },
        { text: 'The Danube.', y: 680 },
      ],
    ]);
    const { blocks, pages } = await readDocument('x.pdf', pdf);
    expect(pages).toBe(2);
    expect(blocks.map((block) => [block.kind, block.page, 'text' in block && block.text])).toEqual([
      ['heading', 1, 'Rivers (of Europe)'],
      ['paragraph', 1, 'The Rhine is a long river.'],
      ['paragraph', 1, 'It ends in the North Sea.'],
      ['heading', 2, 'Others'],
      ['paragraph', 2, 'The Danube.'],
    ]);
  });

  it('says in one line why a document gives no text', async () => {
    const text = [[{ text: 'secret', y: 700 }]];
    expect(await why('x.pdf', makePdf(text, { encrypted: true }))).toBe('it needs a password');
    expect(await why('x.pdf', Buffer.from('no PDF at all'))).toMatch(/^it is no PDF/);
    expect(await why('x.docx', Buffer.from('no zip'))).toBe('it is not a Word document (.docx)');
    expect(await why('x.docx', makeZip({ 'a.txt': 'x' }))).toBe('it is not a Word document (.docx)');
    expect(await why('x.docx', makeDocx([{ text: 'x' }], 2_000_000_000))).toBe('it is too large when unpacked');
    expect(await why('x.md', Buffer.from('\n\n'))).toBe('it has no text');
    expect(await why('x.md', Buffer.from(''))).toBe('it is empty');
    expect(await why('x.exe', Buffer.from('x'))).toBe('its type is not known');
    expect(await why('x.doc', Buffer.from('x'))).toBe('files of its kind are not read');
  });

  it('names pointers of Git LFS, pictures in the clothes of text, and what is no text', async () => {
    const pointer = Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n');
    for (const name of ['x.md', 'x.pdf', 'x.docx', 'x.csv']) expect(await why(name, pointer)).toMatch('it is a pointer of Git LFS');
    expect(await why('x.md', Buffer.from('\x89PNG\r\n\x1a\n....', 'latin1'))).toBe('it is a PNG picture, whatever its name says');
    expect(await why('x.txt', Buffer.from('%PDF-1.7\n...'))).toBe('it is a PDF, whatever its name says');
    expect(await why('x.txt', Buffer.from([65, 0, 0, 1, 2, 66, 0, 7, 8]))).toMatch('it is not text');
  });

  it('reads the encodings that people have', async () => {
    const read = async (name: string, bytes: Uint8Array): Promise<string> =>
      (await readDocument(name, bytes)).blocks.map((block) => ('text' in block ? block.text : '')).join('|');
    const utf16 = (text: string, isBig = false): Buffer => {
      const bytes = Buffer.from(text, 'utf16le');
      return isBig ? bytes.swap16() : bytes;
    };
    expect(await read('a.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16('Größe')]))).toBe('Größe');
    expect(await read('a.txt', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16('Größe', true)]))).toBe('Größe');
    expect(await read('a.txt', utf16('Without a mark'))).toBe('Without a mark');
    const page = (charset: string, body: Buffer): Buffer =>
      Buffer.concat([Buffer.from(`<html><head><meta charset="${charset}"></head><body><p>`), body, Buffer.from('</p></body></html>')]);
    expect(await read('a.html', page('iso-8859-1', Buffer.from('Größe', 'latin1')))).toBe('Größe');
    expect(await read('a.html', page('shift_jis', Buffer.from([0x83, 0x7c, 0x83, 0x93, 0x83, 0x76])))).toBe('ポンプ');
    expect(await read('a.html', page('koi8-r', Buffer.from([0xee, 0xc1, 0xd3, 0xcf, 0xd3])))).toBe('Насос');
    const latin = await readDocument('a.txt', Buffer.from('Größe', 'latin1'));
    expect(latin.notes).toEqual(['it is not UTF-8 and names no encoding: read as Windows-1252']);
  });

  it('reads a page that was saved as text, and says what else a file is', async () => {
    const page = Buffer.from('<!-- saved -->\n<!DOCTYPE html><html><body><h1>Pump</h1><p>Open the valve.</p></body></html>');
    for (const name of ['a.md', 'a.txt']) {
      const { blocks, notes } = await readDocument(name, page);
      expect(blocks.map(({ kind }) => kind)).toEqual(['heading', 'paragraph']);
      expect(notes).toEqual(['it is HTML, whatever its name says: read as such']);
    }
    const office = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(500)]);
    expect(await why('x.docx', office)).toBe('it is a document of an old Office program, not a Word document (.docx)');
    expect(await why('x.xlsx', Buffer.concat([office, Buffer.from('EncryptedPackage', 'utf16le')]))).toBe('it needs a password');
    expect(await why('x.pptx', Buffer.from('%PDF-1.7'))).toBe('it is a PDF, not a PowerPoint file (.pptx)');
  });

  it('leaves out control characters', async () => {
    expect((await readDocument('x.txt', Buffer.from('a\x07b\x1b[31mc'))).blocks).toEqual([{ kind: 'paragraph', text: 'ab[31mc', line: 1 }]);
  });

  it('knows documents by the ends of their names', () => {
    expect(['a.md', 'b.PDF', 'c/d.html', 'e.docx', 'f.txt', 'g/README'].every(isDocument)).toBe(true);
    expect(['md', 'a.doc', 'b.exe', 'c'].some(isDocument)).toBe(false);
  });

  it('does not begin a text that it would not finish', async () => {
    const bytes = Buffer.alloc(64_000_001, 'a ');
    for (const name of ['a.md', 'a.txt', 'a.html']) {
      await expect(readDocument(name, bytes)).rejects.toThrow('more than the 64 MB that a text may have');
    }
  });
});
