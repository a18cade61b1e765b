import { type Drop, rejected } from '@sdg/core';
import { type Pattern, PatternTooSlow } from '@sdg/python/regex';
import { strip } from '@sdg/python';

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

/**
 * All texts between two tags, shortest first end wins. Without a start tag a text begins where the last one ended,
 * without an end tag it runs to the end, without either it is the whole reply.
 */
export function between(text: string, start: string, end: string): string[] {
  if (!start && !end) return [strip(text)];
  const found: string[] = [];
  for (let from = 0; from <= text.length; ) {
    const open = start ? text.indexOf(start, from) : from;
    if (open === -1) break;
    const begin = open + start.length;
    const close = end ? text.indexOf(end, begin) : text.length;
    if (close === -1) break;
    found.push(strip(text.slice(begin, close)));
    from = end ? close + end.length : text.length + 1;
  }
  return found;
}

/** Every group's finds, by column. */
function matches(text: string, pattern: Pattern, columns: readonly string[], cleanup: readonly string[]): Map<string, string[]> {
  const clean = (value: string): string => strip(cleanup.reduce((rest, tag) => rest.replaceAll(tag, ''), strip(value)));
  const lists = new Map(columns.map((column) => [column, [] as string[]]));
  for (const groups of pattern.findAll(text)) {
    columns.forEach((column, i) => {
      const value = groups[i];
      if (value !== undefined) lists.get(column)!.push(clean(value));
    });
  }
  return lists;
}

/**
 * The rows of one reply, and a rejection for what it holds beyond them: nothing at all (`empty-reply`, `no-match`), or
 * values whose row lacks its other columns (`unequal-columns`), which the original cuts off without a word.
 */
export function parseReply(reply: string, parser: ReplyParser, truncated = false): (Row | Drop)[] {
  const { columns, startTags, endTags, pattern, cleanupTags = [] } = parser;
  const cut = truncated ? ' (it was cut off at max_tokens)' : '';
  if (strip(reply) === '') return [rejected('empty-reply', { message: `the teacher wrote nothing${cut}`, reply })];
  let lists: ReadonlyMap<string, readonly string[]>;
  try {
    lists = pattern
      ? matches(reply, pattern, columns, cleanupTags)
      : new Map(columns.map((column, i) => [column, between(reply, startTags[i] ?? '', endTags[i] ?? '')]));
  } catch (error) {
    if (!(error instanceof PatternTooSlow)) throw error;
    return [rejected('pattern-too-slow', { message: `${error.message}; it looks back at groups`, reply })];
  }
  const counts = columns.map((column) => lists.get(column)?.length ?? 0);
  const complete = Math.min(...counts);
  const rows: (Row | Drop)[] = Array.from({ length: complete }, (_, i) =>
    Object.fromEntries(columns.map((column) => [column, lists.get(column)![i]!])),
  );
  const found = columns.map((column, i) => `${column} ${counts[i]}`).join(', ');
  if (complete === 0 && Math.max(...counts) === 0) {
    rows.push(rejected('no-match', { message: `nothing in the reply matches the format asked for${cut}`, reply }));
  } else if (Math.max(...counts) > complete) {
    rows.push(rejected('unequal-columns', { message: `the reply holds unequal numbers of values: ${found}${cut}`, reply }));
  }
  return rows;
}
