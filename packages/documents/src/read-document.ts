import { extname } from 'node:path';
import { decodeText } from './decode-text.js';
import type { Block, ReadResult } from './document.js';
import { DocumentError } from './document-error.js';
import { all } from './most-of.js';
import { binaryKind, isNamedText, refusePointer, remedyFor } from './kind-of-file.js';

/** How a document is read. */
export interface ReadOptions {
  /** Languages, by the names of Tesseract (`eng+deu`), to read pages without text with. */
  readonly ocr?: string | undefined;
  /** Address of a docling-serve that converts documents. */
  readonly docling?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told how many pages of a PDF were read, every hundred. */
  readonly onPages?: ((count: number) => void) | undefined;
}

type Read = (bytes: Uint8Array, file: string, options: ReadOptions) => ReadResult | Promise<ReadResult>;

/** A reader of text: decoded first, what had to be guessed noted. */
const ofText =
  (read: (text: string, file: string) => ReadResult | Promise<ReadResult>): Read =>
  async (bytes, file) => {
    const kind = binaryKind(bytes);
    if (kind) throw new DocumentError(`it is ${kind}, whatever its name says`, 'give it the ending of what it is, or leave it out');
    const { text, notes } = await decodeText(bytes);
    const result = await read(text, file);
    return notes.length === 0 ? result : { ...result, notes: [...notes, ...result.notes] };
  };

const html = ofText(async (text) => (await import('./html/read-html.js')).readHtml(text));

const latex = ofText(async (text) => (await import('./markup/read-latex.js')).readLatex(text));
const rst = ofText(async (text) => (await import('./markup/read-rst.js')).readRst(text));
const asciidoc = ofText(async (text) => (await import('./markup/read-asciidoc.js')).readAsciidoc(text));
const csv = ofText(async (text) => (await import('./read-csv.js')).readCsv(text));

/** A page, by how it begins: what a browser saved, whatever the name. */
const isPage = (text: string): boolean =>
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)[\s>]/is.test(text.slice(0, 2000));

/** A reader of text that is one of pages where it is a page. */
const orPage =
  (read: (text: string, file: string) => ReadResult | Promise<ReadResult>) =>
  async (text: string, file: string): Promise<ReadResult> => {
    if (!isPage(text)) return read(text, file);
    const page = await (await import('./html/read-html.js')).readHtml(text);
    return { ...page, notes: ['it is HTML, whatever its name says: read as such', ...page.notes] };
  };

const markdown = ofText(orPage(async (text, file) => (await import('./markdown/read-markdown.js')).readMarkdown(text, file.toLowerCase())));
const plain = ofText(orPage(async (text) => (await import('./read-text.js')).readText(text)));
const pdf: Read = async (bytes, file, { ocr, onPages }) =>
  (await import('./pdf/read-pdf.js')).readPdf(bytes, { file, onPages, ...(ocr !== undefined && { ocr: ocr.split(/[+,]/) }) });
const docx: Read = async (bytes) => (await import('./office/read-docx.js')).readDocx(bytes);
const pptx: Read = async (bytes) => (await import('./office/read-pptx.js')).readPptx(bytes);
const xlsx: Read = async (bytes) => (await import('./office/read-xlsx.js')).readXlsx(bytes);
const odf: Read = async (bytes) => (await import('./office/read-odf.js')).readOdf(bytes);
const rtf: Read = async (bytes) => (await import('./markup/read-rtf.js')).readRtf(bytes);
const epub: Read = async (bytes) => (await import('./office/read-epub.js')).readEpub(bytes);
const notebook = ofText(async (text) => (await import('./markup/read-notebook.js')).readNotebook(text));
const docling = ofText(async (text) => (await import('./markup/read-docling.js')).readDocling(text));

/** How files are read, by the ends of their names. What is heavy is loaded when it is needed. */
const readers: Readonly<Record<string, Read>> = {
  ...all(markdown, '.md .markdown .mdown .mkd .mdx .qmd .rmd'),
  ...all(plain, '.txt .text'),
  ...all(html, '.html .htm .xhtml'),
  '.pdf': pdf,
  '.docx': docx,
  '.pptx': pptx,
  '.xlsx': xlsx,
  // The same with macros, and templates.
  ...all(docx, '.docm .dotx'),
  ...all(pptx, '.pptm .ppsx .potx'),
  ...all(xlsx, '.xlsm .xltx'),
  ...all(odf, '.odt .ods .odp .ott .ots .otp'),
  '.rtf': rtf,
  '.epub': epub,
  ...all(latex, '.tex .latex .ltx'),
  ...all(rst, '.rst .rest'),
  ...all(asciidoc, '.adoc .asciidoc .asc'),
  '.ipynb': notebook,
  ...all(csv, '.csv .tsv'),
  '.json': docling,
};

/** What docling-serve is asked to convert, where there is one. */
const forDocling = new Set(['.pdf', '.docx', '.pptx', '.xlsx', '.html', '.htm', '.xhtml', '.adoc', '.asciidoc']);

/** Ends of names that can be read. */
export const documentTypes: readonly string[] = Object.keys(readers);

const readerOf = (path: string): Read | undefined => readers[extname(path).toLowerCase()] ?? (isNamedText(path) ? plain : undefined);

export const isDocument = (path: string): boolean => readerOf(path) !== undefined;

const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/** Text without control characters, which no chunk may hold. */
function clean(block: Block): Block {
  const said = (text: string): string => (text.search(control) === -1 ? text : text.replace(control, ''));
  if (block.kind !== 'table') return block.text.search(control) === -1 ? block : { ...block, text: said(block.text) };
  return { ...block, header: block.header.map(said), rows: block.rows.map((row) => row.map(said)) };
}

const isEmpty = (block: Block): boolean =>
  block.kind === 'table' ? [block.header, ...block.rows].every((row) => row.every((cell) => cell.trim() === '')) : block.text.trim() === '';

/**
 * A document as blocks, by the end of its name. Fails with {@link DocumentError}, in words that can follow the name: no
 * text, a kind that is not known or not what the name says, a pointer of Git LFS, a password.
 *
 * @example
 * const { blocks } = await readDocument('pump.md', Buffer.from('# Pump\n\nOpen the valve.'));
 */
export async function readDocument(path: string, bytes: Uint8Array, options: ReadOptions = {}): Promise<ReadResult> {
  refusePointer(bytes);
  const read = readerOf(path);
  if (!read) {
    const remedy = remedyFor(path);
    throw new DocumentError(
      remedy ? 'files of its kind are not read' : 'its type is not known',
      remedy ?? `use one of ${documentTypes.join(', ')}`,
    );
  }
  if (bytes.length === 0) throw new DocumentError('it is empty', 'write some text, or leave it out');
  try {
    const isConverted = options.docling !== undefined && forDocling.has(extname(path).toLowerCase());
    const result = isConverted
      ? await (await import('./markup/ask-docling.js')).askDocling(options.docling!, path, bytes)
      : await read(bytes, path, options);
    const blocks = result.blocks.map(clean).filter((block) => !isEmpty(block));
    if (blocks.length === 0) {
      throw new DocumentError(result.notes[0] ?? 'it has no text', 'write some, or leave it out', { dropped: result.dropped });
    }
    return { ...result, blocks };
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError(`it cannot be read (${(error as Error).message})`, 'save it again', { cause: error });
  }
}
