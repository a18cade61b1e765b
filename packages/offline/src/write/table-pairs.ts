import type { List, Source, Table } from '../text/read-source.js';
import { capitalise, wordCount } from '../text/words.js';
import { type Pair, pairOf } from './pair.js';

/** The first column in which no two rows agree: what a row is called by. */
function nameColumn({ header, rows }: Table): number {
  return header.findIndex((_, c) => rows.every((row) => row[c] !== '') && new Set(rows.map((row) => row[c])).size === rows.length);
}

/** Questions for single cells: what stands in a column for a row. */
function cellPairs(table: Table, index: number): Pair[] {
  const { header, rows, heading } = table;
  const by = nameColumn(table);
  if (by === -1 || header.length < 2) return [];
  const about = heading === '' ? 'the table' : `the table under “${heading}”`;
  return rows.flatMap((row, r) =>
    row.flatMap((cell, c): Pair[] => {
      const column = header[c]!;
      if (c === by || cell === '' || column === '') return [];
      const question = `What does ${about} give as “${column}” for “${row[by]!}”?`;
      const answer = `Under “${column}”, the table gives “${cell}” for “${row[by]!}”.`;
      return [pairOf(`t${index}.${r}.${c}`, 2, question, answer, cell)];
    }),
  );
}

/** A question for a whole list, by the sentence or heading that introduces it. */
function listPair({ lead, heading, items }: List, list: number): Pair[] {
  const about = lead.endsWith(':') && wordCount(lead) < 30 ? `after “${lead.slice(0, -1)}”` : heading === '' ? '' : `under “${heading}”`;
  if (about === '' || items.length > 8) return [];
  const answer = `It lists ${items.length} points:\n${items.map((item) => `- ${item}`).join('\n')}`;
  return [pairOf(`l${list}`, 2, `Which points does the text list ${about}?`, answer)];
}

/** Questions for items that name something and say what it is: `Fixed: the light shines steadily.` */
function itemPairs({ heading, items }: List, list: number): Pair[] {
  return items.flatMap((item, i): Pair[] => {
    const match = /^(\p{Lu}[\p{L} '’-]{1,40})(?::|\.(?= \p{Lu})) (.{12,})$/su.exec(item);
    if (!match) return [];
    const [, name, text] = match;
    const where = heading === '' ? '' : ` under “${heading}”`;
    return [pairOf(`i${list}.${i}`, 0, `What does the text say${where} about “${name!}”?`, capitalise(text!))];
  });
}

export const tablePairs = ({ tables, lists }: Source): readonly Pair[] => [
  ...tables.flatMap(cellPairs),
  ...lists.flatMap(listPair),
  ...lists.flatMap(itemPairs),
];
