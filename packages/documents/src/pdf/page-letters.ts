import { ContentMarks } from './content-marks.js';
import { doubtOf } from './hidden-letters.js';
import { NUMBERS, numbersFor, PageLetter, type Doubt, type Letter, type LetterNumbers } from './letter.js';
import type { Style } from './page-content.js';
import type { Pdfium } from './pdfium.js';
import { FIRST_OF_CLUSTERS, shapesOf, withoutShapes } from './unmeant-shapes.js';
import { isRightToLeft, readLetter } from './letters.js';
import { quarterOf, type Direction } from './upright.js';

/** Letters of a page that are read; pages of the densest real books have 12,000. */
const MAX_LETTERS = 200_000;

interface Look {
  readonly doubt: Doubt | undefined;
  /** Whether what is drawn was said already, in words: another object within the same mark has them. */
  readonly isSaid: boolean;
  readonly isSpoken: boolean;
  readonly style: Style;
  readonly direction: Direction | undefined;
  /** As {@link readLetter} reads it in its font. */
  readonly letterOf: (code: number) => string | undefined;
}

/** Names of fonts say what flags often do not. */
const boldName = /bold|black|heavy|semibold|demi(?!n)|medi(?!um|a)|-bd|[-_]b(?:[ix]|$)|cmbx|cmssbx|sfbx|ecbx|\bbx\d/i;
const italicName = /ital|obliq|slant|cmti|cmsl/i;
const monoName = /mono|courier|consol|typewriter|cmtt|cmsltt|sftt|menlo|inconsolata|\btt\d/i;

type FontLook = Omit<Style, 'size' | 'mcid'>;

/** What the codes of a font stand for, each found out once. */
function lettersOf(font: string): (code: number) => string | undefined {
  const known = new Map<number, string | undefined>();
  return (code) => {
    const letter = known.get(code);
    if (letter !== undefined || known.has(code)) return letter;
    const found = readLetter(code, font);
    known.set(code, found);
    return found;
  };
}

function fontLook(pdfium: Pdfium, font: number): FontLook {
  const { raw, scratch } = pdfium;
  const length = Math.min(64, raw['FPDFFont_GetBaseFontName']!(font, scratch, 64));
  const name =
    length > 1
      ? Buffer.from(pdfium.bytes(scratch, length - 1))
          .toString('latin1')
          .replace(/^[A-Z]{6}\+/, '')
      : '';
  const flags = raw['FPDFFont_GetFlags']!(font);
  return {
    font: name,
    isBold: boldName.test(name) || (flags & 0x40000) !== 0,
    isItalic: italicName.test(name) || (flags & 0x40) !== 0,
    isMono: monoName.test(name) || (flags & 1) !== 0,
  };
}

/** The number of the marked content of an object, -2 of an artifact, -1 of none. */
function markOf({ raw }: Pdfium, object: number, isArtifact: boolean): number {
  const mcid = raw['FPDFPageObj_GetMarkedContentID']!(object);
  return mcid >= 0 ? mcid : isArtifact ? -2 : -1;
}

/** What letters of the text objects of a page look like; a font is asked once. */
function looks(pdfium: Pdfium, textPage: number, isTagged: boolean, covered: ReadonlySet<number>): (object: number, index: number) => Look {
  const { raw, scratch } = pdfium;
  const fonts = new Map<number, { readonly look: FontLook; readonly letterOf: Look['letterOf'] }>();
  const seen = new Map<number, Look>();
  const marks = new ContentMarks(pdfium);
  /** Marks that were met with words. */
  const said = new Set<number>();
  let [last, lastLook] = [0, undefined as Look | undefined];
  return (object, index) => {
    if (object === last) return lastLook!;
    last = object;
    lastLook = seen.get(object);
    if (lastLook) return lastLook;
    const font = raw['FPDFTextObj_GetFont']!(object);
    let known = fonts.get(font);
    if (!known) {
      const look = fontLook(pdfium, font);
      fonts.set(font, (known = { look, letterOf: lettersOf(look.font) }));
    }
    raw['FPDFText_GetMatrix']!(textPage, index, scratch);
    const [a, b, c, d] = pdfium.floats(scratch, 4) as unknown as [number, number, number, number];
    const size = Math.min(2000, raw['FPDFText_GetFontSize']!(textPage, index) * Math.hypot(c, d)) || 1;
    const { layer, spoken, isArtifact } = marks.of(object);
    const mcid = isTagged ? markOf(pdfium, object, isArtifact) : -1;
    // pdfium says the words of a mark anew where the letter of another object comes between its objects, as marks over letters do.
    const isSaid = spoken !== 0 && said.has(spoken);
    said.add(spoken);
    const style = { ...known.look, size: Math.round(size * 10) / 10, mcid };
    const made: Look = {
      isSaid,
      isSpoken: spoken !== 0,
      style,
      direction: quarterOf(a, b),
      letterOf: known.letterOf,
      doubt: doubtOf(pdfium, object, layer) ?? (covered.has(object) ? 'covered' : undefined),
    };
    seen.set(object, made);
    lastLook = made;
    return made;
  };
}

