import { isLeftToRight } from './letters.js';
import type { Style, Word } from './page-content.js';
import type { Letter } from './letter.js';
import { endsOf } from './packed-words.js';
import type { Turn } from './upright.js';

/** Numbers of a placed letter: its left, its right, its line. */
const NUMBERS = 3;

/** A letter on a page whose text runs to the right and down. Its numbers are in an array with those of the others. */
class Placed {
  text: string;
  isSpaced: boolean;
  readonly isBackwards: boolean;
  /** One object for each text object of the file. */
  readonly style: Style;
  readonly isSpoken: boolean;

  constructor(
    { text, style, isBackwards, isSpoken, isSpaced }: Letter,
    private readonly numbers: Float64Array,
    private readonly at: number,
  ) {
    this.text = text;
    this.isSpaced = isSpaced;
    this.isBackwards = isBackwards;
    this.style = style;
    this.isSpoken = isSpoken;
  }

  get x0(): number {
    return this.numbers[this.at]!;
  }

  get x1(): number {
    return this.numbers[this.at + 1]!;
  }

  get base(): number {
    return this.numbers[this.at + 2]!;
  }
}

/** Gaps between letters that part words where the file has no space, in heights of letters. */
const GAP = 0.17;
const WIDE_GAP = 0.6;
/** Of Arabic and Hebrew, where the file has spaces: letters that do not join stand apart as far as words of other scripts. */
const BACKWARDS_GAP = 0.4;
/** Letters behind a space as a part of all, from which on a file has spaces. */
const SPACED = 0.05;
/** Behind letters that stand for the next one drawn, too. */
const SPOKEN_GAP = 1.2;
/** Scripts that are written in clusters: Devanagari to Sinhala, Thai to Tibetan, Burmese, Khmer. */
const ofClusters = /[\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]/;

/** Marks that old fonts draw over a letter by themselves, and those that join it. */
const marks: Readonly<Record<string, string>> = {
  '¨': '\u0308',
  '´': '\u0301',
  '`': '\u0300',
  ˆ: '\u0302',
  '˜': '\u0303',
  '¸': '\u0327',
  ˇ: '\u030c',
  '¯': '\u0304',
  '˙': '\u0307',
  '˚': '\u030a',
  '˝': '\u030b',
  '˘': '\u0306',
  '˛': '\u0328',
};

/** No letter before the first of them, and none between ASCII's and the others, is looked up. */
const isMark = (text: string): boolean => (text === '`' || text >= '¨') && text in marks;

/** How many letters away in the file the letter of a mark is looked for: some files draw the marks of a line after it. */
const FAR_MARK = 200;

/** A letter and a mark drawn over it as one letter; undefined where they are two. */
function composed(mark: Placed, letter: Placed): string | undefined {
  if (Math.abs(mark.base - letter.base) > letter.style.size * 0.6) return undefined;
  const overlap = Math.min(mark.x1, letter.x1) - Math.max(mark.x0, letter.x0);
  if (overlap < Math.min(mark.x1 - mark.x0, letter.x1 - letter.x0) * 0.5) return undefined;
  if (!/^\p{L}$/u.test(letter.text) || isMark(letter.text)) return undefined;
  return (letter.text.replace('ı', 'i').replace('ȷ', 'j') + marks[mark.text]!).normalize('NFC');
}

/** Joins each mark to the letter that it is drawn over, the nearest in the file first. */
function joinMarks(letters: readonly Placed[]): readonly Placed[] {
  const joined = new Set<Placed>();
  const join = (mark: Placed, i: number): void => {
    const joinTo = (letter: Placed | undefined): boolean => {
      const both = letter && composed(mark, letter);
      if (both === undefined) return false;
      letter!.text = both;
      if (letter === letters[i + 1]) letter!.isSpaced ||= mark.isSpaced;
      joined.add(mark);
      return true;
    };
    for (let away = 1; away <= FAR_MARK; away++) if (joinTo(letters[i + away]) || joinTo(letters[i - away])) return;
  };
  letters.forEach((one, i) => {
    if (isMark(one.text)) join(one, i);
  });
  return joined.size === 0 ? letters : letters.filter((one) => !joined.has(one));
}

/** Letters of a word in the order of speech: Arabic and Hebrew run to the left, digits and Latin in them to the right. */
function inOrder(letters: readonly Placed[]): string {
  if (!letters.some((one) => one.isBackwards)) {
    let text = '';
    for (const one of letters) text += one.text;
    return text;
  }
  const sorted = [...letters].sort((a, b) => b.x0 + b.x1 - a.x0 - a.x1);
  let out = '';
  let run: string[] = [];
  for (const { text: letter } of sorted) {
    if (isLeftToRight(letter) || (run.length > 0 && /[.,:/-]/.test(letter))) run.unshift(letter);
    else {
      out += run.join('') + letter;
      run = [];
    }
  }
  return out + run.join('');
}

