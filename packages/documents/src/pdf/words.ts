import { isLeftToRight } from './letters.js';
import type { Word } from './page-content.js';
import type { Letter } from './page-letters.js';
import type { Turn } from './upright.js';

/** A letter on a page whose text runs to the right and down. */
interface Placed {
  text: string;
  readonly x0: number;
  readonly x1: number;
  readonly base: number;
  readonly isBackwards: boolean;
}

/** Gaps between letters that part words where the file has no space, in heights of letters. */
const GAP = 0.17;

/** Marks that old fonts draw over a letter by themselves, and those that join it. */
const marks: Readonly<Record<string, string>> = { '¨': '\u0308', '´': '\u0301', '`': '\u0300', 'ˆ': '\u0302', '˜': '\u0303', '¸': '\u0327', 'ˇ': '\u030c', '¯': '\u0304', '˙': '\u0307', '˚': '\u030a', '˝': '\u030b', '˘': '\u0306', '˛': '\u0328' };

/** A letter and a mark drawn over it as one letter; undefined where they are two. */
function composed(one: Placed, two: Placed): string | undefined {
  const overlap = Math.min(one.x1, two.x1) - Math.max(one.x0, two.x0);
  if (overlap < Math.min(one.x1 - one.x0, two.x1 - two.x0) * 0.5) return undefined;
  const [mark, letter] = one.text in marks ? [one, two] : [two, one];
  if (!(mark.text in marks) || !/^\p{L}$/u.test(letter.text)) return undefined;
  return (letter.text.replace('ı', 'i').replace('ȷ', 'j') + marks[mark.text]!).normalize('NFC');
}

/** Letters of a word in the order of speech: Arabic and Hebrew run to the left, digits and Latin in them to the right. */
function inOrder(letters: readonly Placed[]): string {
  if (!letters.some((one) => one.isBackwards)) return letters.map((one) => one.text).join('');
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

/** The same letter drawn twice nearly at the same place, to look bold or shaded. */
function isDoubled(one: Placed, two: Placed, size: number): boolean {
  return one.text === two.text && Math.abs(one.x0 - two.x0) < size * 0.12 && Math.abs(one.base - two.base) < size * 0.12 && one.x1 > one.x0;
}

/** Whether one of the last letters is the same at the same place. */
function wasDrawn(run: readonly Placed[], placed: Placed, size: number): boolean {
  for (let i = Math.max(0, run.length - 3); i < run.length; i++) if (isDoubled(run[i]!, placed, size)) return true;
  return false;
}

/** Letters put together to words by style, height and gaps. All letters have one direction. */
export function makeWords(letters: readonly Letter[], turn: Turn): Word[] {
  const words: Word[] = [];
  let run: Placed[] = [];
  let first: Letter | undefined;
  let isGlued = false;
  const finish = (): void => {
    if (!first) return;
    const { style } = first;
    const base = run[0]!.base;
    const x0 = run.reduce((least, one) => Math.min(least, one.x0), Infinity);
    const x1 = run.reduce((most, one) => Math.max(most, one.x1), -Infinity);
    const before = words.at(-1);
    const anchor = isGlued && before && Math.abs(base - before.anchor) < Math.max(style.size, before.style.size) * 0.6 ? before.anchor : base;
    words.push({ text: inOrder(run), anchor, x0, x1, y0: base - style.size * 0.75, y1: base + style.size * 0.22, base, style, isGlued, isSpaced: first.isSpaced });
  };
  const [a, b, c, d, e, f] = turn;
  for (const letter of letters) {
    const [ax, bx] = [a * letter.x0 + b * letter.y0 + c, a * letter.x1 + b * letter.y1 + c];
    const { size } = letter.style;
    const isVertical = letter.direction === 'vertical';
    const base = isVertical ? Math.max(d * letter.x0 + e * letter.y0, d * letter.x1 + e * letter.y1) + f - size * 0.12 : d * letter.ox + e * letter.oy + f;
    const placed = { text: letter.text, x0: Math.min(ax, bx), x1: Math.max(ax, bx), base, isBackwards: letter.isBackwards };
    const last = run.at(-1);
    const lastSize = first?.style.size ?? size;
    if (last && wasDrawn(run, placed, size)) continue;
    const both = last && (last.text in marks || placed.text in marks) ? composed(last, placed) : undefined;
    if (last && both !== undefined) {
      last.text = both;
      continue;
    }
    const distance = last ? Math.max(placed.x0 - last.x1, last.x0 - placed.x1) : Infinity;
    const goesBack = last !== undefined && placed.x1 < last.x0 + size * 0.05 && !placed.isBackwards && !last.isBackwards;
    const isNear = distance < Math.max(size, lastSize) * GAP && !goesBack && !letter.isSpaced;
    const isSame = last !== undefined && first!.style === letter.style && Math.abs(last.base - base) < size * 0.08;
    if (isNear && isSame) run.push(placed);
    else if (isNear && last && first && sameLook(first, letter) && Math.abs(last.base - base) < size * 0.08) run.push(placed);
    else {
      finish();
      isGlued = isNear && last !== undefined && Math.abs(last.base - base) < Math.max(size, lastSize) * 0.8;
      first = letter;
      run = [placed];
    }
  }
  finish();
  return words;
}

/** Whether two letters of different text objects look alike. */
function sameLook(one: Letter, two: Letter): boolean {
  const [a, b] = [one.style, two.style];
  return a.font === b.font && a.size === b.size && a.mcid === b.mcid;
}
