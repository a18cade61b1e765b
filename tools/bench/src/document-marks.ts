import { sumOf } from '@sdg/core';
import type { Block } from '@sdg/documents';

/** What is to be found in a document: blocks as in the truth beside it, lists by their items. */
export type Truth = Exclude<Block, { kind: 'list' }> | { readonly kind: 'list'; readonly items: readonly string[] };

/** Letters and digits alone, in one form: how the text is set and marked does not count. */
const lettersOf = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase();

/** Words of a text, each with how often it stands there; of scripts without spaces its characters. */
function wordsOf(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [word] of text
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|[\p{L}\p{M}\p{N}]+/gu)) {
    found.set(word, (found.get(word) ?? 0) + 1);
  }
  return found;
}

const textsOf = (block: Truth): readonly string[] => {
  if (block.kind === 'table') return [block.header, ...block.rows].flat();
  return 'items' in block ? block.items : [block.text];
};

/** Share of the reference's characters, word by word, that a text has, none counted more often than it is there. */
export function charactersKept(text: string, reference: ReadonlyMap<string, number>): number {
  const words = wordsOf(text);
  let all = 0;
  let kept = 0;
  for (const [word, count] of reference) {
    all += word.length * count;
    kept += word.length * Math.min(count, words.get(word) ?? 0);
  }
  return all === 0 ? 1 : kept / all;
}

/** Words that most of some texts have, as often as most of them have them: the reference where there is no truth. */
export function commonWords(texts: readonly string[]): Map<string, number> {
  const counts = texts.map(wordsOf);
  const needed = Math.floor(texts.length / 2);
  const all = new Set(counts.flatMap((words) => [...words.keys()]));
  return new Map([...all].map((word) => [word, counts.map((words) => words.get(word) ?? 0).sort((a, b) => b - a)[needed] ?? 0]));
}

export const truthWords = (truth: readonly Truth[]): Map<string, number> => wordsOf(truth.flatMap(textsOf).join('\n'));

/** Rows of Markdown tables in a text, each as its cells' letters. */
export function tableRows(text: string): string[] {
  const rows = text.split('\n').filter((line) => /^\s*\|.*\|\s*$/.test(line) && !/^[\s|:-]+$/.test(line));
  return rows.map((line) =>
    line
      .trim()
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => lettersOf(cell.replace(/<br\s*\/?>/g, ' ')))
      .join('|'),
  );
}

export const truthRows = (truth: readonly Truth[]): string[] =>
  truth.flatMap((block) => (block.kind === 'table' ? [block.header, ...block.rows].map((row) => row.map(lettersOf).join('|')) : []));

/** How many of the rows a text has, exactly. */
export function rowsKept(text: string, rows: readonly string[]): number {
  const found = new Set(tableRows(text));
  return rows.filter((row) => found.has(row)).length;
}

/**
 * Lines that stand in a text three times or more, digits aside: running headers, footers, page numbers. Tables have such lines by right.
 */
export function repeatedLines(text: string): number {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) {
    const key = line
      .trim()
      .replace(/\d+/g, '#')
      .replace(/^[#*_>\s-]+|[*_\s]+$/g, '');
    if (/\p{L}/u.test(key) && key.length < 80 && !line.includes('|')) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return sumOf([...counts.values()].filter((count) => count >= 3));
}

/** Words cut in two at the end of a line, and letters that no font could name. */
export const brokenWords = (text: string): number =>
  text.match(/\p{Ll}-[ \t]*\n\s*\p{Ll}|\p{Ll}- \p{Ll}{3}|\u00ad\s|\ufffd|\(cid:\d+\)|[\ue000-\uf8ff]/gu)?.length ?? 0;
