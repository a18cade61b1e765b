/** A table as it stands in reStructuredText: rows of cells, header first, and the line behind it. */
interface RstTable {
  readonly rows: string[][];
  readonly end: number;
}

/** Signs that take two columns of a drawing: those of East Asia. (Of an emoji, so do its two halves.) */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/g;
/** Stands for the second column of a sign, so that a place in a line is a column. */
const FILLER = '\0';
const spread = (line: string): string => line.replace(WIDE, `$&${FILLER}`);
const cellText = (text: string): string => text.replaceAll(FILLER, '').trim();

const joinCells = (lines: readonly string[]): string => lines.map(cellText).filter(Boolean).join(' ');

/** Where columns begin and end: below every corner. */
function edgesOf(drawn: readonly string[]): number[] {
  const corners = drawn.filter((line) => line.startsWith('+')).flatMap((line) => Array.from(line.matchAll(/\+/g), ({ index }) => index));
  return [...new Set(corners)].sort((a, b) => a - b);
}

/** Adds the cells of a line to those that are open. */
function addCells(line: string, columns: readonly number[], open: readonly string[][]): void {
  let from = 0;
  for (let column = 1; column < columns.length; column++) {
    // A bar at the edge ends a cell; without one it goes on over the next column.
    if (line[columns[column]!] !== '|' && line[columns[column]!] !== '+' && column < columns.length - 1) continue;
    const text = line.slice(columns[from]! + 1, columns[column]);
    if (!/^[-=]+$/.test(text.trim())) for (let i = from; i < column; i++) open[i]!.push(text);
    from = column;
  }
}

/** A table drawn with `+---+` and `|`; cells that span are repeated. */
export function gridTable(lines: readonly string[], at: number): RstTable | undefined {
  if (!/^\s*\+(?:[-=]+\+)+\s*$/.test(lines[at] ?? '')) return undefined;
  let end = at;
  while (end < lines.length && /^\s*[+|]/.test(lines[end]!)) end++;
  const drawn = lines.slice(at, end).map((line) => spread(line.trim()));
  const columns = edgesOf(drawn);
  const rows: string[][] = [];
  let open: string[][] = columns.slice(1).map(() => []);
  const flush = (): void => {
    if (open.some((cell) => cell.length > 0)) rows.push(open.map(joinCells));
    open = columns.slice(1).map(() => []);
  };
  for (const line of drawn.slice(1)) {
    if (/^\+[-=+]+\+?$/.test(line)) flush();
    else addCells(line, columns, open);
  }
  flush();
  return rows.length === 0 ? undefined : { rows, end };
}

const rule = /^=+(?: +=+)+\s*$/;

/** The lines of `=` of a table that begins at `at`: up to the first with nothing below it. */
function rulesFrom(lines: readonly string[], at: number): number[] {
  const rules = [at];
  for (let i = at + 1; i < lines.length; i++) {
    if (!rule.test(lines[i]!)) continue;
    rules.push(i);
    if ((lines[i + 1] ?? '').trim() === '') break;
  }
  return rules;
}

/** A table between lines of `===  ===`: columns stand below the signs. */
export function simpleTable(lines: readonly string[], at: number): RstTable | undefined {
  if (!rule.test(lines[at] ?? '')) return undefined;
  const columns = Array.from(lines[at]!.matchAll(/=+/g), ({ index }) => index);
  const rules = rulesFrom(lines, at);
  if (rules.length < 2) return undefined;
  const cellsOf = (line: string): string[] => columns.map((from, i) => cellText(line.slice(from, columns[i + 1])));
  const rows: string[][] = [];
  let isHeader = rules.length > 2;
  for (let i = at + 1; i < rules.at(-1)!; i++) {
    const line = lines[i]!;
    if (rule.test(line)) {
      isHeader = false;
      continue;
    }
    if (line.trim() === '' || /^[-\s]+$/.test(line)) continue;
    const cells = cellsOf(spread(line));
    const above = rows.at(-1);
    // An empty first column goes on with the row above; a header of two lines is one.
    if (above && (cells[0] === '' || (isHeader && rows.length === 1))) {
      rows[rows.length - 1] = above.map((cell, column) => [cell, cells[column] ?? ''].filter(Boolean).join(' '));
    } else rows.push(cells);
  }
  return rows.length === 0 ? undefined : { rows, end: rules.at(-1)! + 1 };
}
