import type { List, Source, Table } from '../text/read-source.js';
import { wordCount } from '../text/words.js';
import type { Pair } from './pair.js';

const inText = (text: string): string => (/^\p{Lu}\p{Ll}/u.test(text) && !/^\p{Lu}\p{Ll}+ \p{Lu}/u.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text);

/** Questions for single cells: the column of a row, rows named by their first cell where those differ. */
function cellPairs({ header, rows, heading }: Table, table: number): Pair[] {
  const names = rows.map((row) => row[0]!);
  if (new Set(names).size < names.length || header.length < 2) return [];
  const rowKind = inText(header[0]!);
  return rows.flatMap((row, r) =>
    row.slice(1).flatMap((cell, c): Pair[] => {
      const column = header[c + 1]!;
      if (cell === '' || column === '' || row[0] === '') return [];
      const about = heading === '' ? '' : ` (${heading})`;
      return [
        {
          question: `In the table${about}, what is given as “${column}” for the ${rowKind} “${row[0]!}”?`,
          answer: `For the ${rowKind} “${row[0]!}”, the table gives “${column}” as ${cell}.`,
          short: cell,
          key: `t${table}.${r}.${c}`,
          rank: 2,
        },
      ];
    }),
  );
}

/** A question for a whole list, by the sentence or heading that introduces it. */
function listPair({ lead, heading, items }: List, list: number): Pair[] {
  const about = lead.endsWith(':') && wordCount(lead) < 30 ? `after “${lead.slice(0, -1)}”` : heading === '' ? '' : `under “${heading}”`;
  if (about === '' || items.length > 8) return [];
  return [
    {
      question: `Which points does the text list ${about}?`,
      answer: `It lists ${items.length} points:\n${items.map((item) => `- ${item}`).join('\n')}`,
      key: `l${list}`,
      rank: 2,
    },
  ];
}

export const tablePairs = ({ tables, lists }: Source): readonly Pair[] => [...tables.flatMap(cellPairs), ...lists.flatMap(listPair)];
