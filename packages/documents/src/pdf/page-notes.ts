import { counted, groupBy, sumOf } from '@sdg/values';
import { DocumentError } from '../document-error.js';
import { pageList } from '../page-list.js';
import type { Mended } from './mend-pdf.js';
import type { PageContent } from './page-content.js';

/** Less letters than this on a page that a picture covers are a stamp on a scan. */
const FEW_LETTERS = 30;

const lettersOf = ({ words, turned }: PageContent): number => sumOf([...words, ...turned], ({ text }) => text.length);

/** Whether a page has to be recognised: no text, a stamp on a picture, or letters without a meaning. */
export function isTextless(content: PageContent): boolean {
  const letters = lettersOf(content);
  const covered = sumOf(content.images, ({ x0, y0, x1, y1 }) => (x1 - x0) * (y1 - y0));
  if (content.unknownLetters > letters) return true;
  return letters === 0 || (letters < FEW_LETTERS && covered > content.width * content.height * 0.5);
}

/** What a note says of one page and of several. */
type Says = readonly [one: string, several: string];
const unknown: Says = [
  'has letters whose meaning the file does not say: --ocr LANG reads them',
  'have letters whose meaning the file does not say: --ocr LANG reads them',
];
const pictures: Says = [
  'is a picture with hardly any text: --ocr LANG reads it',
  'are pictures with hardly any text: --ocr LANG reads them',
];
const nothing: Says = ['has no text', 'have no text'];
const recognized: Says = ['was read by text recognition', 'were read by text recognition'];

function says(content: PageContent): Says {
  if (content.unknownLetters > lettersOf(content)) return unknown;
  return lettersOf(content) > 0 ? pictures : nothing;
}

/** One line each for pages that a person should look at: without text, or read by text recognition. */
export function pageNotes(textless: readonly PageContent[], isRecognized: boolean): string[] {
  return [...groupBy(textless, (content) => (isRecognized ? recognized : says(content)))].map(
    ([[one, several], contents]) => `${pageList(contents.map(({ page }) => page))} ${contents.length === 1 ? one : several}`,
  );
}

/** What was left of a file that lost its end. */
export function lossNote({ pages, of }: Pick<Mended, 'pages' | 'of'>): string {
  const read = `${counted(pages, 'page')}${of === undefined ? '' : ` of ${of}`}`;
  return `it is damaged, or cut off: ${read} could be found in it, what came after is lost; get it again`;
}

/** Why a file without any text gives nothing. */
export function withoutText(contents: readonly PageContent[], isTried: boolean, isCut: boolean): DocumentError {
  if (isCut) return new DocumentError('it is damaged, or cut off: no page with text can be found in it', 'get it again');
  if (isTried) return new DocumentError('no text can be recognised in it', 'look at its pages, and at the language named');
  if (contents.some(({ unknownLetters }) => unknownLetters > 0)) {
    return new DocumentError('it does not say what its letters mean', 'read it with --ocr LANG, as in --ocr eng');
  }
  if (contents.every(({ images }) => images.length === 0)) return new DocumentError('it has no text, its pages are empty', 'leave it out');
  return new DocumentError('it has no text, only pictures', 'read it with --ocr LANG, as in --ocr eng');
}
