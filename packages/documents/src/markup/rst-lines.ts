export const indentOf = (line: string): number => line.length - line.trimStart().length;
export const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';

/** Lines without the indentation that all of them share. */
export function dedent(lines: readonly string[]): string[] {
  const least = lines.reduce((most, line) => (isBlank(line) ? most : Math.min(most, indentOf(line))), Infinity);
  return lines.map((line) => line.slice(least === Infinity ? 0 : least));
}

export const trimmed = (lines: readonly string[]): string[] => {
  const first = lines.findIndex((line) => !isBlank(line));
  const last = lines.findLastIndex((line) => !isBlank(line));
  return first === -1 ? [] : lines.slice(first, last + 1);
};
