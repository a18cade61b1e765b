/** A regular expression of Python, its global flags taken off, and for `x` its white space and comments too. */
interface PythonPattern {
  readonly source: string;
  /** Flags of JavaScript that say the same; dot matches newline, as for the blocks. */
  readonly flags: string;
}

/** Escapes and classes, which verbose mode leaves alone; white space; comments. */
const VERBOSE = /\\[^]|\[\^?\]?(?:\\[^]|[^\]])*\]|(?<space>\s+)|(?<comment>#[^\n]*)/gu;

/** Takes the flags off that a pattern begins with. */
export function readPattern(pattern: string): PythonPattern {
  const [head = '', letters = ''] = /^\s*(?:\(\?([aiLmsux]+)\)\s*)+/u.exec(pattern) ?? [];
  const all = `${head}${letters}`;
  const rest = pattern.slice(head.length).replace(/\(\?#[^)]*\)/gu, '');
  const source = all.includes('x')
    ? rest.replace(VERBOSE, (text: string, ...args) =>
        ((args.at(-1) as { space?: string; comment?: string }).space ?? (args.at(-1) as { comment?: string }).comment) === undefined
          ? text
          : '',
      )
    : rest;
  return { source, flags: `gs${all.includes('i') ? 'i' : ''}${all.includes('m') ? 'm' : ''}` };
}

/** A regular expression of Python as one of JavaScript, or undefined where it has no such form. */
export function fromPython(pattern: string): RegExp | undefined {
  const { source, flags } = readPattern(pattern);
  const translated = source
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?P=(\w+)\)/gu, '\\k<$1>')
    .replace(/\(\?[aiLmsux-]+:|\(\?>/gu, '(?:')
    .replaceAll('\\Z', '(?![^])')
    .replaceAll('\\A', '(?<![^])')
    .replace(/(?<!\\)([*+?}])\+/gu, '$1');
  try {
    return new RegExp(translated, flags);
  } catch {
    return undefined;
  }
}
