import type { DocumentBlock } from './document-block.js';
import { DocumentError } from './document-error.js';
import { pdfBlocks, type PdfLine } from './pdf-blocks.js';

/** An item of pdf.js's text content, as far as it is used here. */
interface TextItem {
  readonly str: string;
  /** Last two: the place on the page, in points from its lower left corner. */
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** Runs of text of a page, put together to lines: what stands at one height, from left to right as it comes. */
function linesOf(items: readonly TextItem[], page: number): PdfLine[] {
  const lines: { text: string; size: number; y: number; page: number; right: number }[] = [];
  for (const { str, transform, width, height } of items) {
    if (str === '') continue;
    const [x = 0, y = 0] = transform.slice(4);
    const size = height || Math.abs(transform[3] ?? 0);
    const line = lines.at(-1);
    if (line && Math.abs(line.y - y) <= Math.max(1, size * 0.4)) {
      const isApart = x - line.right > size * 0.15 && !/\s$/.test(line.text) && !/^\s/.test(str);
      line.text += (isApart ? ' ' : '') + str;
      line.right = x + width;
      line.size = Math.max(line.size, size);
    } else lines.push({ text: str, size, y, page, right: x + width });
  }
  return lines.filter(({ text }) => text.trim() !== '').map(({ text, ...line }) => ({ ...line, text: text.trim() }));
}

/**
 * A PDF as blocks: lines by their place on the page, headings by the size of their letters. Fails with
 * {@link DocumentError} for a password, for pages without text, and for what is no PDF.
 */
export async function readPdf(bytes: Buffer): Promise<DocumentBlock[]> {
  const { getDocument, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const task = getDocument({
    data: new Uint8Array(bytes),
    verbosity: VerbosityLevel.ERRORS,
    isEvalSupported: false,
    useSystemFonts: false,
    disableFontFace: true,
    useWorkerFetch: false,
    stopAtErrors: false,
  });
  try {
    const document = await task.promise;
    const lines: PdfLine[] = [];
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      lines.push(...linesOf(items.flatMap((item) => ('str' in item ? [item] : [])), number));
      page.cleanup();
    }
    if (lines.length === 0) throw new DocumentError('it has no text, only pictures', 'run it through text recognition (OCR) first');
    return pdfBlocks(lines);
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    if ((error as Error).name === 'PasswordException') throw new DocumentError('it needs a password', 'save it without one', { cause: error });
    throw new DocumentError(`it cannot be read as a PDF (${(error as Error).message})`, 'save it again', { cause: error });
  } finally {
    await task.destroy();
  }
}
