/**
 * Rows of cells as lines, two spaces between the columns. Text columns, by default the first alone, go to the left and numbers
 * to the right; a row begins with its names, so the first row may be a head.
 *
 * @example alignColumns([['block', 'in'], ['ask', '12']]) // ['block  in', 'ask    12']
 */
export function alignColumns(rows: readonly (readonly string[])[], isText = (column: number): boolean => column === 0): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  const cell = (text: string, column: number): string => (isText(column) ? text.padEnd(widths[column]!) : text.padStart(widths[column]!));
  return rows.map((row) => row.map(cell).join('  ').trimEnd());
}
