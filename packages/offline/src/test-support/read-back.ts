import type { OutputContract } from '@sdg/core';
import { fromPython } from '../format/python-pattern.js';

/** Reads the columns of a reply as a block would. */
export function readBack(
  reply: string,
  { columns, startTags = [], endTags = [], pattern }: OutputContract,
): readonly Record<string, string>[] {
  if (pattern !== undefined) {
    const found = [...reply.matchAll(fromPython(pattern)!)];
    return found.map((match) => Object.fromEntries(columns.map((column, i) => [column, (match[i + 1] ?? '').replace('[END]', '').trim()])));
  }
  const lists = columns.map((_, i) => {
    const [start = '', end = ''] = [startTags[i], endTags[i]];
    if (start === '' && end === '') return [reply.trim()];
    return reply
      .split(start)
      .slice(1)
      .flatMap((part) =>
        end === '' ? [part.trim()] : part.includes(end) ? [part.slice(0, part.indexOf(end)).trim()] : start === end ? [] : [],
      );
  });
  const rows = Math.min(...lists.map((list) => list.length));
  return Array.from({ length: rows }, (_, r) => Object.fromEntries(columns.map((column, i) => [column, lists[i]![r]!])));
}
