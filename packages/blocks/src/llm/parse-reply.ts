import { type Drop, rejected } from '@sdg/core';
import { type Pattern, PatternTooSlow } from '@sdg/python/regex';
import { strip } from '@sdg/python';
import { cutOff } from './answers.js';

/** How a reply becomes columns. */
export interface ReplyParser {
  readonly columns: readonly string[];
  readonly startTags: readonly string[];
  readonly endTags: readonly string[];
  /** Given: its groups are the columns, and the tags are not looked at. */
  readonly pattern?: Pattern;
  /** Removed from what the pattern found. */
  readonly cleanupTags?: readonly string[];
}

/** Columns of one row that the reply holds. */
export type Row = Readonly<Record<string, string>>;

/** Texts that were found. */
interface Found {
  readonly texts: readonly string[];
  /** Whether the last of them ends only because the reply does. */
  readonly runsOut: boolean;
  /** Whether one more begins behind them, and has no end. */
  readonly unclosed: boolean;
}

const BEFORE = /[*_`]{1,4}$/;
const BEHIND = /^[*_`]{1,4}/;

/** What stands between two tags, without what models set the tags themselves in bold with: `**[Q]** Why? **[/Q]**`. */
function within(text: string, open: number, begin: number, close: number, end: number): string {
  let value = text.slice(begin, close);
  const before = begin === open ? undefined : BEFORE.exec(text.slice(Math.max(0, open - 4), open))?.[0];
  if (before !== undefined && value.startsWith(before)) value = value.slice(before.length);
  const behind = end === close ? undefined : BEHIND.exec(text.slice(end, end + 4))?.[0];
  if (behind !== undefined && value.endsWith(behind)) value = value.slice(0, -behind.length);
  return strip(value);
}

/** All texts between two tags, and how the last of them ends. */
function findBetween(text: string, start: string, end: string): Found {
  if (!start && !end) return { texts: [strip(text)], runsOut: true, unclosed: false };
  const texts: string[] = [];
  let unclosed = false;
  for (let from = 0; from <= text.length;) {
    const open = start ? text.indexOf(start, from) : from;
    if (open === -1) break;
    const begin = open + start.length;
    const close = end ? text.indexOf(end, begin) : text.length;
    if (close === -1) {
      unclosed = strip(text.slice(begin)) !== '';
      break;
    }
    texts.push(within(text, open, begin, close, close + end.length));
    from = end ? close + end.length : text.length + 1;
  }
  return { texts, runsOut: !end && texts.length > 0, unclosed };
}

/**
 * All texts between two tags, shortest first end wins. Without a start tag a text begins where the last one ended,
 * without an end tag it runs to the end, without either it is the whole reply.
 */
export const between = (text: string, start: string, end: string): readonly string[] => findBetween(text, start, end).texts;

/** What the groups of a pattern found, column by column. */
function findMatches(text: string, pattern: Pattern, { columns, cleanupTags = [] }: ReplyParser): Found[] {
  const clean = (value: string): string => strip(cleanupTags.reduce((rest, tag) => rest.replaceAll(tag, ''), strip(value)));
  const rows = pattern.findAll(text);
  // A match that grows with the text has no end of its own.
  const grows = (more: string): boolean =>
    JSON.stringify(pattern.findAll(strip(text) + more)[rows.length - 1]) !== JSON.stringify(rows.at(-1));
  const runsOut = rows.length > 0 && ['x', '0'].some(grows);
  return columns.map((_, i) => ({
    texts: rows.flatMap((groups) => (groups[i] === undefined ? [] : [clean(groups[i])])),
    runsOut,
    unclosed: false,
  }));
}

/** The rejection for what a reply holds beyond its complete rows; undefined if that is nothing. */
function leftover(
  reply: string,
  { columns, startTags, endTags, pattern }: ReplyParser,
  found: readonly Found[],
  complete: number,
): Drop | undefined {
  const most = Math.max(...found.map(({ texts }) => texts.length));
  if (most > complete) {
    const counts = columns.map((column, i) => `${column} ${found[i]!.texts.length}`).join(', ');
    return rejected('unequal-columns', { message: `the reply holds unequal numbers of values: ${counts}`, reply });
  }
  const open = pattern ? -1 : found.findIndex(({ unclosed }) => unclosed);
  if (complete > 0 && (open === -1 || !startTags[open])) return undefined;
  const why =
    open === -1
      ? 'nothing in the reply matches the format asked for'
      : `a value of ${columns[open]!} has no end: ${JSON.stringify(endTags[open])} is not there`;
  return rejected(complete > 0 ? 'no-end-tag' : 'no-match', { message: why, reply });
}

/**
 * The rows of one answer, and a rejection for what it holds beyond them: nothing that matches (`no-match`), a value
 * without its end (`no-end-tag`), or values whose row lacks its other columns (`unequal-columns`), all of which the
 * original cuts off without a word. Of an answer that broke off (`isCut`) the last value is left out (`cut-off`).
 */
export function parseReply(reply: string, parser: ReplyParser, isCut = false): (Row | Drop)[] {
  const { columns, startTags, endTags, pattern } = parser;
  let found: readonly Found[];
  try {
    found = pattern ? findMatches(reply, pattern, parser) : columns.map((_, i) => findBetween(reply, startTags[i] ?? '', endTags[i] ?? ''));
  } catch (error) {
    if (!(error instanceof PatternTooSlow)) throw error;
    return [rejected('pattern-too-slow', { message: `${error.message}; it looks back at groups`, reply })];
  }
  const whole = isCut ? found.map(({ texts, runsOut }) => (runsOut ? texts.slice(0, -1) : texts)) : found.map(({ texts }) => texts);
  const complete = Math.min(...whole.map(({ length }) => length));
  const rows: (Row | Drop)[] = Array.from({ length: complete }, (_, i) =>
    Object.fromEntries(columns.map((column, j) => [column, whole[j]![i]!])),
  );
  // Behind its last match a pattern may have seen half an item.
  const lost =
    isCut &&
    (complete === 0 ||
      pattern !== undefined ||
      found.some(({ texts, runsOut, unclosed }) => runsOut || unclosed || texts.length > complete));
  const rest = lost
    ? cutOff(complete === 0 ? 'the answer' : 'the last item of the answer', reply)
    : leftover(reply, parser, found, complete);
  return rest ? [...rows, rest] : rows;
}