/** No letter that stands below others has a code before this one. */
const FIRST_VERTICAL = 0x2e80;
const vertical = /[\p{Script=Han}\u3040-\u30ff\u3000-\u303f\uff00-\uff60\ufe10-\ufe4f]/u;
const mark = /[\p{P}\u3000-\u303f]/u;

/** Whether a letter stands upright below another, as in vertical writing; commas and stops stand off the middle of their squares. */
function isBelow(one: Letter, two: Letter): boolean {
  const { size } = two.style;
  if (two.direction !== 0 || one.direction === 1 || one.style.size !== size || two.isSpaced) return false;
  const [falls, aside, isMark] = [one.oy - two.oy, Math.abs(one.ox - two.ox), mark.test(one.text + two.text)];
  const isNext = isMark
    ? falls > size * 0.1 && falls < size * 1.9 && aside < size * 0.9
    : falls > size * 0.7 && falls < size * 1.3 && aside < size * 0.1;
  return isNext && vertical.test(one.text) && vertical.test(two.text);
}

/** Marks letters of vertical writing, and puts marks between them into their squares. */
function markVertical(letters: readonly PageLetter[]): void {
  for (let i = 1; i < letters.length; i++) {
    const [one, two] = [letters[i - 1]!, letters[i]!];
    if (!isBelow(one, two)) continue;
    one.direction = two.direction = 'vertical';
    if (!mark.test(two.text)) continue;
    const below = one.y0;
    two.move({ x0: one.x0, x1: one.x1, y1: below, y0: below - two.style.size }, one.ox, one.oy - two.style.size);
  }
}

/** Accented Latin letters as a part of all: above it another script, as old Thai or Cyrillic fonts, is passed off as Latin. */
const MOST_ACCENTED = 0.3;
const isPassedOff = (letters: readonly Letter[], accented: number): boolean =>
  letters.length >= 40 && accented > letters.length * MOST_ACCENTED;

/** Digits that a font draws raised, as large as others: a note's number, or the power of ten. */
const SUPERIORS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
/** How high above its line a raised digit begins, in heights of letters. */
const SUPERIOR = 0.25;

/** A letter as it is drawn: a digit raised where it is above its line. `index`: of the letter; `oy`: the line. */
function asDrawn(
  { raw, scratch, heapDoubles }: Pdfium,
  textPage: number,
  index: number,
  { text, oy, look }: { readonly text: string; readonly oy: number; readonly look: Look },
): string {
  const at = scratch + 32;
  if (look.direction !== 0 || text < '0' || text > '9' || text.length > 1) return text;
  if (raw['FPDFText_GetCharBox']!(textPage, index, at, at + 8, at + 16, at + 24) === 0) return text;
  return heapDoubles()[(at + 16) >> 3]! - oy > look.style.size * SUPERIOR ? SUPERIORS[Number(text)]! : text;
}

const NONE: ReadonlySet<Letter> = new Set();

const SPACES: ReadonlySet<number> = new Set([9, 0x20, 0xa0, 0x3000]);

/** Where letters stand, with y going up: asked of pdfium in as few calls as will do, of which it takes one for each answer. */
class LetterPlace {
  /** The line of the letter that was read last. */
  oy = 0;
  private y0 = 0;
  private y1 = 0;
  private before: Look | undefined;

