import type { LintRule } from './lint-rule.js';

/** White space at the end of a line, also of the lines of a text block. */
export const trailingSpaces: LintRule = {
  name: 'trailing-spaces',
  options: {},
  *check({ text, lines }) {
    for (const { number, start, end } of lines) {
      let from = end;
      while (from > start && ' \t\v\f\r'.includes(text[from - 1] as string)) from--;
      if (from < end && ' \t'.includes(text[from] as string)) {
        yield { offset: from, seenAt: number, message: 'spaces at the end of the line', remedy: 'remove them' };
      }
    }
  },
};
