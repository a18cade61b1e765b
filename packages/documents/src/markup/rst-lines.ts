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

/** Items that the text has numbered for it (`#.`) with their numbers, each list within another from one. */
export function numbered(lines: readonly string[]): string[] {
  const last = new Map<number, number>();
  return lines.map((line) => {
    if (isBlank(line)) return line;
    const indent = indentOf(line);
    for (const deeper of [...last.keys()].filter((one) => one > indent)) last.delete(deeper);
    const given = /^\s*(\d{1,9})[.)]\s/.exec(line)?.[1];
    if (given !== undefined) last.set(indent, Number(given));
    return line.replace(/^(\s*)#[.)](?=\s)/, (_, white: string) => {
      last.set(indent, (last.get(indent) ?? 0) + 1);
      return `${white}${last.get(indent)}.`;
    });
  });
}
