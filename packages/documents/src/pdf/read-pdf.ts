import type { Dropped, ReadResult } from '../document.js';
import { DocumentError } from '../document-error.js';
import { axisNumbers } from './axis-numbers.js';
import { openForm } from './form-fields.js';
import { bodySize, findFurniture } from './furniture.js';
import { HiddenLetters } from './hidden-letters.js';
import { findHeadings } from './headings.js';
import { countWords } from './join-lines.js';
import { makeBlocks } from './make-blocks.js';
import { recognizePage, startOcr } from './ocr.js';
import { readOutline, type OutlineEntry } from './outline.js';
import type { PageContent } from './page-content.js';
import { isTextless, lossNote, pageNotes, withoutText } from './page-notes.js';
import { areContents, readParts } from './page-parts.js';
import { areTagsUseful, ARTIFACT, taggedParts } from './tagged-parts.js';
import { withPdf, type Pdfium } from './pdfium.js';
import { readPage } from './read-page.js';
import { findRuledTables } from './ruled-tables.js';

/** Pages of one file: more are a bomb or an archive that wants to be split. */
const MAX_PAGES = 20_000;
/** Letters of one file, as much as a text may have. */
const MAX_LETTERS = 20_000_000;

export interface PdfOptions {
  /** The name of the file, for findings. */
  readonly file: string;
  /** Languages of text recognition by the names of Tesseract: pages without text are recognised. */
  readonly ocr?: readonly string[];
  /** Told how many pages were read, every hundred. */
  readonly onPages?: ((count: number) => void) | undefined;
}

function readContents(pdfium: Pdfium, document: number, onPages: PdfOptions['onPages']): PageContent[] {
  const pages = pdfium.raw['FPDF_GetPageCount']!(document);
  if (pages > MAX_PAGES) throw new DocumentError(`it has ${pages} pages, more than the ${MAX_PAGES} that a file may have`, 'split it');
  const isTagged = pdfium.raw['FPDFCatalog_IsTagged']!(document) !== 0;
  const form = openForm(pdfium, document);
  const open = { document, isTagged, form: form?.form ?? 0, hiding: new HiddenLetters() };
  const contents: PageContent[] = [];
  let letters = 0;
  for (let number = 1; number <= pages; number++) {
    const content = readPage(pdfium, open, number);
    letters += content.words.reduce((sum, { text }) => sum + text.length, 0);
    if (letters > MAX_LETTERS) throw new DocumentError(`it has more than ${MAX_LETTERS / 1_000_000} million letters`, 'split it');
    contents.push(content);
    if (number % 100 === 0) onPages?.(number);
  }
  form?.close();
  return contents;
}

/**
 * A PDF as blocks in reading order, with what was left out of it. Fails with {@link DocumentError} for a password, for a file without
 * any text, for what is damaged, and for what is no PDF.
 *
 * @example
 * const { blocks, dropped, notes } = await readPdf(await readFile('manual.pdf'), { file: 'manual.pdf' });
 */
export async function readPdf(bytes: Uint8Array, { ocr, onPages }: PdfOptions): Promise<ReadResult> {
  return withPdf(bytes, async (pdfium, document, mended) => {
    const read = readContents(pdfium, document, onPages);
    const textless = read.filter(isTextless);
    const unread = new Set(textless.map(({ page }) => page));
    const contents = ocr === undefined || textless.length === 0 ? read : await recognized(pdfium, document, read, unread, ocr);
    const isEmpty = contents.every(({ words, turned }) => words.length + turned.length === 0);
    if (isEmpty) throw withoutText(contents, ocr !== undefined, mended !== undefined);
    const blocks = assemble(contents, readOutline(pdfium, document));
    const notes = [...(mended ? [lossNote(mended)] : []), ...pageNotes(textless, ocr !== undefined)];
    return { ...blocks, notes, pages: contents.length };
  });
}

/** The pages, those without text read by text recognition. */
async function recognized(
  pdfium: Pdfium,
  document: number,
  contents: readonly PageContent[],
  unread: ReadonlySet<number>,
  languages: readonly string[],
): Promise<PageContent[]> {
  const recognizer = await startOcr(languages);
  try {
    const out: PageContent[] = [];
    for (const content of contents) {
      out.push(unread.has(content.page) ? await recognizePage(recognizer, pdfium, document, content) : content);
    }
    return out;
  } finally {
    await recognizer.terminate();
  }
}

/** A page without the numbers along the axes of its plots, which are noted as left out. */
function withoutAxes(content: PageContent, dropped: Dropped[]): PageContent {
  const numbers = axisNumbers(content.words);
  if (numbers.size === 0) return content;
  dropped.push({ text: [...numbers].map(({ text }) => text).join(' '), reason: 'figure', page: content.page });
  return { ...content, words: content.words.filter((word) => !numbers.has(word)) };
}

/** Blocks of pages, and what of them is no part of the text. */
function assemble(pages: readonly PageContent[], outline: readonly OutlineEntry[]): Pick<ReadResult, 'blocks' | 'dropped'> {
  const dropped: Dropped[] = [];
  const contents = pages.map((content) => withoutAxes(content, dropped));
  const tables = new Map(contents.map((content) => [content, findRuledTables(content.words, content.rulings, content.page)]));
  const inTables = new Set(
    contents.flatMap((content) =>
      tables
        .get(content)!
        .filter(({ y0, y1 }) => y1 - y0 > content.height * 0.2)
        .flatMap(({ words }) => [...words]),
    ),
  );
  const furniture = findFurniture(contents, inTables);
  dropped.push(...furniture.dropped);
  const body = bodySize(contents);
  const useTags = areTagsUseful(contents);
  let isContents = false;
  const parts = contents.flatMap((content) => {
    if (!useTags) {
      const read = readParts(content, tables.get(content)!, furniture.words, body, isContents);
      isContents = areContents(read);
      return read;
    }
    const { parts: tagged, rest } = taggedParts(content, furniture.words);
    const artifacts = rest.filter(({ style, text }) => style.mcid === ARTIFACT && text !== '•');
    if (artifacts.length > 0) dropped.push({ text: artifacts.map(({ text }) => text).join(' '), reason: 'artifact', page: content.page });
    return [
      ...tagged,
      ...readParts({ ...content, words: rest.filter(({ style }) => style.mcid !== ARTIFACT) }, [], furniture.words, body, false),
    ];
  });
  const paragraphs = parts.flatMap(({ paragraph }) => paragraph ?? []);
  const lines = paragraphs.flatMap((paragraph) => paragraph.lines);
  const headings = findHeadings(paragraphs, outline, body);
  const mono = lines.filter(({ style }) => style.isMono).length;
  const vocabulary = countWords(lines.map(({ text }) => text));
  for (const { page, hidden, turned } of contents) {
    if (hidden !== '') dropped.push({ text: hidden, reason: 'hidden', page });
    if (turned.length > 0) dropped.push({ text: turned.map(({ text }) => text).join(' '), reason: 'margin', page });
  }
  return { blocks: makeBlocks(parts, { headings, vocabulary, body, isMono: mono > lines.length / 2 }), dropped };
}