  constructor(
    private readonly pdfium: Pdfium,
    private readonly textPage: number,
    private readonly numbers: LetterNumbers,
  ) {}

  /** Reads where a letter stands into the numbers of the n-th. */
  read(index: number, n: number, look: Look, code: number): void {
    const { raw, scratch, heapFloats, heapDoubles } = this.pdfium;
    const at = scratch >> 2;
    raw['FPDFText_GetLooseCharBox']!(this.textPage, index, scratch);
    const floats = heapFloats();
    const [x0, y1, y0] = [floats[at]!, floats[at + 1]!, floats[at + 3]!];
    const to = n * NUMBERS;
    this.numbers[to] = x0;
    this.numbers[to + 1] = y0;
    this.numbers[to + 2] = floats[at + 2]!;
    this.numbers[to + 3] = y1;
    // Upright letters of one object whose boxes are level stand on one line; where they stand on it matters to vertical writing alone.
    const isLevel = look === this.before && look.direction === 0 && y0 === this.y0 && y1 === this.y1;
    if (isLevel && code < FIRST_VERTICAL) this.numbers[to + 4] = x0;
    else {
      [this.before, this.y0, this.y1] = [look, y0, y1];
      raw['FPDFText_GetCharOrigin']!(this.textPage, index, scratch + 16, scratch + 24);
      const doubles = heapDoubles();
      this.numbers[to + 4] = doubles[(scratch + 16) >> 3]!;
      this.oy = doubles[(scratch + 24) >> 3]!;
    }
    this.numbers[to + 5] = this.oy;
  }
}

/** The letters of a page in the order of the file, and how many have no meaning. `covered`: text objects that may be under others. */
export function readLetters(
  pdfium: Pdfium,
  page: number,
  isTagged: boolean,
  covered: ReadonlySet<number>,
): { letters: Letter[]; unknown: number } {
  const { raw } = pdfium;
  const textPage = raw['FPDFText_LoadPage']!(page);
  const letters: PageLetter[] = [];
  /** Which letter of the page each of them is. */
  const places: number[] = [];
  let unknown = 0;
  let accented = 0;
  let highest = 0;
  if (textPage === 0) return { letters, unknown };
  const [unicode, objectOf] = [raw['FPDFText_GetUnicode']!, raw['FPDFText_GetTextObject']!];
  const look = looks(pdfium, textPage, isTagged, covered);
  const count = Math.min(MAX_LETTERS, raw['FPDFText_CountChars']!(textPage));
  const numbers = numbersFor(count);
  const place = new LetterPlace(pdfium, textPage, numbers);
  let isSpaced = true;
  for (let i = 0; i < count; i++) {
    const code = unicode(textPage, i);
    const object = objectOf(textPage, i);
    if (object === 0) continue; // Spaces and line ends that pdfium adds: gaps tell better.
    if (SPACES.has(code)) {
      isSpaced = true;
      continue;
    }
    const looked = look(object, i);
    const { style, direction, doubt, isSpoken } = looked;
    if (looked.isSaid) continue;
    const text = looked.letterOf(code);
    if (text === undefined) unknown += 1;
    if (!text) continue;
    if (code > 0xa0 && code < 0x100) accented += 1;
    if (code > highest) highest = code;
    place.read(i, letters.length, looked, code);
    const said = asDrawn(pdfium, textPage, i, { text, oy: place.oy, look: looked });
    const isBackwards = code > 0x58f && isRightToLeft(text);
    letters.push(new PageLetter(numbers, letters.length, said, style, direction, doubt, isSpoken, isSpaced, isBackwards));
    places.push(i);
    isSpaced = false;
  }
  const shapes = highest < FIRST_OF_CLUSTERS ? NONE : shapesOf(pdfium, textPage, letters, places);
  raw['FPDFText_ClosePage']!(textPage);
  if (highest >= FIRST_VERTICAL) markVertical(letters);
  const doubtful = isPassedOff(letters, accented) ? letters.length + 1 : 0;
  return { letters: withoutShapes(letters, shapes), unknown: unknown + doubtful + shapes.size };
}
