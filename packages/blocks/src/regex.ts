/** A compiled pattern of a prompt's author. */
export interface Pattern {
  /** Number of capturing groups. */
  readonly groups: number;
  /** Every match from left to right: its groups, or the whole match where there are none. */
  findAll(text: string): readonly (readonly string[])[];
}

/** Python's `re.findall` with `DOTALL`. */
export function compilePattern(source: string): Pattern {
  const regex = new RegExp(source, 'gsu');
  const groups = new RegExp(`${source}|`, 'su').exec('')!.length - 1;
  return {
    groups,
    findAll: (text) => Array.from(text.matchAll(regex), (match) => (groups === 0 ? [match[0]] : Array.from(match).slice(1).map((g) => g ?? ''))),
  };
}
