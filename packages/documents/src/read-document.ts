import { isUtf8 } from 'node:buffer';
import { extname } from 'node:path';
import type { DocumentBlock } from './document-block.js';
import { DocumentError } from './document-error.js';
import { readText } from './read-text.js';

/** Bytes of text that one document may have: a hundred novels, and minutes to read. */
export const MAX_TEXT = 20_000_000;

/** UTF-8, or what a byte order mark says; line feeds for line breaks. */
function decode(bytes: Buffer): string {
  if (bytes.length > MAX_TEXT) throw new DocumentError(`it has ${Math.ceil(bytes.length / 1_000_000)} MB, more than the ${MAX_TEXT / 1_000_000} MB that a text may have`, 'split it');
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  if (encoding === 'utf-8' && !isUtf8(bytes)) throw new DocumentError('it is not UTF-8 text', 'save it as UTF-8');
  return new TextDecoder(encoding).decode(bytes).replaceAll(/\r\n?/g, '\n');
}

type ReadBlocks = (bytes: Buffer) => DocumentBlock[] | Promise<DocumentBlock[]>;

/** How files are read, by the ends of their names. What is heavy is loaded when it is needed. */
const readers: Readonly<Record<string, ReadBlocks>> = {
  '.md': async (bytes) => (await import('./read-markdown.js')).readMarkdown(decode(bytes)),
  '.markdown': async (bytes) => (await import('./read-markdown.js')).readMarkdown(decode(bytes)),
  '.txt': (bytes) => readText(decode(bytes)),
  '.text': (bytes) => readText(decode(bytes)),
  '.html': async (bytes) => (await import('./read-html.js')).readHtml(decode(bytes)),
  '.htm': async (bytes) => (await import('./read-html.js')).readHtml(decode(bytes)),
  '.pdf': async (bytes) => {
    const { blocks } = await (await import('./pdf/read-pdf.js')).readPdf(bytes, { file: '' });
    return blocks.map((block): DocumentBlock => {
      if (block.kind === 'heading') return { kind: 'heading', text: block.text, depth: block.level };
      if (block.kind !== 'table') return { kind: block.kind === 'list' ? 'list-item' : block.kind === 'code' ? 'code' : 'text', text: block.text };
      const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
      return { kind: 'table', text: [row(block.header), row(block.header.map(() => '---')), ...block.rows.map(row)].join('\n') };
    });
  },
  '.docx': async (bytes) => (await import('./read-docx.js')).readDocx(bytes),
};

/** Ends of names that can be read. */
export const documentTypes: readonly string[] = Object.keys(readers);

const readerOf = (path: string): ReadBlocks | undefined => readers[extname(path).toLowerCase()];

export const isDocument = (path: string): boolean => readerOf(path) !== undefined;

/** A document as blocks, by the end of its name. Fails with {@link DocumentError}, in words that can follow the name. */
export async function readDocument(path: string, bytes: Buffer): Promise<DocumentBlock[]> {
  const read = readerOf(path);
  if (!read) throw new DocumentError('its type is not known', `use one of ${documentTypes.join(', ')}`);
  try {
    const blocks = await read(bytes);
    if (blocks.length === 0) throw new DocumentError('it has no text', 'write some, or leave it out of the patterns');
    return blocks;
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError(`it cannot be read (${(error as Error).message})`, 'save it again', { cause: error });
  }
}
