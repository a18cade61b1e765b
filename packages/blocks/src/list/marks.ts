import { strip } from '@sdg/python';
import { escaped, wordsOf } from './words.js';

/** Where an item begins. */
interface Mark {
  readonly at: number;
  /** Where its text begins. */
  readonly end: number;
  readonly number: number;
  /** Whether its number stands before a dot or a bracket, as those of lists do. */
  readonly counts: boolean;
  /** What stands before the words of the mark: all marks of a list look alike. */
  readonly form: string;
  /** Bold that is opened in the mark, and closed in the item. */
  readonly opens: string;
}

// No run of blanks may be matched in two places: the time would grow with a power of its length.
const BEFORE =
  String.raw`^(?<indent>[ \t]*)(?:(?<lead>#{1,6}(?=[ \t*_\d\p{L}])|(?:[-+•*>]|[=~-]{2,})(?=[ \t]))[ \t]*)?` +
  String.raw`(?:\p{Extended_Pictographic}\ufe0f?[ \t]*)?(?:(?<bold>\*{1,3}|_{1,3}|\x60)[ \t]*)?`;
const AFTER = String.raw`(?:[ \t]*(?:of|\/)[ \t]*\d{1,4})?(?:[ \t]*\([^()\n]{1,30}\))?(?:[ \t]*(?<inner>\*{1,3}|_{1,3}|\x60))?[ \t]*`;
const CLOSE = String.raw`(?:[ \t]*(?<outer>\*{1,3}|_{1,3}|\x60))?`;

/** `### Question 1:`, `**Question 1:**`, `Question 1.`, `Question 1 - `, `- Question #1)`, `質問１：` at the start of a line, case aside. */
export function labelled(label: string): RegExp {
  return new RegExp(
    String.raw`${BEFORE}[[【]?(?:${wordsOf(label)})[ \t]*(?:(?:#|_|no\.?|nr\.?|n°|№|\.)[ \t]*)?[[(【]?(?<n>\d{1,4})` +
      String.raw`${AFTER}(?:[\])】]?[:：.．)）、\]】]|` +
      String.raw`(?:[-–—]|→|[=-]>)(?=[ \t])|[ \t]*[=~-]{2,}[ \t]*$|(?=\p{Lu})(?<=#[ \t]*\d{1,4}[ \t]+)|$)${CLOSE}`,
    'gimu',
  );
}

/** What makes a dash before it a minus. */
const OPERAND = String.raw`(?:\d|\p{L}[ \t]*[-+*/^=×÷])`;

/** `1.`, `**1.**`, `### 1.`, `1)`, `(1)`, `１．` at the start of a line. */
export const NUMBERED = new RegExp(
  String.raw`${BEFORE}[(（#第[]?(?<n>\d{1,4})[题題问問]?(?:\\?(?:\.\)|[.．)）、\]])(?![\d])|：|\u3000|` +
    String.raw`[ \t]*[-–—](?=[ \t])(?![ \t]+${OPERAND})|:(?=\s|\*)|` +
    String.raw`(?=\*{2})|(?<=#+[ \t]*\d{1,4})(?=[ \t]*$))` +
    String.raw`${CLOSE}[ \t]*`,
  'gimu',
);

/** Numbers in a circle, as teachers write them in Chinese and Japanese. */
export const CIRCLED = new RegExp(String.raw`${BEFORE}(?<circled>[①-⑳])[ \t]*`, 'gmu');

/** The text with what stands in fenced blocks blanked out, at the same length: marks in it are text. */
export function withoutFences(text: string): string {
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ');
  return text.replace(/^([ \t]*)(`{3,}(?!`)|~{3,}(?!~))[^\n]*\n[^]*?(?:^[ \t]*\2[`~]*[ \t]*$|(?![^]))/gmu, blank);
}

export function findMarks(text: string, pattern: RegExp): Mark[] {
  return [...text.matchAll(pattern)].map(({ 0: mark, index, groups }) => {
    const { indent = '', lead = '', bold = '', inner, outer, n } = groups!;
    // Bold that begins behind the mark is the item's own.
    const length = bold === '' && outer !== undefined ? mark.lastIndexOf(outer) : mark.length;
    const number = n === undefined ? groups!['circled']!.codePointAt(0)! - 0x245f : Number(n);
    return {
      at: index,
      end: index + length,
      number,
      counts: /[.．)）、]/u.test(mark),
      form: `${indent.length}|${lead}|${bold}`,
      opens: inner === undefined && outer === undefined ? bold : '',
    };
  });
}

/**
 * The marks of the list itself. Those of another form than the first, and lists that begin anew inside an item, are
 * quoted. Where the first form occurs once, a mark of another that goes on counting belongs to the list. `isBegun`: the
 * first item stands before them, without a mark.
 */
export function ofTheList(marks: readonly Mark[], mustCount: boolean, isBegun = false): readonly Mark[] {
  const [first] = marks;
  if (!first) return [];
  const alike = marks.filter(({ form }) => form === first.form);
  const chosen = alike.length === 1 && marks[1]?.number === first.number + 1 ? marks : alike;
  if (!mustCount) return chosen;
  // Markdown counts by itself.
  if (chosen.length > 1 && chosen.every(({ number }) => number === 1)) return chosen;
  let next = first.number;
  const counted = chosen.filter(({ number }) => number === next && next++ >= 0);
  if (first.number <= 1 || (first.number === 2 && isBegun)) return counted;
  // A list that goes on from another, or from an item that the prompt began; four digits may be years.
  const goesOn = first.number < 1000 && counted.length > 1 && counted.every(({ counts }) => counts);
  return goesOn ? counted : [];
}

/** A line that only separates items. */
export const RULE = /\n[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$/;

/** What closes bold: nothing behind a blank, no `_` in the middle of a word, no `**` between numbers. */
function closing(opens: string): RegExp {
  const mark = escaped(opens);
  return new RegExp(String.raw`(?<!\s)${mark}${opens.length > 1 ? String.raw`(?!(?<=\d${mark})\d)` : String.raw`(?![\p{L}\p{N}_])`}`, 'u');
}

export function cut(text: string, marks: readonly Mark[]): string[] {
  return marks.map(({ end, opens }, i) => {
    const item = strip(strip(text.slice(end, marks[i + 1]?.at)).replace(RULE, ''));
    const close = opens === '' ? -1 : item.search(closing(opens));
    return close === -1 ? item : strip(item.slice(0, close) + item.slice(close + opens.length));
  });
}

/** What stands in the first fence of a text. */
export function fencedWhole(text: string): string | undefined {
  const lines = text.split('\n');
  const open = lines.findIndex((line) => /^[ \t]*(?:`{3,}|~{3,})\w*[ \t]*$/u.test(line));
  const close = lines.findIndex((line, i) => i > open && /^[ \t]*(?:`{3,}|~{3,})[ \t]*$/u.test(line));
  return open === -1 || close === -1 ? undefined : lines.slice(open + 1, close).join('\n');
}
