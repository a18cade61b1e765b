import { Machine } from './machine.js';
import { parseRegex } from './parse.js';
import { compileProgram } from './program.js';

/** A compiled pattern of a prompt's author. */
export interface Pattern {
  /** Number of capturing groups. */
  readonly groups: number;
  /**
   * Every match from left to right: its groups ("" where one took no part), or the whole match where there are none.
   * Fails with `PatternTooSlow`.
   */
  findAll(text: string): readonly (readonly string[])[];
}

/**
 * Python's `re.findall(pattern, text, re.DOTALL)`, in time linear in the text unless the pattern looks back at groups.
 *
 * Our own, because nothing at hand can be it: JavaScript's `RegExp` reads `$`, `\w`, `\d`, `\b` otherwise, lacks `\A`,
 * `\Z`, `(?x)`, `(?>…)` and possessive repeats, and can hang for good on a long reply; RE2 never hangs, but has no
 * look-around, which pipelines use to find the end of an item (`(?=\[QUESTION\]|$)`).
 *
 * Fails with `RegexSyntaxError`.
 */
export function compilePattern(source: string): Pattern {
  const { root, groups } = parseRegex(source);
  const program = compileProgram(root);
  return {
    groups,
    findAll(text) {
      const astral = /[\ud800-\udfff]/.test(text);
      const codes: ArrayLike<number> = astral
        ? Uint32Array.from(text, (char) => char.codePointAt(0)!)
        : Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
      const cut = (from: number, to: number): string =>
        astral
          ? Array.from((codes as Uint32Array).subarray(from, to), (code) => String.fromCodePoint(code)).join('')
          : text.slice(from, to);
      const machine = new Machine(codes, groups);
      const found: string[][] = [];
      let start = 0;
      let notEndingAt = -1;
      while (start <= codes.length) {
        while (program.first && start < codes.length && !program.first(codes[start]!)) start++;
        machine.slots.fill(-1);
        const end = machine.match(program, start, notEndingAt === start ? start : -1);
        if (end === -1) {
          start++;
          continue;
        }
        found.push(
          groups === 0
            ? [cut(start, end)]
            : Array.from({ length: groups }, (_, i) => {
                const from = machine.slots[2 * i + 2]!;
                const to = machine.slots[2 * i + 3]!;
                return from === -1 || to === -1 ? '' : cut(from, to);
              }),
        );
        // After an empty match the next one may begin at the same place, but not be empty there.
        notEndingAt = end === start ? end : -1;
        start = end;
      }
      return found;
    },
  };
}
