import type { LintRule } from './lint-rule.js';

/** The last line ends with a line feed, as all lines do. */
export const newLineAtEndOfFile: LintRule = {
  name: 'new-line-at-end-of-file',
  options: {},
  *check({ lines }) {
    const last = lines.at(-1);
    if (last && last.end > last.start) {
      yield {
        offset: last.end, seenAt: last.number,
        message: 'the last line has no line break at its end', remedy: 'press Enter at the very end of the file, once',
      };
    }
  },
};
