import type { ReadResult } from '../document.js';
import { DocumentError } from '../document-error.js';
import { DocumentPages } from './document-pages.js';
import { openForm } from './form-fields.js';
import { HiddenLetters } from './hidden-letters.js';
import { recognizePage, startOcr } from './ocr.js';
import { readOutline } from './outline.js';
import type { PageContent } from './page-content.js';
import { isTextless, lossNote, pageNotes, withoutText } from './page-notes.js';
import { withPdf, type Pdfium } from './pdfium.js';
import { readPage } from './read-page.js';

/** Pages of one file: more are a bomb or an archive that wants to be split. */
const MAX_PAGES = 20_000;
/** Letters of one file, as much as a text may have. */
const MAX_LETTERS = 20_000_000;

interface PdfOptions {
  /** The name of the file, for findings. */
  readonly file: string;
  /** Languages of text recognition by the names of Tesseract: pages without text are recognised. */
  readonly ocr?: readonly string[];
  /** Told how many pages were read, every hundred. */
  readonly onPages?: ((count: number) => void) | undefined;
}

/** Reads the pages of an open document, one at a time. */
function* readContents(pdfium: Pdfium, document: number, onPages: PdfOptions['onPages']): Generator<PageContent, void, undefined> {
  const pages = pdfium.raw['FPDF_GetPageCount']!(document);
  if (pages > MAX_PAGES) throw new DocumentError(`it has ${pages} pages, more than the ${MAX_PAGES} that a file may have`, 'split it');
  const isTagged = pdfium.raw['FPDFCatalog_IsTagged']!(document) !== 0;
  const form = openForm(pdfium, document);
  const open = { document, isTagged, form: form?.form ?? 0, hiding: new HiddenLetters() };
  let letters = 0;
  for (let number = 1; number <= pages; number++) {
    const content = readPage(pdfium, open, number);
    for (const { text } of content.words) letters += text.length;
    if (letters > MAX_LETTERS) throw new DocumentError(`it has more than ${MAX_LETTERS / 1_000_000} million letters`, 'split it');
    yield content;
    if (number % 100 === 0) onPages?.(number);
  }
  form?.close();
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
    const pages = new DocumentPages();
    const textless: PageContent[] = [];
    let recognizer: Awaited<ReturnType<typeof startOcr>> | undefined;
    try {
      for (const content of readContents(pdfium, document, onPages)) {
        const isUnread = isTextless(content);
        if (isUnread) textless.push(content);
        if (isUnread && ocr !== undefined) {
          recognizer ??= await startOcr(ocr);
          pages.add(await recognizePage(recognizer, pdfium, document, content));
        } else pages.add(content);
      }
    } finally {
      await recognizer?.terminate();
    }
    if (!pages.hasText) throw withoutText(textless, ocr !== undefined, mended !== undefined);
    const { count } = pages;
    const notes = [...(mended ? [lossNote(mended)] : []), ...pageNotes(textless, ocr !== undefined)];
    return { ...pages.toBlocks(readOutline(pdfium, document)), notes, pages: count };
  });
}
