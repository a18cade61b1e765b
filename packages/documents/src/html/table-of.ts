import type { Block } from '../document.js';
import { elementsIn, type DomElement } from './dom.js';
import { tidy, type InlineText } from './inline-text.js';
import { mergedHeader, ReachingRows } from '../make-block.js';

type Table = Omit<Extract<Block, { kind: 'table' }>, 'page' | 'line'>;

/** A span that says more than this means mischief. */
const MAX_SPAN = 200;

const spanOf = (cell: DomElement, name: string): number =>
  Math.min(MAX_SPAN, Math.max(1, Number.parseInt(cell.getAttribute(name) ?? '1', 10) || 1));

interface Row {
  readonly element: DomElement;
  readonly isHead: boolean;
}

/** The rows of a table, not those of tables within it; those of its foot last, wherever it stands. */
export function* rowsOf(table: DomElement): Generator<Row> {
  const foot: Row[] = [];
  for (const child of elementsIn(table)) {
    if (child.localName === 'tr') yield { element: child, isHead: false };
    else if (/^(?:thead|tbody|tfoot)$/.test(child.localName)) {
      for (const element of elementsIn(child)) {
        if (element.localName !== 'tr') continue;
        if (child.localName === 'tfoot') foot.push({ element, isHead: false });
        else yield { element, isHead: child.localName === 'thead' };
      }
    }
  }
  yield* foot;
}

export const cellsOf = (row: DomElement): DomElement[] =>
  Array.from(elementsIn(row)).filter(({ localName }) => localName === 'td' || localName === 'th');

/** A table as rows of texts: cells that span are repeated; undefined for one without any text. */
export function tableOf(table: DomElement, inline: InlineText): Table | undefined {
  const rows: string[][] = [];
  let heads = 0;
  const grid = new ReachingRows(true);
  let caption = '';
  for (const child of elementsIn(table)) if (child.localName === 'caption') caption = tidy(inline.within(child)).replaceAll('\n', ' ');
  for (const { element, isHead } of rowsOf(table)) {
    const cells = cellsOf(element);
    const row = grid.row(
      cells.map((cell) => ({
        text: tidy(inline.within(cell)).replaceAll('\n', ' '),
        across: spanOf(cell, 'colspan'),
        down: spanOf(cell, 'rowspan'),
      })),
    );
    if (row.every((cell) => cell === '')) continue;
    const isHeader = isHead || (cells.length > 0 && cells.every(({ localName }) => localName === 'th'));
    if (isHeader && heads === rows.length) heads++;
    rows.push(row);
  }
  if (rows.length === 0) return undefined;
  // A table without a header: its first row says best what the columns are.
  const headRows = Math.max(1, Math.min(heads, rows.length));
  const header = mergedHeader(rows.slice(0, headRows));
  const body = rows.slice(headRows);
  const width = body.reduce((most, row) => Math.max(most, row.length), header.length);
  return { kind: 'table', header: [...header, ...Array<string>(width - header.length).fill('')], rows: body, ...(caption && { caption }) };
}
