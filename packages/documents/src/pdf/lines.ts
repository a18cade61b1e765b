import { isLeftToRight, isRightToLeft, isUnspaced } from './letters.js';
import { around, median, type Line, type Style, type Word } from './page-content.js';

export type { Line };

const raised: Readonly<Record<string, string>> = Object.fromEntries(
  [...'0123456789+-−=()ni'].map((sign, i) => [sign, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ'][i]!]),
);

/** The style that most letters of words have. */
function mainStyle(words: readonly Word[]): Style {
  const first = words[0]!.style;
  if (words.every(({ style }) => style === first || (style.size === first.size && style.font === first.font))) return first;
  const counts = new Map<string, { style: Style; letters: number }>();
  for (const { style, text } of words) {
    const key = `${style.font}/${style.size}`;
    const count = counts.get(key);
    if (count) count.letters += text.length;
    else counts.set(key, { style, letters: text.length });
  }
  return [...counts.values()].reduce((most, one) => (one.letters > most.letters ? one : most)).style;
}

/** Words from left to right as they are read: a line of Arabic or Hebrew starts at the right, Latin and numbers in it run to the right. */
function inReadingOrder(words: readonly Word[]): Word[] {
  const sorted = [...words].sort((a, b) => a.x0 - b.x0);
  const backwards = sorted.filter(({ text }) => isRightToLeft(text)).length;
  if (backwards === 0) return sorted;
  const isBackwards = backwards * 2 >= sorted.filter(({ text }) => /\p{L}/u.test(text)).length;
  const turned = isBackwards ? sorted.reverse() : sorted;
  const goesAgainst = ({ text }: Word): boolean => (isBackwards ? isLeftToRight(text) : isRightToLeft(text));
  const isNeutral = ({ text }: Word): boolean => !isLeftToRight(text) && !isRightToLeft(text);
  const out: Word[] = [];
  for (let i = 0; i < turned.length; i++) {
    // A run against the line, with the signs inside of it.
    let end = i;
    for (let j = i; j < turned.length && (goesAgainst(turned[j]!) || (end > i && isNeutral(turned[j]!))); j++) {
      if (goesAgainst(turned[j]!)) end = j + 1;
    }
    out.push(...(end > i ? turned.slice(i, end).reverse() : [turned[i]!]));
    i = Math.max(i, end - 1);
  }
  return out;
}

/** Whether nothing stands between two words that follow each other. */
function isJoined(one: Word, two: Word, size: number, isBackwards: boolean): boolean {
  const [left, right] = one.x0 <= two.x0 ? [one, two] : [two, one];
  const gap = right.x0 - left.x1;
  const isTight = isUnspaced(one.text.at(-1)!) && isUnspaced(two.text[0]!);
  if (isTight) return gap < size * (right.isSpaced ? 0.15 : 0.9);
  // Where the line runs to the left, the order of the file does not say on which side a space stands.
  return (isBackwards || !right.isSpaced) && gap < size * 0.12;
}

/** A small word above the line as raised digits, so that 10⁶ is not 106; others as they are. */
function raisedText(word: Word, line: { readonly base: number; readonly style: Style }): string {
  const [size, rise] = [word.style.size / line.style.size, (line.base - word.base) / line.style.size];
  // The less it is raised, the smaller it has to be.
  const isRaised = rise > 0.3 ? size <= 0.95 : rise > 0.15 && size <= 0.85;
  if (!isRaised || ![...word.text].every((sign) => sign in raised)) return word.text;
  return [...word.text].map((sign) => raised[sign]).join('');
}

/** Points that lead the eye to a page number. */
const leaders = /(?:\s?[.·…_]){5,}\s*|(?:\s\.){2,}\s+(?=\d+$)/g;

/** Brackets of a text that runs to the left, which files have in either form: the first opens, the next closes. */
function bracketed(text: string): string {
  let count = 0;
  return text
    .replace(/[()]/g, () => '()'[count++ % 2]!)
    .replace(/\( /g, '(')
    .replace(/ \)/g, ')');
}

/** The stop behind a number in a text that runs to the left, which stands left of it. */
const turnedStop = /^([.,:;!؟،؛]+)([\p{N}][\p{N}.,/-]*)$/u;

/** The text of words in reading order. */
function textOf(words: readonly Word[], base: number, style: Style): string {
  let text = '';
  const isBackwards = words.some((word) => isRightToLeft(word.text));
  words.forEach((word, i) => {
    const isApart = i > 0 && !isJoined(words[i - 1]!, word, Math.max(style.size, word.style.size), isBackwards);
    const said = raisedText(word, { base, style });
    text += (isApart ? ' ' : '') + (isBackwards ? said.replace(turnedStop, '$2$1') : said);
  });
  return (isBackwards ? bracketed(text) : text).replace(leaders, ' … ').trim();
}

/** Words of a line whose letters are spread: single letters, with wider gaps between words. */
function unspread(words: readonly Word[]): readonly Word[] {
  if (words.length < 5 || words.filter(({ text }) => text.length === 1 && /\p{L}/u.test(text)).length < words.length * 0.7) return words;
  const gaps = words.slice(1).map((word, i) => word.x0 - words[i]!.x1);
  const usual = median(gaps);
  const out: Word[] = [words[0]!];
  words.slice(1).forEach((word, i) => {
    const last = out.at(-1)!;
    if (usual <= 0 || gaps[i]! > usual * 1.7 || (word.style !== last.style && word.style.size !== last.style.size)) {
      out.push({ ...word, isSpaced: true });
    } else out[out.length - 1] = { ...last, text: last.text + word.text, x1: word.x1 };
  });
  return out.length < words.length * 0.6 ? out : words;
}

/** Signs that hang from another height than letters of their line: roots, sums, tall brackets. */
const isSign = ({ text }: Word): boolean => /^[√∑∏∫∮⋃⋂⋀⋁∐()[\]{}⌊⌋⌈⌉⟨⟩]+$/u.test(text);

/** A line of words on one baseline. */
export function makeLine(words: readonly Word[], page: number): Line {
  const ordered = unspread(inReadingOrder(words));
  const style = mainStyle(words);
  const base = ordered.find((word) => word.style.size === style.size && !isSign(word))?.base ?? ordered[0]!.base;
  const [isBold, isMono] = [words.every((word) => word.style.isBold), words.every((word) => word.style.isMono)];
  return { ...around(words), page, words: ordered, text: textOf(ordered, base, style), base, style, isBold, isMono };
}

interface Row {
  words: Word[];
  base: number;
  size: number;
}

/** Small words above and below a line belong to it: exponents, indices, marks of notes; and signs that hang. */
function attachSmall(rows: Row[]): Row[] {
  const takes = (row: Row, word: Word): boolean =>
    (isSign(word) ? !row.words.every(isSign) : word.style.size <= row.size * 0.87) &&
    word.base > row.base - row.size * (isSign(word) ? 1.1 : 0.75) &&
    word.base < row.base + row.size * 0.4 &&
    row.words.some((other) => word.x0 < other.x1 + row.size * 0.5 && word.x1 > other.x0 - row.size * 0.5);
  rows.forEach((row, i) => {
    const beside = rows.slice(Math.max(0, i - 3), i + 4).filter((other) => other !== row);
    const largest = beside.reduce((most, { size }) => Math.max(most, size), 0);
    if (!row.words.every(isSign) && row.words.every(({ style }) => style.size > largest * 0.87)) return;
    row.words = row.words.filter((word) => {
      // A part of a word of this line stays in it, however low it hangs.
      if (word.anchor !== word.base && Math.abs(word.anchor - row.base) < row.size * 0.2) return true;
      const near = beside.filter((other) => other.words.length > 0 && takes(other, word));
      if (near.length === 0) return true;
      near.sort((a, b) => Math.abs(a.base - word.base) - Math.abs(b.base - word.base));
      near[0]!.words.push(word);
      return false;
    });
  });
  return rows.filter(({ words }) => words.length > 0);
}

/** Lines of words that stand in one column, from top to bottom. `ends`: only so many from above and from below. */
export function makeLines(words: readonly Word[], page: number, ends = Infinity): Line[] {
  const rows: Row[] = [];
  for (const word of [...words].sort((a, b) => a.anchor - b.anchor)) {
    const row = rows.at(-1);
    const { size } = word.style;
    if (row && word.anchor - row.base <= Math.max(size, row.size) * 0.2) {
      row.words.push(word);
      if (size > row.size) [row.size, row.base] = [size, word.anchor];
    } else rows.push({ words: [word], base: word.anchor, size });
  }
  const kept = attachSmall(rows);
  const wanted = kept.length <= ends * 2 ? kept : [...kept.slice(0, ends), ...kept.slice(-ends)];
  return wanted.map((row) => makeLine(row.words, page));
}
