import type { Style, Word } from './page-content.js';
import { wordAt } from './packed-words.js';
import { boxOf } from './page-paths.js';
import type { Pdfium } from './pdfium.js';
import { turned, type Turn } from './upright.js';

/** Annotations of a page that are looked at. */
const MAX_FIELDS = 5_000;
const [FREE_TEXT, WIDGET] = [3, 20];
/** Flags of an annotation that nobody sees. */
const UNSEEN = 2 | 32;
const [BUTTON, CHECK, RADIO, SIGNATURE] = [1, 2, 3, 7];

/** Gives the fields of a form their values: pages show them apart from their text. Undefined for files without a form. */
export function openForm({ raw }: Pdfium, document: number): { readonly form: number; readonly close: () => void } | undefined {
  if (raw['FPDF_GetFormType']!(document) === 0) return undefined;
  const info = raw['PDFiumExt_OpenFormFillInfo']!();
  const form = info === 0 ? 0 : raw['PDFiumExt_InitFormFillEnvironment']!(document, info);
  if (form === 0) return undefined;
  return {
    form,
    close: () => {
      raw['PDFiumExt_ExitFormFillEnvironment']!(form);
      raw['PDFiumExt_CloseFormFillInfo']!(info);
    },
  };
}

/** A text that an annotation has under a name. */
function stringIn({ raw, text, copyIn, free }: Pdfium, annotation: number, name: string): string {
  const key = copyIn(Buffer.from(`${name}\0`));
  const value = text((buffer, bytes) => raw['FPDFAnnot_GetStringValue']!(annotation, key, buffer, bytes));
  free(key);
  return value;
}

/** The value of a field as it would be written: a mark for a box that is ticked, '' for what says nothing. */
function valueOf(pdfium: Pdfium, form: number, field: number): string {
  const { raw, text } = pdfium;
  const type = raw['FPDFAnnot_GetFormFieldType']!(form, field);
  if (type === CHECK || type === RADIO) {
    // It may be drawn in another state than off.
    const isTicked = raw['FPDFAnnot_IsChecked']!(form, field) !== 0 || !['', 'Off'].includes(stringIn(pdfium, field, 'AS'));
    return isTicked ? '[x]' : '[ ]';
  }
  if (type === BUTTON || type === SIGNATURE || type <= 0) return '';
  return text((buffer, bytes) => raw['FPDFAnnot_GetFormFieldValue']!(form, field, buffer, bytes))
    .replace(/\s+/g, ' ')
    .trim();
}

/** What an annotation says on the page: the value of a field, or text that was put over it. */
function saidBy(pdfium: Pdfium, form: number, annotation: number): string {
  const { raw } = pdfium;
  const type = raw['FPDFAnnot_GetSubtype']!(annotation);
  if ((type !== WIDGET || form === 0) && type !== FREE_TEXT) return '';
  if ((raw['FPDFAnnot_GetFlags']!(annotation) & UNSEEN) !== 0) return '';
  if (type === WIDGET) return valueOf(pdfium, form, annotation);
  return stringIn(pdfium, annotation, 'Contents').replace(/\s+/g, ' ').trim();
}

/** What the fields of a page say, and the text that was put over it, as words at their places. */
export function readFields(pdfium: Pdfium, page: number, form: number, turn: Turn): Word[] {
  const { raw, scratch } = pdfium;
  const words: Word[] = [];
  const count = Math.min(MAX_FIELDS, raw['FPDFPage_GetAnnotCount']!(page));
  for (let i = 0; i < count; i++) {
    const field = raw['FPDFPage_GetAnnot']!(page, i);
    if (field === 0) continue;
    const value = saidBy(pdfium, form, field);
    raw['FPDFAnnot_GetRect']!(field, scratch);
    const [left, top, right, bottom] = pdfium.floats(scratch, 4) as unknown as [number, number, number, number];
    raw['FPDFPage_CloseAnnot']!(field);
    if (value === '') continue;
    words.push(...fieldWords(value, boxOf([turned(turn, left, bottom), turned(turn, right, top)])));
  }
  return words;
}

/** A value as words in the box of its field: on one line, or on as many as it needs. */
function fieldWords(value: string, { x0, x1, y0, y1 }: Pick<Word, 'x0' | 'x1' | 'y0' | 'y1'>): Word[] {
  const size = Math.max(6, Math.min(11, (y1 - y0) * 0.7));
  const style: Style = { font: 'field', size, isBold: false, isItalic: false, isMono: false, mcid: -1 };
  const width = size * 0.5;
  let [x, base] = [x0 + 2, y1 - y0 > size * 2.5 ? y0 + size : (y0 + y1) / 2 + size * 0.35];
  // A box without a tick is one word.
  return value.split(/ (?!\])/).map((text): Word => {
    if (x > x0 + 2 && x + text.length * width > x1) [x, base] = [x0 + 2, base + size * 1.2];
    const word = wordAt(text, x, x + text.length * width, base, style);
    x = word.x1 + width;
    return word;
  });
}
