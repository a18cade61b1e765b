/** A table as it stands in reStructuredText: rows of cells, header first, and the line behind it. */
export interface RstTable {
  readonly rows: string[][];
  readonly end: number;
}

const joinCells = (lines: readonly string[]): string =>
  lines
    .map((line) => line.trim())
    .filter(Boolean)
    .join(' ');

/** A table drawn with `+---+` and `|`; cells that span are repeated. */
export function gridTable(lines: readonly string[], at: number): RstTable | undefined {
  if (!/^\s*\+(?:[-=]+\+)+\s*$/.test(lines[at] ?? '')) return undefined;
  let end = at;
  while (end < lines.length && /^\s*[+|]/.test(lines[end]!)) end++;
  const drawn = lines.slice(at, end).map((line) => line.trim());
  const edges = new Set<number>();
  for (const line of drawn) if (line.startsWith('+')) for (const [i, char] of Array.from(line).entries()) if (char === '+') edges.add(i);
  const columns = [...edges].sort((a, b) => a - b);
  const rows: string[][] = [];
  let open: string[][] = columns.slice(1).map(() => []);
  const flush = (): void => {
    if (open.some((cell) => cell.length > 0)) rows.push(open.map(joinCells));
    open = columns.slice(1).map(() => []);
  };
  for (const line of drawn.slice(1)) {
    if (/^\+[-=+]+\+?$/.test(line)) flush();
    else {
      let from = 0;
      for (let column = 1; column < columns.length; column++) {
        // A bar at the edge ends a cell; without one it goes on over the next column.
        if (line[columns[column]!] !== '|' && line[columns[column]!] !== '+' && column < columns.length - 1) continue;
        const text = line.slice(columns[from]! + 1, columns[column]);
        if (!/^[-=]+$/.test(text.trim())) for (let i = from; i < column; i++) open[i]!.push(text);
        from = column;
      }
    }
  }
  flush();
  return rows.length === 0 ? undefined : { rows, end };
}

/** A table between lines of `===  ===`: columns stand below the signs. */
export function simpleTable(lines: readonly string[], at: number): RstTable | undefined {
  const rule = /^=+(?: +=+)+\s*$/;
  if (!rule.test(lines[at] ?? '')) return undefined;
  const columns = Array.from(lines[at]!.matchAll(/=+/g), ({ index }) => index);
  let end = at + 1;
  const rules = [at];
  for (; end < lines.length; end++) {
    if (!rule.test(lines[end]!)) continue;
    rules.push(end);
    const isLast = (lines[end + 1] ?? '').trim() === '';
    if (isLast) break;
  }
  if (rules.length < 2) return undefined;
  const cellsOf = (line: string): string[] => columns.map((from, i) => line.slice(from, columns[i + 1] ?? line.length).trim());
  const rows: string[][] = [];
  let isHeader = rules.length > 2;
  for (let i = at + 1; i < rules.at(-1)!; i++) {
    const line = lines[i]!;
    if (rule.test(line)) {
      isHeader = false;
      continue;
    }
    if (line.trim() === '' || /^[-\s]+$/.test(line)) continue;
    const cells = cellsOf(line);
    const above = rows.at(-1);
    // An empty first column goes on with the row above; a header of two lines is one.
    if (above && (cells[0] === '' || (isHeader && rows.length === 1))) {
      rows[rows.length - 1] = above.map((cell, column) => [cell, cells[column] ?? ''].filter(Boolean).join(' '));
    } else rows.push(cells);
  }
  return rows.length === 0 ? undefined : { rows, end: rules.at(-1)! + 1 };
}