/** The same letter drawn twice nearly at the same place, to look bold or shaded; the letters of a ligature are of one text object. */
function isDoubled(one: Placed, two: Placed, size: number): boolean {
  return (
    one.style !== two.style &&
    one.text === two.text &&
    Math.abs(one.x0 - two.x0) < size * 0.12 &&
    Math.abs(one.base - two.base) < size * 0.12 &&
    one.x1 > one.x0
  );
}

/** Whether one of the last letters is the same at the same place. */
function wasDrawn(run: readonly Placed[], placed: Placed, size: number): boolean {
  for (let i = Math.max(0, run.length - 3); i < run.length; i++) if (isDoubled(run[i]!, placed, size)) return true;
  return false;
}

/** Whether two letters of different text objects look alike. */
function sameLook(a: Style, b: Style): boolean {
  return a === b || (a.font === b.font && a.size === b.size && a.mcid === b.mcid);
}

/** Whether two letters follow each other without a gap, in either direction of writing. */
function isNear(last: Placed, placed: Placed, size: number, backwardsGap: number): boolean {
  // Signs of Indic and Thai words stand apart from what they belong to; their words are parted by spaces or not at all.
  const ofOneKind = ofClusters.test(last.text) && ofClusters.test(placed.text) ? WIDE_GAP : GAP;
  const usual = last.isBackwards && placed.isBackwards ? backwardsGap : ofOneKind;
  const gap = last.isSpoken && usual > GAP ? SPOKEN_GAP : usual;
  if (placed.isSpaced || Math.max(placed.x0 - last.x1, last.x0 - placed.x1) >= size * gap) return false;
  return placed.x1 >= last.x0 + placed.style.size * 0.05 || placed.isBackwards || last.isBackwards;
}

/** Letters where they stand on the upright page. */
function place(letters: readonly Letter[], [a, b, c, d, e, f]: Turn): Placed[] {
  const numbers = new Float64Array(letters.length * NUMBERS);
  return letters.map((letter, i) => {
    const { x0, y0, x1, y1, style } = letter;
    const [ax, bx] = [a * x0 + b * y0 + c, a * x1 + b * y1 + c];
    const isVertical = letter.direction === 'vertical';
    const at = i * NUMBERS;
    numbers[at] = Math.min(ax, bx);
    numbers[at + 1] = Math.max(ax, bx);
    numbers[at + 2] = isVertical ? Math.max(d * x0 + e * y0, d * x1 + e * y1) + f - style.size * 0.12 : d * letter.ox + e * letter.oy + f;
    return new Placed(letter, numbers, at);
  });
}

function wordOf(run: readonly Placed[], isGlued: boolean, before: Word | undefined): Word {
  const { base, style, isSpaced } = run[0]!;
  let [x0, x1] = [Infinity, -Infinity];
  for (const one of run) [x0, x1] = [Math.min(x0, one.x0), Math.max(x1, one.x1)];
  const isPart = isGlued && before !== undefined && Math.abs(base - before.anchor) < Math.max(style.size, before.style.size) * 0.6;
  const anchor = isPart ? before.anchor : base;
  const { y0, y1 } = endsOf(base, style.size);
  return { text: inOrder(run), anchor, x0, x1, y0, y1, base, style, isGlued, isSpaced };
}

/** Adds a word; a small one that it goes on from, the mark of a note, stands on its line. */
function addWord(words: Word[], word: Word): void {
  const before = words.at(-1);
  const isMark = before !== undefined && word.isGlued && !before.isGlued && before.style.size < word.style.size * 0.87;
  if (!isMark || Math.abs(word.base - before.base) > word.style.size * 0.6) {
    words.push(word);
    return;
  }
  words[words.length - 1] = { ...before, anchor: word.base };
  words.push({ ...word, anchor: word.base });
}

/** Letters put together to words by style, height and gaps. All letters have one direction. */
export function makeWords(letters: readonly Letter[], turn: Turn): Word[] {
  const words: Word[] = [];
  let run: Placed[] = [];
  let isGlued = false;
  const backwards = letters.filter((letter) => letter.isBackwards);
  const hasSpaces = backwards.filter(({ isSpaced }) => isSpaced).length > backwards.length * SPACED;
  const backwardsGap = hasSpaces ? BACKWARDS_GAP : GAP;
  for (const placed of joinMarks(place(letters, turn))) {
    const last = run.at(-1);
    if (!last) {
      run = [placed];
      continue;
    }
    const { size } = placed.style;
    if (wasDrawn(run, placed, size)) continue;
    const largest = Math.max(size, last.style.size);
    const follows = isNear(last, placed, largest, backwardsGap);
    const rise = Math.abs(last.base - placed.base);
    if (follows && rise < size * 0.08 && sameLook(run[0]!.style, placed.style)) run.push(placed);
    else {
      addWord(words, wordOf(run, isGlued, words.at(-1)));
      isGlued = follows && rise < largest * 0.8;
      run = [placed];
    }
  }
  if (run.length > 0) addWord(words, wordOf(run, isGlued, words.at(-1)));
  return words;
}
