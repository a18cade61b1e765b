import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DocumentError } from '../document-error.js';
import { drawPage } from './draw-page.js';
import { makeLine } from './lines.js';
import type { PageContent, Style, Word } from './page-content.js';
import { wordAt } from './packed-words.js';
import type { Pdfium } from './pdfium.js';
import { placeOf } from './place-of.js';

/** Points of a picture per inch, as far as the next bound allows. */
const RESOLUTION = 300;
/** Points of one picture: a page of A4 at 240 per inch; more need twice the memory and find 1 % more words. */
const MAX_POINTS = 5_600_000;

/** What is used of tesseract.js. */
interface Found {
  readonly text: string;
  readonly confidence: number;
  readonly bbox: Readonly<Record<'x0' | 'y0' | 'x1' | 'y1', number>>;
}
interface FoundLine {
  readonly words: readonly Found[];
  readonly baseline: { readonly y0: number; readonly y1: number };
  readonly rowAttributes?: { readonly rowHeight?: number };
  readonly bbox: Found['bbox'];
}
interface Recognizer {
  recognize(
    image: Buffer,
    options: object,
    output: { blocks: true; text: false },
  ): Promise<{
    data: { blocks: readonly { readonly paragraphs: readonly { readonly lines: readonly FoundLine[] }[] }[] | null };
  }>;
  setParameters(parameters: Readonly<Record<string, string>>): Promise<unknown>;
  terminate(): Promise<unknown>;
}
interface Tesseract {
  createWorker(languages: readonly string[], mode: number, options: object): Promise<Recognizer>;
}

/**
 * Starts text recognition for languages by their names with Tesseract ("eng", "deu", "chi_sim"). Fails with {@link DocumentError}, which
 * says what to install, where tesseract.js or a language is missing.
 */
export async function startOcr(languages: readonly string[]): Promise<Recognizer> {
  const wrong = languages.find((language) => !/^[a-z]{3,4}(?:_[a-z]+)*$/i.test(language));
  if (wrong !== undefined || languages.length === 0) {
    throw new DocumentError(`"${wrong ?? ''}" is no language of text recognition`, 'name it as Tesseract does: eng, deu, chi_sim');
  }
  const engine = placeOf('tesseract.js');
  const data = languages.map((code) => ({ code, place: placeOf(`@tesseract.js-data/${code}/package.json`) }));
  const missing = [
    ...(engine ? [] : ['tesseract.js']),
    ...data.flatMap(({ code, place }) => (place ? [] : [`@tesseract.js-data/${code}`])),
  ];
  if (missing.length > 0) {
    throw new DocumentError('its pages need text recognition, which is not installed', `npm install ${missing.join(' ')}`);
  }
  const loaded = (await import(pathToFileURL(engine!).href)) as Tesseract & { readonly default?: Tesseract };
  // It looks for all languages in one folder.
  const langPath = await mkdtemp(join(tmpdir(), 'sdg-ocr-'));
  try {
    for (const { code, place } of data) {
      await copyFile(join(place!, '../4.0.0_best_int', `${code}.traineddata.gz`), join(langPath, `${code}.traineddata.gz`));
    }
    // Without a handler it throws where nobody can catch it.
    const options = { langPath, gzip: true, cacheMethod: 'none', errorHandler: () => undefined };
    const recognizer = await (loaded.default ?? loaded).createWorker([...languages], 1, options);
    // 3: find the columns. Its own default takes the page for one block of text.
    await recognizer.setParameters({ tessedit_pageseg_mode: '3', user_defined_dpi: '250' });
    return recognizer;
  } finally {
    await rm(langPath, { recursive: true, force: true });
  }
}

/** A page as a picture of 256 greys, in the format BMP. */
function pictureOf(pdfium: Pdfium, document: number, number: number): { image: Buffer; scale: number } {
  const { raw } = pdfium;
  const page = raw['FPDF_LoadPage']!(document, number - 1);
  const [w, h] = [raw['FPDF_GetPageWidthF']!(page), raw['FPDF_GetPageHeightF']!(page)];
  const picture = drawPage(pdfium, page, w, h, RESOLUTION / 72, MAX_POINTS);
  raw['FPDF_ClosePage']!(page);
  if (!picture) throw new DocumentError(`page ${number} is too large for text recognition`, 'split it');
  const { grey, width, height, stride, scale } = picture;
  const row = Math.ceil(width / 4) * 4;
  const image = Buffer.alloc(54 + 1024 + row * height);
  image.write('BM');
  image.writeUInt32LE(image.length, 2);
  const numbers = { 10: 1078, 14: 40, 18: width, 22: height, 34: row * height, 46: 256 };
  for (const [at, value] of Object.entries(numbers)) image.writeUInt32LE(value, Number(at));
  image.writeUInt16LE(1, 26);
  image.writeUInt16LE(8, 28);
  for (let i = 0; i < 256; i++) image.fill(i, 54 + i * 4, 54 + i * 4 + 3);
  for (let y = 0; y < height; y++) image.set(grey.subarray(y * stride, y * stride + width), 1078 + (height - 1 - y) * row);
  return { image, scale };
}

/** Words of a recognised line that are no specks. */
function wordsOf(line: FoundLine, scale: number): Word[] {
  const base = (line.baseline.y0 + line.baseline.y1) / 2 / scale;
  // Heights of lines differ by what letters they have: half points would make headings of them.
  const size = Math.max(4, Math.round((((line.rowAttributes?.rowHeight ?? line.bbox.y1 - line.bbox.y0) / scale) * 0.75) / 2) * 2);
  const style: Style = { font: 'recognized', size, isBold: false, isItalic: false, isMono: false, mcid: -1 };
  return line.words.flatMap(({ text, confidence, bbox }): Word[] => {
    if (text.trim() === '' || (confidence < 50 && text.length < 3)) return [];
    return [wordAt(text, bbox.x0 / scale, bbox.x1 / scale, base, style)];
  });
}

/** Recognises the text of a page; its lines and paragraphs are those that recognition finds. */
export async function recognizePage(recognizer: Recognizer, pdfium: Pdfium, document: number, content: PageContent): Promise<PageContent> {
  const { image, scale } = pictureOf(pdfium, document, content.page);
  const { data } = await recognizer.recognize(image, {}, { blocks: true, text: false });
  const paragraphs = (data.blocks ?? []).flatMap((block) => block.paragraphs.map(({ lines }) => lines));
  const recognized = paragraphs.flatMap((lines) => {
    const made = lines.flatMap((line) => {
      // Text that is turned against the page is no text to the engine.
      const { x0, x1, y0, y1 } = line.bbox;
      const words = y1 - y0 > (x1 - x0) * 1.5 ? [] : wordsOf(line, scale);
      return words.length > 0 ? [makeLine(words, content.page)] : [];
    });
    return made.length > 0 ? [made] : [];
  });
  const [width, height] = [image.readUInt32LE(18) / scale, image.readUInt32LE(22) / scale];
  const words = recognized.flatMap((lines) => lines.flatMap((line) => line.words));
  return { ...content, width, height, words, turned: [], rulings: [], unknownLetters: 0, recognized };
}
