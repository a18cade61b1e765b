import { strip } from '@sdg/python';
import { cut } from './marks.js';
import { wordsOf } from './words.js';

/** The label without a number, or a bullet whose item is one line and a question: what else a bullet stands before is part of an item. */
export function ofBareMarks(text: string, bare: string, label: string): string[] {
  const named = [
    ...bare.matchAll(
      new RegExp(
        String.raw`^[ \t]*(?:#{1,6}[ \t]*|[-•*][ \t]+)?(?<bold>\*{2}|)(?:\[(?:${wordsOf(label)})\]\k<bold>|` +
          String.raw`(?:${wordsOf(label)})(?:\k<bold>[ \t]*[:：]|[ \t]*[:：][ \t]*\k<bold>))[ \t]*`,
        'gimu',
      ),
    ),
  ];
  if (named.length > 0) {
    return cut(
      text,
      named.map(({ 0: mark, index }) => ({ at: index, end: index + mark.length, number: 0, counts: false, form: '', opens: '' })),
    ).map(ofYaml);
  }
  const lines = text.split('\n').map(strip).filter(Boolean);
  const bullets = lines.filter((line) => /^[-•*]\s/u.test(line));
  if (bullets.length === 0) return ofQuestions(lines, label);
  if (bullets.length < 2 || lines.length > bullets.length + 2 || !bullets.every(asks)) return [];
  return bullets.map((line) => withoutBold(line.slice(1)));
}

/** `"Why?"` of a YAML list whose items have more members: `- question: "Why?"`, `  type: open`. */
function ofYaml(item: string): string {
  const [first = '', ...rest] = item.split('\n');
  const quoted = /^(["'])(.*)\1$/u.exec(first)?.[2];
  const isMember = rest.length > 0 && rest.every((line) => /^(?:[ \t]+[\w-]+:(?:\s|$).*|\s*)$/u.test(line));
  return quoted !== undefined && isMember ? quoted : item;
}

export const asks = (line: string): boolean => /[?？؟][*_\x60"”’]*$/u.test(line);
const withoutBold = (text: string): string => strip(text).replace(/^(\*{2}|__)([^*_]+)\1$/u, '$2');

/** Lines that each ask something, or letters before them; an announcement may stand before the first. */
function ofQuestions(lines: readonly string[], label: string): string[] {
  const list = /[:：][*_]*$/u.test(lines[0] ?? '') ? lines.slice(1) : lines;
  if (list.length < 2 || !list.every(asks)) return [];
  const lead = [...LEADS, dressed(label)].find((mark) => list.every((line, i) => mark(i).test(line)));
  return list.map((line, i) => {
    const mark = lead?.(i).exec(line)?.[0] ?? '';
    const item = line.slice(mark.length);
    // A quotation that was opened before the mark ends with the item.
    return withoutBold(/^["“]/u.test(mark) ? item.replace(/["”]$/u, '') : item);
  });
}

const ROMAN = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X'];
/** What may stand before the questions of a list: letters, Roman numbers, ordinals. */
const LEADS: readonly ((i: number) => RegExp)[] = [
  (i) => new RegExp(String.raw`^[(]?${i < 26 ? String.fromCharCode(97 + i) : '(?!)'}[.)]\s`, 'iu'),
  (i) => new RegExp(String.raw`^[(]?${ROMAN[i] ?? 'X+'}[.)]\s`, 'iu'),
  () => /^(?:(?:\p{L}+|\d+(?:st|nd|rd|th))\s+)question\s*[:：]/iu,
  // What counts and says no more: `Task 1:`, `Question II:`.
  (i) =>
    new RegExp(
      String.raw`^[*_]{0,3}(?:question|task|item|example|problem|exercise|prompt|query|instruction|sample|aufgabe)[ \t]#?(?:${i + 1}|` +
        String.raw`${ROMAN[i] ?? '(?!)'})[*_]{0,3}[:.)][*_]{0,3}[ \t]+`,
      'iu',
    ),
  // A list that goes on from another.
  () => /^\d{1,3}[.)]\s/u,
];
/** Numbers that count, in brackets or before a mark, the label before them: `<1>`, `{1}`, `"1. `. A number alone is the question's own. */
export const dressed =
  (label: string) =>
  (i: number): RegExp => {
    const number = String.raw`(?:(?:${wordsOf(label)})[ \t]?)?${i + 1}`;
    const forms = [`<${number}>`, String.raw`\{${number}\}`, String.raw`\[${number}\]`, String.raw`\(${number}\)`];
    return new RegExp(
      String.raw`^[*_"“'‘]{0,4}(?:(?:${forms.join('|')})[:.]?|${number}(?:[.)]|:(?=[*_ \t])))[*_]{0,3}\s?(?=[\p{L}¿"“])`,
      'iu',
    );
  };

/** Items of a list that was written in one line: `1. Why? 2. How?` */
export function inOneLine(items: readonly string[]): string[] {
  const [only = ''] = items;
  if (items.length !== 1 || only.includes('\n')) return [...items];
  const parts: string[] = [];
  let from = 0;
  for (const { 0: mark, index, groups } of only.matchAll(/(?<=[?？؟.!])\s+(?<n>\d{1,2})[.)]\s+(?=\p{L})/gu)) {
    if (Number(groups!['n']) !== parts.length + 2) return [...items];
    parts.push(only.slice(from, index));
    from = index + mark.length;
  }
  return [...parts, only.slice(from)].map(strip);
}
