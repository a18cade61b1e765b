import { escapeRegex } from '@sdg/core';
import { standIns } from './stock.js';

const MAX_TOKENS = 500;
const MAX_SEGMENT = 4;
const tokens = (text: string): readonly string[] => text.match(/\d\d:\d\d|[\p{L}\p{N}]+(?:[-'’][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]/gu) ?? [];

/** How one text became another. */
interface Change {
  /** Words of the first text with what stands in their place in the second, once each. */
  readonly replaced: ReadonlyMap<string, string>;
  /** Share of the first text's tokens that the second keeps in order, 0 to 1. */
  readonly kept: number;
  /** How much of both texts is common, 0 to 1: a short text is not like a long one that happens to hold its words. */
  readonly alike: number;
}

/** Compares two texts word by word along their longest common subsequence. */
export function compareTexts(before: string, after: string): Change {
  const a = tokens(before).slice(0, MAX_TOKENS);
  const b = tokens(after).slice(0, MAX_TOKENS);
  const [lowA, lowB] = [a, b].map((list) => list.map((token) => token.toLowerCase())) as [string[], string[]];
  const width = b.length + 1;
  const length = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i * width + j] =
        lowA[i] === lowB[j] ? length[(i + 1) * width + j + 1]! + 1 : Math.max(length[(i + 1) * width + j]!, length[i * width + j + 1]!);
    }
  }
  const replaced = new Map<string, string>();
  let gone: string[] = [];
  let come: string[] = [];
  const note = (from: string, to: string): void => {
    if (!replaced.has(from)) replaced.set(from, to);
  };
  const close = (): void => {
    gone = gone.filter((token) => /[\p{L}\p{N}]/u.test(token));
    come = come.filter((token) => /[\p{L}\p{N}]/u.test(token));
    // As many words on both sides: each stands for its own, so that a name is found alone too.
    if (gone.length === come.length) gone.forEach((word, k) => note(word, come[k]!));
    else if (gone.length > 0 && come.length > 0 && Math.max(gone.length, come.length) <= MAX_SEGMENT) note(gone.join(' '), come.join(' '));
    gone = [];
    come = [];
  };
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (lowA[i] === lowB[j]) {
      close();
      i++;
      j++;
    } else if (length[(i + 1) * width + j]! >= length[i * width + j + 1]!) gone.push(a[i++]!);
    else come.push(b[j++]!);
  }
  gone.push(...a.slice(i));
  come.push(...b.slice(j));
  close();
  return { replaced, kept: a.length === 0 ? 0 : length[0]! / a.length, alike: (2 * length[0]!) / Math.max(1, a.length + b.length) };
}

/** Makes the same replacements in another text, whole words only, all at once. */
export function applyChange(text: string, { replaced }: Pick<Change, 'replaced'>): string {
  const keys = [...replaced.keys()].sort((x, y) => y.length - x.length);
  if (keys.length === 0) return text;
  const escaped = keys.map((key) => escapeRegex(key).replace(/ /gu, '\\s+'));
  const byKey = new Map(keys.map((key) => [key.toLowerCase(), replaced.get(key)!]));
  const regex = new RegExp(`(?<![\\p{L}\\p{N}])(an? )?(${escaped.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
  return text.replace(regex, (whole, article: string | undefined, found: string) => {
    const other = byKey.get(found.toLowerCase().replace(/\s+/gu, ' '));
    if (other === undefined) return whole;
    if (article === undefined) return other;
    return `${article[0]!}${/^[aeiou]/iu.test(other) ? 'n' : ''} ${other}`;
  });
}

const isTime = (text: string): boolean => /^\d\d:\d\d$/u.test(text);

/**
 * Whether only things of one kind took each other's place: times for times, names for names, things in stock for their
 * like. Then what was said of one text holds of the other; a row or sentence that moved would make it wrong.
 */
export function keepsItsMake({ replaced, alike }: Change, least: number): boolean {
  return (
    alike >= least &&
    [...replaced].every(([a, b]) => (isTime(a) && isTime(b)) || standIns(a)?.includes(b) === true || /^(?:an? \w+|an?)$/u.test(a))
  );
}
