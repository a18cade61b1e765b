import type { Block } from './document.js';

type Table = Extract<Block, { kind: 'table' }>;

/** Cells of a line of a Markdown table: bars that are escaped are text. */
export function pipeRow(line: string): string[] {
  const cells: string[] = [];
  let from = 0;
  for (let at = line.indexOf('|'); at !== -1; at = line.indexOf('|', at + 1)) {
    if (line[at - 1] === '\\') continue;
    const cell = line.slice(from, at);
    cells.push(cell.includes('\\|') ? cell.replaceAll('\\|', '|').trim() : cell.trim());
    from = at + 1;
  }
  cells.push(line.slice(from).replaceAll('\\|', '|').trim());
  if (cells[0] === '') cells.shift();
  if (cells.at(-1) === '') cells.pop();
  return cells;
}

const cellText = (cell: string): string => (/[|\n]/.test(cell) ? cell.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|') : cell);

/** A row as a line of a Markdown table, at least `width` cells of it. */
export function renderRow(row: readonly string[], width: number): string {
  let line = '|';
  for (let i = 0; i < Math.max(width, row.length); i++) line += ` ${cellText(row[i] ?? '')} |`;
  return line;
}

/** What stands above the rows of a table in Markdown: caption, header and rule. */
export function renderTableHead({ header, caption }: Table): string {
  const head = `${renderRow(header, header.length)}\n|${' --- |'.repeat(header.length)}`;
  return caption ? `${caption}\n\n${head}` : head;
}

/** A block as Markdown. Of a heading only its text: it stands above chunks, not in them. */
export function renderBlock(block: Block): string {
  if (block.kind === 'quote') {
    return block.text
      .split('\n')
      .map((line) => (line === '' ? '>' : `> ${line}`))
      .join('\n');
  }
  if (block.kind !== 'table') return block.text;
  const { header, rows } = block;
  return [renderTableHead(block), ...rows.map((row) => renderRow(row, header.length))].join('\n');
}
